"""What the sync child and its parent say to each other."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from app.domain.company import CompanyAddress
from app.domain.errors import BatonError
from app.domain.ports import Touched


@dataclass(frozen=True, slots=True)
class SyncJob:
    """What the child is started with."""

    cache_path: Path
    address: CompanyAddress
    workstation_id: str
    workstation_name: str
    keep_closed_days: int = 730  # issues closed longer ago are left to the archive; 0 keeps all


@dataclass(frozen=True, slots=True)
class Unlock:
    """To the child: the password (None where the operating system vouches for us)."""

    password: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wake:
    """To the child: there is a new edit in the outbox."""


@dataclass(frozen=True, slots=True)
class Retry:
    """To the child: try to connect now, whatever the back-off says."""


@dataclass(frozen=True, slots=True)
class PauseFill:
    """To the child: stop fetching everything for now; what has come stays and can be used."""


@dataclass(frozen=True, slots=True)
class ResumeFill:
    """To the child: go on fetching where it was stopped."""


@dataclass(frozen=True, slots=True)
class LookInArchive:
    """To the child: search the issues that are too old to be kept here. Answered by ArchiveFound."""

    request: str
    words: str


@dataclass(frozen=True, slots=True)
class FetchIssue:
    """To the child: bring an archived issue, with everything that hangs on it, to this workstation.

    Answered by IssueFetched, after the RowsChanged of its rows.
    """

    request: str
    issue_id: str


@dataclass(frozen=True, slots=True)
class LookAt:
    """To the child: what the person has open now, as table and id (None: nothing), and that a key was pressed in it."""

    at: tuple[str, str] | None
    is_typing: bool = False


@dataclass(frozen=True, slots=True)
class Attend:
    """To the child: whether the person is at the console; away from it, what is open there soon counts no more."""

    is_active: bool


@dataclass(frozen=True, slots=True)
class FetchHistory:
    """To the child: bring who changed a row. Answered by HistoryFetched."""

    request: str
    table: str
    row_id: str


@dataclass(frozen=True, slots=True)
class FetchContent:
    """To the child: bring the content that a row names. Answered by ContentFetched, after ContentMoved as it comes."""

    request: str
    row_id: str


@dataclass(frozen=True, slots=True)
class CancelContent:
    """To the child: stop bringing a row's content; what came is kept for the next time."""

    row_id: str


@dataclass(frozen=True, slots=True)
class Stop:
    """To the child: send what can be sent in a moment and end."""


class Contact(StrEnum):
    """How it stands between the workstation and the company."""

    CONNECTING = "connecting"
    FILLING = "filling"
    LOCKED = "locked"  # waits for a password
    SYNCED = "synced"
    PAUSED = "paused"  # the person stopped the fill; edits are sent, nothing else is fetched
    OFFLINE = "offline"
    REFUSED = "refused"  # wrong or expired password: trying again by itself would lock somebody out
    DISABLED = "disabled"  # the company has taken this person's login away: the workstation locks itself
    TOO_OLD = "too_old"  # the company's schema is newer than this program: pull goes on, push waits


@dataclass(frozen=True, slots=True)
class FillProgress:
    """How far a fill is: rows here, rows expected in all (0: not known), rows a second of late."""

    rows: int
    expected: int
    rows_per_s: float
    is_again: bool = False  # everything is read anew over what is here

    @property
    def left_s(self) -> float | None:
        """Give the seconds that are left at this rate; None while that cannot be said."""
        if not self.expected or not self.rows_per_s:
            return None
        return max(0, self.expected - self.rows) / self.rows_per_s


@dataclass(frozen=True, slots=True)
class SyncState:
    """From the child: how it stands.

    `as_of` is the company's time of the last pull; `pulled_at` the workstation's own, for how long ago that was.
    `try_at` is when the next try comes by itself, by the workstation's clock.
    """

    contact: Contact
    as_of: datetime | None = None
    unsent: int = 0
    oldest_unsent_at: datetime | None = None
    conflicts: int = 0
    fill: FillProgress | None = None
    pulled_at: datetime | None = None
    try_at: datetime | None = None
    trouble: BatonError | None = None
    stuck: str = ""  # why the oldest unsent edit that failed did not go through


@dataclass(frozen=True, slots=True)
class PersonKnown:
    """From the child: who the company says we are."""

    person_id: str
    must_replace_password: bool


@dataclass(frozen=True, slots=True)
class RowsChanged:
    """From the child: rows that a screen may have to show anew."""

    changes: tuple[Touched, ...]


@dataclass(frozen=True, slots=True)
class ArchivedIssue:
    """One issue that the company has and this workstation does not keep."""

    issue_id: str
    number: int | None
    title: str
    customer_id: str | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ArchiveFound:
    """From the child: what the archive has, newest first; `trouble` says why it could not be asked."""

    request: str
    issues: tuple[ArchivedIssue, ...] = ()
    trouble: BatonError | None = None


@dataclass(frozen=True, slots=True)
class IssueFetched:
    """From the child: the archived issue is here now, unless there was trouble."""

    request: str
    issue_id: str
    trouble: BatonError | None = None


@dataclass(frozen=True, slots=True)
class Looker:
    """Somebody else who has a row open, by the company's clock since then."""

    person_id: str
    name: str
    is_typing: bool
    since_at: datetime


@dataclass(frozen=True, slots=True)
class LookersSeen:
    """From the child: who else has the row open that is open here, those first who came first."""

    at: tuple[str, str] | None
    lookers: tuple[Looker, ...]


@dataclass(frozen=True, slots=True)
class HistoryFetched:
    """From the child: who changed the row is here now, unless there was trouble."""

    request: str
    table: str
    row_id: str
    trouble: BatonError | None = None


@dataclass(frozen=True, slots=True)
class ContentMoved:
    """From the child: how far a content is on its way, up to the company or here."""

    sha256: str
    done_bytes: int
    size_bytes: int
    is_upload: bool


@dataclass(frozen=True, slots=True)
class ContentFetched:
    """From the child: the content of an attachment is here; not, where it was cancelled or there was trouble."""

    request: str
    sha256: str
    is_here: bool = True
    trouble: BatonError | None = None


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """From the child: alive, also when nothing happens."""
