"""The practice network: devices of every platform, each with something to try on it. All made up."""

from dataclasses import dataclass, replace

from app.practice.device import SimulatedDevice

USERNAME = "support"
PASSWORD = "practice"  # noqa: S105  of simulated devices on this machine only
ENABLE_PASSWORD = "practice"  # noqa: S105  see above


@dataclass(frozen=True, slots=True)
class PracticeDevice:
    """A device to practise on, and what for."""

    device: SimulatedDevice
    site: str
    tags: str
    exercise: str
    is_known: bool = True
    """Its key is in the book; else the first connection is a first contact."""
    has_other_key: bool = False
    """The book has another key than it shows: the hard stop."""


def _device(name: str, platform: str = "cisco_ios", **more: object) -> SimulatedDevice:
    made = SimulatedDevice(
        name, username=USERNAME, password=PASSWORD, enable_password=ENABLE_PASSWORD, platform=platform, reboot_s=8.0
    )
    return replace(made, **more)  # type: ignore[arg-type]


PRACTICE_DEVICES = (
    PracticeDevice(
        _device("practice-core", address="10.99.1.1", interfaces=96, model="WS-C3850-48T", version="16.12.10"),
        "Campus",
        "core switch",
        "Change it so that it takes the change back: configure terminal revert timer 1, then wait or confirm.",
    ),
    PracticeDevice(
        _device("practice-access", address="10.99.1.11"),
        "Campus",
        "access switch",
        "Shut a port, name it, save, and read what changed: conf t, int gi0/3, shut, end, wr.",
    ),
    PracticeDevice(
        _device("practice-nexus", "cisco_nxos", address="10.99.2.1"),
        "Data centre",
        "core switch",
        "Make a checkpoint, break something, roll back: checkpoint before, rollback running checkpoint before.",
    ),
    PracticeDevice(
        _device("practice-leaf", "arista_eos", address="10.99.2.11"),
        "Data centre",
        "switch",
        "First contact: compare its key before you accept it. Then try configure session, diffs, abort, commit.",
        is_known=False,
    ),
    PracticeDevice(
        _device("practice-wall", "cisco_asa", address="10.99.3.1"),
        "Data centre",
        "firewall",
        "First contact with a firewall: enable, terminal pager 0, show run, and see which secrets it hides.",
        is_known=False,
    ),
    PracticeDevice(
        _device("practice-jump", address="10.99.0.2", lines=30),
        "Management",
        "jump",
        "Others stand behind this one. Reload it and see who cannot be reached any more.",
    ),
    PracticeDevice(
        _device("practice-inner", address="10.99.9.5", behind="practice-jump"),
        "Management",
        "access switch",
        "It is reached through practice-jump only. Erase it and bring it back: write erase, reload.",
    ),
    PracticeDevice(
        _device("practice-moved", address="10.99.4.7"),
        "Remote branch",
        "access switch",
        "It shows another key than the book has: a hard stop. Read both, and see who would have to be asked.",
        has_other_key=True,
    ),
    PracticeDevice(
        _device("practice-old", address="10.99.4.9", has_only_old_ssh=True, version="12.2(55)SE12"),
        "Remote branch",
        "access switch",
        "It speaks only old SSH. Read what Baton says, and turn on what it names for this device alone.",
    ),
)


def simulated() -> tuple[SimulatedDevice, ...]:
    """Give the devices as a farm takes them."""
    return tuple(one.device for one in PRACTICE_DEVICES)
