"""Contents of files and config backups on their way: brought to the company once, fetched when somebody wants one.

A few pieces at a time, so that edits never wait for a file; whoever drives this calls `step` while `has_work`. What
came before a cut is not carried again, in either direction.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.company.link import Link
from app.company.on_demand import NOTHING_DUE, PIECE_BYTES, WRONG_CONTENT
from app.domain.entities import BY_NAME, WITH_CONTENT
from app.domain.errors import BatonError, CompanyUnreachable, EnvironmentFault, Refused
from app.domain.person import Person
from app.store import contents
from app.store.arrivals import remember
from app.store.cache import Cache
from app.sync.messages import ContentFetched, ContentMoved, FetchContent

_TURN_S = 0.1  # no longer does anything else wait on a fast line; on a slow one it waits for one piece
_TOLD_EVERY_S = 0.1
_ASKED_AT_ONCE = 500
_WORD = "content:"  # among the words of the sync, with the hash: the company has it from this person


@dataclass(slots=True)
class _Fetch:
    """One that somebody waits for; without a size nothing was asked yet."""

    question: FetchContent
    sha256: str
    size_bytes: int | None = None


@dataclass(slots=True)
class _Upload:
    sha256: str
    size_bytes: int
    due: int | None = None  # the piece that the company wants next


class Contents:
    """One workstation's contents, on the thread of its sync."""

    def __init__(self, cache: Cache, say: Callable[[object], None] = lambda _message: None) -> None:
        """`say` hears ContentMoved and ContentFetched."""
        self._cache, self.say = cache, say
        self._fetches: list[_Fetch] = []
        self._uploads: list[_Upload] = []
        self._must_look = True
        self._has_failed = False
        self._told_at = 0.0
        self.bytes_out = 0  # on their way in the present call; read by the watchdog

    @property
    def has_work(self) -> bool:
        """Whether there is anything to bring or to fetch."""
        return bool(self._fetches or self._uploads or self._must_look)

    def look(self) -> None:
        """Look with the next step whether there is something to bring: an attachment was sent, or somebody is back."""
        self._must_look = True

    def rest(self) -> None:
        """Bring nothing until somebody says so again: the company does not take files."""
        self._uploads, self._must_look = [], False

    def ask(self, question: FetchContent) -> None:
        """Have the content that a row names fetched, before everything that is to be brought."""
        row = self._row(question.row_id)
        if row is None or row.deleted:
            gone = Refused("This file is not there any more.", "Somebody has removed it.")
            self.say(ContentFetched(question.request, "", is_here=False, trouble=gone))
        elif contents.is_here(self._cache, row.sha256):
            self.say(ContentFetched(question.request, row.sha256))
        else:
            self._fetches.append(_Fetch(question, row.sha256))

    def cancel(self, row_id: str) -> None:
        """Stop fetching this row's content; what came stays for the next time."""
        for fetch in [f for f in self._fetches if f.question.row_id == row_id]:
            self._end(fetch, is_here=False)

    def give_up(self, trouble: BatonError) -> None:
        """Tell everybody who waits that nothing comes now."""
        for fetch in list(self._fetches):
            self._end(fetch, is_here=False, trouble=trouble)

    def forgive(self) -> None:
        """Try again what could not be brought."""
        self._must_look = self._must_look or self._has_failed

    def forget_line(self) -> None:
        """Find out with the next connection what is to be brought: this one is gone."""
        self._uploads, self._must_look = [], True

    def forget_brought(self) -> None:
        """Bring everything again that the company does not have: its history is another one."""
        with self._cache.transaction():
            self._cache.write("DELETE FROM sync_meta WHERE name GLOB ?", (f"{_WORD}*",))
        self.look()

    def step(self, link: Link, person_id: str) -> None:
        """Carry what goes in a tenth of a second: of what somebody waits for, else of what is to be brought.

        Raises CompanyUnreachable; any other trouble is told to who waits, or ends that upload until the next time.
        """
        began = time.monotonic()
        while self.has_work and time.monotonic() - began < _TURN_S:
            if self._fetches:
                self._fetch(link, self._fetches[0])
            elif self._must_look:
                self._must_look = False
                self._find_uploads(link, person_id)
            else:
                self._upload(link, self._uploads[0])

    # Fetching

    def _fetch(self, link: Link, fetch: _Fetch) -> None:
        try:
            is_here = self._fetch_piece(link, fetch)
        except CompanyUnreachable:
            raise
        except BatonError as e:
            self._end(fetch, is_here=False, trouble=e)
        else:
            if is_here:
                self._end(fetch)

    def _fetch_piece(self, link: Link, fetch: _Fetch) -> bool:
        if contents.is_here(self._cache, fetch.sha256):
            return True
        contents.path_of(self._cache, fetch.sha256)  # refuses a hash that is none
        size = fetch.size_bytes
        if size is None:
            size = fetch.size_bytes = link.on_demand.content_size(fetch.sha256)
        if size is None:
            raise self._not_there(fetch.question.row_id)
        arrived = contents.arrived_bytes(self._cache, fetch.sha256)
        if arrived == size > 0:  # we were ended before it was put in its place
            contents.finish(self._cache, fetch.sha256)
            return True
        number = arrived // PIECE_BYTES if arrived < size else 0
        piece = link.on_demand.piece(fetch.sha256, number)
        if piece is None:
            raise self._not_there(fetch.question.row_id)
        contents.add_piece(self._cache, fetch.sha256, number * PIECE_BYTES, piece)
        done = number * PIECE_BYTES + len(piece)
        self._moved(fetch.sha256, done, size, is_upload=False)
        if done < size:
            return False
        contents.finish(self._cache, fetch.sha256)
        return True

    def _row(self, row_id: str) -> Any:
        """Give the row that names a content, of whichever table."""
        found = (self._cache.record(BY_NAME[table].record, row_id) for table in WITH_CONTENT)
        return next((row for row in found if row is not None), None)

    def _not_there(self, row_id: str) -> Refused:
        row = self._row(row_id)
        person = self._cache.record(Person, row.person_id) if row else None
        who = person.name if person else "whoever made it"
        return Refused(
            "The company does not have this file: it has not been brought there yet, or it is gone.",
            f"It is brought from the workstation of {who} as soon as that is connected; else make it again.",
        )

    def _end(self, fetch: _Fetch, *, is_here: bool = True, trouble: BatonError | None = None) -> None:
        self._fetches.remove(fetch)
        question = fetch.question
        self.say(ContentFetched(question.request, fetch.sha256, is_here=is_here, trouble=trouble))

    # Bringing

    def _find_uploads(self, link: Link, person_id: str) -> None:
        """Find what this person has made here and the company does not have from them."""
        self._has_failed = False
        mine = " UNION ALL ".join(
            f"SELECT sha256, size_bytes FROM {table} "  # noqa: S608 - names of ours
            "WHERE deleted = 0 AND person_id = :me AND rev > 0"
            for table in WITH_CONTENT
        )
        found = self._cache.read(
            f"SELECT sha256, max(size_bytes) FROM ({mine}) "  # noqa: S608 - names of ours
            "WHERE NOT EXISTS (SELECT 1 FROM sync_meta WHERE name = :word || sha256) GROUP BY sha256",
            {"me": person_id, "word": _WORD},
        )
        here = [_Upload(sha256, size) for sha256, size in found if contents.is_here(self._cache, sha256)]
        missing: set[str] = set()
        for start in range(0, len(here), _ASKED_AT_ONCE):
            missing |= link.on_demand.unbrought([one.sha256 for one in here[start : start + _ASKED_AT_ONCE]])
        self._brought(*(one.sha256 for one in here if one.sha256 not in missing))
        self._uploads = [one for one in here if one.sha256 in missing]

    def _brought(self, *hashes: str) -> None:
        if hashes:
            with self._cache.transaction():
                remember(self._cache, **{f"{_WORD}{sha256}": "there" for sha256 in hashes})

    def _upload(self, link: Link, upload: _Upload) -> None:
        try:
            is_done = self._upload_piece(link, upload)
        except CompanyUnreachable:
            raise
        except BatonError:
            # Refused, or gone from the disk: it is tried again later, and until then nobody can have it, which is
            # what they are told who ask for it.
            is_done = self._has_failed = True
        if is_done:
            self._uploads.remove(upload)

    def _upload_piece(self, link: Link, upload: _Upload) -> bool:
        if upload.due is None:
            upload.due = link.on_demand.begin(upload.sha256)
        if upload.due != NOTHING_DUE:
            at = upload.due * PIECE_BYTES
            piece = contents.read_piece(self._cache, upload.sha256, at, PIECE_BYTES)
            self.bytes_out = len(piece)
            try:
                upload.due = link.on_demand.bring(upload.sha256, upload.due, piece)
            finally:
                self.bytes_out = 0
            if upload.due == WRONG_CONTENT:
                contents.drop(self._cache, upload.sha256)
                raise EnvironmentFault("The copy on this workstation is damaged.", "Attach the file again.")
            self._moved(upload.sha256, at + len(piece), upload.size_bytes, is_upload=True)
        if upload.due != NOTHING_DUE:
            return False
        self._brought(upload.sha256)
        return True

    def _moved(self, sha256: str, done: int, size: int, *, is_upload: bool) -> None:
        now = time.monotonic()
        if done >= size or now - self._told_at > _TOLD_EVERY_S:
            self._told_at = now
            self.say(ContentMoved(sha256, done, size, is_upload))
