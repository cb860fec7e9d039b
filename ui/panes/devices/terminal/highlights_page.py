"""What stands out in terminals: Baton's own words, everybody's and mine, and how a sample looks with them."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services import highlights
from app.services.desk import Desk
from app.services.devices import PLATFORMS
from app.services.highlights import HighlightKind, HighlightLine, Rule
from ui.kit.buttons import KeyButton
from ui.kit.cards import PaneHeader, Panel
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.fields import Choice
from ui.kit.flow import split
from ui.kit.labels import Label
from ui.kit.page import Page
from ui.kit.side_list import Place, Section, SideList
from ui.kit.terminal import Terminal
from ui.kit.terminal_marks import Marks
from ui.kit.terminal_paint import ROW_HEIGHT, cell_width
from ui.kit.theme import L, M, S, Tone
from ui.panes.devices.terminal.highlight_form import KINDS, HighlightForm
from ui.panes.devices.words import platform_word

_WIDTHS = (460, 820)
_SAMPLE_COLS, _SAMPLE_ROWS = 90, 18  # what the sample takes
_SAMPLE = (
    "core-1#show interfaces status\r\n"
    "Port      Name               Status       Vlan       Duplex  Speed Type\r\n"
    "Gi1/0/1   uplink             connected    trunk      a-full a-1000 10/100/1000BaseTX\r\n"
    "Gi1/0/2   printer            notconnect   20           auto   auto 10/100/1000BaseTX\r\n"
    "Gi1/0/3   camera             err-disabled 30           auto   auto 10/100/1000BaseTX\r\n"
    "core-1#show interfaces Gi1/0/4 | include line\r\n"
    "GigabitEthernet1/0/4 is administratively down, line protocol is down\r\n"
    "GigabitEthernet1/0/5 is up, line protocol is up\r\n"
    "core-1#show logging | last 4\r\n"
    "Mar  1 09:30:15: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/3, changed state to down\r\n"
    "Mar  1 09:30:16: %SYS-5-CONFIG_I: Configured from console by vty0\r\n"
    "Mar  1 09:31:02: %SW_MATM-4-MACFLAP_NOTIF: Host 0011.2233.4455 in vlan 30 is flapping\r\n"
    "core-1#shw ver\r\n"
    "          ^\r\n"
    "% Invalid input detected at '^' marker.\r\n"
    "core-1#"
)


class HighlightsPage(Page):
    """The words at the left, a sample and the form at the right. GUI thread only."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self.lines: dict[str, HighlightLine] = {}
        self._rules: tuple[Rule, ...] = ()
        self.form: HighlightForm | None = None
        self._declared = self._declare()
        self._buttons = {c.id.removeprefix("highlights."): KeyButton.of(console.book, c) for c in self._declared}
        self.platform = Choice("Platform")
        for key, name in PLATFORMS:
            self.platform.addItem(name, key)
        self.list = SideList("What stands out", unsent=console.unsent)
        self.sample = Terminal("How it looks")
        self.sample.set_open(is_open=False)
        # Wide and high enough before it is laid out too: what wrapped and scrolled off would stay so.
        self.sample.setMinimumSize(int(_SAMPLE_COLS * cell_width()) + 2 * L, _SAMPLE_ROWS * ROW_HEIGHT)
        self.sample.feed(_SAMPLE.encode())
        self._lay_out()
        self.platform.currentIndexChanged.connect(lambda _at: self.load())
        self.list.chosen.connect(lambda _one: console.book.refresh())
        self.list.doubleClicked.connect(lambda _index: self.change())
        console.watch(self, ("highlight",), lambda _changes: self.load())
        self.setAccessibleName("Highlights")
        self.load()

    def _lay_out(self) -> None:
        self.header = PaneHeader("Highlights")
        self.header.right.addWidget(self.platform)
        for button in self._buttons.values():
            self.header.right.addWidget(button)
        left, right = Panel(is_raised=False, line=Qt.Edge.RightEdge), QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, S, 1, S)
        column.addWidget(self.list)
        self._right = QVBoxLayout(right)
        self._right.setContentsMargins(L, M, L, L)
        self._right.setSpacing(M)
        self._right.addWidget(Label("A made-up session with these words.", tone=Tone.DIM))
        self._right.addWidget(self.sample, 1)
        parts = split(left, right, sizes=_WIDTHS)
        parts.setStretchFactor(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addWidget(parts, 1)

    def _declare(self) -> tuple[Command, ...]:
        rows = (
            ("add", "Add", "Words that are to stand out", "A", self.add, lambda: self.form is None),
            ("change", "Change", "Other words, another meaning or platform", "C", self.change, self._may_change),
            ("remove", "Remove", "Take it away; Ctrl+Z brings it back", "Del", self.remove, self._may_change),
        )
        return tuple(
            Command(f"highlights.{name}", title, about, (key,), "Highlights", run, can, single_key=True)
            for name, title, about, key, run, can in rows
        )

    def commands(self) -> tuple[Command, ...]:
        """Give what can be done here."""
        return self._declared

    def focus_first(self) -> None:
        """Go to the list."""
        self.list.setFocus()

    @property
    def chosen(self) -> HighlightLine | None:
        """The line that somebody keeps and that is chosen; None for one of Baton's own."""
        return self.lines.get(self.list.current())

    def _may_change(self) -> bool:
        return self.form is None and self.chosen is not None

    def load(self) -> None:
        """Read what there is for the platform."""
        platform = str(self.platform.currentData())

        def look(desk: Desk) -> tuple[tuple[HighlightLine, ...], tuple[Rule, ...]]:
            return highlights.all_of(desk), highlights.of_platform(desk, platform)

        self._console.read(self, look, lambda found: self._show(platform, *found))

    def _show(self, platform: str, lines: tuple[HighlightLine, ...], rules: tuple[Rule, ...]) -> None:
        if platform != self.platform.currentData():
            return
        self.lines = {line.id: line for line in lines if line.platform in {"", platform}}
        self._rules = rules
        mine = tuple(_place(line) for line in self.lines.values() if line.is_mine)
        all_have = tuple(_place(line) for line in self.lines.values() if not line.is_mine)
        own = tuple(
            Place(f"own/{at}", pattern, *KINDS[kind])
            for at, (pattern, kind) in enumerate(highlights.defaults(platform))
        )
        name = platform_word(platform)
        sections = [Section("Mine", mine), Section("Everybody's", all_have), Section(f"Baton's own on {name}", own)]
        self.list.show_sections([section for section in sections if section.places])
        if not self.list.current():
            self.list.choose(self.list.ids()[0])
        self.header.say("Highlights", f"on {name}")
        self.sample.mark(Marks(rules))
        self._console.book.refresh()

    def add(self) -> None:
        """Ask for words."""
        self._open(None)

    def change(self) -> None:
        """Change the chosen one."""
        if self.chosen is not None:
            self._open(self.chosen)

    def _open(self, line: HighlightLine | None) -> None:
        self._leave()
        form = self.form = HighlightForm(line, str(self.platform.currentData()))
        form.pattern.textChanged.connect(lambda _text: self._try(form))
        form.kind.currentIndexChanged.connect(lambda _at: self._try(form))
        form.sent.connect(lambda: self._keep(form, line.id if line else ""))
        form.left.connect(self._leave)
        self._right.addWidget(form)
        form.ask()
        self._console.book.refresh()

    def _try(self, form: HighlightForm) -> None:
        """Show the sample with what is being typed, where that is a pattern."""
        rule = (form.pattern.text(), HighlightKind(form.kind.currentData()))
        self.sample.mark(Marks((rule, *self._rules) if highlights.is_fine(rule[0]) else self._rules))

    def _keep(self, form: HighlightForm, highlight_id: str) -> None:
        pattern, kind = form.pattern.text(), HighlightKind(form.kind.currentData())
        platform, is_mine = str(form.platform.currentData()), form.whose.currentData() == "mine"

        def verb(desk: Desk) -> str:
            return highlights.write(desk, pattern, kind, platform=platform, is_mine=is_mine, highlight_id=highlight_id)

        self._console.write(self, verb, lambda _id: self._leave(), form.refuse)

    def _leave(self) -> None:
        form, self.form = self.form, None
        if form is not None:
            form.hide()
            self._right.removeWidget(form)
            form.deleteLater()
            self.sample.mark(Marks(self._rules))
            self.list.setFocus()
            self._console.book.refresh()

    def remove(self) -> None:
        """Take the chosen one away."""
        line = self.chosen
        if line is not None:
            told = f"Removed: {line.pattern}. Ctrl+Z brings it back."
            self._console.write(
                self, lambda desk: highlights.remove(desk, line.id), lambda _none: self._console.navigator.tell(told)
            )


def _place(line: HighlightLine) -> Place:
    sign = "" if line.is_used else "not used: it could take too long"
    return Place(line.id, line.pattern, *KINDS[line.kind], row=line.id, sign=sign)
