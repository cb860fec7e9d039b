"""One open workstation: its cache, threads and children, wired together. Knows no screen."""

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any, TypeVar

from app.devices import messages as device_messages
from app.domain.company import CompanyAddress
from app.domain.errors import CompanyUnreachable, SecretsUnavailable
from app.domain.ports import Origin, Secrets, Touched
from app.runtime.answers import Answers
from app.runtime.children import devices as devices_child
from app.runtime.children import sync as sync_child
from app.runtime.children.supervisor import Child, ChildState
from app.runtime.hub import Hub
from app.runtime.lanes import Lane
from app.runtime.profile import Profile
from app.services.attachments import Moving
from app.services.desk import Desk
from app.services.presence import Presence
from app.store import arrivals
from app.store.cache import Cache
from app.sync import messages as sync_messages
from app.sync.messages import (
    ArchivedIssue,
    ArchiveFound,
    Contact,
    ContentFetched,
    ContentMoved,
    FillProgress,
    HistoryFetched,
    IssueFetched,
    LookersSeen,
    PersonKnown,
    RowsChanged,
    SyncState,
    Unlock,
)

__all__ = ["ArchivedIssue", "ChildState", "Contact", "FillProgress", "PersonKnown", "SyncState", "Workstation"]

T = TypeVar("T")

READERS = 3
_TYPING_SAID_EVERY_S = 2.0


