"""What is sealed is opened by its key only, whole, and as what it is."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.devices import sealing
from app.domain.entity import new_id
from app.domain.errors import BadInput, EnvironmentFault

KEY = sealing.new_key(new_id())


@given(data=st.binary(max_size=400), about=st.text(max_size=40))
def test_what_is_sealed_comes_back(data: bytes, about: str) -> None:
    sealed = sealing.seal(KEY, about, data)
    assert sealing.unseal(KEY, about, sealed) == data
    assert len(data) < 8 or data not in sealed


@given(data=st.binary(min_size=1, max_size=100), place=st.integers(min_value=0), flip=st.integers(1, 255))
def test_one_changed_byte_is_noticed(data: bytes, place: int, flip: int) -> None:
    sealed = bytearray(sealing.seal(KEY, "core-1", data))
    sealed[place % len(sealed)] ^= flip
    with pytest.raises(EnvironmentFault):
        sealing.unseal(KEY, "core-1", bytes(sealed))


def test_neither_another_key_nor_another_device_opens_it() -> None:
    sealed = sealing.seal(KEY, "core-1", b"hostname core-1")
    with pytest.raises(EnvironmentFault):
        sealing.unseal(sealing.new_key(KEY.id, KEY.marking), "core-1", sealed)
    with pytest.raises(EnvironmentFault):
        sealing.unseal(KEY, "core-2", sealed)
    for bad in (b"", b"x", sealed[:30]):
        with pytest.raises(EnvironmentFault):
            sealing.unseal(KEY, "core-1", bad)


def test_a_wrapped_key_is_opened_by_one_person_and_as_one_key() -> None:
    erik, ben = sealing.new_pair(), sealing.new_pair()
    wrapped = sealing.wrap(KEY, erik.public)
    assert sealing.unwrap(wrapped, erik.private, KEY.id) == KEY
    with pytest.raises(EnvironmentFault):
        sealing.unwrap(wrapped, ben.private, KEY.id)
    with pytest.raises(EnvironmentFault):
        sealing.unwrap(wrapped, erik.private, new_id())
    for bad in ("", "no base64!", base64.b64encode(b"short").decode()):
        with pytest.raises(EnvironmentFault):
            sealing.unwrap(bad, erik.private, KEY.id)
        with pytest.raises(BadInput):
            sealing.wrap(KEY, bad)


def test_a_key_is_never_printed() -> None:
    pair = sealing.new_pair()
    assert pair.private not in repr(pair)
    assert repr(KEY.sealing) not in repr(KEY)
    assert repr(KEY.marking) not in repr(KEY)


def test_marks_are_compared_by_the_part_that_stays() -> None:
    rotated = sealing.new_key(new_id(), KEY.marking)
    assert rotated.marks_id == KEY.marks_id
    assert rotated.sealing != KEY.sealing
    assert sealing.new_key(new_id()).marks_id != KEY.marks_id
