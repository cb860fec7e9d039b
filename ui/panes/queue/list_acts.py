"""What can be done with the list: narrow, group, columns, views kept by name, many issues at once, sleep."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.errors import BatonError
from app.domain.issue_filter import FIELDS, Sort
from app.services import saved_views, snoozes
from app.services.desk import Desk
from app.services.issue_lists import Grouping
from app.services.saved_views import ViewLine
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.forms import InlineForm
from ui.kit.said_values import counted
from ui.panes.queue.bulk_bar import BulkBar
from ui.panes.queue.columns import USUAL, every_column
from ui.panes.queue.issue_list import IssueList
from ui.panes.queue.list_forms import KeepViewForm, SnoozeForm

_TIMES = ("<1d", "<2d", ">2d", ">7d", ":none")
_SINCE = (">4h", ">1d", ">2d", ">2bd", ">7d", ":never")


class ListActs(QObject):
    """The commands of the list, and the bars and forms over it."""

    def __init__(self, console: Console, issues: IssueList, is_listing: Callable[[], bool]) -> None:
        super().__init__(issues)
        self._console, self._list, self._is_listing = console, issues, is_listing
        self._form: InlineForm | None = None
        self.bulk = BulkBar(console)
        issues.above.addWidget(self.bulk)
        issues.table.marks_changed.connect(self._marked)
        self.bulk.left.connect(self._unmark)
        self.bulk.ended.connect(self._bulk_ended)

    def commands(self, prefix: str) -> tuple[Command, ...]:
        """Give the commands."""
        listing, group = self._is_listing, "List"
        rows: tuple[tuple[str, str, str, str, Callable[[], None], Callable[[], bool]], ...] = (
            ("narrow", "Narrow…", "Build the filter from its fields", "Ctrl+F", self.narrow, listing),
            ("group", "Group by…", "Put together what belongs together", "Shift+G", self.group, listing),
            ("columns", "Columns…", "Choose what the list shows", "Shift+C", self.choose_columns, listing),
            ("keep_view", "Keep this view…", "By a name, for you or for all", "Shift+V", self.keep_view, listing),
            ("drop_view", "Remove this view", "Ctrl+Z brings it back", "", self.drop_view, self._has_saved),
            ("bulk", "Change all chosen", "Choose issues with Space, Shift+Down or Ctrl+A", "Ctrl+B",
             self.focus_bulk, self._has_marks),
            ("snooze", "Snooze", "Out of your sight until a time", "Z", self.snooze, self._has_any),
            ("wake", "Wake", "Back into your sight now", "Shift+Z", self.wake, self._has_any),
        )  # fmt: skip
        return tuple(
            Command(f"{prefix}.{one}", title, help_text, (key,) if key else (), group, run, can, single_key=True)
            for one, title, help_text, key, run, can in rows
        )

    def _has_saved(self) -> bool:
        return self._is_listing() and self._list.listing.saved is not None

    def _has_marks(self) -> bool:
        return self._is_listing() and bool(self._list.table.marked_ids())

    def _has_any(self) -> bool:
        return self._is_listing() and bool(self._list.table.marked_ids() or self._list.table.chosen_id())

    # Menus

    def narrow(self) -> None:
        """Offer the filter's fields, each with what may stand behind it."""
        menu = QMenu(self._list)
        for field in FIELDS.values():
            if field.sort is Sort.NAME:
                self._entry(menu, field.name, partial(self._begin_term, f"{field.name}:"), field.about)
                continue
            inner = menu.addMenu(field.name)
            inner.setToolTip(field.about)
            for value in _values(field.name, field.sort, field.words):
                self._entry(inner, field.name + value, partial(self._list.filter.add, field.name + value))
        self._open(menu, self._list.filter)

    def group(self) -> None:
        """Offer by what the rows can stand together."""
        menu = QMenu(self._list)
        now = self._list.listing.group_by
        entries: tuple[tuple[str, Grouping | None], ...] = (
            ("Not grouped", None),
            *((f"By {g.value}", g) for g in Grouping),
        )
        for words, grouping in entries:
            action = self._entry(menu, words, partial(self._list.change, group_by=grouping))
            action.setCheckable(True)
            action.setChecked(grouping is now)
        self._open(menu, self._list.header)

    def choose_columns(self) -> None:
        """Offer the columns; those shown are ticked."""
        menu = QMenu(self._list)
        shown = [column.id for column in self._list.table.model.columns]
        for column in every_column():
            action = self._entry(menu, column.title, partial(self._toggle_column, column.id))
            action.setCheckable(True)
            action.setChecked(column.id in shown)
            action.setEnabled(column.id != "title")
        menu.addSeparator()
        self._entry(menu, "The usual ones", partial(self._list.change, columns=()))
        self._open(menu, self._list.header)

    def _toggle_column(self, column: str) -> None:
        shown = [one.id for one in self._list.table.model.columns]
        wanted = [one for one in shown if one != column] if column in shown else [*shown, column]
        self._list.change(columns=() if tuple(wanted) == USUAL else tuple(wanted))

    def _begin_term(self, term: str) -> None:
        self._list.filter.add(term)
        self._list.filter.setFocus()

    def _entry(self, menu: QMenu, words: str, run: Callable[[], None], about: str = "") -> QAction:
        action = menu.addAction(f"{words}   {about}" if about else words)
        action.triggered.connect(lambda: run())  # noqa: PLW0108  triggered carries a bool that run does not take
        return action

    def _open(self, menu: QMenu, below: QWidget) -> None:
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(below.mapToGlobal(QPoint(0, below.height())))
        if menu.actions():
            menu.setActiveAction(menu.actions()[0])

    # Views kept by name

    def keep_view(self) -> None:
        """Ask for a name, and for whom."""
        listing = self._list.listing
        form = KeepViewForm(listing.saved, listing.text or listing.title)
        form.sent.connect(lambda: self._keep(form))
        self._show(form)
        form.name_field.setFocus()
        form.name_field.selectAll()

    def _keep(self, form: KeepViewForm) -> None:
        saved = form.saved
        name = form.name_field.text() or form.name_field.placeholderText()
        view = self._list.listing.kept(name, is_mine=form.is_mine, view_id=saved.id if saved and form.is_same else "")

        def keep(desk: Desk) -> ViewLine:
            kept = saved_views.keep(desk, view)
            return next(one for one in saved_views.views(desk) if one.id == kept)

        def done(line: ViewLine) -> None:
            self._leave_form()
            self._list.go_saved(line)
            whose = "for you" if line.is_mine else "for everybody"
            self._console.navigator.tell(f"“{line.name}” is kept {whose}.")

        self._console.write(self, keep, done, form.refuse)

    def drop_view(self) -> None:
        """Take the view that is shown away."""
        saved = self._list.listing.saved
        if saved is not None:
            told = f"“{saved.name}” is removed. Ctrl+Z brings it back."
            self._console.write(
                self,
                lambda desk: saved_views.remove(desk, saved.id),
                lambda _name: self._console.navigator.tell(told),
            )

    # Many at once

    def _marked(self) -> None:
        self.bulk.show_chosen(self._list.table.marked_ids())
        self._console.book.refresh()

    def _unmark(self) -> None:
        self._list.table.unmark()
        self._list.table.setFocus()

    def _bulk_ended(self) -> None:
        self.bulk.show_chosen(self._list.table.marked_ids())

    def focus_bulk(self) -> None:
        """Go to the line that says what becomes of all that are chosen."""
        self.bulk.line.setFocus()

    def _those(self) -> Sequence[str]:
        marked = self._list.table.marked_ids()
        return marked or (self._list.table.chosen_id(),)

    # Sleep

    def snooze(self) -> None:
        """Ask until when."""
        those = self._those()
        form = SnoozeForm(counted(len(those), "issue"))
        form.sent.connect(lambda: self._snooze(form, those))
        self._show(form)
        form.until.setFocus()

    def _snooze(self, form: SnoozeForm, those: Sequence[str]) -> None:
        try:
            until = form.until.value()
        except BatonError as e:
            form.refuse(e)
            return
        if until is None:
            form.refuse("Write until when, such as: tomorrow 9.")
            return

        def done(_none: None) -> None:
            self._leave_form()
            self._list.table.unmark()
            self._console.navigator.tell(
                f"{counted(len(those), 'issue')} out of your sight until {until.astimezone():%a %d %b %H:%M}. "
                "Ctrl+Z brings back."
            )

        self._console.write(self, lambda desk: snoozes.snooze(desk, those, until), done, form.refuse)

    def wake(self) -> None:
        """Bring them back now."""
        those = self._those()

        def done(count: int) -> None:
            self._console.navigator.tell(f"{counted(count, 'issue')} back in your sight." if count else "Not asleep.")

        self._console.write(self, lambda desk: snoozes.wake(desk, those), done)

    # Forms

    def _show(self, form: InlineForm) -> None:
        self._leave_form()
        self._form = form
        form.left.connect(self._leave_form)
        self._list.above.addWidget(form)

    def _leave_form(self) -> None:
        form, self._form = self._form, None
        if form is not None:
            form.hide()
            form.deleteLater()
            self._list.table.setFocus()


def _values(name: str, sort: Sort, words: Sequence[str]) -> tuple[str, ...]:
    if sort is Sort.CHOICE:
        return tuple(f":{word}" for word in words)
    if sort is Sort.NUMBER:
        return (":1", "<=2", ">=3") if name in {"p", "level"} else (">0", ">=3", ":0")
    return _TIMES if name in {"due", "promise"} else _SINCE
