from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.errors import BatonError, EnvironmentFault
from tests.ui.hands import press
from ui.kit.cards import EmptyState
from ui.kit.mailbox import Mailbox
from ui.kit.table import Cell, Column, RecordTable, Source
from ui.kit.theme import Kind, Tone


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    title: str


class Store:
    """Rows by id; writes down what is asked for and answers when told to, or at once."""

    def __init__(self) -> None:
        self.titles: dict[str, str] = {}
        self.asked: list[Sequence[str]] = []
        self.open: list[tuple[Sequence[str], Future[Sequence[Row]]]] = []
        self.is_prompt = True
        self.fault: BatonError | None = None

    def fetch(self, ids: Sequence[str]) -> Future[Sequence[Row]]:
        self.asked.append(ids)
        future: Future[Sequence[Row]] = Future()
        self.open.append((ids, future))
        if self.is_prompt:
            self.answer()
        return future

    def answer(self) -> None:
        for ids, future in self.open:
            if self.fault is not None:
                future.set_exception(self.fault)
            else:
                future.set_result([Row(one, self.titles.get(one, f"title {one}")) for one in ids])
        self.open.clear()


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def table(qtbot: QtBot, store: Store, mailbox: Mailbox) -> RecordTable[Row]:
    made: RecordTable[Row] = RecordTable(
        "Issues",
        [
            Column("no", "No.", lambda r, _now: Cell(r.id, Tone.DIM), 70),
            Column("title", "Issue", lambda r, _now: Cell(r.title, second="who", second_marks=(("VIP", Kind.BLUE),))),
            Column("pill", "Calls", lambda _r, _now: Cell("4 calls", pill=Kind.RED), 60, is_sortable=False),
        ],
        Source(store.fetch, lambda r: r.id, lambda _r: Kind.RED),
        mailbox,
        EmptyState("No issues", "Log a call with F2."),
        has_two_lines=True,
    )
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    return made


def ids(count: int) -> list[str]:
    return [str(n) for n in range(count)]


def text(table: RecordTable[Row], line: int) -> str | None:
    found = table.model.data(table.model.index(line, 1), 0)
    assert found is None or isinstance(found, str)
    return found


def test_only_the_pages_in_sight_are_fetched(qtbot: QtBot, store: Store, table: RecordTable[Row]) -> None:
    table.show_ids(ids(100_000))
    qtbot.waitUntil(lambda: text(table, 0) == "title 0")
    assert [len(asked) for asked in store.asked] == [200]
    table.view.scrollToBottom()
    qtbot.waitUntil(lambda: text(table, 99_999) == "title 99999")
    assert len(store.asked) == 2
    assert store.asked[1][-1] == "99999"


def test_a_million_ids_are_no_work(qtbot: QtBot, table: RecordTable[Row]) -> None:
    table.show_ids(ids(1_000_000))
    table.choose("999999")
    qtbot.waitUntil(lambda: text(table, 999_999) == "title 999999")
    assert table.chosen_id() == "999999"


def test_an_empty_list_says_what_to_do(table: RecordTable[Row]) -> None:
    assert table.empty.isVisible()
    table.show_ids(["1"])
    assert not table.empty.isVisible()
    table.show_ids([])
    assert table.empty.isVisible()
    assert table.empty.todo.text() == "Log a call with F2."


def test_the_choice_survives_a_reload_that_moves_rows(qtbot: QtBot, table: RecordTable[Row]) -> None:
    table.show_ids(ids(50))
    table.choose("7")
    with qtbot.assertNotEmitted(table.chosen):
        table.show_ids(["new", *reversed(ids(50))])
    assert table.chosen_id() == "7"
    assert table.view.currentIndex().row() == 43
    row = table.chosen_row()
    assert row is None or row.id == "7"


def test_when_the_chosen_row_goes_its_neighbour_is_chosen(qtbot: QtBot, table: RecordTable[Row]) -> None:
    table.show_ids(["a", "b", "c"])
    table.choose("b")
    with qtbot.waitSignal(table.chosen) as said:
        table.show_ids(["a", "c"])
    assert said.args == ["c"]
    with qtbot.waitSignal(table.chosen) as said:
        table.show_ids([])
    assert said.args == [""]


def test_the_row_keeps_its_place_on_the_screen(qtbot: QtBot, table: RecordTable[Row]) -> None:
    table.show_ids(ids(500))
    table.choose("300")
    qtbot.waitUntil(lambda: text(table, 300) == "title 300")
    place = table.view.visualRect(table.view.currentIndex()).top()
    table.show_ids([*(f"new{n}" for n in range(20)), *ids(500)])
    assert table.view.visualRect(table.view.currentIndex()).top() == place


def test_keys_move_and_open(qtbot: QtBot, table: RecordTable[Row]) -> None:
    table.show_ids(ids(30))
    table.choose_first()
    table.setFocus()
    view = table.view
    press(view, Qt.Key.Key_Down)
    assert table.chosen_id() == "1"
    press(view, Qt.Key.Key_End)
    assert table.chosen_id() == "29"
    press(view, Qt.Key.Key_Home)
    assert table.chosen_id() == "0"
    with qtbot.waitSignal(table.opened) as said:
        press(view, Qt.Key.Key_Return)
    assert said.args == ["0"]
    press(view, Qt.Key.Key_2)  # letters and digits are commands, not a search in the list
    assert table.chosen_id() == "0"


