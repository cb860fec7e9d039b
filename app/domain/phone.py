"""Phone numbers in any writing: what is kept (E.164), what is shown, and what to look for while somebody types."""

import re
from functools import lru_cache

_PHONE_LIKE = re.compile(r"[\d\s+()./\-\u2013]+")
_FEWEST = 3  # fewer digits are an issue number, or the beginning of anything


def digits_of(text: str) -> str:
    """Give the digits alone."""
    return "".join(c for c in text if c.isdecimal() and c.isascii())


def looks_like_phone(text: str) -> bool:
    """Say whether the text can only be a number, whole or in part."""
    return bool(_PHONE_LIKE.fullmatch(text.strip())) and len(digits_of(text)) >= _FEWEST


def e164(text: str, region: str | None = None) -> str:
    """Give the number as +442079460018; "" when it is none. Without a country code `region` ("GB") decides."""
    # 90 ms of number plans, needed by the first call and not by the first painted window.
    import phonenumbers  # noqa: PLC0415

    written = text.strip()
    if written.startswith("00"):
        written = "+" + written[2:]
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


@lru_cache(maxsize=2000)
def shown(number: str) -> str:
    """Give a kept number as people read it: +44 20 7946 0018; what is no number stays as it is."""
    import phonenumbers  # noqa: PLC0415  see e164

    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return str(written).replace("-", " ")


def wanted_digits(text: str) -> tuple[str, ...]:
    """Give the runs of digits one of which a kept number has to contain, the most telling first; () for no phone.

    A number in a national writing has a leading 0 that the kept one lacks; one in international writing may carry
    "(0)", which its own rules take out.
    """
    if not looks_like_phone(text):
        return ()
    found = [digits_of(e164(text))] if text.strip().startswith(("+", "00")) else []
    plain = digits_of(text)
    found += [plain.lstrip("0"), plain]
    return tuple(dict.fromkeys(run for run in found if len(run) >= _FEWEST))
