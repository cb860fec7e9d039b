"""Contacts out of and into files of other programs."""

from pathlib import Path

import pytest

from app.domain.customer import Contact
from app.domain.errors import BadInput, Refused
from app.domain.person import Role
from app.services import contact_files, contacts, customers, imports, installations
from app.services.contact_files import Doing, Format
from app.services.contact_files.previewing import changes, summary
from app.store.edits import pending
from tests.halden import Clock, Sample
from tests.stations import Station, TestCompany

pytestmark = pytest.mark.usefixtures("sample")


def a_file(folder: Path, text: str | bytes, name: str = "people.vcf") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""))


NEW = card("FN:Ada Bell", "N:Bell;Ada;;;", "ORG:Morrow Foods", "TEL;TYPE=WORK:+44 20 7946 0020", "EMAIL:ada@m.example")


def people_of(station: Station, customer_id: str) -> dict[str, Contact]:
    return {c.name: c for c in station.desk.cache.records(Contact, "customer_id = ?", (customer_id,))}


def test_nothing_is_written_before_it_was_asked_for(anna: Station, tmp_path: Path) -> None:
    before = len(pending(anna.cache))
    found = contact_files.preview(anna.desk, a_file(tmp_path, NEW))
    assert [(line.doing, line.label, line.customer) for line in found.lines] == [
        (Doing.ADD, "Ada Bell", "Morrow Foods")
    ]
    assert found.lines[0].values["phone"] == "+442079460020"
    assert summary(found) == "people.vcf: 1 to add"
    assert len(pending(anna.cache)) == before


def test_what_is_added_and_changed_is_taken_back(anna: Station, sample: Sample, tmp_path: Path) -> None:
    one = sample.customers["Morrow Foods"]
    file = a_file(
        tmp_path,
        NEW + card("FN:Tom Hale", "N:Hale;Tom;;;", "ORG:Morrow Foods", "TITLE:head of plant IT", "EMAIL:tom@m.example"),
    )
    seen = contact_files.preview(anna.desk, file)
    assert [line.doing for line in seen.lines] == [Doing.ADD, Doing.CHANGE]
    assert seen.lines[1].before == {"role": "plant IT", "email": ""}
    brought = contact_files.bring_in(anna.desk, file, seen=seen.digest)
    assert (brought.added, brought.changed, brought.same) == (1, 1, 0)
    assert people_of(anna, one)["Tom Hale"].role == "head of plant IT"
    again = contact_files.bring_in(anna.desk, file)
    assert (again.added, again.changed, again.same, again.import_id) == (0, 0, 2, "")
    past = imports.past(anna.desk)[0]
    assert (past.id, past.file, past.added) == (brought.import_id, "people.vcf", {"contact": 1})
    result = contact_files.take_back(anna.desk, brought.import_id)
    assert (result.removed, result.kept) == (1, 0)
    assert set(people_of(anna, one)) == {"Tom Hale"}
    assert people_of(anna, one)["Tom Hale"].role == "plant IT"
    anna.sync()
    assert (anna.unsent(), anna.conflicts()) == (0, [])


def test_what_somebody_worked_with_since_stays(anna: Station, sample: Sample, tmp_path: Path) -> None:
    one = sample.customers["Morrow Foods"]
    text = NEW + card("FN:Tom Hale", "N:Hale;Tom;;;", "ORG:Morrow Foods", "TITLE:head of plant IT")
    brought = contact_files.bring_in(anna.desk, a_file(tmp_path, text))
    contacts.change(anna.desk, people_of(anna, one)["Ada Bell"].id, note="rings on Mondays")
    contacts.change(anna.desk, people_of(anna, one)["Tom Hale"].id, role="director")
    result = contact_files.take_back(anna.desk, brought.import_id)
    assert (result.removed, result.kept) == (0, 1)
    assert people_of(anna, one)["Tom Hale"].role == "director"
    assert "Ada Bell" in people_of(anna, one)


def test_a_file_that_changed_since_it_was_shown_is_refused(anna: Station, tmp_path: Path) -> None:
    file = a_file(tmp_path, NEW)
    seen = contact_files.preview(anna.desk, file)
    a_file(tmp_path, NEW.replace("Ada", "Eva"))
    with pytest.raises(BadInput, match="has changed since"):
        contact_files.bring_in(anna.desk, file, seen=seen.digest)


def test_broken_cards_are_said_with_their_line_and_take_no_other_along(anna: Station, tmp_path: Path) -> None:
    text = (
        "some words before\r\n"
        + card("FN:Broken", "TEL 12345", "ORG:Morrow Foods")
        + NEW
        + "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Cut off\r\n"
        + card("FN:After", "N:After;;;;", "ORG:Morrow Foods")
        + "BEGIN:VCARD\r\nVERSION:3.0\r\nFN;ENCODING=QUOTED-PRINTABLE;CHARSET=bogus:a=20b\r\nEND:VCARD\r\n"
        + "BEGIN:VCARD\r\nFN:End of file"
    )
    found = contact_files.preview(anna.desk, a_file(tmp_path, "BEGIN:VCARD\r\nEND:VCARD\r\n" + text))
    out = {line.line: line.reason for line in found.lines if line.doing is Doing.LEFT_OUT}
    assert out[1] == "It says neither a name, a number nor an address."
    assert out[3] == "line 3: “some words before” stands in no card"
    assert out[4].startswith("line 7: this cannot be read: TEL 12345")
    assert "never ends; the next begins in line 21" in out[18]
    assert "bogus" in out[27]
    assert "cut off" in out[31]
    assert [line.label for line in found.lines if line.doing is Doing.ADD] == ["Ada Bell", "After"]


