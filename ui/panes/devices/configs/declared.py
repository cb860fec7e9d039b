"""The commands of the page: their words, their keys, and when each can be given."""

from typing import Protocol

from ui.kit.commands import Command

_GROUP = "Configurations"
PREFIX = "configs"


class Commanded(Protocol):
    """The page as its commands see it; GUI thread only."""

    @property
    def has_copy(self) -> bool:
        """Whether a copy is chosen."""

    @property
    def has_diff(self) -> bool:
        """Whether two copies are compared and shown."""

    @property
    def has_lines(self) -> bool:
        """Whether any lines are shown."""

    @property
    def has_device(self) -> bool:
        """Whether a device is chosen."""

    @property
    def can_back_up(self) -> bool:
        """Whether a copy can be taken now."""

    def go_to_change(self, step: int) -> None:
        """Go to the next change, or the one before."""

    def next_layout(self) -> None:
        """Side by side, or one below the other."""

    def show_text(self) -> None:
        """Show the chosen copy alone, or the change again."""

    def show_everything(self) -> None:
        """Show all lines, or those around changes only."""

    def set_base(self) -> None:
        """Compare others with the chosen copy, or no longer."""

    def ask_other(self) -> None:
        """Ask for another device to compare with."""

    def show_since_deployment(self) -> None:
        """Show what changed since the last deployment."""

    def copy_unified(self) -> None:
        """Put the change on the clipboard."""

    def export(self) -> None:
        """Write the change into a file."""

    def note_to_issue(self) -> None:
        """Note the change in an issue."""

    def find_device(self) -> None:
        """Go where a device is found."""

    def back_up(self) -> None:
        """Take a copy now."""

    @property
    def can_confirm(self) -> bool:
        """Whether a copy was refused that a person may say is right."""

    def confirm(self) -> None:
        """Say that it is right."""


def declared(page: Commanded) -> tuple[Command, ...]:
    """Give the commands of this page."""

    def has_diff() -> bool:
        return page.has_diff

    def has_lines() -> bool:
        return page.has_lines

    def has_copy() -> bool:
        return page.has_copy

    def has_device() -> bool:
        return page.has_device

    def can_back_up() -> bool:
        return page.can_back_up

    rows = (
        ("next", "Next", "The next change", ("N", "F8"), lambda: page.go_to_change(1), has_diff),
        ("previous", "Previous", "The change before", ("P", "Shift+F8"), lambda: page.go_to_change(-1), has_diff),
        ("layout", "Side by side or unified", "Lay the texts out the other way", ("V",), page.next_layout, has_diff),
        ("text", "The text alone", "The chosen copy as it was, or the change again", ("T",), page.show_text, has_copy),
        ("everything", "Changes or everything", "All lines, or only those around a change",
         ("E",), page.show_everything, has_diff),
        ("base", "Compare with this", "Compare the other copies with this one; again: each with the one before it",
         ("M",), page.set_base, has_copy),
        ("other", "Another device…", "Compare with the newest copy of another device",
         ("O",), page.ask_other, has_copy),
        ("since", "Since deployment", "What changed since the last deployment at this customer",
         ("D",), page.show_since_deployment, has_device),
        ("confirm", "It is right, keep it", "Keep the copy although it is much shorter than the last one",
         ("Y",), page.confirm, lambda: page.can_confirm),
        ("copy", "Copy", "Put the change on the clipboard as unified text, or the text that is shown alone",
         ("Ctrl+Shift+C",), page.copy_unified, has_lines),
        ("export", "Export…", "Write the same into a file", ("X",), page.export, has_lines),
        ("note", "Note to issue", "Put what changed into an issue of this customer",
         ("Ctrl+I",), page.note_to_issue, has_diff),
        ("find", "Find a device", "By a few letters of its name or customer", ("Ctrl+F",), page.find_device, None),
        ("back_up", "Back up now", "Take a copy of the device's configuration now",
         ("Ctrl+Alt+T",), page.back_up, can_back_up),
    )  # fmt: skip
    return tuple(
        Command(f"{PREFIX}.{name}", title, about, keys, _GROUP, run, can or (lambda: True))
        for name, title, about, keys, run, can in rows
    )
