"""Countries by their two letters ("GB"), and numbers as their people write them."""

import re
from functools import lru_cache

from app.domain.errors import BadInput
from app.domain.phone import e164

_EXTENSION = re.compile(r"[\s,;]*(?:ext(?:ension|n)?|x|#)[\s.:=]*(\d{1,7})\s*$", re.IGNORECASE)


@lru_cache(maxsize=1)
def regions() -> dict[str, int]:
    """Give every country that has phone numbers with its calling code, by its letters."""
    import phonenumbers  # noqa: PLC0415  90 ms of number plans, not needed before the first painted window

    return {one: int(phonenumbers.country_code_for_region(one)) for one in sorted(phonenumbers.SUPPORTED_REGIONS)}


def region_named(text: str) -> str:
    """Give the two letters as they are kept; "" for none. Raises BadInput when there is no such country."""
    letters = text.strip().upper()
    if letters and letters not in regions():
        raise BadInput(f"“{text.strip()}” is no country.", "Write its two letters, such as GB, NO or US.")
    return letters


def example(region: str) -> str:
    """Give how a number there may be written; without a country the whole international number."""
    import phonenumbers  # noqa: PLC0415  see regions

    number = phonenumbers.example_number(region) if region else None
    if number is None:
        return "+44 121 234 5678"
    formats = (phonenumbers.PhoneNumberFormat.NATIONAL, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return " or ".join(dict.fromkeys(str(phonenumbers.format_number(number, one)) for one in formats))


def phone_kept(text: str, region: str) -> str:
    """Give a number in any writing as E.164, "" for none; the country tells where no country code was written.

    Raises BadInput with an example when it is no number, and for an extension, which E.164 cannot hold.
    """
    written = text.strip()
    if not written:
        return ""
    number, extension = split_extension(written)
    if extension:
        raise BadInput(
            f"“{written}” has the extension {extension}, which is not part of a number that rings.",
            f"Write {number} here and the extension in the note.",
        )
    kept = e164(written, region or None)
    if not kept:
        raise BadInput(f"“{written}” is no phone number.", f"Write it like {example(region)}.")
    return kept


def split_extension(text: str) -> tuple[str, str]:
    """Give the number as it was written, and the digits of its extension: "020 7946 0018 ext. 12"."""
    found = _EXTENSION.search(text)
    return (text[: found.start()], found.group(1)) if found else (text, "")
