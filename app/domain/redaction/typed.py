"""A line as a person types it: a device takes any unambiguous beginning of a word, and so must who hides secrets.

What stands behind a word that may be short for one that announces a secret is hidden to the end of the line, in every
line but those that carry none. Too much is hidden rather than too little.
"""

import re
from collections.abc import Iterator, Sequence

from app.domain.redaction.marks import MARK, is_hidden
from app.domain.redaction.text import redact_line
from app.domain.redaction.words import short

HIDDEN = "<secret>"

# Spelled out before the rules of configurations read the line, with the fewest letters.
_SPELLED = (
    ("password", 3), ("key-string", 5), ("pre-shared-key", 5), ("community", 3), ("message-digest-key", 9),
    ("authentication-key", 16), ("encrypted-password", 11),
)  # fmt: skip
_HOST_SPELLED = (("version", 1), ("traps", 2), ("informs", 2), ("community", 2), ("udp-port", 1))


def _any(*words: tuple[str, int]) -> re.Pattern[str]:
    return re.compile("|".join(short(word, least) for word, least in words), re.IGNORECASE)


def _at_words(*words: tuple[str, int]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(rf"(?<!\S){short(word, least)}(?=\s+\S)", re.IGNORECASE), word) for word, least in words)


_SHORTENED = _at_words(*_SPELLED)
_HOST_SHORTENED = _at_words(*_HOST_SPELLED)
_SECTION = re.compile(r"\|\s*sect?(?=\s)", re.IGNORECASE)  # and no secret
_WORD = re.compile(rf'{MARK}|"(?:[^"\\]|\\.)*"|\S+')
_BEFORE = _any(("no", 2), ("do", 2), ("default", 4), ("run", 3), ("exec", 4))
_CARRIES_NONE = _any(
    ("show", 2), ("ping", 2), ("traceroute", 2), ("clear", 2), ("debug", 3), ("undebug", 1), ("dir", 3), ("more", 2),
    ("terminal", 3), ("interface", 3), ("description", 3), ("remark", 3), ("hostname", 4), ("reload", 3),
    ("configure", 4), ("write", 2), ("router", 5), ("vlan", 2), ("switchport", 2), ("access-list", 3), ("permit", 4),
    ("deny", 3), ("object", 3), ("object-group", 7), ("class-map", 6), ("policy-map", 3), ("route-map", 6),
    ("match", 3), ("banner", 3), ("version", 3), ("logging", 3), ("verify", 3), ("commit", 4), ("edit", 2),
    ("tunnel", 3), ("service", 3), ("aaa", 3), ("grep", 4),
)  # fmt: skip

