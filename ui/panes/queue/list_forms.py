"""The small forms over the list: keep this view by a name, and let issues sleep until a time."""

from PySide6.QtWidgets import QLineEdit

from app.services.saved_views import ViewLine
from ui.kit.fields import Choice
from ui.kit.forms import InlineForm
from ui.kit.typed_fields import WhenField

_MINE, _ALL = "mine", "all"


class KeepViewForm(InlineForm):
    """A name for what the list shows, and for whom; a view of that name is asked for before it is written over."""

    def __init__(self, saved: ViewLine | None, filter_text: str) -> None:
        super().__init__(f"Keep “{saved.name}” as it is now" if saved else "Keep this view", "Keep it")
        self.saved = saved
        self.name_field = QLineEdit(saved.name if saved else "")
        self.name_field.setPlaceholderText(filter_text or "Halden bridge")
        self.add("Name", self.name_field)
        self.whose = Choice("For")
        self.whose.addItem("me", _MINE)
        self.whose.addItem("everybody", _ALL)
        self.whose.setCurrentIndex(0 if saved is None or saved.is_mine else 1)
        self.add("For", self.whose)
        self.name_field.returnPressed.connect(self.sent)

    @property
    def is_mine(self) -> bool:
        """Say whether it is to be for this person only."""
        return bool(self.whose.currentData() == _MINE)

    @property
    def is_same(self) -> bool:
        """Say whether the view that is shown is to be kept anew, under whatever name."""
        return self.saved is not None and self.is_mine == self.saved.is_mine


class SnoozeForm(InlineForm):
    """Until when these are out of sight."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Out of my sight: {what}", "Snooze")
        self.until = WhenField("Until", "tomorrow 9, in 2h, mon 8:00")
        self.add("Until", self.until, "It comes back by itself then, and at once when the customer says something")
        self.until.line.returnPressed.connect(self.sent)
