"""Adding a device by hand, correcting one, and who may."""

from typing import Any

from app.domain.customer import Environment
from app.domain.device import Device, LoginWith, Protocol
from app.domain.entities import Verb, table_of
from app.domain.entity import new_id
from app.domain.errors import Refused
from app.domain.person import Person
from app.services import people
from app.services.desk import Desk
from app.services.devices.checking import USUAL_PORTS, checked, speed
from app.services.devices.checking import port as read_port


def may_add(desk: Desk) -> bool:
    """Say whether this person may add devices; nobody may before the workstation knows who they are."""
    me = desk.cache.record(Person, desk.person_id)
    return me is not None and me.role in table_of(Device).may(Verb.INSERT)


def add(
    desk: Desk,
    *,
    address: str,
    port: int | str = "",
    platform: str = "cisco_ios",
    username: str = "",
    name: str = "",
    customer_id: str | None = None,
    environment: Environment = Environment.PRODUCTION,
    site: str = "",
    allows_legacy: bool = False,
    protocol: Protocol = Protocol.SSH,
    baud: int | str = 9600,
    login_with: LoginWith = LoginWith.PASSWORD,
    key_file: str = "",
    jump_id: str | None = None,
    tags: str = "",
    note: str = "",
) -> Device:
    """Add a device by hand; without a name it is called by its address, without a port it has the protocol's usual one.

    Raises BadInput for what cannot be an address, port, platform, tag or user name, Refused when the customer has this
    address or name already, when its jump hosts lead in a circle, or when this person may not add devices.
    """
    people.need_right(desk, Verb.INSERT, Device)
    device = checked(
        Device(
            id=new_id(),
            customer_id=customer_id or None,
            name=name,
            address=address,
            port=_port(port, protocol),
            platform=platform,
            environment=environment,
            username=username,
            site=site,
            allows_legacy=allows_legacy,
            protocol=protocol,
            baud=speed(baud),
            login_with=login_with,
            key_file=key_file,
            jump_id=jump_id or None,
            tags=tags,
            note=note,
        )
    )
    with desk.edit() as edit:
        refuse_twin(desk, device)
        check_jumps(desk, device)
        return edit.insert(device)


def change(desk: Desk, device_id: str, **fields: Any) -> Device:
    """Change what is known of a device; takes the fields of `add`, raises as `add` does."""
    people.need_right(desk, Verb.UPDATE, Device)
    with desk.edit() as edit:
        before = desk.need(Device, device_id)
        if "port" in fields:
            fields["port"] = _port(fields["port"], fields.get("protocol", before.protocol))
        if "baud" in fields:
            fields["baud"] = speed(fields["baud"])
        after = checked(before.but(**fields))
        refuse_twin(desk, after)
        check_jumps(desk, after)
        edit.update(before, **{field: getattr(after, field) for field in fields})
        return after


def refuse_twin(desk: Desk, device: Device) -> None:
    """Raise Refused when the customer has this address or name already."""
    for other in desk.cache.records(Device, "customer_id IS ? AND id <> ?", (device.customer_id, device.id)):
        if way_to(other) == way_to(device) and device.protocol is not Protocol.SERIAL:
            raise Refused(f"{other.name} has this address already.", "Open it instead, or correct the address.")
        if other.name.casefold() == device.name.casefold():
            raise Refused(f"There is a {other.name} already at {other.address}.", "Give this one another name.")


def way_to(device: Device) -> tuple[str, int, str | None]:
    """Give what two devices of one customer cannot have in common; behind two jump hosts one address is two boxes."""
    return device.address.casefold(), device.port, device.jump_id


def check_jumps(desk: Desk, device: Device) -> None:
    """Raise Refused when the way to the device leads over itself, or over what is no SSH server."""
    seen, jump_id = {device.id}, device.jump_id
    while jump_id is not None:
        if jump_id in seen:
            raise Refused(f"The way to {device.name} would lead in a circle.", "Choose another jump host.")
        seen.add(jump_id)
        jump = desk.need(Device, jump_id)
        if jump.protocol is not Protocol.SSH:
            raise Refused(f"{jump.name} is not reached by SSH.", "Choose a jump host that is.")
        jump_id = jump.jump_id


def _port(given: int | str, protocol: Protocol) -> int:
    if not str(given).strip():
        return USUAL_PORTS[protocol]
    return read_port(given)
