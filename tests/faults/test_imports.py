"""Imports of what should never have been exported: each says what happened, and the rest goes on."""

import multiprocessing
import os
import time
import tracemalloc
from pathlib import Path

import pytest

from app.domain.errors import BadInput, DiskFull, Refused
from app.domain.import_map import parse_map
from app.domain.person import Role
from app.services import imports
from app.services.desk import Desk
from app.services.imports import ImportProgress
from app.store.cache import Cache
from tests.importing import (
    EVENTS_HEADER,
    EVENTS_MAP,
    ISSUES_MAP,
    a_desk,
    a_file,
    closed_desks,
    event_line,
    everything,
    issues_of,
)
from tests.stations import Told

__all__ = ["closed_desks"]

ISSUES, EVENTS = parse_map(ISSUES_MAP), parse_map(EVENTS_MAP)
HEADER = b"id,title,state,opened,company,caller\n"
GOOD = b"1,One,open,,,\n"
LAST = b"9,Last,open,,,\n"


def a_line(text: bytes) -> bytes:
    return b"2," + text + b",open,,,\n"


def keys_after(folder: Path, content: bytes, map_text: str = ISSUES_MAP) -> tuple[list[str], list[tuple[int, str]]]:
    """Import a file; give the keys that came in, and line and reason of what did not."""
    desk = a_desk(folder / "profile")
    result = imports.run(desk, a_file(folder, content), parse_map(map_text))
    return sorted(issues_of(desk)), [(row.line, row.reason) for row in result.reasons]


@pytest.mark.parametrize(
    ("content", "said", "todo"),
    [
        (b"", "export.csv is empty", "Export it again"),
        (b"\r\n  \r\n", "export.csv is empty", "Export it again"),
        (b"\xff\xfei\0d\0", "is written in UTF-16", "CSV UTF-8"),
        (b"PK\x03\x04\0\0\x08\n" + bytes(range(256)) * 40, "is no text", "Export it as CSV"),
        (b"\x89\x90garbage,\xfe\n", "The header of export.csv is not UTF-8", "import it again"),
        (b"id,title\rid,title\r", "lone CR", "CSV UTF-8"),
        (b"x" * 3_000_000, "The first line of export.csv is longer than 1 MB", "name the columns"),
        (b'"id,title\n', "has no columns company, caller, id, title, state, opened", "Correct the columns"),
        (b"id,title,state,opened,company\n1,a\n", "has no column caller. Its header reads: id, title", "Correct the"),
        (b"\x1b[31mid\x07,title\n", "reads: \ufffd[31mid\ufffd, title", "Correct the columns"),
        (b"id,title,state,opened,company,caller,id\n", "the column id more than once", "Rename"),
    ],
)
def test_what_cannot_be_this_export_is_refused_before_anything_is_written(
    tmp_path: Path, content: bytes, said: str, todo: str
) -> None:
    desk = a_desk(tmp_path / "profile")
    before = everything(desk)
    for verb in (imports.preview, imports.run):
        with pytest.raises(BadInput) as refused:
            verb(desk, a_file(tmp_path, content), ISSUES)
        assert said in refused.value.what
        assert todo in refused.value.todo
    assert everything(desk) == before


def test_random_bytes_are_refused(tmp_path: Path) -> None:
    desk = a_desk(tmp_path / "profile")
    with pytest.raises(BadInput):
        imports.run(desk, a_file(tmp_path, os.urandom(200_000)), ISSUES)


def test_garbage_after_a_good_header_is_listed_and_the_rest_comes_in(tmp_path: Path) -> None:
    garbage = bytes(b for n in range(20_000) if (b := n * 131 % 256) not in b"\r\n")
    keys, bad = keys_after(tmp_path, HEADER + GOOD + garbage + b"\n" + LAST)
    assert keys == ["1", "9"]
    assert [line for line, _ in bad] == [3]


def test_a_wrong_delimiter_is_named(tmp_path: Path) -> None:
    desk = a_desk(tmp_path / "profile")
    file = a_file(tmp_path, HEADER.replace(b",", b";") + GOOD.replace(b",", b";"))
    with pytest.raises(BadInput, match="separated by ';': set delimiter = ';' in the map"):
        imports.run(desk, file, parse_map('delimiter = ","' + ISSUES_MAP))
    assert imports.run(desk, file, ISSUES).inserted == 1  # a map that names none finds it out


