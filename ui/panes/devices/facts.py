"""The facts at the right: address and platform, the way in, key, last good backup, what is open at this customer."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.domain.config_backup import BackupOutcome
from app.domain.device import LoginWith, Protocol
from app.services.devices import DeviceCard, OpenIssue, shown_address
from app.services.host_keys import KeyLine
from ui.kit.buttons import TextButton
from ui.kit.cards import FactsPanel
from ui.kit.flow import clear, flow, row
from ui.kit.labels import Label, Pill, SectionLabel
from ui.kit.theme import XS, Face, Kind, S, Tone
from ui.kit.timephrase import exact
from ui.kit.unsent import Unsent, UnsentMark
from ui.panes.devices.lines import NOT_ENCRYPTED
from ui.panes.devices.orders import Orders
from ui.panes.devices.questions import accepted_words
from ui.panes.devices.words import ENVIRONMENTS, key_type_word, platform_word, short_fingerprint, when

_SHOWN_ISSUES = 12


class IssueLine(TextButton):
    """An open issue in one line; pressing it leads there."""

    def __init__(self, issue: OpenIssue, run: Callable[[], None]) -> None:
        super().__init__(f"{issue.label} {issue.title}".strip(), run)
        self.setAccessibleName(f"Open issue {self.text()}")
        self.setToolTip(f"{self.text()}\nP{issue.priority} · {issue.state}")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)


class DeviceFacts(FactsPanel):
    """One device's facts; `issue_opened` carries the id of an issue that was pressed."""

    issue_opened = Signal(str)

    def __init__(self, orders: Orders, unsent: Unsent) -> None:
        super().__init__("Device")
        self._unsent = unsent
        self._shown = QVBoxLayout()
        self._shown.setSpacing(S)
        self.body.addLayout(self._shown)
        self.body.addStretch(1)
        self.note = orders.button("devices.note", primary=True)
        self.edit = orders.button("devices.edit")
        self.edit.hide()
        self.note.hide()
        self.foot.addWidget(flow(self.note, self.edit))

    def show_nothing(self) -> None:
        """Show that no device is chosen."""
        clear(self._shown)
        self.note.hide()
        self.edit.hide()

    def show_card(self, card: DeviceCard, issue: OpenIssue | None, *, is_stranger: bool = False) -> None:
        """Show this device, and the issue that notes go into; a stranger has just shown another key than the book."""
        clear(self._shown)
        device = card.device
        address = shown_address(device.address, device.port, device.protocol)
        head = Label(f"{address} · {device.software or platform_word(device.platform)}", face=Face.BOLD, wrap=True)
        self._shown.addWidget(head.selectable())
        self._shown.addWidget(_place(card))
        if device.model or device.serial:
            box = " · ".join(part for part in (device.model, device.serial and f"serial {device.serial}") if part)
            self._shown.addWidget(Label(box, tone=Tone.DIM, wrap=True).selectable())
        self._shown.addWidget(flow(*_marks(card), UnsentMark(self._unsent, device.id)))
        self._shown.addWidget(_way_in(card))
        if device.note:
            self._head("Note")
            self._shown.addWidget(Label(device.note, wrap=True).selectable())
        if device.protocol is Protocol.SSH:
            self._add_keys(card, is_stranger=is_stranger)
        self._add_backup(card)
        self._add_issues(card, issue)
        if card.last_output is not None:
            self._head("Last noted")
            last = card.last_output
            said = Label(f"{last.command or 'terminal'}, {when(last.at)} by {last.by}", tone=Tone.DIM, wrap=True)
            said.setToolTip(exact(last.at))
            self._shown.addWidget(said)
        # Before another key nothing is what most people do next, and with no issue open there is nothing to note to.
        self.note.set_primary(primary=bool(card.issues) and not is_stranger)
        self.note.show()
        self.edit.setVisible(card.may_edit)

    def _add_keys(self, card: DeviceCard, *, is_stranger: bool) -> None:
        self._head("Host key")
        valid = [line for line in card.keys if line.is_valid]
        retired = [line for line in card.keys if not line.is_valid]
        for line in valid:
            mark = UnsentMark(self._unsent, line.id)
            self._shown.addWidget(_key(line, mark, has_changed=bool(retired) or is_stranger))
        if is_stranger and valid:
            self._shown.addWidget(Label("The device shows another key now.", tone=Tone.RED, wrap=True))
        if not valid:
            text = "Not met yet. The first contact shows the key and asks."
            self._shown.addWidget(Label(text, tone=Tone.DIM, wrap=True))
        if retired:
            self._shown.addWidget(_retired(retired[0]))

    def _add_backup(self, card: DeviceCard) -> None:
        self._head("Last good backup")
        state = card.backup
        if state is None or (state.taken_at is None and not state.has_failed):
            self._shown.addWidget(Label("None yet.", tone=Tone.DIM, wrap=True))
            return
        if state.taken_at is not None:
            # Found the same since: the copy is old, but what it says held until then.
            same = state.outcome is BackupOutcome.SAME and state.tried_at is not None
            since = f", the same {when(state.tried_at)}" if same and state.tried_at is not None else ""
            since += f"; {state.words}" if same and state.words else ""
            taken = Label(f"{when(state.taken_at).capitalize()} · {state.lines:,} lines{since}", wrap=True)
            taken.setToolTip(exact(state.taken_at))
            self._shown.addWidget(taken)
        if state.has_failed and state.tried_at is not None:
            why = f": {state.words}" if state.words else "."
            failed = Label(f"The last attempt failed, {when(state.tried_at)}{why}", tone=Tone.RED, wrap=True)
            failed.setToolTip(exact(state.tried_at))
            self._shown.addWidget(failed)

    def _add_issues(self, card: DeviceCard, issue: OpenIssue | None) -> None:
        self._head("Open here")
        if not card.issues:
            text = f"Nothing is open at {card.customer}." if card.customer else "No customer, no issues."
            self._shown.addWidget(Label(text, tone=Tone.DIM, wrap=True))
        for one in card.issues[:_SHOWN_ISSUES]:
            line = row(gap=XS)
            line.addWidget(IssueLine(one, lambda i=one.id: self.issue_opened.emit(i)), 1)  # type: ignore[misc]
            if issue is not None and one.id == issue.id:
                line.addWidget(Pill("notes go here", Kind.BLUE))
            line.addWidget(UnsentMark(self._unsent, one.id))
            self._shown.addLayout(line)
        if len(card.issues) > _SHOWN_ISSUES:
            self._shown.addWidget(Label(f"and {len(card.issues) - _SHOWN_ISSUES} more in the Queue", tone=Tone.DIM))

    def _head(self, text: str) -> None:
        self._shown.addSpacing(XS)
        self._shown.addWidget(SectionLabel(text))


