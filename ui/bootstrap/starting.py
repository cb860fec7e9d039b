"""From the command line to the first painted pane."""

import os
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from app.domain.errors import BatonError
from app.runtime.console_door import knock
from app.runtime.demo_profiles import USUAL_PERSON, demo_profile
from app.runtime.lazy_secrets import LazySecrets
from app.runtime.opening import OpenedProfile
from app.runtime.profile import Profile, default_folder, demo_folder, login_of_user, named_profile
from ui.bootstrap.session import Session
from ui.kit.crash import CrashReporter
from ui.kit.mailbox import Mailbox
from ui.kit.theme import theme
from ui.shell.single_instance import SingleInstance

# For the start bench: print when the first pane is painted, and end.
TELL_FIRST_PAINT = "BATON_TELL_FIRST_PAINT"
_TURN_S = 0.001  # after which a thread that looks something up lets the GUI thread go on; Python's own is 5 ms


def application() -> QApplication:
    """Give the application, made and dressed when there is none yet."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    sys.setswitchinterval(_TURN_S)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Baton")
    app.setDesktopFileName("baton")
    theme()
    return app


def run_console(arguments: Namespace) -> int:
    """Open the console and stay until it is closed; gives the exit code."""
    app = application()
    crash = CrashReporter()
    crash.install()
    try:
        return _Start(app, arguments).run()
    finally:
        crash.remove()


class _Start(QObject):
    """One start: which profile, is a console there already, wizard or window."""

    def __init__(self, app: QApplication, arguments: Namespace) -> None:
        super().__init__()
        self._app, self._arguments = app, arguments
        self._secrets = LazySecrets()
        self._session: Session | None = None
        self._wizard: QWidget | None = None

    def run(self) -> int:
        try:
            profile = self._profile()
            if profile is None:
                self._show_wizard()
            elif not self._open(profile):
                return 0
        except BatonError as e:
            print(f"{e.what}\n{e.todo}".rstrip(), file=sys.stderr)  # noqa: T201  there is no window to say it in
            _say_without_window(e)
            return 1
        code = self._app.exec()
        if self._session is not None:
            self._session.close()
        return code

    def _profile(self) -> Profile | None:
        if self._arguments.does == "demo":
            return demo_profile(_demo_folder(self._arguments), self._arguments.person or USUAL_PERSON)
        folder: Path = self._arguments.profile or default_folder()
        found = Profile.load(folder)
        if found is None and self._arguments.profile is not None:
            return named_profile(folder)
        return found

    def _open(self, profile: Profile, opened: OpenedProfile | None = None) -> bool:
        """Open the console on a profile; gives False when one is open already, which then comes to the front."""
        instance = SingleInstance(profile.folder, self)
        if not instance.take():
            knock(profile.folder, {"verb": "raise"})
            return False
        self._session = Session(opened or OpenedProfile(profile, self._secrets), profile, self._secrets.notice, self)
        self._session.closed.connect(instance.leave)
        self._session.closed.connect(self._app.quit)
        instance.asked.connect(self._session.asked)
        window = self._session.show()
        connect = self._session.connect_company if opened is None else _nothing
        if os.environ.get(TELL_FIRST_PAINT):
            connect = _tell_and_end
        window.installEventFilter(_FirstPaint(connect, window))
        return True

    def _show_wizard(self) -> None:
        from ui.shell.wizard import StartWizard  # noqa: PLC0415  most starts need none of it

        self._mailbox = Mailbox(self._say, self)
        wizard = StartWizard(
            self._mailbox, self._secrets, self._secrets.notice, default_folder(), suggested_login=login_of_user()
        )
        wizard.finished.connect(self._joined)
        wizard.demo_chosen.connect(self._demo_chosen)
        wizard.left.connect(self._app.quit)
        wizard.show()
        self._wizard = wizard

    def _joined(self, profile: Profile, opened: OpenedProfile) -> None:
        self._leave_wizard(lambda: self._open(profile, opened))

    def _demo_chosen(self) -> None:
        self._leave_wizard(lambda: self._open(demo_profile(demo_folder())))

    def _leave_wizard(self, act: Callable[[], object]) -> None:
        wizard, self._wizard = self._wizard, None
        act()
        if wizard is not None:
            wizard.hide()
            wizard.deleteLater()

    def _say(self, error: BatonError) -> None:
        _say_without_window(error)


class _FirstPaint(QObject):
    """Does something right after the window was painted for the first time."""

    def __init__(self, act: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._act: Callable[[], None] | None = act

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the first paint."""
        if event.type() == QEvent.Type.Paint and self._act is not None:
            act, self._act = self._act, None
            QTimer.singleShot(0, act)
        return super().eventFilter(watched, event)


def _nothing() -> None:
    return None


def _tell_and_end() -> None:
    loaded = sorted({"netmiko", "paramiko", "pyqtgraph", "psycopg", "asyncssh", "numpy"} & set(sys.modules))
    print(f"painted {','.join(loaded)}", flush=True)  # noqa: T201  the bench reads it
    QApplication.exit(0)


def _demo_folder(arguments: Namespace) -> Path:
    return arguments.profile or demo_folder()


def _say_without_window(error: BatonError) -> None:
    if QApplication.platformName() not in {"offscreen", "minimal"}:
        QMessageBox.critical(None, "Baton", f"{error.what}\n\n{error.todo}")
