"""The verb that consoles start by themselves: the host of an embedded company."""

from argparse import Namespace

from app.runtime.children.host import main


def host(arguments: Namespace) -> int:
    """Run until nobody needs the company."""
    return main(arguments.home, is_demo=arguments.demo)
