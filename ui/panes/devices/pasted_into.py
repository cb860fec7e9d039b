"""What is said before several lines are pasted: where they go, and what the guard there does with each."""

from app.domain.customer import Environment
from ui.kit.terminal_paste import Into
from ui.panes.devices.guard import Gate
from ui.panes.devices.words import ENVIRONMENTS

_ONE_BY_ONE = "The guard reads each line and holds the first that {which}; the lines after it wait."


def pasted_into(gate: Gate) -> Into:
    """Name the device and say what becomes of the lines, as the gate stands now."""
    standing = gate.standing
    if standing is None:
        return Into("", "The guard reads each line before it runs.")
    name = f"{standing.name} ({ENVIRONMENTS[standing.environment][0]})"
    if standing.trouble:
        return Into(name, f"The guard holds the first line. {standing.trouble}")
    if gate.emergency is not None:
        return Into(name, "An emergency is on: the guard holds nothing, each line runs at once.")
    if standing.environment is Environment.PRACTICE:
        return Into(name, "Each line runs at once.")
    if standing.environment is Environment.PRODUCTION:
        return Into(name, _ONE_BY_ONE.format(which="changes something and may not pass by itself"))
    return Into(name, _ONE_BY_ONE.format(which="may destroy something"))