def test_a_file_that_is_gone_or_is_none_says_so(tmp_path: Path) -> None:
    desk = a_desk(tmp_path / "profile")
    with pytest.raises(BadInput, match="There is no file"):
        imports.run(desk, tmp_path / "gone.csv", ISSUES)
    with pytest.raises(BadInput, match="cannot be read"):
        imports.run(desk, tmp_path, ISSUES)
    with pytest.raises(BadInput, match="There is no map"):
        imports.read_map(tmp_path / "gone.toml")
    with pytest.raises(BadInput, match="is not UTF-8"):
        imports.read_map(a_file(tmp_path, b"title = '\xe9'", "old.toml"))
    with pytest.raises(BadInput, match="line 2"):
        imports.read_map(a_file(tmp_path, b"kind = 'issues'\nsource =\n", "cut.toml"))


def test_a_line_of_200_mb_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    file = tmp_path / "huge.csv"
    with file.open("wb") as out:
        out.write(HEADER + GOOD + b"2,")
        for _ in range(200):
            out.write(b"x" * 1_000_000)
        out.write(b",open,,,\n" + LAST)
    desk = a_desk(tmp_path / "profile")
    tracemalloc.start()
    try:
        result = imports.run(desk, file, ISSUES)
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        file.unlink()
    assert sorted(issues_of(desk)) == ["1", "9"]
    assert [(r.line, r.reason) for r in result.reasons] == [(3, "is longer than 1 MB")]
    assert len(result.reasons[0].text) <= 200
    assert peak_bytes < 20_000_000


def test_a_quote_that_is_never_closed_costs_its_own_line_only(tmp_path: Path) -> None:
    many = b"".join(b"%d,Title,open,,,\n" % n for n in range(10, 300))
    keys, bad = keys_after(tmp_path, HEADER + GOOD + b'2,"Open,open,,,\n' + many + LAST)
    assert len(keys) == 292
    assert bad == [(3, "opens a quote that is never closed")]


def test_a_quote_that_a_later_line_closes_by_chance_costs_its_own_line_only(tmp_path: Path) -> None:
    keys, bad = keys_after(tmp_path, HEADER + b'2,"Open,open,,,\n' + GOOD + b'3,"A ""good"" one",open,,,\n' + LAST)
    assert keys == ["1", "3", "9"]
    assert [line for line, _ in bad] == [2]


def test_an_open_quote_before_megabytes_is_given_up_in_time(tmp_path: Path) -> None:
    body = b"".join(b"%d,%s,open,,,\n" % (n, b"x" * 50_000) for n in range(10, 50))
    began = time.monotonic()
    keys, bad = keys_after(tmp_path, HEADER + b'2,"Open,open,,,\n' * 3 + body)
    assert len(keys) == 40
    assert [line for line, _ in bad] == [2, 3, 4]
    assert time.monotonic() - began < 20


def test_cells_over_several_lines_are_one_record(tmp_path: Path) -> None:
    desk = a_desk(tmp_path / "profile")
    content = b"\xef\xbb\xbf" + HEADER + b'1,"First\r\nsecond, with ""quotes""",open,,,\r\n\r\n' + LAST + b"bad\n"
    result = imports.run(desk, a_file(tmp_path, content), ISSUES)
    assert issues_of(desk)["1"].title == 'First\r\nsecond, with "quotes"'
    assert result.reasons[0].line == 6


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"a\0b", "holds a NUL byte"),
        (b"caf\xe9", 'is not UTF-8 (byte 0xe9 at place 6); set encoding in the map, such as "cp1252"'),
        (b'"a"b', "has a quote in the middle of a quoted cell; it must be written twice"),
        (b"a,b", "has 7 cells where the header has 6"),
        (b"a\rb", "holds a lone CR in the middle"),
        (b"x" * 200_000, "has a cell that is too long, or opens a quote that is not closed"),
        (b'"a\ncaf\xe9"', "goes on over several lines, of which line 4 is not UTF-8"),
        (b"x" * 1_200_000, "is longer than 1 MB"),
    ],
)
def test_one_bad_record_is_listed_with_its_reason_and_the_next_is_read(tmp_path: Path, text: bytes, said: str) -> None:
    keys, bad = keys_after(tmp_path, HEADER + GOOD + a_line(text) + LAST)
    assert keys == ["1", "9"]
    assert bad[0][0] == 3
    assert bad[0][1].startswith(said)


