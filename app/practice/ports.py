"""The access ports of a big switch: what makes a running configuration long."""

_PER_MEMBER = 48


def ios_ports(count: int) -> str:
    """Give so many ports of a stack, each configured as an access port with a telephone; about 300 bytes each."""
    return "".join(_ios_port(at) for at in range(count))


def _ios_port(at: int) -> str:
    member, port = divmod(at, _PER_MEMBER)
    return (
        f"interface GigabitEthernet{member + 1}/0/{port + 1}\n"
        f" description room {member + 1}{port + 1:02d} desk {at + 1:04d}\n"
        " switchport access vlan 20\n"
        " switchport mode access\n"
        " switchport voice vlan 30\n"
        " ip access-group GUESTS in\n"
        " authentication port-control auto\n"
        " storm-control broadcast level 1.00\n"
        " spanning-tree portfast edge\n"
        " spanning-tree bpduguard enable\n"
        " service-policy input FROM-DESK\n"
        "!\n"
    )
