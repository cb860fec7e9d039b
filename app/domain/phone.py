"""Phone numbers in any writing: what is kept (E.164), what is shown, and what to look for while somebody types."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import parse_qs, unquote

_PHONE_LIKE = re.compile(r"[\d\s+()./\-\u2010-\u2015]+(?:(?:ext\.?|x|extension|#)\s*\d{1,6})?", re.IGNORECASE)
_EXTENSION = re.compile(r"(?:ext\.?|x|extension|#)\s*\d{1,6}\s*$", re.IGNORECASE)
_URL = re.compile(r"(baton|tel|callto|sips?):(?://)?(.*)", re.IGNORECASE | re.DOTALL)
_FEWEST = 3  # fewer digits are an issue number, or the beginning of anything
_LONGEST_URL = 2000
_LONGEST = 40  # letters; more is no number but a text


def digits_of(text: str) -> str:
    """Give the digits alone, in whichever script they are written."""
    return "".join(str(unicodedata.decimal(c)) for c in text if c.isdecimal())


def looks_like_phone(text: str) -> bool:
    """Say whether the text can only be a number, whole or in part."""
    plain = text.strip()
    return len(plain) <= _LONGEST and bool(_PHONE_LIKE.fullmatch(plain)) and len(digits_of(plain)) >= _FEWEST


def called_number(text: str) -> str:
    """Give the number in what a softphone hands over: a number, or a URL (baton:call?number=, tel:, callto:, sip:).

    A URL without a number gives "", a text that is no URL itself.
    """
    said = text.strip()
    url = _URL.fullmatch(said)
    if url is None:
        return said
    scheme, rest = url[1].lower(), url[2]
    if scheme == "baton":
        _path, _mark, asked = rest.partition("?")
        # A plus stands for itself: softphones rarely write %2B, and no number has a blank in its place.
        found = parse_qs(asked[:_LONGEST_URL].replace("+", "%2B")).get("number")
        return str(found[0]).strip() if found else ""
    return unquote(re.split(r"[;?@]", rest, maxsplit=1)[0]).strip()


def e164(text: str, region: str | None = None) -> str:
    """Give the number as +442079460018; "" when it is none. Without a country code `region` ("GB") decides."""
    # 90 ms of number plans, needed by the first call and not by the first painted window.
    import phonenumbers  # noqa: PLC0415

    written = text.strip()
    if written.startswith("00"):
        written = "+" + written[2:]
    try:
        number = phonenumbers.parse(written, region or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def numbers_meant(text: str, regions: Iterable[str] = ()) -> tuple[str, ...]:
    """Give the kept numbers that a whole writing may mean: as it stands, and in the national writing of each region."""
    if not looks_like_phone(text):
        return ()
    is_international = text.strip().startswith(("+", "00"))
    asked: list[str | None] = [None] if is_international else [None, *regions]
    return tuple(dict.fromkeys(found for region in asked if (found := e164(text, region))))


def why_no_number(text: str, regions: Iterable[str] = ()) -> str:
    """Give why what looks like a number is none, in words; "" when it may be one, or does not look like one."""
    if not looks_like_phone(text) or numbers_meant(text, regions):
        return ""
    import phonenumbers  # noqa: PLC0415  see e164

    written = text.strip()
    if not written.startswith(("+", "00")):
        many = len(digits_of(_EXTENSION.sub("", written)))
        return "too long for a phone number" if many > 15 else ""
    try:
        number = phonenumbers.parse("+" + written[2:] if written.startswith("00") else written, None)
    except phonenumbers.NumberParseException as e:
        is_unknown = e.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE
        return "no country has this code" if is_unknown else "too short for a phone number"
    reason = phonenumbers.is_possible_number_with_reason(number)
    is_long = reason == phonenumbers.ValidationResult.TOO_LONG
    return "too long for a phone number" if is_long else "too short for a phone number"


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
    plain = digits_of(_EXTENSION.sub("", text.strip()))
    found += [plain.lstrip("0"), plain]
    return tuple(dict.fromkeys(run for run in found if len(run) >= _FEWEST))
