"""What the search field finds: records here, and the archive of issues that are too old to be kept here."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future

from app.domain.errors import Refused
from app.runtime.workstation import ArchivedIssue, Workstation
from app.services import search
from app.services.desk import Desk
from app.services.search import HitKind
from ui.kit.palette import Hit
from ui.shell.navigation import WindowNavigator

ARCHIVE, ARCHIVED = "archive", "archived"
LEAST_LETTERS = 3

Found = Sequence[Hit]


class Finding:
    """Gives hits and opens them; `log_call` is given the name of a contact that was chosen."""

    def __init__(self, workstation: Workstation, navigator: WindowNavigator, log_call: Callable[[str], None]) -> None:
        self._workstation, self._navigator, self._log_call = workstation, navigator, log_call

    def search(self, text: str) -> "Future[Found]":
        """Look in the cache; the last line leads on to the archive."""

        def look_up(desk: Desk) -> Found:
            found = [Hit(h.kind.value, h.id, h.title, h.subtitle) for h in search.search(desk, text)]
            if len(text) >= LEAST_LETTERS:
                found.append(self._to_archive(text))
            return found

        return self._workstation.read(look_up)

    def open(self, hit: Hit) -> None:
        """Show what was chosen where it is shown."""
        match hit.kind:
            case HitKind.ISSUE | "archived":
                self._navigator.open_issue(hit.id)
            case HitKind.DEVICE:
                self._navigator.open_device(hit.id)
            case HitKind.CUSTOMER:
                self._navigator.open_customer(hit.id)
            case _:
                self._log_call(hit.title)

    def _to_archive(self, words: str) -> Hit:
        title = f"Look in the archive for “{words}”"
        about = "issues closed long ago"
        return Hit(ARCHIVE, words, title, about, lambda: self._look(words), "Looking in the archive…")

    def _look(self, words: str) -> "Future[Found | None]":
        asked = self._workstation.look_in_archive(words)
        found: Future[Found | None] = Future()

        def name(issues: Sequence[ArchivedIssue]) -> "Future[Found]":
            return self._workstation.read(lambda desk: [self._archived(desk, issue) for issue in issues])

        def answered(done: "Future[tuple[ArchivedIssue, ...]]") -> None:
            error = done.exception()
            if error is not None:
                found.set_exception(error)
            elif done.result():
                _pass_on(name(done.result()), found)
            else:
                found.set_exception(Refused(f"The archive has nothing for “{words}”.", "Try fewer or other words."))

        asked.add_done_callback(answered)
        return found

    def _archived(self, desk: Desk, issue: ArchivedIssue) -> Hit:
        rows = desk.cache.read("SELECT name FROM customer WHERE id = ?", (issue.customer_id,))
        closed = f"closed {issue.closed_at.astimezone():%Y-%m-%d}" if issue.closed_at else ""
        about = " · ".join(part for part in (str(rows[0][0]) if rows else "", closed) if part)
        title = f"{issue.number or ''} {issue.title}".strip()
        return Hit(ARCHIVED, issue.issue_id, title, about, lambda: self._fetch(issue.issue_id), f"Fetching {title}…")

    def _fetch(self, issue_id: str) -> "Future[Found | None]":
        fetched: Future[Found | None] = Future()
        _pass_on(self._workstation.fetch_issue(issue_id), fetched)
        return fetched


def _pass_on(asked: "Future[Found] | Future[None]", to: "Future[Found | None]") -> None:
    def done(future: "Future[Found] | Future[None]") -> None:
        if future.cancelled():
            to.cancel()
        elif (error := future.exception()) is not None:
            to.set_exception(error)
        else:
            to.set_result(future.result())

    asked.add_done_callback(done)
