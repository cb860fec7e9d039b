"""Sends the unsent edits, and learns what the line carries and on what the company only fails."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from app.company.link import Link
from app.domain.errors import BatonError, CompanyBusy, CompanyUnreachable, LoginRefused, Refused, SchemaMismatch
from app.store import answers, edits
from app.store.cache import Cache
from app.store.edits import Op
from app.sync import telling
from app.sync.batches import PUSH_OPS, in_sets, next_push, size_of

PUSH_BYTES = 1_000_000
SMALLEST_PUSH_BYTES = 16_000
_BUSY_TRIES = 5


class Outgoing:
    """One workstation's outbox on its way. What it learned of the line outlives a connection."""

    def __init__(
        self, cache: Cache, workstation_id: str, clock: Callable[[], datetime], on_progress: Callable[[], None]
    ) -> None:
        self._cache, self._workstation_id = cache, workstation_id
        self._clock, self._on_progress = clock, on_progress
        self._failing: set[str] = set()  # rows with an edit on which the company fails, rather than answers
        self._most_bytes = PUSH_BYTES  # less after a line broke in the middle, until it carries that
        self.bytes_out = 0  # how much is on its way in the present call; read by the child's watchdog

    def forgive(self) -> None:
        """Try the edits on which the company only failed again with the next push."""
        self._failing.clear()

    def push(self, link: Link) -> dict[str, set[str]]:
        """Send until nothing is left that can be sent; gives the ids by table that the answers changed.

        An edit that the company fails on is left behind with those of the same row and what points to it.
        """
        touched: dict[str, set[str]] = {}
        most, busy = PUSH_OPS, 0
        while sets := in_sets(next_push(self._cache, self._failing, most, self._most_bytes)):
            ops = [op for one_set in sets for op in one_set]
            wire = [{**op.as_wire(), "set": at} for at, one_set in enumerate(sets) for op in one_set]
            try:
                results = self._send(link, ops, wire)
            except (CompanyUnreachable, SchemaMismatch, LoginRefused) as e:
                answers.note_failure(self._cache, ops, str(e))
                raise
            except CompanyBusy as e:
                busy += 1
                if busy > _BUSY_TRIES:
                    answers.note_failure(self._cache, ops, str(e))
                    raise
            except BatonError as e:
                if len(ops) > 1 and not isinstance(e, Refused):  # that is meant for all of them
                    most = max(1, len(ops) // 2)  # find the one that is the trouble
                else:
                    answers.note_failure(self._cache, ops, str(e))
                    self._failing.update(op.row_id for op in ops)
                    most = PUSH_OPS
            else:
                telling.add(touched, answers.settle(self._cache, ops, results, self._clock()))
                most = min(PUSH_OPS, most * 2)
            self._on_progress()
        return touched

    def _send(self, link: Link, ops: list[Op], wire: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Hand edits to the network; gives the company's answers."""
        sent_at = self._clock()
        edits.mark_sent(self._cache, ops, sent_at)
        self.bytes_out = size = sum(size_of(op) for op in ops)
        try:
            results = link.push(self._workstation_id, wire)
        except CompanyUnreachable:  # who knows how far they came
            self._most_bytes = max(SMALLEST_PUSH_BYTES, min(size, self._most_bytes) // 2)
            raise
        except BatonError:
            answers.note_undone(self._cache, ops, sent_at)
            raise
        finally:
            self.bytes_out = 0
        self._most_bytes = min(PUSH_BYTES, self._most_bytes * 2)
        return results