def _place(card: DeviceCard) -> Label:
    device, login = card.device, card.last_login
    platform = platform_word(device.platform) if device.software else ""
    seen = f"last login {when(login.at)} by {login.by or 'somebody'}" if login is not None else "nobody was in yet"
    place = " · ".join(part for part in (device.site, platform, seen) if part)
    label = Label(place[0].upper() + place[1:], tone=Tone.DIM, wrap=True)
    if login is not None:
        label.setToolTip(exact(login.at))
    return label


def _way_in(card: DeviceCard) -> Label:
    device = card.device
    user = f"Logs in as {device.username}" if device.username else "Asks as whom to log in"
    how = {
        LoginWith.PASSWORD: "",
        LoginWith.KEY: f"with the key {device.key_file}",
        LoginWith.AGENT: "with the SSH agent",
    }
    speed = f"at {device.baud} baud" if device.protocol is Protocol.SERIAL else ""
    through = f"through {', then '.join(card.jumps)}" if card.jumps else ""
    parts = [part for part in (how[device.login_with], speed, through) if part]
    return Label(", ".join([user, *parts]), tone=Tone.DIM, wrap=True)


def _marks(card: DeviceCard) -> list[QWidget]:
    device = card.device
    marks: list[QWidget] = [Pill(*ENVIRONMENTS[device.environment])]
    if card.is_vip:
        marks.append(Pill("VIP", Kind.BLUE))
    if not device.protocol.is_encrypted:
        marks.append(Pill(f"{NOT_ENCRYPTED[device.protocol]}, not encrypted", Kind.AMBER))
    if device.allows_legacy:
        marks.append(Pill("old SSH algorithms", Kind.AMBER))
    return [*marks, *(Pill(tag, Kind.GREY) for tag in device.tags.split())]


def _key(line: KeyLine, unsent: UnsentMark, *, has_changed: bool) -> QWidget:
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(2)
    fingerprint = Label(short_fingerprint(line.fingerprint), face=Face.MONO).selectable()
    fingerprint.setToolTip(line.fingerprint)
    fingerprint.setAccessibleName(line.fingerprint)
    layout.addLayout(row(Label(key_type_word(line.key_type)), fingerprint, unsent, None, gap=6))
    words = accepted_words(line) + ("" if has_changed else ", unchanged")
    accepted = Label(words, tone=Tone.DIM, wrap=True)
    accepted.setToolTip(exact(line.accepted_at))
    layout.addWidget(accepted)
    return holder


def _retired(line: KeyLine) -> Label:
    text = f"{short_fingerprint(line.fingerprint)} before it"
    if line.retired_at is not None:
        text += f", retired {when(line.retired_at)} by {line.retired_by}: {line.reason}"
    label = Label(text, face=Face.SMALL, tone=Tone.FAINT, wrap=True)
    label.setToolTip(line.fingerprint)
    return label
