"""The guard's judgement of what a person types on a device: pure, by tables.

`classify` gives the class of a line with the reason, `explain` says it to whoever learns, `read_prompt` finds in the
text before the cursor where one is and what was typed there. It must not know screens, databases or devices.
"""

from app.domain.guard.judging import classify, explain
from app.domain.guard.platforms import family_of
from app.domain.guard.prompts import Kind, Prompted, is_named, read_prompt
from app.domain.guard.verdict import Mode, Verdict, worst

__all__ = [
    "Kind", "Mode", "Prompted", "Verdict", "classify", "explain", "family_of", "is_named", "read_prompt", "worst",
]  # fmt: skip
