"""What all sessions of one simulated device share: its configurations, faults, facts and what it does by itself."""

import asyncio
import difflib
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.practice.config import Configuration
from app.practice.device import Faults, LoginAttempt, SimulatedDevice, utc_now
from app.practice.facts import facts, first_booted_at
from app.practice.platform import Platform, fill, platform_named
from app.practice.ports import access_ports

_DRIFT_FROM = 36_027_900  # `ntp clock-period` of IOS: another number whenever one looks


@dataclass(slots=True)
class Box:
    """One device while the farm runs. On the farm's loop only."""

    device: SimulatedDevice
    faults: Faults = field(default_factory=Faults)
    attempts: list[LoginAttempt] = field(default_factory=list)
    reboot: Callable[[], None] = lambda: None
    """Leave everybody and come back after a while; set by who holds the box."""
    on_line: Callable[[str, bool, bool], None] = lambda _line, _is_config, _is_refused: None
    """Hears of every line typed here, whether it was in config mode, and whether the device did not take it."""
    platform: Platform = field(init=False)
    running: Configuration = field(init=False)
    startup: Configuration | None = field(init=False)
    """None after it was erased."""
    checkpoints: dict[str, Configuration] = field(default_factory=dict)
    drafts: dict[str, Configuration] = field(default_factory=dict)
    """Configuration sessions of EOS that nobody has committed or aborted."""
    booted_at: datetime = field(init=False)
    changed_at: datetime = field(init=False)
    saved_at: datetime = field(init=False)
    changed_by: str = field(init=False)
    banner: str = ""
    """As set by `banner motd`."""
    password: str = field(init=False, repr=False)
    enable_password: str = field(init=False, repr=False)
    _timers: dict[str, tuple[asyncio.TimerHandle, Callable[[], None]]] = field(default_factory=dict)
    _shown: int = 0

    def __post_init__(self) -> None:
        now = utc_now()
        self.platform = platform_named(self.device.platform)
        self.booted_at = first_booted_at(self.device, now)
        self.changed_at = self.saved_at = self.booted_at
        self.changed_by = self.device.username
        self.password, self.enable_password = self.device.password, self.device.enable_password
        words = facts(self.device, self.device.hostname or self.device.name, self.booted_at, now)
        words |= {"ports": access_ports(self.platform, self.device.interfaces), "drift": "{{drift}}"}
        self.running = Configuration(self.platform, fill(self.platform.config, words))
        self.startup = self.running.copy()

    @property
    def hostname(self) -> str:
        """What it calls itself: as configured."""
        return self.running.value("hostname") or self.platform.hostname

    def words(self) -> dict[str, str]:
        """Give the words that replies are filled with, as of now."""
        return facts(self.device, self.hostname, self.booted_at, utc_now())

    # Configurations

    @property
    def is_saved(self) -> bool:
        """Whether the startup configuration is the running one."""
        return self.startup is not None and self.running == self.startup

    def change(self, change: Callable[[], None]) -> None:
        """Do what changes the running configuration, and remember when."""
        change()
        self.changed_at, self.changed_by = utc_now(), self.device.username

    def show_running(self) -> str:
        """Give the running configuration as the device prints it."""
        body = self.running.text()
        for pattern in self.platform.masked:
            body = re.sub(pattern, r"\1*****", body)
        return self._framed("running", body)

    def show_startup(self) -> str:
        """Give the startup configuration as the device prints it."""
        if self.startup is None:
            return self.platform.texts["no_startup"]
        return self._framed("startup", self.startup.text())

    def _framed(self, which: str, body: str) -> str:
        self._shown += 1
        words = self.words() | {
            "size": str(len(body)),
            "changed": _said(self.changed_at),
            "saved": _said(self.saved_at),
            "by": self.changed_by,
            "drift": str(_DRIFT_FROM + self._shown * 7 % 60),
            "sum": hashlib.sha256(body.encode()).hexdigest()[:32],
        }
        head = fill(self.platform.texts[f"{which}_head"], words)
        tail = fill(self.platform.texts.get("config_tail", ""), words)
        return head + body.replace("{{drift}}", words["drift"]) + tail

    def save(self) -> bool:
        """Copy running to startup; False when the disk is full."""
        if self.faults.is_disk_full:
            return False
        self.startup, self.saved_at = self.running.copy(), utc_now()
        return True

    def erase(self) -> None:
        """Forget the startup configuration."""
        self.startup = None

    def boot(self) -> None:
        """Start again from the startup configuration."""
        self.forget_timers()
        self.drafts.clear()
        self.running = Configuration(self.platform, self.platform.texts["empty_config"])
        if self.startup is not None:
            self.running = self.startup.copy()
        self.booted_at = self.changed_at = utc_now()
        self.faults = replace(self.faults, reboot_after_bytes=None)

    def forgive_expiry(self) -> None:
        """Go on with the password that was just given."""
        self.faults = replace(self.faults, is_password_expired=False)

    def difference(self, before: Configuration, after: Configuration) -> str:
        """Give a unified comparison of two configurations, without its file names."""
        lines = difflib.unified_diff(before.text().splitlines(), after.text().splitlines(), lineterm="", n=2)
        return "".join(f"{line}\n" for line in lines if not line.startswith(("---", "+++")))

    # What it does by itself

    def after(self, minutes: float, name: str, act: Callable[[], None]) -> None:
        """Do this when so many of the device's minutes are over, unless `forget` is said before."""
        self.forget(name)
        loop = asyncio.get_running_loop()
        self._timers[name] = loop.call_later(minutes * self.device.minute_s, self._act, name), act

    def waits_for(self, name: str) -> bool:
        """Whether something of this name is still to happen."""
        return name in self._timers

    def forget(self, name: str) -> bool:
        """Do not do it after all; False when there was nothing to do."""
        timer, _ = self._timers.pop(name, (None, None))
        if timer is not None:
            timer.cancel()
        return timer is not None

    def hurry(self, name: str) -> None:
        """Do it now instead of later."""
        timer, _ = self._timers[name]
        timer.cancel()
        self._act(name)

    def put_off(self, name: str, minutes: float) -> bool:
        """Do it so many minutes from now instead; False when there is nothing to do."""
        if name not in self._timers:
            return False
        self.after(minutes, name, self._timers[name][1])
        return True

    def forget_timers(self) -> None:
        """Do nothing by itself any more."""
        for name in list(self._timers):
            self.forget(name)

    def _act(self, name: str) -> None:
        _, act = self._timers.pop(name)
        act()


def _said(at: datetime) -> str:
    return f"{at:%H:%M:%S} UTC {at:%a %b} {at.day} {at.year}"
