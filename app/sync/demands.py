"""What somebody at the console wants of the company now: the archive, a history, a file, who else looks at a row."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from app.domain.errors import BatonError, CompanyUnreachable
from app.domain.ports import Origin, Touched
from app.sync import history
from app.sync.engine import Engine
from app.sync.messages import (
    ArchiveFound,
    Attend,
    CancelContent,
    FetchContent,
    FetchHistory,
    FetchIssue,
    HistoryFetched,
    IssueFetched,
    LookAt,
    LookInArchive,
    RowsChanged,
)
from app.sync.presence import Presence

_Question = LookInArchive | FetchIssue | FetchHistory


class Demands:
    """The open ones, on the thread of the sync; everybody who asked gets an answer."""

    def __init__(
        self,
        engine: Engine,
        workstation_id: str,
        say: Callable[[object], None],
        calling: Callable[[], AbstractContextManager[None]],
    ) -> None:
        """`say` tells the parent; `calling` is around each call to the company."""
        self._engine, self._say, self._calling = engine, say, calling
        self._presence = Presence(workstation_id, say)
        self._asked: list[_Question] = []
        engine.contents.say = say

    def take(self, message: object) -> None:
        """Take a word of the parent; one that is no wish of this kind is left alone."""
        match message:
            case LookInArchive() | FetchIssue() | FetchHistory() as question:
                self._asked.append(question)
            case FetchContent():
                self._engine.contents.ask(message)
            case CancelContent(row_id):
                self._engine.contents.cancel(row_id)
            case LookAt(at, is_typing):
                self._presence.look_at(at, is_typing=is_typing)
            case Attend(is_active):
                self._presence.attend(is_active=is_active)
            case _:
                pass

    @property
    def wait_s(self) -> float | None:
        """While connected: how long there is nothing to ask the company; None: until somebody says something."""
        if self._asked or self._engine.contents.has_work:
            return 0.0
        if not self._engine.may_ask:
            return None
        self._hear()
        return self._presence.wait_s

    def answer(self) -> None:
        """Answer what was asked, say what is open here, and carry a little of a file."""
        if not self._engine.may_ask:
            self._engine.contents.give_up(history.too_old())
            self._engine.contents.rest()
        self._answer_questions()
        if self._engine.may_ask:
            self._look()
        if self._engine.contents.has_work:
            with self._calling():
                self._engine.carry()

    def _look(self) -> None:
        self._hear()
        if self._presence.wait_s == 0.0:
            with self._calling():
                self._presence.ask(self._engine.link)
        self._presence.show()

    def _hear(self) -> None:
        """Pass on what the company said while something else was asked."""
        if self._engine.link.has_lookers_news:
            self._engine.link.has_lookers_news = False
            self._presence.hear()

    def leave(self) -> None:
        """Say that nothing is open here any more: the console ends."""
        if self._engine.may_ask:
            with self._calling():
                self._presence.leave(self._engine.link)

    def lost(self) -> None:
        """Show nobody else any more: the connection is gone."""
        self._presence.forget()

    def answer_nobody(self) -> None:
        """Tell everybody who waits that there is no way to the company now."""
        away = CompanyUnreachable("That is at the company, and there is no way to it now.", "Try again later.")
        while self._asked:
            self._refuse(self._asked.pop(0), away)
        self._engine.contents.give_up(away)

    def _answer_questions(self) -> None:
        while self._asked:
            question = self._asked[0]
            try:
                with self._calling():
                    self._ask(question)
            except CompanyUnreachable:
                raise  # asked again or refused, once it is known how the network stands
            except BatonError as e:
                self._refuse(question, e)
            del self._asked[0]

    def _ask(self, question: _Question) -> None:
        match question:
            case LookInArchive(request, words):
                self._say(ArchiveFound(request, self._engine.look_in_archive(words)))
            case FetchIssue(request, issue_id):
                self._say(RowsChanged(tuple(self._engine.fetch_issue(issue_id))))
                self._say(IssueFetched(request, issue_id))
            case FetchHistory(request, table, row_id):
                if not self._engine.may_ask:
                    raise history.too_old()
                self._engine.fetch_history(table, row_id)
                self._say(RowsChanged((Touched("history", frozenset({row_id}), Origin.SYNC),)))
                self._say(HistoryFetched(request, table, row_id))

    def _refuse(self, question: _Question, trouble: BatonError) -> None:
        match question:
            case LookInArchive(request):
                self._say(ArchiveFound(request, trouble=trouble))
            case FetchIssue(request, issue_id):
                self._say(IssueFetched(request, issue_id, trouble))
            case FetchHistory(request, table, row_id):
                self._say(HistoryFetched(request, table, row_id, trouble))
