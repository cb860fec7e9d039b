"""terminal: how fast the terminal takes what a device prints, and how long one picture of it takes.

Five streams go through the real widget, turn by turn as the event loop would give them. The reference is pyte, a
terminal of pure Python, which is given the beginning of the same streams in the same process. A repaint draws all of
132 x 43 anew: nothing is kept from the picture before.
"""

import os
import random
import time
from collections.abc import Callable
from statistics import median

from tests.bench.process import Apart
from tests.bench.result import Reach, Result, percentile
from tests.bench.wish import Wish

COLS, ROWS = 132, 43
STREAM_BYTES, QUICK_BYTES = 6_000_000, 200_000
PYTE_BYTES = 150_000  # it takes a second for as much
_WORDS = "漢字 かな交じり文 émigré naïve Ω≈ç√∫ Привет мир 👩 ステータス"


def text(rng: random.Random) -> bytes:
    """Give some lines of a show tech-support."""
    port = rng.randrange(48)
    return (
        b"GigabitEthernet1/0/%d is up, line protocol is up (connected)\r\n"
        b"  Hardware is Gigabit Ethernet, address is %04x.%04x.%04x (bia %04x.0000.0001)\r\n"
        b"  5 minute input rate %d bits/sec, %d packets/sec\r\n"
        b"     %d packets input, %d bytes, 0 no buffer\r\n"
        b"     0 input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored\r\n\r\n"
    ) % (port, *(rng.getrandbits(16) for _ in range(4)), *(rng.getrandbits(24) for _ in range(4)))


def colour(rng: random.Random) -> bytes:
    """Give a line in which every word has colours of its own."""
    words = (
        b"\x1b[38;5;%d;48;2;%d;%d;%dm%08x" % (*(rng.randrange(256) for _ in range(4)), rng.getrandbits(32))
        for _ in range(16)
    )
    return b"".join(words) + b"\x1b[0m\r\n"


def cursor(rng: random.Random) -> bytes:
    """Give a few characters that land anywhere."""
    return b"".join(
        b"\x1b[%d;%dH%c" % (rng.randrange(1, ROWS + 1), rng.randrange(1, COLS + 1), rng.randrange(33, 127))
        for _ in range(20)
    )


def scroll(rng: random.Random) -> bytes:
    """Give a short log line, and now and then a scroll inside a region."""
    if rng.randrange(50):
        return b"%06d: %%LINK-3-UPDOWN\r\n" % rng.randrange(10**6)
    return b"\x1b[5;30r\x1b[30;1H\n\n\x1b[5;1H\x1bM\x1b[r\x1b[43;1H"


def unicode(rng: random.Random) -> bytes:
    """Give a line of wide, accented and combined characters."""
    words = _WORDS.split()
    return (" ".join(rng.choice(words) for _ in range(12)) + " e\u0301\r\n").encode()


STREAMS: dict[str, Callable[[random.Random], bytes]] = {
    "text": text,
    "colour": colour,
    "cursor": cursor,
    "scroll": scroll,
    "unicode": unicode,
}
AT_LEAST = {"text": 10.0}
OTHERS_AT_LEAST = 3.0


def bench(wish: Wish) -> Result:
    rounds = wish.runs(3)
    size = wish.size(STREAM_BYTES, QUICK_BYTES)
    measured: dict[str, dict[str, float]] = Apart(_measured, size, min(size, PYTE_BYTES), rounds).result()
    reach = []
    for name, found in measured.items():
        least = AT_LEAST.get(name, OTHERS_AT_LEAST)
        got = found["mb_s"]
        reach.append(Reach(f"{name}, 132 x 43", f">= {least:.0f} MB/s", f"{got:.1f} MB/s", got >= least))
    longest = max(found["longest_turn_ms"] for found in measured.values())
    reach.append(Reach("longest turn on the GUI thread", "<= 10 ms", f"{longest:.1f} ms", longest <= 10))
    plain, worst = measured["text"]["repaint_ms"], max(found["repaint_ms"] for found in measured.values())
    reach.append(Reach("repaint, text", "<= 4 ms", f"{plain:.1f} ms", plain <= 4))
    reach.append(Reach("repaint, worst stream", "<= 16 ms", f"{worst:.1f} ms", worst <= 16))
    return Result("terminal", rounds, {"stream_bytes": size, **measured}, tuple(reach))


def _measured(size: int, pyte_size: int, rounds: int) -> dict[str, dict[str, float]]:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from ui.bootstrap.starting import application  # noqa: PLC0415  Qt reads the platform when it is loaded

    application()
    return {name: _stream(_bytes(make, size), pyte_size, rounds) for name, make in STREAMS.items()}


def _bytes(make: Callable[[random.Random], bytes], size: int) -> bytes:
    rng, made = random.Random(4), bytearray()
    while len(made) < size:
        made += make(rng)
    return bytes(made)


def _stream(data: bytes, pyte_size: int, rounds: int) -> dict[str, float]:
    took, turns, paints = [], [], []
    for _ in range(rounds):
        seconds, of_turns, of_paints = _fed(data)
        took.append(seconds)
        turns += of_turns
        paints += of_paints
    ours = len(data) / median(took) / 1e6
    theirs = _pyte(data[:pyte_size])
    return {
        "mb_s": round(ours, 1),
        "pyte_mb_s": round(theirs, 2),
        "times_pyte": round(ours / theirs),
        "longest_turn_ms": round(max(turns), 1),
        "repaint_ms": round(median(paints), 1),
        "repaint_p95_ms": round(percentile(paints, 0.95), 1),
    }


def _fed(data: bytes) -> tuple[float, list[float], list[float]]:
    """Feed it in pieces as the devices child sends them; gives the seconds of all turns, each turn's and paint's ms."""
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415  see above

    from ui.kit.terminal import Terminal  # noqa: PLC0415
    from ui.kit.terminal_paint import ROW_HEIGHT, cell_width  # noqa: PLC0415
    from ui.kit.theme import XS, M  # noqa: PLC0415

    terminal = Terminal("bench")
    terminal.resize(int(COLS * cell_width()) + 2 * M + 12, ROWS * ROW_HEIGHT + 2 * XS)
    terminal.show()
    assert terminal.state.size == (COLS, ROWS), terminal.state.size
    QApplication.processEvents()
    turns, paints = [], []
    for at in range(0, len(data), 65536):
        terminal.feed(data[at : at + 65536])
        while terminal.waiting_bytes:
            began = time.perf_counter()
            terminal._take_turn()
            turns.append((time.perf_counter() - began) * 1000)
        if at // 65536 % 8 == 0:
            terminal.forget_picture()
            began = time.perf_counter()
            terminal.repaint()
            paints.append((time.perf_counter() - began) * 1000)
    terminal.close()
    terminal.deleteLater()
    return sum(turns) / 1000, turns, paints


def _pyte(data: bytes) -> float:
    """Give pyte's MB/s on the same bytes, with the scrollback that ours has."""
    import pyte  # noqa: PLC0415  only this child needs it

    stream = pyte.ByteStream(pyte.HistoryScreen(COLS, ROWS, history=10_000))
    began = time.perf_counter()
    stream.feed(data)
    return len(data) / (time.perf_counter() - began) / 1e6
