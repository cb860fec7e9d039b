"""What all sessions of one simulated device share: its hostname, configuration, faults and facts."""

from dataclasses import dataclass, field
from datetime import datetime

from app.practice.config import RunningConfig
from app.practice.device import Faults, LoginAttempt, SimulatedDevice, facts, utc_now
from app.practice.ports import ios_ports
from app.practice.replies import RUNNING_CONFIG, replies


@dataclass(slots=True)
class Box:
    """One device while the farm runs."""

    device: SimulatedDevice
    faults: Faults = field(default_factory=Faults)
    started_at: datetime = field(default_factory=utc_now)
    attempts: list[LoginAttempt] = field(default_factory=list)
    hostname: str = field(init=False)
    replies: dict[str, str] = field(init=False)
    running: RunningConfig = field(init=False)
    startup: str = field(init=False)

    def __post_init__(self) -> None:
        self.hostname = self.device.hostname or self.device.name
        self.replies = replies(self.device.platform)
        self.running = RunningConfig(
            self.replies[RUNNING_CONFIG], self.words() | {"ports": ios_ports(self.device.interfaces)}
        )
        self.startup = self.running.text()

    def words(self) -> dict[str, str]:
        """Give the words that replies are filled with, as of now."""
        return facts(self.device, self.hostname, self.started_at, utc_now())
