"""Tooltips of what people wrote: bounded, and as text whatever marks are in it."""

import html

_LONGEST = 400  # characters


def tip_of(text: str) -> str:
    """Give somebody's text for a tooltip; Qt takes a text with marks for a page to be laid out unless it is escaped."""
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    if "<" not in shown and "&" not in shown:
        return shown
    return "<qt>{}</qt>".format(html.escape(shown).replace("\n", "<br>"))