class Workstation:
    """A profile at work. Methods may be called from any thread; callbacks come on threads of their own."""

    def __init__(self, profile: Profile, secrets: Secrets) -> None:
        """Open the cache and the threads; raises SchemaMismatch, EnvironmentFault or DiskFull.

        Children start with `start_sync` and with the first message to `devices`, so that a window can paint first.
        """
        self.profile, self.secrets = profile, secrets
        self.cache = Cache(profile.cache_path)
        self.hub = Hub()
        self.sync_state = SyncState(Contact.CONNECTING)
        self.on_sync_state: Callable[[SyncState], None] = lambda _state: None
        self.on_child_state: Callable[[ChildState], None] = lambda _state: None
        self.on_person: Callable[[PersonKnown], None] = lambda _known: None
        self.on_device_message: Callable[[Any], None] = lambda _message: None
        self._person_id = arrivals.remembered(self.cache, "person_id") or ""
        # Remembered from the last contact: a console whose person was disabled opens locked, also without the network.
        self.is_locked = arrivals.remembered(self.cache, "locked") == "1"
        self.presence = Presence()
        self.moving = Moving()
        self._open: tuple[str, str] | None = None  # the row that a screen has open
        self._typed_at = 0.0
        self._is_attended = True
        self._answers = Answers()
        self._writer = Lane("writer", 1, self.cache.close)
        self._readers = Lane("reader", READERS, self.cache.close)
        self._address: CompanyAddress | None = None
        self._sync: Child | None = None
        self._devices = Child("devices", devices_child.main, (), self._on_devices, on_state=self._on_child)
        self._lock = threading.Lock()
        self._devices_started = False
        self._closed = False
        self._password: str | None = None

    @property
    def person_id(self) -> str:
        """The id of whoever works here; "" before the first handshake."""
        return self._person_id

    def desk(self) -> Desk:
        """Give the desk for verbs and look-ups; use it on a lane's thread."""
        profile = self.profile
        return Desk(self.cache, self._person_id, profile.workstation_name, self, workstation_id=profile.workstation_id)

    def read(self, look_up: Callable[[Desk], T]) -> "Future[T]":
        """Look something up on a reader thread."""
        return self._readers.submit(lambda: look_up(self.desk()))

    def write(self, verb: Callable[[Desk], T]) -> "Future[T]":
        """Do something on the writer thread, after everything that was asked before."""
        return self._writer.submit(lambda: verb(self.desk()))

    def touched(self, changes: Iterable[Touched]) -> None:
        """Tell this workstation's screens, and the sync when the change was made here or by a verb beside us."""
        told = tuple(changes)
        self.hub.touched(told)
        if any(change.origin is not Origin.SYNC for change in told):
            self._to_sync(sync_messages.Wake())

    @property
    def address(self) -> CompanyAddress | None:
        """Where the company is; None until the sync was started."""
        return self._address

    @property
    def password(self) -> str | None:
        """The company's password as it was last typed here; never shown."""
        return self._password

    def start_sync(self, address: CompanyAddress, password: str | None = None) -> None:
        """Start the sync child; without a password one is looked for among the secrets when the company needs it."""
        with self._lock:
            if self._closed or self._sync is not None:
                return
            self._address, self._password = address, password
            job = self.profile.sync_job(address)
            self._sync = Child("sync", sync_child.main, (job,), self._on_sync, self._unlocking, self._on_sync_child)
            self._sync.start()

    def unlock(self, password: str) -> None:
        """Give the sync a password, after it was asked for or refused."""
        self._password = password
        self._to_sync(Unlock(password))

    def retry(self) -> None:
        """Try to reach the company now, whatever the back-off says."""
        self._to_sync(sync_messages.Retry())

    def pause_fill(self) -> None:
        """Stop fetching everything for now; what has come stays and can be used, and edits are sent."""
        self._to_sync(sync_messages.PauseFill())

    def resume_fill(self) -> None:
        """Go on fetching where it was stopped."""
        self._to_sync(sync_messages.ResumeFill())

    def look_in_archive(self, words: str) -> "Future[tuple[ArchivedIssue, ...]]":
        """Search the issues that are too old to be kept here; raises CompanyUnreachable when nobody answers."""
        return self._ask(lambda request: sync_messages.LookInArchive(request, words))

    def fetch_issue(self, issue_id: str) -> "Future[None]":
        """Bring an archived issue here with everything on it; raises CompanyUnreachable when nobody answers."""
        return self._ask(lambda request: sync_messages.FetchIssue(request, issue_id))

    def look_at(self, table: str, row_id: str | None, *, is_typing: bool = False) -> None:
        """Say which row the person has open (None: none), and with `is_typing` that they pressed a key in it.

        Cheap enough for every key; a key counts for 5 s. Who else has it open is in `presence`, which is told of with
        Touched("presence"). Off line nobody is.
        """
        at, now = None if row_id is None else (table, row_id), time.monotonic()
        if at == self._open and not (is_typing and now - self._typed_at > _TYPING_SAID_EVERY_S):
            return
        self._open, self._typed_at = at, now if is_typing else 0.0
        self._to_sync(sync_messages.LookAt(at, is_typing))

    def attend(self, *, is_active: bool) -> None:
        """Say whether the person is at this console; away from it, what is open here counts no more after 30 s."""
        self._is_attended = is_active
        self._to_sync(sync_messages.Attend(is_active))

    def fetch_history(self, table: str, row_id: str) -> "Future[None]":
        """Bring who changed a row, for services.history; raises CompanyUnreachable when nobody answers."""
        return self._ask(lambda request: sync_messages.FetchHistory(request, table, row_id))

    def fetch_content(self, row_id: str) -> "Future[bool]":
        """Bring the content that a row names here; gives False when it was cancelled.

        How far it is tells `moving`, and Touched("content") with its SHA-256. Raises Refused when the company does not
        have it, EnvironmentFault when it is damaged, CompanyUnreachable when nobody answers.
        """
        return self._ask(lambda request: sync_messages.FetchContent(request, row_id))

    def cancel_content(self, row_id: str) -> None:
        """Stop bringing a row's content; what has come is kept for the next time."""
        self._to_sync(sync_messages.CancelContent(row_id))

    def _ask(self, question: Callable[[str], Any]) -> "Future[Any]":
        request, future = self._answers.expect()
        if self._sync is None or self.sync_pid is None:
            self._answers.give(request, None, _nobody_answers())
        else:
            self._sync.send(question(request))
        return future

    def _to_sync(self, message: Any) -> None:
        if self._sync is not None:
            self._sync.send(message)

    def to_devices(self, message: Any) -> None:
        """Send a message to the devices child, starting it with the first."""
        with self._lock:
            if not self._devices_started and not self._closed:
                self._devices_started = True
                self._devices.start()
        self._devices.send(message)

    @property
    def sync_pid(self) -> int | None:
        """The sync child's process id, for tests that end it."""
        return None if self._sync is None else self._sync.pid

    def close(self) -> None:
        """End sessions, sync, readers, then let the writer finish: nothing typed is lost."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._devices.stop(device_messages.Stop())
        self._readers.close()
        self._writer.close()
        if self._sync is not None:
            self._sync.stop(sync_messages.Stop())
        self._answers.give_up(_nobody_answers())
        self.cache.close()

    def _unlocking(self) -> tuple[Any, ...]:
        if self._address is None or self._address.uses_socket:
            return ()
        try:
            password = self._password or self.secrets.get(self._address.secret_name)
        except SecretsUnavailable:
            return ()  # the child says that it waits for a password, and the person is asked
        return () if password is None else (Unlock(password),)

    def _on_sync(self, message: Any) -> None:
        match message:
            case RowsChanged(changes):
                self.hub.touched(changes)
            case SyncState():
                self.sync_state = message
                self.is_locked = _is_locked(message.contact, was_locked=self.is_locked)
                if message.contact is Contact.OFFLINE:
                    self._tell("content", self.moving.stop())
                self.on_sync_state(message)
            case ArchiveFound(request, found, trouble):
                self._answers.give(request, found, trouble)
            case IssueFetched(request, _issue_id, trouble) | HistoryFetched(request, _, _issue_id, trouble):
                self._answers.give(request, None, trouble)
            case ContentFetched(request, sha256, is_here, trouble):
                self.moving.end(sha256)
                self._tell("content", {sha256})
                self._answers.give(request, is_here, trouble)
            case ContentMoved(sha256):
                self.moving.take(message)
                self._tell("content", {sha256})
            case LookersSeen():
                self._show_lookers(message)
            case PersonKnown(person_id):
                self._person_id = person_id
                self.on_person(message)

    def _on_devices(self, message: Any) -> None:
        if not isinstance(message, device_messages.Heartbeat):
            self.on_device_message(message)

    def _on_sync_child(self, state: ChildState) -> None:
        if state.is_running:
            self._to_sync(sync_messages.Attend(self._is_attended))  # a new child does not know
            self._to_sync(sync_messages.LookAt(self._open))
        else:
            self._answers.give_up(_nobody_answers())
            self._show_lookers(LookersSeen(None, ()))
            self._tell("content", self.moving.stop())
        self._on_child(state)

    def _show_lookers(self, seen: LookersSeen) -> None:
        for table_and_id in self.presence.take(seen):
            self._tell("presence", {table_and_id[1]})

    def _tell(self, table: str, ids: Iterable[str]) -> None:
        """Tell screens of what is no row of the cache."""
        if told := frozenset(ids):
            self.hub.touched([Touched(table, told, Origin.SYNC)])

    def _on_child(self, state: ChildState) -> None:
        self.on_child_state(state)


def _nobody_answers() -> CompanyUnreachable:
    return CompanyUnreachable("The company cannot be reached now.", "Try again when the network is back.")


def _is_locked(contact: Contact, *, was_locked: bool) -> bool:
    """Say whether the workstation is locked: from the word of the company until it lets this person in again."""
    if contact is Contact.DISABLED:
        return True
    return was_locked and contact not in {Contact.SYNCED, Contact.FILLING, Contact.PAUSED, Contact.TOO_OLD}