def test_other_encodings_are_tried_line_by_line(tmp_path: Path) -> None:
    desk = a_desk(tmp_path / "profile")
    content = HEADER + b"1,caf\xe9,open,,,\n" + "2,Dvořák,open,,,\n".encode() + b"3,\x81,open,,,\n"
    result = imports.run(desk, a_file(tmp_path, content), parse_map('encoding = "cp1252"' + ISSUES_MAP))
    assert [i.title for i in issues_of(desk).values()] == ["café", "Dvořák"]
    assert "is neither UTF-8 nor cp1252" in result.reasons[0].reason


def test_four_date_formats_in_one_file(tmp_path: Path) -> None:
    desk = a_desk(tmp_path / "profile")
    written = ("29-02-2016 01:16", "29.2.2016 01:16", "2016-02-29T01:16:00Z", "1456708560", "Feb 29th")
    lines = b"".join(b"%d,T,open,%s,,\n" % (n, text.encode()) for n, text in enumerate(written))
    by = parse_map('times = ["%d-%m-%Y %H:%M", "%d.%m.%Y %H:%M", "iso", "unix"]' + ISSUES_MAP.replace("times", "#"))
    result = imports.run(desk, a_file(tmp_path, HEADER + lines), by)
    assert {f"{i.opened_at:%Y-%m-%d %H:%M%z}" for i in issues_of(desk).values()} == {"2016-02-29 01:16+0000"}
    assert len(issues_of(desk)) == 4
    assert "'Feb 29th' is no time written as" in result.reasons[0].reason


def test_unknown_states_and_duplicate_keys_are_listed(tmp_path: Path) -> None:
    keys, bad = keys_after(tmp_path, HEADER + GOOD + b"2,T,limbo,,,\n" + GOOD + b",T,open,,,\n" + LAST)
    assert keys == ["1", "9"]
    assert bad == [
        (3, "issue.state: 'limbo' is not among [words.state] of the map"),
        (4, "has the same key as line 2"),
        (5, "has no key"),
    ]


def test_a_history_goes_by_its_last_good_event(tmp_path: Path) -> None:
    desk = a_desk(tmp_path / "profile")
    lines = [EVENTS_HEADER, event_line("A", 0, "Limbo"), event_line("A", 1, "Active"), event_line("A", 2, "Limbo")]
    result = imports.run(desk, a_file(tmp_path, [*lines, event_line("B", 3, "Limbo")]), EVENTS)
    assert [r.line for r in result.reasons] == [2, 4, 5]
    assert {key: issue.state for key, issue in issues_of(desk).items()} == {"A": "open"}


def test_where_the_folder_cannot_be_written_the_list_goes_to_the_profile(tmp_path: Path) -> None:
    desk = a_desk(tmp_path / "profile")
    (tmp_path / "export.rejected.csv").mkdir()  # also stops a superuser, unlike rights
    result = imports.run(desk, a_file(tmp_path, HEADER + GOOD + b"bad\n"), ISSUES)
    assert result.rejected_file == tmp_path / "profile" / "imports" / "export.rejected.csv"
    assert "bad" in result.rejected_file.read_text(encoding="utf-8-sig")
    assert "cannot be written" in result.trouble
    assert str(result.rejected_file) in result.trouble


def test_where_nothing_can_be_written_the_result_tells_the_first_reasons(tmp_path: Path) -> None:
    desk = a_desk(tmp_path / "profile")
    (tmp_path / "profile" / "imports").write_text("in the way")
    result = imports.run(desk, a_file(tmp_path, HEADER + b"bad\n" * 50 + GOOD), ISSUES)
    assert (result.inserted, result.rejected, result.rejected_file, len(result.reasons)) == (1, 50, None, 20)
    assert "could not be written" in result.trouble


