"""From two copies to what changed between them: fetched where they are not here, compared in the devices child."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.config_diff import Comparison
from app.domain.errors import BatonError
from app.services import config_diffs
from app.services.config_diffs import Missing, Texts
from app.services.desk import Desk
from ui.kit.console import Console
from ui.panes.devices.configs.bringing import Bringing
from ui.panes.devices.reach import Reach

T = TypeVar("T")

_REST_MS = 40
"""Who walks through a history with the arrow keys does not want every pair compared."""


@dataclass(frozen=True)  # compared by identity: each wish has its own
class Wish:
    """Two copies to be compared; the same one twice is its whole text."""

    before_id: str
    now_id: str


class Comparer(QObject):
    """One wish at a time, the newest; `came` carries the Changed, `failed` the BatonError. GUI thread only."""

    came = Signal(object)
    failed = Signal(object)
    fetches = Signal(int, int)  # bytes done and in all

    def __init__(self, console: Console, reach: Reach, owner: QObject) -> None:
        super().__init__(owner)
        self._console, self._reach = console, reach
        self._wish: Wish | None = None
        self.bringing = Bringing(console, self)
        self.bringing.moved.connect(self.fetches)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._begin)

    def want(self, before_id: str, now_id: str) -> None:
        """Compare these two; what was wanted before is forgotten."""
        self.bringing.cancel()
        self._wish = Wish(before_id, now_id)
        self._rest.start()

    def forget(self) -> None:
        """Compare nothing."""
        self._rest.stop()
        self.bringing.cancel()
        self._wish = None

    def _begin(self) -> None:
        wish = self._wish
        if wish is None:
            return

        def found(missing: tuple[Missing, ...]) -> None:
            if missing:
                self.bringing.bring(missing, self._if(wish, self._read), self._if(wish, self._fail))
            else:
                self._read()

        self._look(wish, lambda desk: config_diffs.missing(desk, (wish.before_id, wish.now_id)), found)

    def _read(self, *_: object) -> None:
        wish = self._wish
        if wish is None:
            return
        if wish.before_id == wish.now_id:
            self._look(wish, lambda desk: config_diffs.whole_text(desk, wish.now_id), self._compare)
        else:
            self._look(wish, lambda desk: config_diffs.texts(desk, wish.before_id, wish.now_id), self._compare)

    def _compare(self, texts: Texts) -> None:
        wish = self._wish
        if wish is None:
            return

        def found(comparison: Comparison) -> None:
            self._look(wish, lambda _desk: config_diffs.changed(texts, comparison), self.came.emit)

        comparing = self._reach.exchange.compare(texts.left, texts.right)
        self._console.mailbox.deliver(comparing, self, self._if(wish, found), self._if(wish, self._fail))

    def _look(self, wish: Wish, look_up: Callable[[Desk], T], on_result: Callable[[T], None]) -> None:
        future = self._console.workstation.read(look_up)
        self._console.mailbox.deliver(future, self, self._if(wish, on_result), self._if(wish, self._fail))

    def _if(self, wish: Wish, act: Callable[..., None]) -> Callable[..., None]:
        """Give the act for while this is still what is wanted."""
        return lambda *given: act(*given) if self._wish is wish else None

    def _fail(self, error: BatonError) -> None:
        self.failed.emit(error)