def test_encodings_and_folded_lines(anna: Station, tmp_path: Path) -> None:
    folded = card(
        "FN:Jörg", " en Weiß", "N:Weiß;Jörgen;;;", "ORG:Corvus", "  Logistics", "NOTE:one\\nt", " wo\\, three"
    )
    for name, raw in (
        ("utf8", folded.encode()),
        ("bom", folded.encode("utf-8-sig")),
        ("utf16", folded.encode("utf-16")),
        ("latin", folded.encode("cp1252")),
        ("unix", folded.replace("\r\n", "\n").encode()),
    ):
        (line,) = contact_files.preview(anna.desk, a_file(tmp_path, raw, f"{name}.vcf")).lines
        assert (line.label, line.values["note"], line.doing) == ("Jörgen Weiß", "one\ntwo, three", Doing.ADD), name
    old = (
        "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:J=F6rg =\nHein\n"
        "ORG:Corvus Logistics\nTEL;CELL:+49 171 1234567\nEND:VCARD\n"
    )
    (line,) = contact_files.preview(anna.desk, a_file(tmp_path, old, "old.vcf")).lines
    assert (line.label, line.values["mobile"]) == ("Jörg Hein", "+491711234567")
    new = card('TEL;VALUE=uri;TYPE="cell,voice":tel:+49-171-1234567', "FN:Jo", "ORG:Corvus Logistics", version="4.0")
    (line,) = contact_files.preview(anna.desk, a_file(tmp_path, new, "new.vcf")).lines
    assert line.values["mobile"] == "+491711234567"


def test_numbers_that_are_none_are_said_and_an_extension_goes_into_the_note(
    anna: Station, sample: Sample, tmp_path: Path
) -> None:
    customers.change(anna.desk, sample.customers["Morrow Foods"], region="GB")
    text = card("FN:Ada", "ORG:Morrow Foods", "TEL:020 7946 0018 ext. 12", "TEL;TYPE=CELL:none yet", "TEL;TYPE=FAX:1")
    (line,) = contact_files.preview(anna.desk, a_file(tmp_path, text)).lines
    assert (line.values["phone"], line.values["note"]) == ("+442079460018", "phone ext. 12")
    assert "mobile" not in line.values
    assert line.remarks == (
        "number left out, contact added: “none yet” is no phone number.",
        "Tom Hale has +44 20 7946 0018 too: both are kept",
    )


def test_what_changes_is_said_field_by_field_and_a_bad_address_is_left_out(
    anna: Station, sample: Sample, tmp_path: Path
) -> None:
    known = card("FN:Dana Whitfield", "ORG:Northgate Rail", "TITLE:director", "EMAIL:dana at northgate", "TEL:soon")
    found = contact_files.preview(anna.desk, a_file(tmp_path, known + card("EMAIL:noname", "ORG:Northgate Rail")))
    assert changes(found.lines[0]) == ["role: operations lead -> director"]
    assert found.lines[0].remarks == (
        "e-mail address left out, contact changed: “dana at northgate” is no e-mail address.",
        "number left out, contact changed: “soon” is no phone number.",
    )
    assert (found.lines[1].doing, found.lines[1].reason.startswith("It says neither a name")) == (Doing.LEFT_OUT, True)
    assert "“noname” is no e-mail address." in found.lines[1].reason
    contact_files.bring_in(anna.desk, tmp_path / "people.vcf")
    dana = anna.desk.need(Contact, sample.contacts["Dana Whitfield"])
    assert (dana.role, dana.email) == ("director", "")


def test_whose_people_they_are(anna: Station, sample: Sample, tmp_path: Path) -> None:
    nobodys, strangers = card("FN:Ada", "N:Ada;;;;"), card("FN:Eva", "ORG:Nobody Ltd")
    file = a_file(tmp_path, nobodys + strangers + NEW)
    reasons = [line.reason for line in contact_files.preview(anna.desk, file).lines]
    assert reasons == ["It names no customer.", "There is no customer called “Nobody Ltd” here.", ""]
    found = contact_files.preview(anna.desk, file, sample.customers["Halden Hotels"])
    assert [(line.doing, line.customer or line.reason) for line in found.lines] == [
        (Doing.ADD, "Halden Hotels"),
        (Doing.ADD, "Halden Hotels"),
        (Doing.LEFT_OUT, "Morrow Foods"),
    ]
    assert found.lines[2].reason == "It belongs to Morrow Foods, not to Halden Hotels."


