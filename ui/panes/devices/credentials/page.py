"""Accounts: as whom to log in to many devices at once. The first that finds a device counts; the order is by keys."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime

from app.domain.device import CredentialRule
from app.domain.errors import BatonError, SecretsUnavailable
from app.domain.ports import Secrets
from app.services import credentials
from app.services.credentials import Preview, RuleLine
from app.services.desk import Desk
from ui.kit.buttons import KeyButton
from ui.kit.cards import EmptyState, PaneHeader
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.page import Page
from ui.kit.said_values import counted
from ui.kit.table import Cell, Column, RecordTable, Source
from ui.kit.theme import Kind, Tone
from ui.panes.devices.credentials.facts import Kept, RuleFacts, proof
from ui.panes.devices.credentials.form import RuleForm
from ui.panes.devices.reach import outlive_us

_PREFIX = "accounts"
_WIDTHS = (820, 440)
_TABLES = ("credential_rule", "device", "customer", "person")
_WHY_NOT = "A manager or an engineer changes accounts; your own passwords for them are yours to keep."


def _name(line: RuleLine, _now: datetime) -> Cell:
    marks = (("cannot be read", Kind.RED),) if line.trouble else ()
    return Cell(line.rule.name, second=line.rule.selector, second_marks=marks, tip=line.trouble)


def _whom(line: RuleLine, _now: datetime) -> Cell:
    return Cell(line.rule.username or "asked", Tone.TEXT if line.rule.username else Tone.DIM, second=proof(line.rule))


def _count(line: RuleLine, _now: datetime) -> Cell:
    return Cell(f"{line.count:,}", Tone.TEXT if line.count else Tone.DIM)


_COLUMNS = (
    Column[RuleLine]("name", "Account", _name, 0, is_sortable=False),
    Column[RuleLine]("whom", "Log in as", _whom, 210, is_sortable=False),
    Column[RuleLine]("count", "Devices", _count, 84, is_sortable=False, is_right=True),
)


class AccountsPage(Page):
    """The rules in their order, and what the chosen one finds. GUI thread only."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._lines: dict[str, RuleLine] = {}
        self._wanted = ""
        self._asked = 0
        self._may_change = self._has_keyring = False
        self._kept: dict[str, Kept] = {}
        self._commands = self._declare()
        buttons = {one.id.removeprefix(f"{_PREFIX}."): KeyButton.of(console.book, one) for one in self._commands}
        self.header = PaneHeader("Accounts for devices")
        for name in ("add", "up", "down"):
            self.header.right.addWidget(buttons[name])
        empty = EmptyState("No account yet", "Add one with A, so that nobody types a password once for each device.")
        self.table: RecordTable[RuleLine] = RecordTable(
            "Accounts", _COLUMNS, Source(self._fetch, lambda line: line.rule.id), console.mailbox, empty,
            has_two_lines=True, unsent=console.unsent,
        )  # fmt: skip
        self.facts = RuleFacts([buttons[name] for name in ("change", "forget", "remove")])
        self.lay_beside(((self.header, 0), (self.table, 1)), self.facts, sizes=_WIDTHS, least=(500, 380))
        self.table.chosen.connect(lambda _one: self._show())
        self.table.opened.connect(lambda _one: self.change())
        console.watch(self, _TABLES, lambda _changes: self.load())
        self.setAccessibleName("Accounts for devices")
        self.load()

    def _declare(self) -> tuple[Command, ...]:
        may, on_one = self._may, lambda: self._may() and self._line() is not None
        rows: tuple[tuple[str, str, str, str, Callable[[], None], Callable[[], bool]], ...] = (
            ("add", "Add", "An account for devices that the filter finds", "A", self.add, may),
            ("up", "Up", "Ask it earlier: the first that finds a device counts", "U", lambda: self.shift(-1), on_one),
            ("down", "Down", "Ask it later", "D", lambda: self.shift(1), on_one),
            ("change", "Change", "The account, and your passwords for it", "C", self.change,
             lambda: self._line() is not None),
            ("forget", "Forget my passwords", "Take those for this account out of your keyring", "F", self.forget,
             self._has_kept),
            ("remove", "Remove", "Take the account away; Ctrl+Z puts it back", "Del", self.remove, on_one),
        )  # fmt: skip
        return tuple(
            Command(f"{_PREFIX}.{name}", title, about, (key,), "Accounts", run, can, single_key=True)
            for name, title, about, key, run, can in rows
        )

    def commands(self) -> tuple[Command, ...]:
        """Give what can be done here."""
        return self._commands

    def focus_first(self) -> None:
        """Go to the list."""
        self.table.setFocus()

    def _may(self) -> bool:
        return self._may_change

    def _line(self) -> RuleLine | None:
        return self._lines.get(self.table.chosen_id())

    def _has_kept(self) -> bool:
        kept = self._kept.get(self.table.chosen_id(), Kept())
        return kept.has_password or kept.has_enable

    # What is shown

    def load(self) -> None:
        """Read the accounts in their order."""
        secrets = self._console.workstation.secrets

        def look_up(desk: Desk) -> tuple[tuple[RuleLine, ...], bool, bool]:
            return credentials.rules(desk), credentials.may_change(desk), outlive_us(secrets)

        self._console.read(self, look_up, lambda found: self._came(*found))

    def _came(self, lines: Sequence[RuleLine], may_change: bool, has_keyring: bool) -> None:  # noqa: FBT001 - from the reader
        self._lines = {line.rule.id: line for line in lines}
        self._may_change, self._has_keyring = may_change, has_keyring
        self.header.say("Accounts for devices", counted(len(lines), "account") if lines else "")
        self.facts.why_not.setText("" if may_change else _WHY_NOT)
        self.table.show_ids(list(self._lines))
        self.table.refresh()
        if self._wanted in self._lines:
            self.table.choose(self._wanted)
            self._wanted = ""
        self.table.choose_first()
        self._show()

    def _fetch(self, ids: Sequence[str]) -> "Future[Sequence[RuleLine]]":
        found: Future[Sequence[RuleLine]] = Future()
        found.set_result([self._lines[one] for one in ids if one in self._lines])
        return found

    def _show(self) -> None:
        line = self._line()
        self.facts.say(line)
        if line is not None and self.facts.form is None:
            self._preview(line.rule.selector, line.rule.id)
            self._look_up_kept(line)
        self._console.book.refresh()

    def _preview(self, selector: str, rule_id: str) -> None:
        """Show what the selector finds; the last one asked for counts."""
        self._asked += 1
        asked = self._asked

        def came(found: Preview | None, trouble: str = "") -> None:
            if asked == self._asked:
                self.facts.say_found(found, trouble)

        future = self._console.workstation.read(lambda desk: credentials.preview(desk, selector, rule_id))
        self._console.mailbox.deliver(
            future, self, came, lambda error: came(None, f"{error.what} {error.todo}".strip())
        )

    def _look_up_kept(self, line: RuleLine) -> None:
        secrets, rule = self._console.workstation.secrets, line.rule

        def came(kept: Kept) -> None:
            self._kept[rule.id] = kept
            if self.table.chosen_id() == rule.id:
                self.facts.say_kept(line, kept)
                self._console.book.refresh()

        self._console.read(self, lambda _desk: _kept(secrets, rule), came)

    # What can be done

    def add(self) -> None:
        """Ask for a new account."""
        self._ask(RuleForm(None, has_keyring=self._has_keyring))
        self.facts.say_found(None)

    def change(self) -> None:
        """Change the chosen account in place, or one's own passwords for it."""
        line = self._line()
        if line is None:
            return
        kept = self._kept.get(line.rule.id, Kept())
        self._ask(
            RuleForm(line.rule, has_keyring=self._has_keyring, is_kept=kept.has_password, may_change=self._may_change)
        )

    def _ask(self, form: RuleForm) -> None:
        rule_id = form.rule.id if form.rule else ""
        form.previewed.connect(lambda selector: self._preview(selector, rule_id))
        form.left.connect(self._leave_form)
        form.sent.connect(lambda: self._send(form))
        self.facts.ask(form)
        self._console.book.refresh()

    def _send(self, form: RuleForm) -> None:
        form.clear_refusal()
        form.send.setEnabled(False)
        rule, values = form.rule, form.values()
        if rule is not None and not self._may_change:
            self._keep(form, rule)
            return

        def verb(desk: Desk) -> CredentialRule:
            return credentials.add(desk, **values) if rule is None else credentials.change(desk, rule.id, **values)

        self._console.write(self, verb, lambda made: self._keep(form, made), form.refuse)

    def _keep(self, form: RuleForm, rule: CredentialRule) -> None:
        """Put the passwords that were typed into the keyring, and leave."""
        secrets, password, enable = self._console.workstation.secrets, form.password.text(), form.enable.text()

        def put(_desk: Desk) -> None:
            if password:
                secrets.put(rule.secret_name, password)
            if enable:
                secrets.put(rule.enable_secret_name, enable)

        def done(_none: object) -> None:
            self._wanted = rule.id
            self._leave_form()
            self.load()

        # On a reader thread: the keyring may ask something, and edits must not wait for that.
        self._console.mailbox.deliver(self._console.workstation.read(put), self, done, form.refuse)

    def _leave_form(self) -> None:
        self.facts.ask(None)
        self.table.setFocus()
        self._show()

    def shift(self, by: int) -> None:
        """Ask the chosen account so much later, or earlier."""
        one = self.table.chosen_id()
        self._console.write(self, lambda desk: credentials.move(desk, one, by), lambda _none: self.load())

    def forget(self) -> None:
        """Take one's own passwords for the chosen account out of the keyring."""
        line = self._line()
        if line is not None:
            said = f"Your passwords for {line.rule.name} are forgotten."
            self._forget(line.rule, lambda: self._console.navigator.tell(said))

    def _forget(self, rule: CredentialRule, then: Callable[[], None]) -> None:
        secrets, tell = self._console.workstation.secrets, self._console.navigator.tell

        def forget(_desk: Desk) -> None:
            secrets.forget(rule.secret_name)
            secrets.forget(rule.enable_secret_name)

        def done(_none: object) -> None:
            self._kept.pop(rule.id, None)
            then()
            self._show()

        def failed(error: BatonError) -> None:
            tell(error.what, error.todo)

        self._console.mailbox.deliver(self._console.workstation.read(forget), self, done, failed)

    def remove(self) -> None:
        """Take the chosen account away; its passwords in one's own keyring go too, since Ctrl+Z makes a new one."""
        line, tell = self._line(), self._console.navigator.tell
        if line is None:
            return

        def removed(rule: CredentialRule) -> None:
            had = self._kept.get(rule.id, Kept())
            words = "Removed; Ctrl+Z puts it back"
            kept = ", without the passwords of your keyring." if had.has_password or had.has_enable else "."
            self._forget(rule, lambda: tell(words + kept))
            self.load()

        self._console.write(self, lambda desk: credentials.remove(desk, line.rule.id), removed)


def _kept(secrets: Secrets, rule: CredentialRule) -> Kept:
    try:
        return Kept(secrets.get(rule.secret_name) is not None, secrets.get(rule.enable_secret_name) is not None)
    except SecretsUnavailable as trouble:
        return Kept(trouble=trouble.what)
