"""What an issue is about: kind, topic, product, build, installation, team, level, devices, followers."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.domain.customer import Installation
from app.domain.errors import BadInput
from app.domain.issue import SHARED_KINDS, IssueKind
from app.services import ask_first, devices, followers, issue_devices, issues, people
from app.services.desk import Desk
from app.services.issues import Described, IssueDetail
from ui.kit.console import Console
from ui.kit.fields import Choice
from ui.kit.typed_fields import WhomField
from ui.panes.queue.completed_field import CompletedField
from ui.panes.queue.issue_form import IssueForm, Verb

_LEVELS = 5
_WORDS = ("topic", "product", "build", "team")


class AboutForm(IssueForm):
    """Only what is typed over is changed; words are completed from what was used before."""

    kind = "about"

    def __init__(self, issue: IssueDetail) -> None:
        super().__init__("What it is about", "Change it")
        self.what = Choice("Kind")
        for kind in [issue.kind] if issue.is_shared else [k for k in IssueKind if k not in SHARED_KINDS]:
            self.what.addItem(str(kind), str(kind))
        self.what.setCurrentIndex(self.what.findData(str(issue.kind)))
        self.words = {name: CompletedField(name.capitalize()) for name in _WORDS}
        for name, field in self.words.items():
            field.set_text(str(getattr(issue, name)))
        self.installation = Choice("Installation")
        self.installation.addItem("not said", "")
        self.level = Choice("Level")
        for level in range(max(_LEVELS, issue.level) + 1):
            self.level.addItem(str(level) if level else "not said", str(level))
        self.level.setCurrentIndex(self.level.findData(str(issue.level)))
        self.device = CompletedField("Device", "One it is about; -name takes one off")
        self.follower = WhomField("Follower", "Who wants to know too; again: no more")
        self.ask = WhomField("Ask first", "Somebody who knows this topic")
        self.add("Kind", self.what)
        self.add("Topic", self.words["topic"])
        if not issue.is_shared:
            self.add("Installation", self.installation, "Brings its product and build along")
        self.add("Product", self.words["product"])
        self.add("Build", self.words["build"])
        self.add("Team", self.words["team"])
        self.add("Level", self.level)
        self.add("Device", self.device)
        self.add("Follower", self.follower)
        self.add("Ask first", self.ask, "Is asked first about the topic, from now on")
        self._watch()

    def begin(self, console: Console, issue: IssueDetail) -> None:
        """Offer words, installations, devices and people."""
        for name, field in self.words.items():
            console.read(self, _using(name), field.offer_words)

        def installed(found: tuple[Installation, ...]) -> None:
            self.installation.blockSignals(True)
            for one in found:
                label = " · ".join(p for p in (one.product, str(one.environment), one.build) if p)
                self.installation.addItem(label, one.id)
            self.installation.setCurrentIndex(max(self.installation.findData(issue.installation_id or ""), 0))
            self.installation.blockSignals(False)
            self._opened["installation"] = str(self.installation.currentData() or "")

        console.read(self, lambda desk: issues.installations(desk, issue.id), installed)
        console.read(self, people.people, self.follower.offer)
        console.read(self, people.people, self.ask.offer)
        console.read(self, lambda d: [one.name for one in devices.of_issue(d, issue.id)], self.device.offer_words)

    def fields(self) -> dict[str, QWidget]:
        """Give every field."""
        return {
            **self.words,
            "what": self.what,
            "installation": self.installation,
            "level": self.level,
            "device": self.device,
            "follower": self.follower,
            "ask": self.ask,
        }

    def first_field(self) -> QWidget:
        """Begin with the topic."""
        return self.words["topic"]

    def _said(self, typed: dict[str, str]) -> Described:
        said: Described = {}
        for name in _WORDS:
            if name in typed:
                said[name] = typed[name]  # type: ignore[literal-required]  # one of the four
        if "installation" in typed:
            said["installation_id"] = typed["installation"] or None
        if "level" in typed:
            said["level"] = int(typed["level"])
        return said

    def verb(self, issue: IssueDetail) -> Verb:
        """Change what was typed over."""
        said, kind = self._said(self.content()), IssueKind(str(self.what.currentData()))
        device, topic = self.device.text().strip(), self.words["topic"].text().strip()
        follower_id, _team = self.follower.meant()
        ask_id, _team = self.ask.meant()
        if ask_id and not topic:
            raise BadInput("Asking is about a topic.", "Give the issue a topic too.")

        def change(desk: Desk) -> str:
            if device:
                _put_device(desk, issue.id, device)
            if said:
                issues.describe(desk, issue.id, **said)
            if kind is not issue.kind:
                issues.set_kind(desk, issue.id, kind)
            if follower_id:
                is_there = follower_id in dict(followers.of_issue(desk, issue.id))
                (followers.unfollow if is_there else followers.follow)(desk, issue.id, follower_id)
            if ask_id:
                ask_first.put(desk, topic, ask_id)
            return f"Changed {issue.label}."

        return change


def _using(name: str) -> Callable[[Desk], tuple[str, ...]]:
    return lambda desk: issues.used(desk, name)


def _put_device(desk: Desk, issue_id: str, typed: str) -> None:
    """Put the device of that name on the issue, or with a minus take it off; raises BadInput for none of that name."""
    name = typed.removeprefix("-").strip().casefold()
    known = {one.name.casefold(): one.id for one in devices.of_issue(desk, issue_id)}
    known |= {said.casefold(): device_id for device_id, said in issue_devices.of_issue(desk, issue_id)}
    if name not in known:
        raise BadInput(f"This customer has no device called “{typed.removeprefix('-')}”.", "Choose from the list.")
    (issue_devices.take_off if typed.startswith("-") else issue_devices.put)(desk, issue_id, known[name])
