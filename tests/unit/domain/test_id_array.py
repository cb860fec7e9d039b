import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.entity import new_id
from app.domain.id_array import IdArray

_IDS = st.lists(st.uuids().map(str), unique=True, max_size=20)


@given(_IDS)
def test_it_reads_like_the_list_it_was_made_of(ids: list[str]) -> None:
    made = IdArray.of(ids)
    assert (list(made), len(made), made == ids, bool(made)) == (ids, len(ids), True, bool(ids))
    assert len(made.packed) == 16 * len(ids)
    assert made[2:7] == ids[2:7]
    assert made[::-2] == ids[::-2]
    assert made[-3:] == IdArray.of(ids[-3:])
    for at, one in enumerate(ids):
        assert (made[at], made[at - len(ids)], made.index(one), one in made) == (one, one, at, True)
    assert hash(made) == hash(IdArray.of(ids))


def test_what_is_not_there_is_not_found() -> None:
    made = IdArray.of([new_id(), new_id()])
    assert new_id() not in made
    assert "no id" not in made
    assert None not in made
    with pytest.raises(ValueError, match="-"):
        made.index(new_id())
    with pytest.raises(IndexError):
        made[2]
    with pytest.raises(ValueError, match="hex"):
        IdArray.of(["no id"])
    assert made != [made[0], new_id()]


def test_an_id_is_not_found_across_two_others() -> None:
    first, second = "00" * 15 + "01", "02" + "00" * 15
    between = (bytes.fromhex(first) + bytes.fromhex(second))[8:24].hex()
    made = IdArray(bytes.fromhex(first + second))
    assert between not in made
    assert made[1] in made


def test_one_more_is_put_between() -> None:
    ids = [new_id() for _ in range(3)]
    assert IdArray.of(ids).with_one(1, "00000000-0000-7000-8000-000000000000")[1].startswith("00000000-")
    assert IdArray.of(ids).with_one(3, ids[0]) == [*ids, ids[0]]
    assert IdArray.of(ids).with_one(0, ids[2]) == [ids[2], *ids]
    assert IdArray().with_one(0, ids[1]) == [ids[1]]


def test_a_long_one_is_like_a_short_one() -> None:
    packed = bytes(range(256)) * 16 * 300
    parts = [packed[at : at + 4800] for at in range(0, len(packed), 4800)]
    long, same = IdArray.joined(parts), IdArray(packed)
    assert long == same
    assert hash(long) == hash(same)
    assert (long[-1], long[77], long[5:9], len(long)) == (same[-1], same[77], same[5:9], len(same))
    assert long.index(same[15]) == 15
    assert long.with_one(3, same[9]) != same
    assert list(long) == list(same)


def test_parts_may_be_empty() -> None:
    one = new_id()
    packed = IdArray.of([one]).packed
    assert list(IdArray.joined([b"", bytes(packed[:]), b""])) == [one]
    assert list(IdArray.joined([])) == []
    assert list(IdArray().with_one(0, one)) == [one]
