"""What a later import may change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.customer import Contact
from app.domain.imported_row import generation_id, was_taken_back, weigh

BLANK = {"title": "", "state": "new"}


@pytest.mark.parametrize(
    ("says", "said", "present", "changes", "clashes"),
    [
        ("a", "a", "a", (), ()),
        ("b", "a", "a", ("title",), ()),  # the source has changed it
        ("a", "a", "mine", (), ()),  # a person has changed it
        ("b", "a", "mine", (), ("title",)),  # both have
        ("b", "a", "b", (), ()),  # both have, to the same
        ("b", None, "", ("title",), ()),  # nothing is known, nothing is here
        ("b", None, "mine", (), ("title",)),
        ("", "a", "a", ("title",), ()),  # the source does not know it any more
    ],
)
def test_who_has_changed_a_field(
    says: str, said: str | None, present: str, changes: tuple[str, ...], clashes: tuple[str, ...]
) -> None:
    verdict = weigh({"title": says}, None if said is None else {"title": said}, BLANK | {"title": present}, BLANK)
    assert (verdict.changes, verdict.clashes) == (changes, clashes)


def test_a_field_that_the_map_names_only_now_fills_what_is_blank() -> None:
    verdict = weigh({"title": "a", "state": "open"}, {"title": "a"}, {"title": "a", "state": "new"}, BLANK)
    assert verdict.changes == ("state",)


@given(*[st.dictionaries(st.sampled_from(["title", "state"]), st.text("ab", max_size=1)) for _ in range(3)])
def test_what_was_settled_stays_settled(says: dict[str, str], said: dict[str, str], present: dict[str, str]) -> None:
    now = BLANK | present
    verdict = weigh(says, said, now, BLANK)
    after = now | {name: says[name] for name in verdict.changes}
    again = weigh(says, says, after, BLANK)
    assert (again.changes, again.clashes) == ((), ())


def test_only_an_import_taken_back_empties_what_it_removes() -> None:
    by_hand = Contact(id="1", customer_id="2", name="Priya", deleted=True)
    assert not was_taken_back(by_hand)
    assert was_taken_back(by_hand.but(name=""))
    assert not was_taken_back(by_hand.but(name="", deleted=False))


def test_ids_come_from_source_and_key_alone() -> None:
    assert generation_id("a", "1", 1) == generation_id("a", "1", 1)
    assert len({generation_id(s, k, n) for s in "ab" for k in "12" for n in (1, 2)}) == 8
