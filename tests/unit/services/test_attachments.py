"""Files on an issue: taken in, known, brought to the company and fetched from it, also when something goes wrong."""

import hashlib
import os
import secrets
import stat
import sys
import time
from pathlib import Path

import pytest

from app.company.connection import open_dsn
from app.company.on_demand import PIECE_BYTES
from app.domain.customer import Customer
from app.domain.entity import new_id
from app.domain.errors import BadInput, CompanyUnreachable, DiskFull, EnvironmentFault, Refused
from app.domain.issue import Issue
from app.domain.on_issue import Attachment
from app.domain.person import Role
from app.services import attachments, outbox
from app.services.attachments import safe_name
from app.store import contents
from app.sync.messages import ContentFetched, ContentMoved, FetchContent
from tests.stations import Station, TestCompany


def an_issue(station: Station, customer_id: str | None = None) -> Issue:
    with station.desk.edit() as edit:
        return edit.insert(Issue(id=new_id(), title="Import fails", customer_id=customer_id))


def a_file(folder: Path, size: int = 1000, name: str = "log.txt") -> Path:
    path = folder / name
    path.write_bytes(secrets.token_bytes(size))
    return path


def carry(station: Station) -> None:
    """Bring and fetch all there is."""
    while station.engine.contents.has_work:
        station.engine.carry()


def fetch(station: Station, attachment_id: str) -> tuple[ContentFetched, list[ContentMoved]]:
    said: list[object] = []
    station.engine.contents.say = said.append
    station.engine.contents.ask(FetchContent("r1", attachment_id))
    carry(station)
    (answer,) = (one for one in said if isinstance(one, ContentFetched))
    return answer, [one for one in said if isinstance(one, ContentMoved)]


def line_of(station: Station, issue_id: str) -> attachments.AttachmentLine:
    (line,) = attachments.of_issue(station.desk, issue_id)
    return line


def test_what_one_attaches_the_other_fetches_and_opens(company: TestCompany, tmp_path: Path) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    issue = an_issue(anna)
    path = a_file(tmp_path, 3 * PIECE_BYTES + 7)
    content = path.read_bytes()
    made = attachments.add(anna.desk, issue.id, path)
    path.unlink()
    mine = line_of(anna, issue.id)
    assert (mine.name, mine.size_bytes, mine.media_type, mine.by) == ("log.txt", len(content), "text/plain", "Anna")
    assert (mine.is_here, mine.is_unsent, mine.sha256) == (True, True, hashlib.sha256(content).hexdigest())
    anna.sync()
    ben.sync()
    theirs = line_of(ben, issue.id)
    assert (theirs.is_here, theirs.is_unsent) == (False, False)
    assert attachments.open_copy(ben.desk, made.id) is None
    answer, _ = fetch(ben, made.id)
    assert isinstance(answer.trouble, Refused)
    assert "workstation of Anna" in answer.trouble.todo
    carry(anna)
    assert not anna.engine.contents.has_work
    answer, moved = fetch(ben, made.id)
    assert (answer.is_here, answer.trouble) == (True, None)
    assert (moved[-1].done_bytes, moved[-1].size_bytes, moved[-1].is_upload) == (len(content), len(content), False)
    shown = attachments.open_copy(ben.desk, made.id)
    assert shown is not None
    assert (shown.name, shown.read_bytes()) == ("log.txt", content)
    assert attachments.open_copy(ben.desk, made.id) == shown, "and once more"
    assert attachments.save_as(ben.desk, made.id, tmp_path / "saved.txt")
    assert (tmp_path / "saved.txt").read_bytes() == content
    if sys.platform != "win32":
        for one in contents.folder(ben.cache).rglob("*"):
            assert stat.S_IMODE(one.stat().st_mode) in ({0o700} if one.is_dir() else {0o600, 0o400}), one


