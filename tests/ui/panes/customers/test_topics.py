"""Whom to ask first: the order of a topic is set by keys."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from app.domain.person import Role
from app.services import topics
from tests.ui.hands import press, write
from tests.ui.panes.conftest import OpenConsole, shoot, until
from tests.ui.panes.customers.conftest import Scene
from ui.kit.typed_fields import WhomField
from ui.panes.customers.record_form import RecordForm
from ui.panes.customers.topics_page import TopicsPage

CTRL = Qt.KeyboardModifier.ControlModifier


def form_of(scene: Scene, page: TopicsPage) -> RecordForm:
    scene.until(lambda: page.side.forms.form is not None)
    assert page.side.forms.form is not None
    return page.side.forms.form


def add(scene: Scene, page: TopicsPage, who: str, topic: str = "") -> None:
    press(QApplication.focusWidget() or page, Qt.Key.Key_A)
    form = form_of(scene, page)
    if topic:
        field = form.field("topic")
        assert isinstance(field, QLineEdit)
        field.setText(topic)
    whom = form.field("person_id")
    assert isinstance(whom, WhomField)
    whom.set_text(who)
    press(form.first, Qt.Key.Key_Return, CTRL)


def is_in(page: TopicsPage, who: str) -> bool:
    return page.side.forms.form is None and who in [line.person for line in page.topics["import"]]


def test_an_order_is_made_by_keys(open_console: OpenConsole, scene: Scene) -> None:
    open_console("ben", Role.SUPPORT)
    open_console("dana", Role.ENGINEER)
    until(lambda: len(scene.do(lambda desk: desk.cache.read("SELECT id FROM person WHERE deleted = 0"))) == 3)
    page = scene.show(TopicsPage(scene.console), "topics")
    scene.qtbot.wait(100)
    add(scene, page, "somebody else", "import")
    scene.until(lambda: page.side.forms.form is not None and "Nobody is called" in page.side.forms.form.refusal)
    whom = form_of(scene, page).field("person_id")
    assert isinstance(whom, WhomField)
    whom.set_text("Anna")
    press(form_of(scene, page).first, Qt.Key.Key_Return, CTRL)
    scene.until(lambda: page.side.forms.form is None and page.places.current() == "import")
    for who in ("Ben", "Dana"):
        page.table.setFocus()
        add(scene, page, who)
        scene.until(partial(is_in, page, who))

    def order() -> list[str]:
        return [line.person for line in page.topics["import"]]

    assert order() == ["Anna", "Ben", "Dana"]
    page.table.setFocus()
    press(page.table.view, Qt.Key.Key_End)
    press(page.table.view, Qt.Key.Key_U)
    scene.until(lambda: order() == ["Anna", "Dana", "Ben"])
    scene.until(lambda: page.side.sentence.text() == "Asked as number 2 about import.")
    press(page.table.view, Qt.Key.Key_U)
    scene.until(lambda: order() == ["Dana", "Anna", "Ben"])
    press(page.table.view, Qt.Key.Key_D)
    scene.until(lambda: order() == ["Anna", "Dana", "Ben"])
    press(page.table.view, Qt.Key.Key_Return)
    form = form_of(scene, page)
    write(form.first, "mornings only")
    press(form.first, Qt.Key.Key_Return, CTRL)
    scene.until(lambda: page.topics["import"][1].words == "mornings only")
    scene.until(lambda: page.side.forms.form is None)
    shoot(page, "topics", scene.qtbot)
    press(page.table.view, Qt.Key.Key_Delete)
    scene.until(lambda: order() == ["Anna", "Ben"])
    assert scene.console.book.run("edit.undo")
    scene.until(lambda: order() == ["Anna", "Dana", "Ben"])


def test_a_trainee_reads_the_order_and_is_told_why_no_more(open_console: OpenConsole, scene: Scene) -> None:
    scene.do(lambda desk: topics.add(desk, "import", desk.person_id))
    noor = Scene(open_console("noor", Role.TRAINEE), scene.sample, scene.qtbot)
    until(lambda: noor.console.workstation.read(topics.topics).result(10))
    page = noor.show(TopicsPage(noor.console), "topics")
    noor.until(lambda: page.side.title.text() == "Anna")
    assert "As trainee you may not update" in page.side.why_not.text()
    assert not noor.console.book.can("topics.add")
