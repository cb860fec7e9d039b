"""The form in which a deployment to a customer is recorded."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from app.domain.customer import Installation
from app.domain.when import earlier, instant
from ui.panes.customers.record_form import RecordForm

_NONE = ""


class DeploymentForm(RecordForm):
    """What was deployed to one customer; the build that an installation had is filled in."""

    def __init__(self, whose: str, installations: Sequence[Installation], chosen: str = "") -> None:
        """`chosen` is the installation that was looked at; else the first one, which is of production."""
        super().__init__(f"What was deployed to {whose}", "Record it")
        self._builds = {one.id: one.build for one in installations}
        options = [(one.id, f"{one.product}, {one.environment}") for one in installations]
        begun = chosen if chosen in self._builds else next(iter(self._builds), _NONE)
        self.installation = self.choice("installation_id", "Installation", [*options, (_NONE, "another")], begun)
        self.from_build = self.line("from_build", "From build", self._builds.get(begun, ""))
        self.to_build = self.line("to_build", "To build", hint="The installation has it from then on")
        self.at = self.line("at", "When", hint="now; or 23:40, yesterday 22:00, 2h ago")
        self.line("what", "What", hint="In a few words what changed")
        self.text("back_out", "Back-out", hint="How it is taken back", lines=2)
        self.line("back_out_until", "Until", hint="The last moment for that: tomorrow 6:00")
        self._filled = self.from_build.text()
        self.installation.currentIndexChanged.connect(lambda _index: self._fill())

    @property
    def first(self) -> Any:
        """The field where typing begins: the rest stands there mostly."""
        return self.to_build

    def _fill(self) -> None:
        """Put in the build of the installation chosen, unless somebody wrote another."""
        if self.from_build.text() == self._filled:
            self._filled = self._builds.get(str(self.installation.currentData()), "")
            self.from_build.setText(self._filled)

    def values(self) -> dict[str, Any]:
        """Give all of it, as the verb takes it; raises BadInput for a time that cannot be understood."""
        now = datetime.now(UTC)
        made = super().values()
        until = str(made.get("back_out_until", "")).strip()
        return {
            **made,
            "installation_id": str(self.installation.currentData()) or None,
            "from_build": self.from_build.text(),
            "at": earlier(self.at.text(), now) if self.at.text().strip() else None,
            "back_out_until": instant(until, now) if until else None,
        }