_LAST = "|".join(short(word, 1) for word in ("password", "passphrase", "secret", "psk"))
# Words that announce a secret wherever they stand, and those that do so in lines that begin with certain words.
_ANNOUNCES = re.compile(
    "|".join(
        [
            *(short(word, least) for word, least in (
                ("password", 2), ("passphrase", 2), ("passwd", 2), ("passcode", 2), ("secret", 3), ("key-string", 5),
                ("key-octet-string", 5), ("key", 2), ("md5", 2), ("idtoken", 3), ("token", 3), ("ppassword", 4),
                ("encrypted-password", 10), ("plain-text-password", 6), ("config-key", 6), ("pmk", 2), ("psk", 2),
            )),
            r"sha(?:-?\d\S*)?", r"hmac\S*",
            r"(?:server|shared|auth(?:entication)?|privacy|message-digest|pre-shared?|api|access|private|session)-k(?:ey?)?",
            rf"(?:ldap-login|wpa2?|domain|area|hello|lsp|chap|pap|simple|challenge|shared)-(?:{_LAST})?",
            r"ldap-l[a-z]*-?", r"key-[so]?", r"pin|spi", r"_\w*(?:pw|pass|sec|key|tok)\w*",
        ]
    ),
    re.IGNORECASE,
)  # fmt: skip
_KEY = _any(("key", 1))
_PRE = _any(("pre-shared-key", 3))
_AUTH = _any(("authentication", 3))
_OSPF = ("message-digest-key", 2)
_BELOW: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (_any(("username", 2), ("enable", 2), ("local-user", 3)), _any(("password", 1), ("secret", 1))),
    (
        _any(("tacacs-server", 2), ("tacacs", 2), ("radius-server", 2), ("radius", 2), ("server-private", 6),
             ("pac", 3), ("client", 2), ("failover", 2), ("address", 2), ("aaa-server", 5), ("isakmp", 2)),
        _KEY,
    ),
    (_any(("crypto", 2)), _any(("key", 1), ("pkcs12", 2), ("pem", 2))),
    (
        _any(("ip", 2), ("ipv6", 3), ("ospf", 2), ("ospfv3", 2), ("area", 2), ("isis", 2), ("standby", 3), ("vrrp", 2),
             ("glbp", 2), ("hsrp", 2), ("ntp", 2), ("nhrp", 2), ("rsvp", 2), ("eigrp", 2), ("authentication", 3)),
        _any(("authentication", 3), _OSPF),
    ),
    (_any(("snmp-server", 2)), _any(("community", 2))),
    (
        _any(("set", 3)),
        _any(("encrypted-password", 3), ("plain-text-password", 2), ("authentication-key", 3), ("privacy-key", 4),
             ("authentication-password", 3), ("simple-password", 3), ("chap-secret", 4), ("session-key", 3)),
    ),
    (_any(("client", 2)), _any(("server-key", 2))),
)  # fmt: skip
# What may stand between the word and its secret: how it is written, by what, or its number.
_FORM = re.compile(
    r"\d{1,3}|\d{1,3}bit|md5?|sha\S*|sh|hmac\S*|cmac\S*|aes\S*|3?des\S*|enc\w*|clear\w*|plain\S*|hex\w*|asc\w*|"
    r"text|te|tex|string|str|local|remote|size|type|value|level|cipher|esp|ah|null|inb\w*|outb\w*",
    re.IGNORECASE,
)
# Behind "key": what is no key; behind "authentication": how, not with what.
_NAMES = _any(
    ("chain", 2), ("generate", 2), ("zeroize", 2), ("pubkey-chain", 2), ("mypubkey", 2), ("storage", 2), ("lock", 3),
    ("unlock", 2), ("move", 2), ("import", 2), ("export", 2), ("encrypt", 3), ("decrypt", 2), ("config-key", 2),
    ("rsa", 2), ("key-chain", 5), ("keychain", 4), ("eigrp", 2), ("address", 2), ("hostname", 4), ("required", 8),
    ("strength-check", 8), ("encryption", 10),
)  # fmt: skip
_HOW = _any(
    ("message-digest", 2), ("message-digest-key", 2), ("null", 2), ("mode", 2), ("key-chain", 5), ("ipsec", 2),
    ("remote", 3), ("local", 3), ("pre-share", 3), ("rsa-sig", 3), ("ecdsa-sig", 3), ("login", 3), ("enable", 3),
    ("ppp", 3), ("dot1x", 3), ("open", 3), ("priority", 3), ("periodic", 3), ("port-control", 4), ("order", 3),
    ("event", 3), ("host-mode", 3), ("control-direction", 4), ("timer", 3), ("violation", 3), ("fallback", 3),
    ("linksec", 3), ("aaa", 3), ("username", 4), ("display", 4), ("command", 4), ("proxy", 3), ("eap", 3),
)  # fmt: skip
_ENABLE = _any(("password", 1), ("secret", 1), ("view", 1), ("algorithm-type", 1), ("last-resort", 2), ("level", 1))
_LOGIN = _any(("local", 1), ("authentication", 1), ("block-for", 1), ("delay", 1), ("quiet-mode", 1), ("tacacs", 1),
              ("on-failure", 1), ("on-success", 1))  # fmt: skip
_PUBLIC_COMMUNITY = re.compile(r"\d+:\d+|\d{4,}|additive|internet|no-\S+|local-as|none|\(?\d+", re.IGNORECASE)
_OF_SHELL = re.compile(
    r"(?:\S*/)?(?:snmp\w+\s.*?(?<!\S)-[caAxX]\s*|(?:sshpass|mysql\w*|plink|ldap\w+|ipmitool)\s.*?(?<!\S)-(?:p|pw|P|w)\s*|"
    r"(?:curl|wget)\s.*?(?<!\S)(?:-u|--user\S*|--password|-H)[\s=]*)(?=\S)"
)
_TEXT, _CREDENTIAL = _any(("text", 2)), _any(("credential", 2))
_LICENSE = _any(("license", 3))
_AFTER_USER = re.compile(r"pr\w*|acc\w*|local\w*|enc\w*|engine\w*|ipv6|sdrowner|systemowner|\d+", re.IGNORECASE)
_USER = _any(("user", 1))
_SNMP_USER = _any(("auth", 2), ("priv", 2), ("aes", 1), ("des", 2), ("3des", 2))
_TEST = _any(("test", 2))
_AAA_SERVER = _any(("aaa-server", 4))
_HOST = _any(("host", 1))
_TIMEOUT = _any(("timeout", 3))
_SECURITY = _any(("security", 2))
_COMMUNITY = _any(("community", 3))
_SNMP = _any(("snmp-server", 2))
_CONFIG_KEY = _any(("config-key", 6))
_ENCRYPTION = _any(("password-encryption", 1))
_PASSWORD = _any(("password", 1), ("secret", 1), ("community", 2))
_ENABLES = _any(("enable", 2))
_TRAP_HOST = re.compile(rf"\s*(?:(?:no|do)\s+)*({short('snmp-server', 2)})\s+({short('host', 1)})(?=\s)", re.IGNORECASE)


def redact_typed(line: str) -> str:
    """Give a typed line with a mark for each secret, and bare marks only; some words of it are spelled out."""
    told = redact_line(_spelled(line))
    words = [(found.group(), found.start()) for found in _WORD.finditer(told)]
    while words and _BEFORE.fullmatch(words[0][0]):
        del words[0]
    if not words or _CARRIES_NONE.fullmatch(words[0][0]):
        return told
    at = min(_ends(told, [word for word, _start in words], [start for _word, start in words]), default=None)
    return told if at is None or is_hidden(told[at:].strip()) else f"{told[:at].rstrip()} {HIDDEN}"


