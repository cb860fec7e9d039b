"""Which two copies are compared, and how that is said."""

from dataclasses import dataclass

from app.services.config_diffs import Changed
from app.services.configs import Copy, DeploymentLine
from ui.panes.devices.configs.shown import Layout
from ui.panes.devices.configs.words import Said, of_one, of_pair, title


@dataclass(frozen=True, slots=True)
class Compares:
    """Two copies, and the deployment between them when that was asked for. The same one twice is its text alone."""

    before: Copy
    now: Copy
    deployment: DeploymentLine | None = None

    @property
    def is_one(self) -> bool:
        """Whether it is one copy's text alone."""
        return self.before.id == self.now.id and self.deployment is None

    def said(self, changed: Changed, layout: Layout) -> Said:
        """Give the sentence above it."""
        if layout is Layout.TEXT:
            return of_one(self.now)
        marks = changed.texts.has_marks
        return of_pair(changed.summary, self.before, self.now, self.deployment, has_marks=marks)

    def titles(self, layout: Layout) -> tuple[str, str]:
        """Give what stands above each side."""
        has_device = layout is Layout.TEXT or self.before.device_id != self.now.device_id
        now = title(self.now, has_device=has_device)
        return ("", now) if layout is Layout.TEXT else (title(self.before, has_device=has_device), now)

    def file_name(self, *, is_text: bool) -> str:
        """Give what a file of it is called."""
        return f"{self.now.device}-{self.now.taken_at:%Y-%m-%d-%H%M}.{'txt' if is_text else 'diff'}"
