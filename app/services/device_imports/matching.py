"""Who a device of a file is here: the one it was brought in as before, one of the same place or name, or nobody yet."""

from collections.abc import Iterable

from app.domain.customer import Customer
from app.domain.device import Device
from app.domain.device_files import FoundDevice
from app.domain.errors import BadInput
from app.domain.import_map import folded
from app.domain.imported_row import generation_id
from app.services.desk import Desk
from app.services.devices.changing import way_to


class Inventory:
    """The devices that are here, as an import looks for them."""

    def __init__(self, desk: Desk, source: str, into_customer_id: str | None) -> None:
        self._desk, self._source = desk, source
        self._into = desk.need(Customer, into_customer_id) if into_customer_id else None
        self._customers: dict[str, list[Customer]] = {}
        for customer in desk.cache.records(Customer):
            self._customers.setdefault(folded(customer.name), []).append(customer)
        self._names = {one.id: one.name for named in self._customers.values() for one in named}
        self.by_source: dict[str, Device] = {}
        self.device_names: dict[str, str] = {}
        self._by_way: dict[tuple[str | None, tuple[str, int, str | None]], Device] = {}
        self._by_name: dict[tuple[str | None, str], Device] = {}
        self._called: dict[str, list[Device]] = {}
        for device in desk.cache.records(Device, "1 ORDER BY id"):
            self.take(device)

    def take(self, device: Device) -> None:
        """Count a device as one that is here."""
        self.device_names[device.id] = device.name
        if device.source == self._source and device.source_key:
            self.by_source.setdefault(device.source_key, device)
        self._by_way.setdefault((device.customer_id, way_to(device)), device)
        self._by_name.setdefault((device.customer_id, folded(device.name)), device)
        self._called.setdefault(folded(device.name), []).append(device)

    def customer_of(self, found: FoundDevice) -> str | None:
        """Give whose it is; raises BadInput for a name that no customer has."""
        if self._into is not None:
            return self._into.id
        if not found.customer.strip():
            return None
        named = self._customers.get(folded(found.customer), [])
        if len(named) != 1:
            many = "are several customers" if named else "is no customer"
            raise BadInput(f"There {many} called “{found.customer}” here.")
        return named[0].id

    def name_of(self, customer_id: str | None) -> str:
        """Give the customer's name; "" for nobody's."""
        return self._names.get(customer_id or "", "")

    def at_the_place_of(self, device: Device) -> Device | None:
        """Give the device of the same customer that has this way to it."""
        return self._by_way.get((device.customer_id, way_to(device)))

    def called_as(self, device: Device) -> Device | None:
        """Give the device of the same customer that has this name."""
        return self._by_name.get((device.customer_id, folded(device.name)))

    def only_one_called(self, name: str) -> Device | None:
        """Give the device of this name when there is just one, whosever it is."""
        found = self._called.get(folded(name), [])
        return found[0] if len(found) == 1 else None

    def new_id(self, key: str) -> str:
        """Give the id that this row of the source has on every workstation; a removed row's never serves again."""
        generation = 1
        while self._desk.cache.record(Device, found := generation_id(self._source, key, generation)) is not None:
            generation += 1
        return found


def jumps_first(keys: Iterable[str], jumps: dict[str, str]) -> list[str]:
    """Give the keys so that each stands behind the one it is reached through; there are no circles."""
    order: dict[str, None] = {}
    wanted = set(keys)
    for key in keys:
        way, at = list[str](), key
        while at in wanted and at not in order and at not in way:
            way.append(at)
            at = jumps.get(at, "")
        order |= dict.fromkeys(reversed(way))
    return list(order)
