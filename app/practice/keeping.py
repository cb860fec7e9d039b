"""What keeps, loses or brings back a configuration: save, erase, reload, timers, checkpoints, sessions."""

from collections.abc import Callable
from functools import partial

from app.practice.box import Box
from app.practice.config import Configuration
from app.practice.grammar import Understood
from app.practice.platform import fill
from app.practice.seat import Mode, Question, Reply, Seat

_REVERT, _RELOAD, _COMMIT = "revert", "reload", "commit"


def keep(box: Box, seat: Seat, act: str, read: Understood) -> Reply | None:
    """Do one of these acts; None when it is none of them."""
    done = _ACTS.get(act)
    return None if done is None else done(box, seat, read)


def _text(box: Box, name: str) -> str:
    return fill(box.platform.texts[name], box.words() | {"size": str(len(box.running.text()))})


def _save(box: Box, _seat: Seat, _read: Understood) -> Reply:
    return Reply(_text(box, "saved" if box.save() else "disk_full"))


def _save_asking(box: Box, seat: Seat, read: Understood) -> Reply:
    return Reply(asks=Question(box.platform.texts["which_file"], lambda _answer: _save(box, seat, read)))


def _confirmed(answer: str) -> bool:
    return answer in {"", "\r", "y", "Y"} or answer.lower() in {"yes", "y"}


def _asked(box: Box, name: str, yes: Callable[[], Reply]) -> Reply:
    """Ask before going on; what the platform takes for a yes differs."""
    prompt = _text(box, name)
    is_one_key = "[confirm]" in prompt
    needs_word = not is_one_key

    def answered(answer: str) -> Reply:
        is_yes = answer.lower() in {"y", "yes"} if needs_word else _confirmed(answer)
        return yes() if is_yes else Reply(box.platform.texts.get("not_confirmed", ""))

    return Reply(asks=Question(prompt, answered, is_one_key=is_one_key))


def _erase(box: Box, _seat: Seat, _read: Understood) -> Reply:
    def erased() -> Reply:
        box.erase()
        return Reply(_text(box, "erased"))

    return _asked(box, "erase", erased)


def _reload(box: Box, seat: Seat, read: Understood) -> Reply:
    def proceed() -> Reply:
        return _asked(box, "reload", lambda: Reply(_text(box, "reloading"), has_ended=True, after=box.reboot))

    if box.is_saved or "unsaved" not in box.platform.texts:
        return proceed()

    def answered(answer: str) -> Reply:
        if answer.lower() not in {"y", "yes"}:
            return proceed()
        said = _save(box, seat, read)
        return Reply(said.text, asks=proceed().asks)

    return Reply(asks=Question(_text(box, "unsaved"), answered))


def _reload_in(box: Box, _seat: Seat, read: Understood) -> Reply:
    minutes = _minutes(read.words[0])

    def scheduled() -> Reply:
        box.after(minutes, _RELOAD, box.reboot)
        return Reply()

    return _asked(box, "reload_in", scheduled)


def _reload_cancel(box: Box, _seat: Seat, _read: Understood) -> Reply:
    return Reply(_text(box, "reload_cancelled" if box.forget(_RELOAD) else "no_reload"))


def _show_reload(box: Box, _seat: Seat, _read: Understood) -> Reply:
    return Reply(_text(box, "reload_scheduled" if box.waits_for(_RELOAD) else "no_reload"))


def _minutes(said: str) -> float:
    """Read 5, 0:05 and 00:05:00."""
    parts = [float(part) for part in said.split(":") if part.isdigit()] or [1.0]
    if len(parts) == 3:
        return parts[0] * 60 + parts[1] + parts[2] / 60
    return parts[0] * 60 + parts[1] if len(parts) == 2 else parts[0]


def _put_back(box: Box, before: Configuration) -> None:
    def back() -> None:
        box.running = before

    box.change(back)


def _configure_timed(box: Box, seat: Seat, read: Understood) -> Reply:
    box.after(_minutes(read.words[0]), _REVERT, partial(_put_back, box, box.running.copy()))
    seat.mode = Mode.CONFIG
    return Reply(_text(box, "timed") + box.platform.texts["config_entered"])


def _confirm_configure(box: Box, _seat: Seat, _read: Understood) -> Reply:
    return Reply("" if box.forget(_REVERT) else _text(box, "nothing_to_confirm"))


def _revert_configure(box: Box, _seat: Seat, _read: Understood) -> Reply:
    if not box.waits_for(_REVERT):
        return Reply(_text(box, "nothing_to_confirm"))
    box.hurry(_REVERT)
    return Reply(_text(box, "reverted"))


def _revert_later(box: Box, _seat: Seat, read: Understood) -> Reply:
    return Reply("" if box.put_off(_REVERT, _minutes(read.words[0])) else _text(box, "nothing_to_confirm"))


def _checkpoint(box: Box, _seat: Seat, read: Understood) -> Reply:
    box.checkpoints[read.words[0]] = box.running.copy()
    return Reply(_text(box, "checkpoint"))


def _rollback(box: Box, _seat: Seat, read: Understood) -> Reply:
    before = box.checkpoints.get(read.words[0])
    if before is None:
        return Reply(_text(box, "no_checkpoint"))
    _put_back(box, before.copy())
    return Reply(_text(box, "rolled_back"))


def _session_open(box: Box, seat: Seat, read: Understood) -> Reply:
    name = read.words[0] if read.words else "sess-1"
    seat.draft_name = name
    seat.draft = box.drafts.setdefault(name, box.running.copy())
    seat.mode = Mode.CONFIG
    return Reply()


def _session_diffs(box: Box, seat: Seat, _read: Understood) -> Reply:
    if seat.draft is None:
        return Reply()
    return Reply(
        f"--- system:/running-config\n+++ session:/{seat.draft_name}-session-config\n"
        + box.difference(box.running, seat.draft),
        is_paged=True,
    )


def _session_commit(box: Box, seat: Seat, read: Understood) -> Reply:
    draft = seat.draft
    if draft is None:
        return Reply(f"{box.platform.texts['invalid']}\n")
    if read.words:
        box.after(_minutes(read.words[0]), _COMMIT, partial(_put_back, box, box.running.copy()))
    _put_back(box, draft)
    box.drafts.pop(seat.draft_name, None)
    seat.leave_config()
    return Reply()


def _session_confirm(box: Box, _seat: Seat, _read: Understood) -> Reply:
    """Keep what a commit with a timer would take back."""
    return Reply("" if box.forget(_COMMIT) else _text(box, "nothing_to_confirm"))


def _session_abort(box: Box, seat: Seat, _read: Understood) -> Reply:
    box.drafts.pop(seat.draft_name, None)
    seat.leave_config()
    return Reply()


_ACTS: dict[str, Callable[[Box, Seat, Understood], Reply]] = {
    "save": _save,
    "save_asking": _save_asking,
    "erase": _erase,
    "reload": _reload,
    "reload_in": _reload_in,
    "reload_cancel": _reload_cancel,
    "show_reload": _show_reload,
    "configure_timed": _configure_timed,
    "confirm_configure": _confirm_configure,
    "revert_configure": _revert_configure,
    "revert_later": _revert_later,
    "checkpoint": _checkpoint,
    "rollback": _rollback,
    "session_open": _session_open,
    "session_diffs": _session_diffs,
    "session_commit": _session_commit,
    "session_confirm": _session_confirm,
    "session_abort": _session_abort,
}