def awaits_secret(line: str) -> bool:
    """Say whether this line is not done yet: what would be typed behind it would be a secret."""
    is_done = _ENABLES.fullmatch(line.strip()) is not None
    return not is_done and not redact_typed(f"{line} Qz7unlikely").endswith("Qz7unlikely")


def _spelled(line: str) -> str:
    line = _SECTION.sub("| section", line)
    for pattern, word in _SHORTENED:
        line = pattern.sub(word, line)
    found = _TRAP_HOST.match(line)
    if found is None:
        return line
    rest = line[found.end() :]
    for pattern, word in _HOST_SHORTENED:
        rest = pattern.sub(word, rest)
    return f"{line[: found.start(1)]}snmp-server host{rest}"


def _ends(told: str, words: Sequence[str], starts: Sequence[int]) -> Iterator[int]:
    """Give where what must not be kept begins, as often as something says so."""
    if (found := _OF_SHELL.match(told)) is not None:
        yield found.end()
    behind = _behind_place(words)
    if behind is not None and behind < len(words):
        yield starts[behind]
    for at, word in enumerate(words):
        begin = _value_of(words, at) if _announces(words, at, word) else None
        if begin is not None:
            yield starts[begin]


def _behind_place(words: Sequence[str]) -> int | None:
    """Give the word from which on a line is a secret by its place, with no word that announces it."""
    head, first = words[0], words[1] if len(words) > 1 else ""
    if _ENABLES.fullmatch(head):
        is_known = _ENABLE.fullmatch(first) or (first.isdecimal() and len(first) < 3)
        return None if is_known else 1
    if head == "login":
        return None if _LOGIN.fullmatch(first) else 2
    if _TEST.fullmatch(head) and first == "aaa":
        return 5
    if _AAA_SERVER.fullmatch(head):
        host = next((at for at, word in enumerate(words) if at > 1 and _HOST.fullmatch(word)), len(words))
        return None if host + 2 < len(words) and _TIMEOUT.fullmatch(words[host + 2]) else host + 2
    if _AUTH.fullmatch(head) and (_TEXT.fullmatch(first) or _CREDENTIAL.fullmatch(first)):
        return 2 if _TEXT.fullmatch(first) else 3
    return _behind_snmp(words, head, first)


def _behind_snmp(words: Sequence[str], head: str, first: str) -> int | None:
    """Give the word from which on a line of SNMP, or of a licence, is a secret by its place."""
    if len(words) > 2 and _LICENSE.fullmatch(words[-3]) and words[-2].isdecimal():
        return len(words) - 1
    if not _SNMP.fullmatch(head):
        return None
    marks = [at + 1 for at, word in enumerate(words[:-1]) if is_hidden(word)]
    if _USER.fullmatch(first):
        return next((at for at in marks if not _AFTER_USER.fullmatch(words[at])), None)
    return marks[0] if marks and first == "host" else None


def _announces(words: Sequence[str], at: int, word: str) -> bool:
    head = words[0]
    if head == "set" and at == 1 and _SECURITY.fullmatch(word):
        return False
    if _ANNOUNCES.fullmatch(word) or (_PRE.fullmatch(word) and head not in {"ip", "ipv6"}):
        return True
    if _COMMUNITY.fullmatch(word):
        is_public = at + 1 < len(words) and _PUBLIC_COMMUNITY.fullmatch(words[at + 1]) is not None
        below_snmp = any(_SNMP.fullmatch(one) for one in words[:at])
        return below_snmp or (not is_public and (at == 0 or (at == 1 and head == "set")))
    if at > 2 and _USER.fullmatch(words[1]) and _SNMP.fullmatch(head) and _SNMP_USER.fullmatch(word):
        return True
    return at > 0 and any(begin.fullmatch(head) and short_.fullmatch(word) for begin, short_ in _BELOW)


def _value_of(words: Sequence[str], at: int) -> int | None:
    """Give the word at which the secret that is announced at a word begins; None where none does, or it is hidden."""
    word, begin = words[at], at + 1
    if word.lower().startswith("pk") or word.lower() == "pem":  # where it is and with what follow
        return begin if begin < len(words) and not is_hidden(words[-1]) else None
    if _CONFIG_KEY.fullmatch(word) and begin < len(words):
        begin += _ENCRYPTION.fullmatch(words[begin]) is not None
    while begin < len(words) and _FORM.fullmatch(words[begin]):
        begin += 1
    if begin == len(words):
        # nothing but what looks like a form: of a password it is one
        is_password = _PASSWORD.fullmatch(word) is not None
        return at + 1 if is_password and begin > at + 1 else None
    value = words[begin]
    if is_hidden(value.strip('"')) or _announces(words, begin, value):
        return None
    if (_KEY.fullmatch(word) or _ANNOUNCES.fullmatch(word)) and _NAMES.fullmatch(value):
        return None
    return None if _AUTH.fullmatch(word) and _HOW.fullmatch(value) else begin