def test_attached_off_line_it_goes_with_the_next_contact_and_only_once(company: TestCompany, tmp_path: Path) -> None:
    anna = company.station("anna", Role.MANAGER)
    carry(anna)
    anna.engine.disconnect()
    issue = an_issue(anna)
    for name in ("one.txt", "two.txt"):  # the same bytes twice
        attachments.add(anna.desk, issue.id, _written(tmp_path / name, b"same"))
    anna.person_id = ""
    anna.sync()
    carry(anna)
    with open_dsn(company.admin_dsn) as admin:
        assert admin.execute("SELECT count(*) FROM sync.content").fetchall() == [(1,)]
    said: list[object] = []
    anna.engine.contents.say = said.append
    anna.engine.disconnect()
    anna.person_id = ""
    anna.sync()
    carry(anna)
    assert said == [], "nothing is brought again"


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_cut_in_the_middle_both_ways_go_on_where_they_were(company: TestCompany, tmp_path: Path) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    issue = an_issue(anna)
    made = attachments.add(anna.desk, issue.id, a_file(tmp_path, 40 * PIECE_BYTES))
    anna.sync()
    ben.sync()
    for station, other in ((anna, anna), (ben, ben)):
        said: list[object] = []
        station.engine.contents.say = said.append
        if station is ben:
            ben.engine.contents.ask(FetchContent("r1", made.id))
        piece = station.engine.link.on_demand.bring if station is anna else station.engine.link.on_demand.piece
        count = 0

        def cut(*what: object, of: object = piece, link: object = station.engine.link) -> object:
            nonlocal count
            count += 1
            if count == 20:
                link.abort()  # type: ignore[attr-defined]
            return of(*what)  # type: ignore[operator]

        name = "bring" if station is anna else "piece"
        setattr(station.engine.link.on_demand, name, cut)
        with pytest.raises(CompanyUnreachable):
            carry(station)
        station.engine.contents.give_up(CompanyUnreachable("away"))
        station.engine.disconnect()
        station.person_id = ""
        station.sync()
        said.clear()
        if station is ben:
            ben.engine.contents.ask(FetchContent("r2", made.id))
        carry(station)
        moved = [one for one in said if isinstance(one, ContentMoved)]
        assert moved[0].done_bytes >= 19 * PIECE_BYTES, "what came before the cut is not carried again"
        assert other is station
    assert attachments.open_copy(ben.desk, made.id) is not None


def test_a_file_that_is_gone_is_told_with_what_to_do(company: TestCompany, tmp_path: Path) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    issue = an_issue(anna)
    with pytest.raises(BadInput, match="not there any more"):
        attachments.add(anna.desk, issue.id, tmp_path / "gone.txt")
    with pytest.raises(BadInput, match="is not a file"):
        attachments.add(anna.desk, issue.id, tmp_path)
    if sys.platform != "win32":
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(BadInput, match="is not a file"):
            attachments.add(anna.desk, issue.id, tmp_path / "pipe")
    with pytest.raises((BadInput, EnvironmentFault)):
        attachments.add(anna.desk, issue.id, Path("a\0b"))
    assert attachments.of_issue(anna.desk, issue.id) == ()
    made = attachments.add(anna.desk, issue.id, a_file(tmp_path, 2 * PIECE_BYTES))
    anna.sync()
    contents.path_of(anna.cache, made.sha256).unlink()  # before it was brought
    carry(anna)
    assert not line_of(anna, issue.id).is_here
    assert attachments.open_copy(anna.desk, made.id) is None
    ben.sync()
    answer, _ = fetch(ben, made.id)
    assert answer.trouble is not None
    assert "does not have this file" in answer.trouble.what
    attachments.remove(anna.desk, made.id)
    anna.sync()
    ben.sync()
    answer, _ = fetch(ben, made.id)
    assert answer.trouble is not None
    assert "not there any more" in answer.trouble.what
    with pytest.raises(Refused):
        attachments.open_copy(ben.desk, made.id)


def test_a_damaged_copy_is_noticed_and_fetched_again(company: TestCompany, tmp_path: Path) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    issue = an_issue(anna)
    made = attachments.add(anna.desk, issue.id, a_file(tmp_path, 2 * PIECE_BYTES))
    anna.sync()
    carry(anna)
    ben.sync()
    fetch(ben, made.id)
    contents.path_of(ben.cache, made.sha256).write_bytes(b"x")
    with pytest.raises(EnvironmentFault, match="damaged"):
        attachments.open_copy(ben.desk, made.id)
    assert attachments.open_copy(ben.desk, made.id) is None
    assert fetch(ben, made.id)[0].is_here
    # Ended after the last piece had come, or with something longer there.
    path = contents.path_of(ben.cache, made.sha256)
    part = path.with_name(f"{path.name}.part")
    path.rename(part)
    assert fetch(ben, made.id)[0].is_here
    part.write_bytes(path.read_bytes() + b"more")
    path.unlink()
    assert fetch(ben, made.id)[0].is_here
    assert attachments.open_copy(ben.desk, made.id) is not None
    # What the company gives may be damaged too.
    contents.drop(ben.cache, made.sha256)
    with open_dsn(company.admin_dsn) as admin:
        admin.execute("UPDATE sync.content_piece SET bytes = overlay(bytes placing 'x' from 1 for 1)")
    answer, _ = fetch(ben, made.id)
    assert answer.trouble is not None
    assert "not the file that was attached" in answer.trouble.what
    assert not line_of(ben, issue.id).is_here


def test_a_damaged_copy_is_never_brought(company: TestCompany, tmp_path: Path) -> None:
    anna = company.station("anna", Role.MANAGER)
    issue = an_issue(anna)
    made = attachments.add(anna.desk, issue.id, a_file(tmp_path, 1000))
    contents.path_of(anna.cache, made.sha256).write_bytes(b"x" * 1000)
    anna.sync()
    carry(anna)
    assert anna.engine.link.on_demand.content_size(made.sha256) is None
    assert not line_of(anna, issue.id).is_here


