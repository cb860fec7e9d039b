"""Words that wait to be sent by their writer: their time has come, and nothing sends them but the person."""

from datetime import datetime

from app.services import later_words
from app.services.later_words import LaterLine
from ui.kit.console import Console
from ui.kit.said_values import counted
from ui.kit.table import Cell, Column
from ui.kit.theme import Kind, Tone
from ui.kit.timephrase import exact, moment
from ui.panes.queue.lines_page import Lines, LinesPage
from ui.panes.queue.reply_form import CHANNELS
from ui.panes.queue.words import in_line


class ToSendPage(LinesPage[LaterLine]):
    """Enter opens the issue, where Shift+S sends."""

    def __init__(self, console: Console) -> None:
        columns = (
            Column("due", "Since", _due, 117, is_sortable=False),
            Column("word", "What they are told", _word, is_sortable=False),
            Column("by", "By", _by, 96, is_sortable=False, yields=1),
            Column("state", "Stands", _stands, 112, is_sortable=False),
        )
        empty = ("Nothing waits to be sent", "A reply with a time in “Send later” comes here when it is due.")
        super().__init__(
            console,
            Lines(
                "To send",
                "Words to send",
                columns,
                later_words.due,
                lambda line: line.id,
                lambda line: line.issue_id,
                lambda count: counted(count, "word"),
                empty,
            ),
        )


def _due(line: LaterLine, now: datetime) -> Cell:
    return Cell(moment(line.due_at, now), tip=exact(line.due_at))


def _word(line: LaterLine, _now: datetime) -> Cell:
    where = " · ".join(part for part in (line.to, f"on {line.label} {in_line(line.title, 80)}") if part)
    return Cell(in_line(line.subject or line.body), second=where, tip=line.body)


def _by(line: LaterLine, _now: datetime) -> Cell:
    return Cell(CHANNELS.get(line.channel, str(line.channel)), Tone.DIM)


def _stands(line: LaterLine, _now: datetime) -> Cell:
    if later_words.is_sendable(line):
        return Cell("your turn", pill=Kind.AMBER, tip="Enter opens the issue; Shift+S there sends it")
    return Cell("has gaps", pill=Kind.RED, tip="Something is missing in it: write it in before you send it")
