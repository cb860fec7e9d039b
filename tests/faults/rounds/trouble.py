"""What breaks in a round. Each fault begins at a random moment of the edits, lasts a while, and is healed."""

import random
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass

from app.practice.relay_flow import Way
from tests.faults.rounds.firm import Firm
from tests.faults.rounds.seat import Seat, lives, wait_until


@dataclass
class Scene:
    """Where a fault happens: the firm, the one it happens to, and the die."""

    firm: Firm
    seat: Seat
    die: random.Random
    long_stall_s: float = 0.0  # how long a black hole may last; 0: all faults are short
    has_hit: bool = True  # whether it met anything: a connection that carried nothing does not break
    orphans: str = ""  # what a killed console left behind for too long

    def pause(self, least_s: float, most_s: float) -> None:
        time.sleep(self.die.uniform(least_s, most_s))


# A fault runs up to its `yield` while people edit; what is behind it heals.
Fault = Callable[[Scene], Generator[None, None, None]]

_ORPHAN_LIMIT_S = 5.0
_CONNECTING_S = 6.0  # a process that was just connecting looks up only when that has come to nothing


def console_killed(scene: Scene) -> Generator[None, None, None]:
    """kill -9 of the console; its sync child has to notice by itself."""
    scene.seat.kill()
    scene.pause(0, 0.3)
    yield
    _open_again(scene)


def console_killed_in_a_black_hole(scene: Scene) -> Generator[None, None, None]:
    """kill -9 of the console while its sync child waits for an answer that does not come."""
    scene.seat.relay.stall()
    scene.pause(0, 0.3)
    scene.seat.kill()
    left = list(scene.seat.sync_pids)
    _expect_gone(scene, left, _ORPHAN_LIMIT_S + _CONNECTING_S)
    yield
    scene.seat.relay.heal()
    _open_again(scene)


def _open_again(scene: Scene) -> None:
    left = scene.seat.orphans()
    scene.seat.open()
    _expect_gone(scene, left, _ORPHAN_LIMIT_S)


def _expect_gone(scene: Scene, left: list[int], limit_s: float) -> None:
    if not wait_until(lambda: not any(lives(pid) for pid in left), limit_s):
        scene.orphans = f"sync process {left} of {scene.seat.login} lives {limit_s:.0f} s after its console"


def sync_killed(scene: Scene) -> Generator[None, None, None]:
    """kill -9 of the sync child, at times twice."""
    scene.has_hit = scene.seat.kill_sync()
    if scene.die.random() < 0.2:
        scene.pause(0, 1.5)
        scene.seat.kill_sync()
    yield


def postmaster_killed(scene: Scene) -> Generator[None, None, None]:
    """kill -9 of PostgreSQL."""
    scene.firm.kill_postmaster()
    scene.pause(0, 0.4)
    yield
    scene.firm.start_server()
    scene.firm.await_server()


def backend_killed(scene: Scene) -> Generator[None, None, None]:
    """kill -9 of one server process: PostgreSQL drops everybody and recovers by itself."""
    scene.has_hit = scene.firm.kill_backend(scene.seat.login)
    yield
    scene.firm.await_server()


def server_restarted(scene: Scene) -> Generator[None, None, None]:
    """A server that its administrator stops and starts."""
    scene.firm.stop_server()
    yield
    scene.firm.start_server()
    scene.firm.await_server()


def cut(scene: Scene) -> Generator[None, None, None]:
    """The network goes, for one or for all."""
    seats = scene.firm.seats if scene.die.random() < 0.3 else [scene.seat]
    for seat in seats:
        seat.relay.cut()
    scene.pause(0, 0.5)
    yield
    for seat in seats:
        seat.relay.heal()


def stall(scene: Scene) -> Generator[None, None, None]:
    """The network becomes a black hole for a while."""
    scene.seat.relay.stall()
    if scene.long_stall_s and scene.die.random() < 0.05:
        scene.pause(scene.long_stall_s / 2, scene.long_stall_s)
    else:
        scene.pause(0.1, 1.2)
    yield
    scene.seat.relay.heal()


def dropped_up(scene: Scene) -> Generator[None, None, None]:
    """The connection breaks in the middle of what the workstation says."""
    yield from _dropped(scene, scene.die.randrange(3000), Way.UP)


def dropped_down(scene: Scene) -> Generator[None, None, None]:
    """The connection breaks in the middle of what the company answers."""
    yield from _dropped(scene, scene.die.randrange(6000), Way.DOWN)


def reply_lost(scene: Scene) -> Generator[None, None, None]:
    """The company has done it, and the answer is lost as a whole."""
    yield from _dropped(scene, 0, Way.DOWN)


def _dropped(scene: Scene, n_bytes: int, way: Way) -> Generator[None, None, None]:
    relay = scene.seat.relay
    relay.drop_after(n_bytes, way=way)
    scene.has_hit = wait_until(lambda: relay.is_cut, 0.6)
    scene.pause(0, 0.2)
    yield
    relay.heal()


def disk_full(scene: Scene) -> Generator[None, None, None]:
    """The workstation's disk is full: edits are refused, answers cannot be kept."""
    seat = scene.seat
    wait_until(lambda: seat.is_open, 5)
    seat.disk.shrink_log(seat.profile.cache_path)
    seat.disk.fill(scene.die.randrange(0, 60_000), seat.pids)
    if scene.long_stall_s and scene.die.random() < 0.05:
        scene.pause(8, 16)  # long enough for the sync to try less and less often
    else:
        scene.pause(0.3, 1.0)
    yield
    scene.has_hit = bool(seat.made and seat.made["refused"]) or seat.trouble is not None
    seat.disk.free(seat.pids)


FAULTS: dict[str, Fault] = {
    "console killed": console_killed,
    "console killed in a black hole": console_killed_in_a_black_hole,
    "sync child killed": sync_killed,
    "postmaster killed": postmaster_killed,
    "backend killed": backend_killed,
    "server restarted": server_restarted,
    "network cut": cut,
    "network stalled": stall,
    "dropped on the way up": dropped_up,
    "dropped on the way down": dropped_down,
    "reply lost": reply_lost,
    "disk full": disk_full,
}

OF_THE_SERVER = ("postmaster killed", "backend killed", "server restarted")

# What may happen to somebody while something else happens to another.
BESIDE_ANOTHER = ("console killed", "sync child killed", "network cut", "reply lost", "disk full")
