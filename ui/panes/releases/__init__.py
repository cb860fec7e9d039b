"""The Releases pane: which step are we at, who has done it before, who signs."""

from ui.panes.releases.pane import ReleasesPane

__all__ = ["ReleasesPane"]
