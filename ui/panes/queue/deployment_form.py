"""What was deployed to an issue's customer, recorded from the issue about which they ring."""

from datetime import UTC, datetime

from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.customer import Installation
from app.domain.when import earlier
from app.services import deployments
from app.services.desk import Desk
from app.services.issues import IssueDetail
from ui.kit.console import Console
from ui.kit.fields import Choice
from ui.kit.timephrase import moment
from ui.kit.typed_fields import WhenField
from ui.panes.queue.issue_form import IssueForm, Verb, words


class DeploymentForm(IssueForm):
    """The build that the issue's installation had is filled in; the one recorded is its build from then on."""

    kind = "deployment"

    def __init__(self, issue: IssueDetail) -> None:
        super().__init__(f"What was deployed to {issue.customer}", "Record it")
        self._builds: dict[str, str] = {}
        self._filled = ""
        self.installation = Choice("Installation")
        self.installation.addItem("another", "")
        self.from_build, self.to_build, self.at, self.what = (QLineEdit() for _ in range(4))
        self.to_build.setPlaceholderText("The installation has it from then on")
        self.at.setPlaceholderText("now; or 23:40, yesterday 22:00, 2h ago")
        self.what.setPlaceholderText("In a few words what changed")
        self.back_out = words("How it is taken back", 48)
        self.until = WhenField("Until", "The last moment for that: tomorrow 6:00")
        for name, field in (
            ("Installation", self.installation),
            ("From build", self.from_build),
            ("To build", self.to_build),
            ("When", self.at),
            ("What", self.what),
            ("Back-out", self.back_out),
            ("Until", self.until),
        ):
            self.add(name, field)
        self._watch()
        self.installation.currentIndexChanged.connect(lambda _index: self._fill())

    def begin(self, console: Console, issue: IssueDetail) -> None:
        """Offer what the customer runs, with the issue's own chosen, else the first of production."""
        where = "customer_id = ? ORDER BY environment, product COLLATE NOCASE, id"

        def offer(found: list[Installation]) -> None:
            self._builds = {one.id: one.build for one in found}
            for at, one in enumerate(found):
                self.installation.insertItem(at, f"{one.product}, {one.environment}", one.id)
            wanted = self.installation.findData(issue.installation_id)
            self.installation.setCurrentIndex(max(wanted, 0))
            self._opened["from"] = self._filled

        console.read(self, lambda desk: desk.cache.records(Installation, where, (issue.customer_id,)), offer)

    def _fill(self) -> None:
        if self.from_build.text() == self._filled:
            self._filled = self._builds.get(str(self.installation.currentData()), "")
            self.from_build.setText(self._filled)

    def fields(self) -> dict[str, QWidget]:
        """Give what is typed; the new build first."""
        return {
            "to": self.to_build,
            "from": self.from_build,
            "at": self.at,
            "what": self.what,
            "back_out": self.back_out,
            "until": self.until,
        }

    def verb(self, issue: IssueDetail) -> Verb:
        """Record it."""
        at = earlier(self.at.text(), datetime.now(UTC)) if self.at.text().strip() else None
        until, installation_id = self.until.value(), str(self.installation.currentData()) or None
        texts = {"from_build": self.from_build.text(), "to_build": self.to_build.text(), "what": self.what.text()}
        back_out, customer_id = self.back_out.toPlainText(), issue.customer_id or ""

        def record(desk: Desk) -> str:
            made = deployments.record(
                desk,
                customer_id,
                installation_id=installation_id,
                at=at,
                back_out=back_out,
                back_out_until=until,
                **texts,
            )
            (line,) = deployments.lines(desk, [made.id])
            return f"Recorded for {issue.customer}: {line.what}, {moment(line.at, desk.now)}."

        return record
