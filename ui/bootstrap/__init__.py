"""Starts what has a screen: the console, the pictures of the panes, the play of the demo day.

main.py hands these three to the command line; each takes the parsed arguments and gives an exit code.
"""

from argparse import Namespace


def open_console(arguments: Namespace) -> int:
    """Open the console and stay until it is closed."""
    from ui.bootstrap.starting import run_console  # noqa: PLC0415  the play and the pictures need other parts

    return run_console(arguments)


def shots(arguments: Namespace) -> int:
    """Save a picture of every pane."""
    from ui.bootstrap.play import take_shots  # noqa: PLC0415  the console starts without the play

    return take_shots(arguments)


def play_demo(arguments: Namespace) -> int:
    """Play the demo day off screen."""
    from ui.bootstrap.play import play_demo_day  # noqa: PLC0415  the console starts without the play

    return play_demo_day(arguments)
