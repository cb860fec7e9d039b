"""What counts as a call or a word exchanged on an issue, as SQL conditions on `interaction`."""

# A call that asks: first, or again. News and thanks are no pressure; neither is what a machine sent.
CALLS = (
    "deleted = 0 AND is_automatic = 0 AND direction = 'in' AND nature IN ('first', 'chaser') "
    "AND channel IN ('call', 'missed_call', 'voicemail')"
)
WORDS_OUT = "deleted = 0 AND is_automatic = 0 AND direction = 'out'"
# A customer whom a person spoke with was answered, whoever of them began. What was only left here was not.
ANSWERS = "deleted = 0 AND is_automatic = 0 AND (direction = 'out' OR channel IN ('call', 'visit', 'chat'))"
WORDS_IN = "deleted = 0 AND is_automatic = 0 AND direction = 'in'"

FAR = 2**62  # sorts what has no time, or no number yet, behind everything
