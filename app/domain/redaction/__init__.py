"""Redaction: a configuration in which every secret is a mark that is the same wherever the secret is the same.

Pure and linear in the text. What it takes for a secret is a matter of words and forms (see `words`), so it hides too
much rather than too little, and it never says that nothing is left.
"""

from app.domain.redaction.lines import LineRedactor
from app.domain.redaction.marks import marks_in, without_hashes
from app.domain.redaction.text import redact, redact_line
from app.domain.redaction.typed import redact_typed

__all__ = ["LineRedactor", "marks_in", "redact", "redact_line", "redact_typed", "without_hashes"]
