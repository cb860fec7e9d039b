"""The company's key while it is open in memory. Knows no cipher, so that naming it loads none."""

import hashlib
import hmac
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SealKey:
    """A company key, open. `id` is its record's; `sealing` is new after each rotation, `marking` stays."""

    id: str
    sealing: bytes = field(repr=False)
    marking: bytes = field(repr=False)

    @property
    def marks_id(self) -> str:
        """A name for the part under the marks, which tells nothing of it: marks of one name can be compared."""
        return hmac.new(self.marking, b"baton marks", hashlib.sha256).hexdigest()[:8]
