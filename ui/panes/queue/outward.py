"""The way out of Baton to a customer: the softphone and the mail program. Neither sends anything by itself."""

from urllib.parse import quote

from PySide6.QtCore import QUrl

from app.domain.interaction import Channel
from app.domain.phone import digits_of
from app.services.calls import CallCard, CallDraft

_LONGEST = 1800  # letters of a body: what mail programs take from an address


def dial(card: CallCard) -> QUrl | None:
    """Give the address that lets the softphone ring them; None when no number is known."""
    number = card.phone or card.mobile
    plus = "+" if number.startswith("+") else ""
    return QUrl(f"tel:{plus}{digits_of(number)}") if number else None


def write_to(card: CallCard, draft: CallDraft) -> QUrl | None:
    """Give the address that opens their mail in the mail program, to be read over and sent; None for no mail."""
    if not draft.is_outward or draft.channel is not Channel.EMAIL or not card.email:
        return None
    asked = f"subject={quote(draft.subject)}&body={quote(draft.body[:_LONGEST])}"
    return QUrl(f"mailto:{quote(card.email, safe='@')}?{asked}")
