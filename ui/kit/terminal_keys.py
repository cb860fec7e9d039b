"""What the keys of a terminal send, and what may come in by pasting."""

import re

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

Key = Qt.Key
_ARROWS = {Key.Key_Up: b"A", Key.Key_Down: b"B", Key.Key_Right: b"C", Key.Key_Left: b"D"}
_ENDS = {Key.Key_Home: b"H", Key.Key_End: b"F"}
_TILDES = {
    Key.Key_Insert: 2,
    Key.Key_Delete: 3,
    Key.Key_PageUp: 5,
    Key.Key_PageDown: 6,
    Key.Key_F5: 15,
    Key.Key_F6: 17,
    Key.Key_F7: 18,
    Key.Key_F8: 19,
    Key.Key_F9: 20,
    Key.Key_F10: 21,
    Key.Key_F11: 23,
    Key.Key_F12: 24,
}
_SS3 = {Key.Key_F1: b"P", Key.Key_F2: b"Q", Key.Key_F3: b"R", Key.Key_F4: b"S"}
_PLAIN = {
    Key.Key_Return: b"\r",
    Key.Key_Enter: b"\r",
    Key.Key_Backspace: b"\x7f",
    Key.Key_Tab: b"\t",
    Key.Key_Backtab: b"\x1b[Z",
    Key.Key_Escape: b"\x1b",
}
_CONTROL = {
    Key.Key_Space: b"\x00",
    Key.Key_At: b"\x00",
    Key.Key_BracketLeft: b"\x1b",
    Key.Key_Backslash: b"\x1c",
    Key.Key_BracketRight: b"\x1d",
    Key.Key_AsciiCircum: b"\x1e",
    Key.Key_6: b"\x1e",
    Key.Key_Underscore: b"\x1f",
}
_C0_AND_C1 = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
# What colours or moves in copied output, as a whole: without its ESC alone the rest would be typed.
_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|\x1b[\]PX^_][^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b(?:O[ -~]|[ -/]+[0-~]|[789=>cDEHMNZ])"
)
_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier


def belongs_to_window(event: QKeyEvent) -> bool:
    """Say whether the key stays the window's even while a terminal has the focus.

    Ctrl with a digit, Tab or comma and letters with Ctrl+Shift or Ctrl+Alt; plain Ctrl letters go to the device, and so
    does Ctrl+Shift+6, with which one breaks off what a router does, and what AltGr writes.
    """
    return not _is_alt_gr(event) and _is_windows(event.modifiers(), event.key())


def _is_alt_gr(event: QKeyEvent) -> bool:
    """Say whether the key writes a character with AltGr, which some systems report as Ctrl and Alt."""
    both, text = _CTRL | _ALT, event.text()
    is_letter_itself = Key.Key_A <= event.key() <= Key.Key_Z and text.upper() == chr(event.key())
    return event.modifiers() & both == both and bool(text) and text.isprintable() and not is_letter_itself


def works_in_terminal(keys: str) -> bool:
    """Say whether the key ("Ctrl+Shift+K") reaches the window while a terminal has the focus."""
    sequence = QKeySequence(keys)
    if sequence.count() != 1:
        return False
    pressed: QKeyCombination = sequence[0]  # type: ignore[index]  # the stubs lack it
    return _is_windows(pressed.keyboardModifiers(), pressed.key())


def _is_windows(pressed: Qt.KeyboardModifier, key: int) -> bool:
    if pressed & _CTRL and pressed & _SHIFT:
        return key not in _CONTROL
    if pressed & _CTRL and pressed & _ALT:
        return Key.Key_A <= key <= Key.Key_Z
    return bool(pressed & _CTRL) and (
        Key.Key_1 <= key <= Key.Key_9 or key in {Key.Key_Tab, Key.Key_Backtab, Key.Key_Comma}
    )


def sent_by(event: QKeyEvent, *, has_application_cursor_keys: bool) -> bytes:  # noqa: PLR0911 one per kind of key
    """Give the bytes that a key sends; none for keys that send nothing."""
    key, pressed = Qt.Key(event.key()), event.modifiers()
    if _is_alt_gr(event):
        return event.text().encode()
    modifier = 1 + bool(pressed & _SHIFT) + 2 * bool(pressed & _ALT) + 4 * bool(pressed & _CTRL)
    final = _ARROWS.get(key) or _ENDS.get(key)
    if final:
        if modifier > 1:
            return b"\x1b[1;%d%b" % (modifier, final)
        return (b"\x1bO" if has_application_cursor_keys else b"\x1b[") + final
    if key in _SS3:
        return b"\x1b[1;%d%b" % (modifier, _SS3[key]) if modifier > 1 else b"\x1bO" + _SS3[key]
    if key in _TILDES:
        number = _TILDES[key]
        return b"\x1b[%d;%d~" % (number, modifier) if modifier > 1 else b"\x1b[%d~" % number
    escape = b"\x1b" if pressed & _ALT else b""
    if key in _PLAIN:
        return escape + _PLAIN[key]
    if pressed & _CTRL:
        if Key.Key_A <= key <= Key.Key_Z:
            return escape + bytes([key - Key.Key_A + 1])
        return escape + _CONTROL[key] if key in _CONTROL else b""
    text = event.text()
    return escape + text.encode() if text and text.isprintable() else b""


def pasted(text: str) -> str:
    """Give pasted text without what could act on the device: control sequences and characters, except newline and tab.

    A pasted tab would ask the device to complete, so it becomes a blank.
    """
    lines = _SEQUENCES.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _C0_AND_C1.sub("", lines.replace("\u2028", "\n").replace("\u2029", "\n"))
