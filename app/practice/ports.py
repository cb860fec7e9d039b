"""The access ports of a big switch: what makes a running configuration long."""

from app.practice.platform import Platform

_PER_MEMBER = 48


def access_ports(platform: Platform, count: int) -> str:
    """Give so many ports, each configured as one for a desk with a telephone; about 340 bytes each."""
    said = []
    for at in range(count):
        member, port = divmod(at, _PER_MEMBER)
        said.append(platform.ports.format(member=member + 1, port=port + 1, flat=at + 11, desk=at + 1))
    return "".join(said)
