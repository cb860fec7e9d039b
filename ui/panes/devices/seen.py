"""What the demo and the tests look at: how the device in sight stands, what it said, what went wrong."""

from PySide6.QtWidgets import QWidget

from app.domain.errors import BatonError
from app.services.terminals import Table
from ui.panes.devices.bench import Bench
from ui.panes.devices.doorstep import Doorstep
from ui.panes.devices.output_view import Output
from ui.panes.devices.terminal_page import TerminalPage


class Seen(QWidget):
    """The chosen device, as it is read from outside; GUI thread only."""

    @property
    def bench(self) -> Bench | None:
        """The chosen device's terminals and commands."""
        raise NotImplementedError

    @property
    def stage(self) -> str:
        """How the terminal in sight is: idle, connecting, asking_key, asking_password, stopped, open or closed."""
        return self.bench.terminal.stage.value if self.bench is not None else "idle"

    @property
    def doorstep(self) -> Doorstep | None:
        """What is asked on the page in sight: `accept_key`, `give_password` and `replace_key` answer it."""
        return self.bench.page.doorstep if self.bench is not None else None

    @property
    def screen_text(self) -> str:
        """What the terminal in sight shows."""
        return self.bench.terminal.terminal.screen_text() if self.bench is not None else ""

    @property
    def last_output(self) -> str | None:
        """What the device said to the last command, as plain text."""
        output = self._output()
        return output.text if output is not None else None

    @property
    def last_table(self) -> Table | None:
        """The same as a table, where a template knows it."""
        output = self._output()
        return output.table if output is not None else None

    @property
    def is_running(self) -> bool:
        """Whether a command is under way."""
        return self.bench is not None and self.bench.commands.is_running

    @property
    def failure(self) -> BatonError | None:
        """Why the last command brought no output, or why the terminal in sight is closed."""
        if self.bench is None:
            return None
        page = self.bench.page
        return page.closed_by if isinstance(page, TerminalPage) else page.failure_error

    def _output(self) -> Output | None:
        return self.bench.commands.output.output if self.bench is not None else None
