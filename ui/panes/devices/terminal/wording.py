"""Which words stand out in a terminal: looked up for its device's platform, and anew when somebody changes them."""

from app.domain.device import Device
from app.services import highlights
from app.services.desk import Desk
from app.services.highlights import Rule
from ui.kit.terminal_marks import Marks
from ui.panes.devices.reach import Reach
from ui.panes.devices.terminal_page import TerminalPage


def keep_marked(reach: Reach, page: TerminalPage) -> None:
    """Let the platform's words stand out in this terminal for as long as it lives."""

    def look() -> None:
        reach.look_up(page, rules, lambda found: page.terminal.mark(Marks(found)), lambda _error: None)

    def rules(desk: Desk) -> tuple[Rule, ...]:
        return highlights.of_platform(desk, desk.need(Device, page.device_id).platform)

    reach.console.watch(page, ("highlight", "device"), lambda _changes: look())
    look()
