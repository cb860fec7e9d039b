"""The digest that sign-offs are bound to."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.domain.release import Artefact, digest_of

artefacts = st.lists(
    st.builds(
        Artefact,
        id=st.uuids().map(str),
        release_id=st.just("r"),
        name=st.text("abc-40.", min_size=1, max_size=8),
        size_bytes=st.integers(0, 10**9),
        sha256=st.text("0123456789abcdef", min_size=64, max_size=64),
    ),
    min_size=1,
    max_size=6,
)


@given(artefacts, st.randoms())
def test_neither_order_nor_letter_case_nor_what_was_taken_out_matters(files: list[Artefact], chance: object) -> None:
    digest = digest_of(files)
    shuffled = list(files)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert digest_of(shuffled) == digest
    assert digest_of([replace(f, sha256=f.sha256.upper()) for f in files]) == digest
    assert digest_of([*files, replace(files[0], name="gone", deleted=True)]) == digest


@given(artefacts, st.data())
def test_any_other_difference_does(files: list[Artefact], data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(range(len(files))))
    changed = data.draw(
        st.sampled_from(
            [
                replace(files[one], name=files[one].name + "x"),
                replace(files[one], size_bytes=files[one].size_bytes + 1),
                replace(files[one], sha256=files[one].sha256[1:] + ("0" if files[one].sha256[-1] != "0" else "1")),
                replace(files[one], deleted=True),
            ]
        )
    )
    assert digest_of([*files[:one], changed, *files[one + 1 :]]) != digest_of(files)
