"""A workstation without a screen, for verbs: its cache, a desk, and rounds of sync in this process."""

from types import TracebackType
from typing import Self

from app.domain.company import CompanyAddress
from app.domain.errors import LoginDisabled, LoginRefused, SchemaMismatch
from app.domain.ports import Secrets, Touched
from app.runtime.company_host import CompanyHost
from app.runtime.console_door import ConsoleTouches
from app.runtime.profile import CompanyKind, Profile
from app.services.desk import Desk
from app.store import arrivals, edits
from app.store.cache import Cache
from app.sync.engine import Engine
from app.sync.messages import ContentFetched, FetchContent


class Headless:
    """One thread uses it; close it, or use it as a context."""

    def __init__(self, profile: Profile, secrets: Secrets) -> None:
        """Open the cache, and the host of an embedded company. Raises Baton's errors."""
        self._profile, self._secrets = profile, secrets
        self._host: CompanyHost | None = None
        host, port = profile.host, profile.port
        if profile.kind is not CompanyKind.SERVER:
            is_demo = profile.kind is CompanyKind.DEMO
            self._host = CompanyHost.attach(profile.company_home, profile.login, is_demo=is_demo)
            host, port = self._host.ready.host, self._host.ready.port
        self._address = profile.address_at(host, port)
        try:
            self.cache = Cache(profile.cache_path)
        except BaseException:
            self._close_host()
            raise
        self._engine = Engine(self.cache, profile.sync_job(self._address))
        self._is_connected = False

    @property
    def desk(self) -> Desk:
        """The desk of whoever this profile belongs to; meets the company first when it never has.

        Raises LoginDisabled while the company, by its last word, has taken the login away.
        """
        if arrivals.remembered(self.cache, "locked") == "1":
            raise LoginDisabled(
                f"The login {self._profile.login} is disabled, so nothing can be read or written here.",
                "Ask your manager; once you are let in again, `main.py sync --once` unlocks this workstation. "
                "`main.py outbox export` writes what was not sent into a file.",
            )
        return self.desk_for_outbox

    @property
    def desk_for_outbox(self) -> Desk:
        """The desk also while it is locked: only for what was typed here and has not been sent."""
        if arrivals.remembered(self.cache, "person_id") is None:
            self._connect()
        person_id = arrivals.remembered(self.cache, "person_id") or ""
        profile = self._profile
        touches = ConsoleTouches(profile.folder)
        return Desk(self.cache, person_id, profile.workstation_name, touches, workstation_id=profile.workstation_id)

    def sync(self) -> dict[str, int]:
        """Send what is unsent and fetch what is new; gives the counts."""
        before = len(edits.pending(self.cache, limit=1_000_000))
        changes = [] if self._is_connected else self._connect()
        changes += self._engine.push() + self._engine.heartbeat()
        while self._engine.may_ask and self._engine.contents.has_work:
            self._engine.carry()
        ConsoleTouches(self._profile.folder).touched(changes)
        unsent, _oldest = edits.pending_count(self.cache)
        return {
            "sent": before - unsent,
            "unsent": unsent,
            "tables_changed": len({c.table for c in changes}),
            "conflicts": arrivals.count_conflicts(self.cache),
        }

    @property
    def secrets(self) -> Secrets:
        """Where this person's passwords are."""
        return self._secrets

    def fetch_content(self, row_id: str) -> None:
        """Bring the content that a row names here; raises what the company or the network says against it."""
        said: list[ContentFetched] = []
        changes = [] if self._is_connected else self._connect()
        ConsoleTouches(self._profile.folder).touched(changes)
        self._engine.contents.say = lambda told: said.append(told) if isinstance(told, ContentFetched) else None
        self._engine.contents.ask(FetchContent("", row_id))
        while not said and self._engine.may_ask and self._engine.contents.has_work:
            self._engine.carry()
        if not said:
            raise SchemaMismatch(
                "The company cannot give contents yet.", "Have it upgraded: `main.py company upgrade`."
            )
        if said[0].trouble is not None:
            raise said[0].trouble

    def _connect(self) -> list[Touched]:
        password = None if self._address.uses_socket else self._password(self._address)
        try:
            _hello, changes = self._engine.connect(password)
        except LoginDisabled:
            self._engine.lock()
            raise
        self._is_connected = True
        return changes

    def _password(self, address: CompanyAddress) -> str:
        if self._host is not None and self._host.ready.password is not None:
            return self._host.ready.password
        password = self._secrets.get(address.secret_name)
        if password is None:
            raise LoginRefused(
                f"There is no password for {address.login} in the keyring.", "Open the console once; it asks for it."
            )
        return password

    def close(self) -> None:
        """Disconnect and give the host's reference back."""
        self._engine.disconnect()
        self.cache.close()
        self._close_host()

    def _close_host(self) -> None:
        if self._host is not None:
            self._host.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, tb: TracebackType | None) -> None:
        self.close()
