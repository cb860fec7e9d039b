"""Ids: in the order in which they were made, never twice, of the right form."""

import threading
import uuid

from app.domain.entity import new_id, source_id


def test_ids_of_one_process_are_in_the_order_in_which_they_were_made() -> None:
    made = [new_id() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {(u.version, u.variant) for u in map(uuid.UUID, made[:100])} == {(7, uuid.RFC_4122)}


def test_threads_get_different_ids() -> None:
    made: list[str] = []
    threads = [threading.Thread(target=lambda: made.extend(new_id() for _ in range(2_000))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 8_000


def test_a_row_of_another_system_has_the_same_id_everywhere() -> None:
    assert source_id("uci", "INC1") == source_id("uci", "INC1")
    assert len({source_id("uci", "INC1"), source_id("uci", "INC2"), source_id("other", "INC1")}) == 3
