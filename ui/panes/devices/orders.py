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
        key = command.keys[0] if command.keys else ""
        button = KeyButton(command.title, key, primary=primary, run=lambda: self.give(command_id))
        button.setToolTip(command.help)
        button.setAccessibleDescription(command.help)
        button.setEnabled(command.is_enabled())
        button.bind(self.book, command_id)
        return button

    def give(self, command_id: str) -> None:
        """Give the command, if it can be given now."""
        self.book.run(command_id)