def test_what_may_not_be_attached_is_refused_with_the_reason(
    company: TestCompany, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, rita = company.station("anna", Role.MANAGER), company.station("rita", Role.READONLY)
    issue = an_issue(anna)
    anna.sync()
    rita.sync()
    with pytest.raises(Refused, match="may not insert"):
        attachments.add(rita.desk, issue.id, a_file(tmp_path))
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(contents.MOST_BYTES + 1)  # no bytes on the disk
    with pytest.raises(BadInput, match="longer than 100 MB"):
        attachments.add(anna.desk, issue.id, tmp_path / "huge")

    def full(_fd: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as once:
        once.setattr(os, "fsync", full)
        with pytest.raises(DiskFull):
            attachments.add(anna.desk, issue.id, a_file(tmp_path))
    assert not [p for p in contents.folder(anna.cache).rglob("*") if p.is_file()], "nothing is left of it"
    assert anna.unsent() == 0


def test_when_a_customer_is_hidden_the_file_leaves_the_disk(company: TestCompany, tmp_path: Path) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    with anna.desk.edit() as edit:
        shop = edit.insert(Customer(id=new_id(), name="Shop"))
    issue = an_issue(anna, shop.id)
    made = attachments.add(anna.desk, issue.id, a_file(tmp_path))
    anna.sync()
    carry(anna)
    ben.sync()
    fetch(ben, made.id)
    ben.engine.fetch_history("issue", issue.id)
    shown = attachments.open_copy(ben.desk, made.id)
    path = contents.path_of(ben.cache, made.sha256)
    assert shown is not None
    for one in (shown, path):
        os.utime(one, (time.time() - 120, time.time() - 120))
    with anna.desk.edit() as edit:
        edit.update(shop, is_restricted=True)
    anna.sync()
    ben.sync()
    assert ben.cache.record(Attachment, made.id) is None
    assert not path.exists()
    assert not shown.exists()
    assert ben.cache.read("SELECT name FROM sync_meta WHERE name GLOB 'history:*'") == []
    assert contents.is_here(anna.cache, made.sha256)


def test_what_nobody_points_to_goes_after_a_day_and_what_is_unsent_stays(company: TestCompany, tmp_path: Path) -> None:
    anna = company.station("anna", Role.MANAGER)
    issue = an_issue(anna)
    gone = attachments.add(anna.desk, issue.id, a_file(tmp_path, 10, "b.txt"))
    attachments.remove(anna.desk, gone.id)
    anna.sync()
    kept = attachments.add(anna.desk, issue.id, a_file(tmp_path))
    assert contents.tidy(anna.cache) == 0, "a removal may be taken back"
    for one in (kept, gone):
        os.utime(contents.path_of(anna.cache, one.sha256), (0, 0))
    assert contents.tidy(anna.cache) == 1
    assert contents.is_here(anna.cache, kept.sha256)
    assert not contents.is_here(anna.cache, gone.sha256)


def test_the_company_went_back_and_gets_the_content_again(company: TestCompany, tmp_path: Path) -> None:
    anna = company.station("anna", Role.MANAGER)
    made = attachments.add(anna.desk, an_issue(anna).id, a_file(tmp_path))
    anna.sync()
    carry(anna)
    with open_dsn(company.admin_dsn) as admin:
        for table in ("content", "content_piece"):
            admin.execute(f"DELETE FROM sync.{table}".encode())
        admin.execute("UPDATE sync.meta SET epoch = gen_random_uuid()")
    anna.engine.disconnect()
    anna.person_id = ""
    anna.sync()
    carry(anna)
    assert anna.engine.link.on_demand.content_size(made.sha256) == 1000


def test_an_attachment_is_in_the_outbox_under_its_name(company: TestCompany, tmp_path: Path) -> None:
    anna = company.station("anna", Role.MANAGER)
    issue = an_issue(anna)
    anna.sync()
    attachments.add(anna.desk, issue.id, a_file(tmp_path, name="report 7.pdf"))
    (line,) = outbox.lines(anna.desk, outbox.ids(anna.desk))
    assert "report 7.pdf" in line.label


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("log.txt", "log.txt"),
        ("Übersicht 2026 — neu.pdf", "Übersicht 2026 — neu.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\Windows\\system.ini", "C__Windows_system.ini"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\0b\n\tc.txt", "abc.txt"),
        (".bashrc", "bashrc"),
        ("name. . .", "name"),
        ("CON.txt", "_CON.txt"),
        ("nul", "_nul"),
        ("\u200b\u2066", "file"),
        ("", "file"),
        ("..", "file"),
        ("\ud800x", "x"),
        ("x" * 300 + ".tar", "x" * 116 + ".tar"),
        ("ü" * 300, "ü" * 60),
        ("a" * 200 + "." + "b" * 50, ("a" * 200)[:120]),
        ("日本語.txt", "日本語.txt"),
    ],
)
def test_a_name_is_made_safe_and_stays_so(name: str, safe: str) -> None:
    assert safe_name(name) == safe
    assert safe_name(safe) == safe