def test_one_person_twice_in_a_file(anna: Station, tmp_path: Path) -> None:
    found = contact_files.preview(anna.desk, a_file(tmp_path, NEW + NEW))
    assert [line.doing for line in found.lines] == [Doing.ADD, Doing.LEFT_OUT]
    assert found.lines[1].reason == "It is the same person as in line 1."


@pytest.mark.parametrize("form", list(Format))
def test_what_was_written_is_read_again(anna: Station, sample: Sample, tmp_path: Path, form: Format) -> None:
    desk, one = anna.desk, sample.customers["Northgate Rail"]
    installations.add_site(desk, one, name="Boston; yard, 2")
    contacts.change(
        desk, sample.contacts["Luis Ortega"], site="Boston; yard, 2", note='one\ntwo, "three";\n' + "ö" * 90
    )
    contacts.change(desk, sample.contacts["Dana Whitfield"], mobile="+1 212 555 0199", email="dana@n.example")
    contacts.add(desk, one, name="Gone By", has_gone=True)
    file = tmp_path / f"out.{form}"
    assert contact_files.write(desk, file, form) == 6
    raw = file.read_bytes()
    if form is not Format.CSV:
        assert max(map(len, raw.split(b"\r\n"))) <= 75
        assert raw.count(b"VERSION:4.0" if form is Format.VCARD else b"VERSION:3.0") == 6
    found = contact_files.preview(desk, file)
    assert {line.doing for line in found.lines} == {Doing.SAME}
    before = people_of(anna, one)
    for contact in before.values():
        with desk.edit() as edit:
            edit.delete(contact)
    again = contact_files.bring_in(desk, file)
    assert (again.added, again.same) == (2, 4)
    after = people_of(anna, one)
    for name in ("Luis Ortega", "Dana Whitfield"):
        for field in ("role", "phone", "mobile", "email", "site_id", "note"):
            assert getattr(after[name], field) == getattr(before[name], field), (name, field)


def test_a_table_says_which_column_it_reads_as_what(anna: Station, tmp_path: Path) -> None:
    text = (
        "Company;First Name;Last name;Job Title;Business Phone;Cell phone;E-mail Address;Shoe size\r\n"
        'Morrow Foods;Ada;Bell;"head of;IT";+44 20 7946 0020;;ada@m.example;42\r\n'
        "\r\n"
        '"Halden\r\nHotels";Kari;Nord;;;;;\r\n'
        "Morrow Foods;Too;Many;;;;;;;1\r\n"
    )
    found = contact_files.preview(anna.desk, a_file(tmp_path, text, "people.csv"))
    assert dict(found.columns)["Business Phone"] == "phone"
    assert found.left_out == ("Shoe size",)
    assert [(line.line, line.doing) for line in found.lines] == [
        (2, Doing.ADD),
        (4, Doing.ADD),
        (6, Doing.LEFT_OUT),
    ]
    assert found.lines[0].values["role"] == "head of;IT"
    assert found.lines[2].reason == "line 6: 10 cells under 8 headings"
    with pytest.raises(BadInput, match=r"No column of odd\.csv says who"):
        contact_files.preview(anna.desk, a_file(tmp_path, "a,b\n1,2\n", "odd.csv"))
    with pytest.raises(BadInput, match=r"Line 2 of bad\.csv cannot be read"):
        contact_files.preview(anna.desk, a_file(tmp_path, 'name\n"x" y"\n', "bad.csv"))
    with pytest.raises(BadInput, match="no file"):
        contact_files.preview(anna.desk, tmp_path / "none.csv")


def test_thousands_go_in_in_parts_and_can_be_stopped(anna: Station, sample: Sample, tmp_path: Path) -> None:
    rows = "".join(f"Person {n},p{n}@m.example\n" for n in range(1000))
    file = a_file(tmp_path, "name,email\n" + rows, "many.csv")
    told: list[tuple[int, int]] = []
    one = sample.customers["Morrow Foods"]
    brought = contact_files.bring_in(
        anna.desk,
        file,
        one,
        on_progress=lambda done, total: told.append((done, total)),
        is_cancelled=lambda: len(told) == 3,
    )
    assert (brought.added, brought.is_cancelled) == (375, True)
    assert told == [(125, 1000), (250, 1000), (375, 1000)]
    rest = contact_files.bring_in(anna.desk, file, one)
    assert (rest.added, rest.same) == (625, 375)


def test_a_trainee_adds_and_changes_nobody(company: TestCompany, clock: Clock, tmp_path: Path) -> None:
    noor = company.station("noor", Role.TRAINEE, clock)
    brought = contact_files.bring_in(noor.desk, a_file(tmp_path, NEW))
    assert brought.added == 1
    changing = a_file(tmp_path, card("FN:Tom Hale", "ORG:Morrow Foods", "TITLE:boss"))
    with pytest.raises(Refused, match="may not update a contact"):
        contact_files.bring_in(noor.desk, changing)
    with pytest.raises(Refused, match="Ask a manager"):
        contact_files.take_back(noor.desk, brought.import_id)
