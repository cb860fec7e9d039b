"""What bringing a file in would do, device by device, before anything is written."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.domain.device import Device, Protocol
from app.domain.device_files import FileKind, Found, FoundDevice
from app.domain.errors import BadInput
from app.domain.imported_row import as_wire, values_as_wire, weigh
from app.services.desk import Desk
from app.services.device_imports.matching import Inventory, jumps_first
from app.services.device_imports.reading import read
from app.services.devices.checking import USUAL_PORTS, checked
from app.store import imports

_FILLED = ("username", "site", "software", "model", "serial", "tags", "note")
"""What a device that is here already takes from a file where it says nothing itself."""
_BLANK = as_wire(Device(id="", name="", address=""))


class Doing(StrEnum):
    """What becomes of one device of the file."""

    ADD = "new"
    CHANGE = "changed"
    MERGE = "joined"  # one that is here already at this address or of this name
    SAME = "the same"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Options:
    """What the person said of a file. `source` is the import key: rows of one key are known again by their own keys.

    All of it is the customer's, or each device's that a column names. `platform` is taken where the file says none.
    """

    kind: FileKind
    source: str = ""
    customer_id: str | None = None
    platform: str = "cisco_ios"
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One device of the file. `values` are the fields to write, `before` what they are now, where it is here already.

    `kept` are fields that somebody has changed here since: what the file says of them. `says` is all that it says, as
    the wire writes it. `reason` tells why it is left out, `remarks` what is not taken along.
    `jump` names its jump host.
    """

    line: int
    doing: Doing
    label: str
    key: str
    customer: str = ""
    device_id: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    kept: Mapping[str, Any] = field(default_factory=dict)
    says: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    remarks: tuple[str, ...] = ()
    jump: str = ""

    @property
    def is_written(self) -> bool:
        """Whether anything of it is written."""
        return self.doing in {Doing.ADD, Doing.CHANGE, Doing.MERGE}


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would bring; jump hosts stand before what is reached through them. `columns` are those of a CSV."""

    file: str
    digest: str
    source: str
    lines: tuple[Line, ...]
    columns: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def count(self, doing: Doing) -> int:
        """Give how many devices this becomes of."""
        return sum(line.doing is doing for line in self.lines)

    @property
    def to_write(self) -> tuple[str, ...]:
        """The keys of what is written, in the order in which it must be."""
        return tuple(line.key for line in self.lines if line.is_written)


def preview(desk: Desk, path: Path, options: Options) -> Preview:
    """Say what would come of the file; writes nothing.

    Raises BadInput when it is not what it is said to be, EnvironmentFault when it cannot be read.
    """
    file = read(path, options.kind, options.columns)
    source = " ".join(options.source.split()) or f"{options.kind}:{file.name}"
    lines = _Weighing(desk, replace(options, source=source)).lines(file.found)
    return Preview(file.name, file.digest, source, lines, file.found.columns, file.found.notes)


class _Weighing:
    """Compares the devices of one file with those that are here, and with each other."""

    def __init__(self, desk: Desk, options: Options) -> None:
        self._desk, self._options = desk, options
        self._here = Inventory(desk, options.source, options.customer_id)
        self._ids: dict[str, str] = {}  # key -> the device it is or will be
        self._spoken: dict[str, Protocol] = {}
        self._taken: dict[str, FoundDevice] = {}  # device id -> what of the file is about it already
        self._said: dict[str, dict[str, Any]] = {}

    def lines(self, found: Found) -> tuple[Line, ...]:
        by_key = {one.key: one for one in found.devices}
        known = [device.id for key, device in self._here.by_source.items() if key in by_key]
        self._said = imports.said_of(self._desk.cache, known)
        order = jumps_first(by_key, {key: one.jump for key, one in by_key.items() if one.jump})
        lines = [self._line(by_key[key]) for key in order]
        unread = [Line(one.line, Doing.LEFT_OUT, one.what, f"#{at}", reason=one.why)
                  for at, one in enumerate(found.unread)]  # fmt: skip
        return (*lines, *unread)

    def _line(self, found: FoundDevice) -> Line:
        try:
            device, says, remarks = self._read(found)
        except BadInput as e:
            return _left_out(found, e.what)
        there = self._here.by_source.get(found.key)
        if there is not None:
            line = self._again(found, there, device, says, remarks)
        elif (twin := self._here.at_the_place_of(device) or self._here.called_as(device)) is not None:
            line = self._joined(found, twin, device, says, remarks)
        else:
            line = self._new(found, device, says, remarks)
        if line.doing is not Doing.LEFT_OUT:
            self._ids[found.key], self._spoken[found.key] = line.device_id, device.protocol
            self._taken[line.device_id] = found
        return line

    def _read(self, found: FoundDevice) -> tuple[Device, dict[str, Any], list[str]]:
        """Give the device that the file means, what it says of it, and what is not taken along."""
        remarks = list(found.remarks)
        values = dict(found.values)
        protocol = values.get("protocol", Protocol.SSH)
        if protocol is not Protocol.SSH:
            values.setdefault("port", USUAL_PORTS[protocol])
        customer_id = self._here.customer_of(found)
        if customer_id is not None:
            values["customer_id"] = customer_id
        if found.jump and (jump_id := self._jump_id(found, remarks)):
            values["jump_id"] = jump_id
        name = str(values.get("name") or values["address"])
        rest = {"platform": self._options.platform} | {n: v for n, v in values.items() if n != "name"}
        device = checked(Device(id="", name=name, source=self._options.source, source_key=found.key, **rest))
        said = {n: getattr(device, n) for n in ("name", *values)}
        return device, said, remarks

    def _jump_id(self, found: FoundDevice, remarks: list[str]) -> str:
        there = self._here.only_one_called(found.jump)
        if found.jump in self._ids:
            if self._spoken[found.jump] is Protocol.SSH:
                return self._ids[found.jump]
            there = None
        if there is None or there.protocol is not Protocol.SSH:
            remarks.append(f"its jump host “{found.jump[:60]}” is not here, and is not taken along")
            return ""
        return there.id

    def _new(self, found: FoundDevice, device: Device, says: dict[str, Any], remarks: list[str]) -> Line:
        made = device.but(id=self._here.new_id(found.key))
        self._here.take(made)
        values = {n: getattr(made, n) for n in (*says, "platform", "source", "source_key")}
        return self._made(found, Doing.ADD, made, values, says, remarks)

    def _again(
        self, found: FoundDevice, there: Device, device: Device, says: dict[str, Any], remarks: list[str]
    ) -> Line:
        """Weigh what the file says now against what it said before and what people have changed since."""
        present, now = as_wire(there), values_as_wire(Device, says)
        said = self._said.get(there.id)
        if said is None and there.rev == 1:
            said = {name: present[name] for name in now}  # nobody has changed it since it was brought in
        verdict = weigh(now, said, present, _BLANK)
        values = {name: getattr(device, name) for name in verdict.changes}
        kept = {name: getattr(device, name) for name in verdict.clashes}
        line = self._made(found, Doing.CHANGE if values else Doing.SAME, there, values, says, remarks)
        return replace(line, kept=kept)

    def _joined(
        self, found: FoundDevice, twin: Device, device: Device, says: dict[str, Any], remarks: list[str]
    ) -> Line:
        """Join it to the one that is here; what that one says of itself stays."""
        other = self._taken.get(twin.id)
        if other is not None:
            if self._here.at_the_place_of(device) is twin:
                reason = f"It has the address of {other.label}{f' in line {other.line}' if other.line else ''}."
                return _left_out(found, reason)
            renamed = device.but(name=f"{device.name} ({device.address})")
            remarks.append(f"called so because another one is called {device.name}")
            if self._here.called_as(renamed) is None:
                return self._new(found, renamed, says | {"name": renamed.name}, remarks)
            return Line(
                found.line, Doing.LEFT_OUT, found.label, found.key, found.customer, reason="Another one has its name."
            )
        values = {n: getattr(device, n) for n in _FILLED if n in says and getattr(device, n) and not getattr(twin, n)}
        if not twin.source:
            values |= {"source": device.source, "source_key": device.source_key}
        kept = {n: v for n, v in says.items() if n not in values and v and v != getattr(twin, n)}
        is_new_to_it = bool(values)
        line = self._made(found, Doing.MERGE if is_new_to_it else Doing.SAME, twin, values, says, remarks)
        return replace(line, kept=kept)

    def _made(
        self,
        found: FoundDevice,
        doing: Doing,
        device: Device,
        values: Mapping[str, Any],
        says: Mapping[str, Any],
        remarks: list[str],
    ) -> Line:
        is_here = doing is not Doing.ADD
        return Line(
            found.line,
            doing,
            device.name if is_here else str(values.get("name") or found.label),
            found.key,
            self._here.name_of(device.customer_id),
            device.id,
            values,
            {name: getattr(device, name) for name in values} if is_here else {},
            says=values_as_wire(Device, says),
            remarks=tuple(remarks),
            jump=self._here.device_names.get(str(values.get("jump_id", "")), ""),
        )


def _left_out(found: FoundDevice, reason: str) -> Line:
    return Line(found.line, Doing.LEFT_OUT, found.label, found.key, found.customer, reason=reason)


def summary(found: Preview) -> str:
    """Give what would happen in a sentence."""
    counted = Counter(line.doing for line in found.lines)
    words = {
        Doing.ADD: "new",
        Doing.CHANGE: "changed",
        Doing.MERGE: "joined to one that is here",
        Doing.SAME: "the same already",
        Doing.LEFT_OUT: "left out",
    }
    parts = [f"{counted[doing]:,} {word}" for doing, word in words.items() if counted[doing]]
    return f"{found.file}: {', '.join(parts) or 'no device in it'}"
