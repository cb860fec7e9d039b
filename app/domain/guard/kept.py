"""A typed line as it may be kept: without the secrets in it, however short the words before them were typed."""

from app.domain.redaction import redact_typed


def kept(line: str) -> str:
    """Give the line with a mark for each secret, and for all behind a short word that may announce one."""
    return redact_typed(line)
