"""A demo company with workstations in this process, off screen: what the play and the pictures are made on."""

import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.domain.errors import BatonError, EnvironmentFault
from app.domain.ports import Secrets
from app.runtime.demo_profiles import demo_profile
from app.runtime.lazy_secrets import LazySecrets
from app.runtime.opening import OpenedProfile
from app.runtime.workstation import Contact
from app.services.desk import Desk
from ui.bootstrap.session import Session
from ui.kit.theme import Scheme, theme

T = TypeVar("T")

WAIT_S = 30.0
SIZES = ((1280, 800), (1920, 1080))


class Stage:
    """A folder of its own with the demo company; closing ends every process and removes the folder."""

    def __init__(self, secrets: Secrets | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="baton-play-"))
        self._secrets = secrets or LazySecrets()
        self._sessions: list[Session] = []

    def open(self, person: str) -> Session:
        """Give a connected console of this person, off screen."""
        profile = demo_profile(self.folder, person)
        session = Session(OpenedProfile(profile, self._secrets), profile)
        self._sessions.append(session)
        troubles: list[BatonError] = []
        session.troubled.connect(troubles.append)
        session.show()
        session.connect_company()

        def is_here() -> bool:
            if troubles:
                raise troubles[0]
            return session.workstation.sync_state.contact is Contact.SYNCED

        wait_for(is_here, f"{person}'s workstation to reach the company", 120)
        return session

    def close_session(self, session: Session) -> None:
        """Close one console as a person does."""
        session.window.close()
        self._sessions.remove(session)
        session.window.deleteLater()  # no child of the session
        session.deleteLater()
        settle()

    def close(self) -> None:
        """Close every console and take the company away."""
        for session in list(self._sessions):
            self.close_session(session)
        remove_company(self.folder / "company")
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def type_into(session: Session, field: QWidget, text: str) -> None:
    """Type as a person does: in the active window, with the focus in the field."""
    session.window.bring_up()
    wait_for(session.window.isActiveWindow, "the window to be active")
    field.setFocus()
    QTest.keyClicks(field, text)


def settle(ms: int = 30) -> None:
    """Let the screens catch up."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def wait_for(condition: Callable[[], object], what: str, seconds: float = WAIT_S) -> None:
    """Run the event loop until the condition holds; raises EnvironmentFault that names what did not come."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise EnvironmentFault(f"Waited {seconds:.0f} s in vain for {what}.", "Look at the steps before this one.")
        settle(10)


def look_up(session: Session, question: Callable[[Desk], T]) -> T:
    """Ask the workstation's cache and wait for the answer."""
    future = session.workstation.read(question)
    wait_for(future.done, "an answer of the cache")
    return future.result()


def do(session: Session, verb: Callable[[Desk], T]) -> T:
    """Do something as this person, on the writer thread, and wait until it is done; its refusal is raised."""
    future = session.workstation.write(verb)
    wait_for(future.done, "the writer")
    result = future.result()
    settle()
    return result


def picture(widget: QWidget, file: Path) -> Path:
    """Save how the widget looks now."""
    settle(60)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise EnvironmentFault(f"The folder {file.parent} cannot be made ({e.strerror}).", "Choose another.") from e
    if not widget.grab().save(str(file)):
        raise EnvironmentFault(f"The picture {file} could not be written.", "Choose another folder with --out.")
    return file


def pictures(
    session: Session, name: str, out: Path, schemes: Sequence[Scheme] = (Scheme.LIGHT, Scheme.DARK)
) -> list[Path]:
    """Save the window as it stands in each scheme; gives the files in that order.

    The one that is shown comes first and the last stays: every switch makes all widgets of all windows anew.
    """
    files = {}
    for scheme in sorted(schemes, key=lambda scheme: scheme is not theme().scheme):
        theme().use(scheme)
        files[scheme] = picture(session.window, out / f"{name}-{scheme.value}.png")
    return [files[scheme] for scheme in schemes]


def remove_company(home: Path) -> None:
    """Wait for the host to end, then remove the cluster with everything in it."""
    from app.runtime.company_host import remove  # noqa: PLC0415  needs the database's programs, which the console does not

    remove(home)
