"""The inside of a process that hosts simulated devices, so that they take no time from a console."""

from dataclasses import dataclass
from multiprocessing.connection import Connection

from app.practice.device import Faults, SimulatedDevice
from app.practice.farm import Farm


@dataclass(frozen=True, slots=True)
class SetFaults:
    """Break or mend a device."""

    name: str
    faults: Faults


@dataclass(frozen=True, slots=True)
class ChangeHostKey:
    """Restart a device with another key, a new one when none is given."""

    name: str
    host_key: str = ""


@dataclass(frozen=True, slots=True)
class Drop:
    """Cut a device's connections."""

    name: str


@dataclass(frozen=True, slots=True)
class Stop:
    """End the process."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The devices answer; gives each one's port on 127.0.0.1 and the fingerprint of its key."""

    ports: dict[str, int]
    fingerprints: dict[str, str]


@dataclass(frozen=True, slots=True)
class Failed:
    """Why the last request was not done; after a failed start the process ends."""

    text: str


def run(pipe: "Connection[Standing | Failed, object]", devices: tuple[SimulatedDevice, ...]) -> None:
    """Host the devices until the other end says Stop or is gone; each request is answered with what stands now."""
    farm = Farm(devices)
    try:
        farm.start()
    except OSError as error:
        pipe.send(Failed(str(error)))
        return
    with pipe:
        try:
            pipe.send(_standing(farm))
            while not isinstance(request := pipe.recv(), Stop):
                pipe.send(_answer(farm, request))
        except (EOFError, OSError):
            return  # the other end is gone, and so is the reason for the devices
        finally:
            farm.stop()


def _answer(farm: Farm, request: object) -> Standing | Failed:
    try:
        match request:
            case SetFaults(name, faults):
                farm.set_faults(name, faults)
            case ChangeHostKey(name, host_key):
                farm.change_host_key(name, host_key)
            case Drop(name):
                farm.drop(name)
            case _:
                return Failed(f"The practice host does not know {type(request).__name__}.")
    except (KeyError, OSError, ValueError) as error:
        return Failed(f"{type(error).__name__}: {error}")
    return _standing(farm)


def _standing(farm: Farm) -> Standing:
    return Standing(farm.ports, farm.fingerprints)
