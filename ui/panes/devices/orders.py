"""The pane's commands and the buttons that give them; buttons may be made before the window knows the commands."""

from ui.kit.buttons import KeyButton
from ui.kit.commands import Command, CommandBook


class Orders:
    """The commands by id."""

    def __init__(self, book: CommandBook, commands: tuple[Command, ...]) -> None:
        self.book, self.commands = book, commands

    def button(self, command_id: str, *, primary: bool = False) -> KeyButton:
        """Give the button of a command: its title, its key, its help, enabled when it can be given."""
        command = next(c for c in self.commands if c.id == command_id)
        button = KeyButton.of(self.book, command, primary=primary)
        if command not in self.book.all():
            button.setEnabled(command.is_enabled())
        return button

    def give(self, command_id: str) -> None:
        """Give the command, if it can be given now."""
        self.book.run(command_id)