def test_a_click_on_a_header_asks_for_an_order_and_again_for_the_other(table: RecordTable[Row]) -> None:
    table.show_ids(ids(3))
    said: list[tuple[str, bool]] = []
    table.sort_asked.connect(lambda column, is_down: said.append((column, is_down)))
    table.view.header.sectionClicked.emit(1)
    table.view.header.sectionClicked.emit(1)
    table.view.header.sectionClicked.emit(2)  # not sortable
    assert said == [("title", False), ("title", True)]


def test_refresh_fetches_only_loaded_pages_that_hold_the_ids(
    qtbot: QtBot, store: Store, table: RecordTable[Row]
) -> None:
    table.show_ids(ids(1000))
    qtbot.waitUntil(lambda: text(table, 0) == "title 0")
    store.titles["3"] = "changed elsewhere"
    table.refresh(frozenset({"900"}))
    qtbot.wait(20)
    assert len(store.asked) == 1
    table.refresh(frozenset({"3"}))
    assert text(table, 3) == "title 3"  # shown until the new one is here
    qtbot.waitUntil(lambda: text(table, 3) == "changed elsewhere")
    assert len(store.asked) == 2


def test_an_answer_to_an_older_list_is_dropped(qtbot: QtBot, store: Store, table: RecordTable[Row]) -> None:
    store.is_prompt = False
    table.show_ids(["a", "b"])
    qtbot.waitUntil(lambda: len(store.open) == 1)
    old = store.open.pop()
    store.is_prompt = True
    table.show_ids(["b"])
    qtbot.waitUntil(lambda: text(table, 0) == "title b")
    old[1].set_result([Row("a", "stale"), Row("b", "stale")])
    qtbot.wait(20)
    assert text(table, 0) == "title b"


def test_a_fault_is_told_once_and_not_asked_for_at_every_paint(
    qtbot: QtBot, store: Store, table: RecordTable[Row], troubles: list[BatonError]
) -> None:
    store.fault = EnvironmentFault("The cache cannot be read.", "Start Baton again.")
    table.show_ids(ids(10))
    qtbot.waitUntil(lambda: troubles == [store.fault])
    table.view.viewport().repaint()
    qtbot.wait(30)
    assert len(store.asked) == 1
    store.fault = None
    table.refresh()
    qtbot.waitUntil(lambda: text(table, 0) == "title 0")


def test_a_row_that_is_gone_from_the_store_stays_blank(qtbot: QtBot, store: Store, table: RecordTable[Row]) -> None:
    store.is_prompt = False
    table.show_ids(["here", "gone"])
    qtbot.waitUntil(lambda: len(store.open) == 1)
    store.open.pop()[1].set_result([Row("here", "title here")])
    qtbot.waitUntil(lambda: text(table, 0) == "title here")
    assert text(table, 1) is None
    assert not table.grab().isNull()


def test_times_are_made_anew(qtbot: QtBot, table: RecordTable[Row]) -> None:
    table.show_ids(["a"])
    qtbot.waitUntil(lambda: text(table, 0) == "title a")
    before = table.model.cells(0)
    table.model.retime()
    assert table.model.cells(0) is not before


def test_a_cell_reads_out_its_second_line_and_pills(qtbot: QtBot, table: RecordTable[Row]) -> None:
    table.show_ids(["a"])
    qtbot.waitUntil(lambda: text(table, 0) == "title a")
    role = Qt.ItemDataRole.AccessibleTextRole.value
    assert table.model.data(table.model.index(0, 1), role) == "title a who VIP"


def test_lesser_columns_yield_where_the_title_could_not_be_read(store: Store, mailbox: Mailbox, qtbot: QtBot) -> None:
    made: RecordTable[Row] = RecordTable(
        "Issues",
        [
            Column("no", "No.", lambda r, _now: Cell(r.id), 60),
            Column("title", "Issue", lambda r, _now: Cell(r.title)),
            Column("waiting", "Waiting on", lambda _r, _now: Cell("us"), 110, yields=1),
            Column("updated", "Updated", lambda _r, _now: Cell("1 d"), 70, yields=2),
        ],
        Source(store.fetch, lambda r: r.id),
        mailbox,
        EmptyState("No issues"),
    )
    qtbot.addWidget(made)
    made.show_ids(ids(3))
    made.show()
    hidden = []
    for width in (600, 400, 300, 400, 600):
        made.resize(width, 300)
        hidden.append([at for at in range(4) if made.view.isColumnHidden(at)])
        assert made.view.columnWidth(1) >= 180, width
    assert hidden == [[], [3], [2, 3], [3], []]
    made.view.setColumnWidth(3, 90)
    made.resize(300, 300)
    made.resize(600, 300)
    assert made.view.columnWidth(3) == 90, "as the person has set it"


def test_what_is_chosen_when_rows_come_into_the_focus_is_marked(qtbot: QtBot, table: RecordTable[Row]) -> None:
    table.show_ids([])
    table.window().activateWindow()
    qtbot.waitUntil(table.window().isActiveWindow, timeout=2_000)
    table.view.setFocus()
    table.show_ids(["a", "b"])
    table.choose_first()
    assert table.chosen_id() == "a"
    assert [index.row() for index in table.view.selectionModel().selectedRows()] == [0]