def test_a_file_that_changes_while_it_is_read_is_not_trusted(tmp_path: Path) -> None:
    desk = a_desk(tmp_path / "profile")
    file = a_file(tmp_path, [EVENTS_HEADER, *(event_line(f"K{n}", n, "Active") for n in range(400))])

    def grow(_progress: ImportProgress) -> None:
        with file.open("a") as out:
            out.write(event_line("Z", 1, "New") + "\n")

    with pytest.raises(BadInput, match="changed while it was being read"):
        imports.run(desk, file, EVENTS, grow)
    assert imports.run(desk, file, EVENTS).rejected == 0
    assert len(issues_of(desk)) == 401


def test_a_full_disk_says_so_and_the_import_goes_on_once_there_is_room(tmp_path: Path) -> None:
    desk = a_desk(tmp_path / "profile")
    file = a_file(tmp_path, [EVENTS_HEADER, *(event_line(f"K{n}", n, "Active") for n in range(900))])
    pages = desk.cache.read("PRAGMA page_count")[0][0]
    desk.cache.read(f"PRAGMA max_page_count = {pages + 250}")
    with pytest.raises(DiskFull, match="disk of this workstation is full"):
        imports.run(desk, file, EVENTS)
    part = len(issues_of(desk))
    assert 0 < part < 900
    desk.cache.read("PRAGMA max_page_count = 1000000")
    assert imports.run(desk, file, EVENTS).by_table["issue"] == 900 - part
    assert desk.cache.read("SELECT count(*) FROM outbox")[0][0] == 1 + 1 + 900 + 900


def import_slowly(cache_path: Path, person_id: str, file: Path, told: "multiprocessing.queues.Queue[int]") -> None:
    def tell(progress: ImportProgress) -> None:
        told.put(progress.rows)
        time.sleep(0.05)

    imports.run(Desk(Cache(cache_path), person_id, "child", Told()), file, EVENTS, tell)


def test_a_killed_import_goes_on_where_it_was(tmp_path: Path) -> None:
    desk = a_desk(tmp_path / "profile")
    lines = [event_line(f"K{n // 2}", n, "Active") for n in range(3000)]
    file = a_file(tmp_path, [EVENTS_HEADER, *lines])
    spawn = multiprocessing.get_context("spawn")
    told = spawn.Queue()
    child = spawn.Process(target=import_slowly, args=(desk.cache.path, desk.person_id, file, told))
    child.start()
    try:
        while told.get(timeout=60) < 600:
            pass
    finally:
        child.kill()
        child.join()
        told.close()
        told.join_thread()
    part = len(issues_of(desk))
    assert 0 < part < 1500
    rest = imports.run(desk, file, EVENTS)
    assert rest.by_table["issue"] == 1500 - part
    assert desk.cache.read("SELECT count(DISTINCT row_id), count(*) FROM outbox") == [(4502, 4502)]
    assert len(imports.past(desk)) == 2  # each can be taken back


def test_what_is_written_elsewhere_meanwhile_is_not_in_the_way(tmp_path: Path) -> None:
    desk = a_desk(tmp_path / "profile")
    file = a_file(tmp_path, [EVENTS_HEADER, *(event_line(f"K{n}", n, "Active") for n in range(600))])

    def somebody_works(_progress: ImportProgress) -> None:
        other = Desk(Cache(desk.cache.path), desk.person_id, "other", Told())
        try:
            for issue in list(issues_of(other).values())[:3]:
                with other.edit() as edit:
                    edit.update(issue, workaround="Restart it")
        finally:
            other.cache.close()

    assert imports.run(desk, file, EVENTS, somebody_works).by_table["issue"] == 600
    assert sum(i.workaround != "" for i in issues_of(desk).values()) == 3


def test_before_the_first_contact_with_a_company_nothing_is_imported(tmp_path: Path) -> None:
    known = a_desk(tmp_path / "profile", Role.MANAGER)
    nobody = Desk(known.cache, "", "test", Told())
    with pytest.raises(Refused, match="has not met the company yet"):
        imports.run(nobody, a_file(tmp_path, HEADER + GOOD), ISSUES)
