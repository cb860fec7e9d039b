"""The start wizard: the demo, a company to join or one of one's own, and what a person brings along."""

from ui.shell.wizard.import_page import ImportPage
from ui.shell.wizard.window import StartWizard

__all__ = ["ImportPage", "StartWizard"]
