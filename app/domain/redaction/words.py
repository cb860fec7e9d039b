"""How a secret is written in one line of a configuration: after which words it stands, and where it ends.

The forms of Cisco IOS, IOS XE, IOS XR, NX-OS and ASA, of Arista EOS and of Juniper Junos, after their command
references; they are looked for on every platform, because a line that says "password" says it everywhere. Words may be
abbreviated: a person's typed line is read too.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.domain.redaction.marks import MARK


@dataclass(frozen=True, slots=True)
class Span:
    """Where a secret stands in a line. `is_type_7` says that it is written in Cisco's reversible form."""

    start: int
    end: int
    is_type_7: bool = False


def short(word: str, least: int) -> str:
    """Give a pattern of the word, abbreviated to no fewer than so many letters."""
    tail = ""
    for letter in reversed(word[least:]):
        tail = f"(?:{re.escape(letter)}{tail})?"
    return re.escape(word[:least]) + tail


_QUOTED = r'"(?:[^"\\]|\\.)*"'
_ONE = rf"(?:{MARK}|{_QUOTED}|\S+?(?=;?(?:\s|$)))"
# After these words a secret that may have blanks in it has ended.
_OPTION = (
    r"(?:role|privilege|encrypted|nt-encrypted|pbkdf2|mschap|level(?:-\d)?|address|hostname|timeout|port|auth-port|"
    r"acct-port|retransmit|single-connection|vrf|use-vrf|realm|key-id|key_id|hidden|transmit-key|group|attributes|"
    r"expire|ssh-cert-dn|shell|sshkey|uid|store|snp|send-only|account-disable|##|cipher|authenticator|callback|warning|"
    r"authentication|accounting|authorization|dnis|authenticate|force|mode-list|no-password|one-time|user-maxlinks|access-class)\b"
)
_LONG = rf"(?:{_QUOTED}|{_ONE}(?:[ \t]+(?!{_OPTION}|;)(?!\#\#){_ONE})*)"
_FORM = (
    r"(?:(?:encrypted|encryption|enc|cipher|irreversible-cipher|clear|clear-?text|plaintext|unencrypted|ciphertext|hashed|hash|md5|sha-?\d{0,3}|hmac-[\w-]+|"
    r"ascii-text|ascii|hex|hexadecimal|local|remote|text|level\s+\d+|group\s+\d+|0x\b)\s+)*"
)
_TYPE = rf"{_FORM}(?:(?P<type>\d{{1,2}})\s+(?=\S))?"
_BEGIN = r"(?:^|(?<=[\s{;:\"'(/]))"

_PASSWORD = (
    rf"(?:[\w-]+-)?(?:{short('password', 4)}|{short('passphrase', 5)}|passwd|passcode|{short('secret', 3)}|"
    r"key-string|key-octet-string|authentication-key|privacy-key|server-key|shared-key|psk|pskey|set-key|key-phrase|"
    r"idtoken|(?<!pki )token|api-?key|secret-key|access-key|bearer|psksecret|password-encrypt(?:ion)?|community-string|"
    r"community-name|plain-text-password-value)"
)
_SETTING = (
    r"(?:(?:strength-check|encryption|aes|required|fallback|option|rollover|policy|minimum|maximum|min-\w+|max-\w+|"
    r"history|complexity|lifetime|aging|prompt|retry|storage|management|change|expir\w*|format|recovery|reset|length|"
    r"address|hostname|manual-entry|set-key)(?![\w-])|\d+\s+(?:md5|sha\S*|hmac\S*|cmac\S*|type)\s)"
)
_KEY_IS_NAMED = (
    r"(?:chain|generate|config-key|import|export|zeroize|pubkey-chain|storage|mypubkey|encrypt|decrypt|lock|unlock|move|"
    r"label|rsa|ec|dsa|ecdsa|modulus|exchange|size|type|server|renewal|lifetime|eigrp|id|pair|identifier|length)(?![\w-])|\d+\s+size\s"
)


def _rule(need: str, text: str) -> tuple[str, re.Pattern[str]]:
    """Give a rule with what a line must have in it for it, in small letters: looked for first, as it costs little."""
    return need, re.compile(text, re.IGNORECASE)


_RULES = (
    # enable secret, username ... password, a line's password, ppp, vtp, ftp, bgp, isis, ldap, trustpoints, key-string
    _rule("", rf"{_BEGIN}{_PASSWORD}\s+(?!{_SETTING}){_TYPE}(?P<secret>{_LONG})"),
    # tacacs, radius, server groups, cluster and failover keys, key chains of Junos; not a key's number or name
    _rule("key", rf"{_BEGIN}(?<!tunnel )(?<!crypto )key\s+(?!{_KEY_IS_NAMED}|\d{{1,3}}\s*$){_TYPE}(?P<secret>{_LONG})"),
    _rule("eigrp", rf"{_BEGIN}key\s+eigrp\s+\d+\s+{_TYPE}(?P<secret>{_ONE})"),
    _rule("size", rf"{_BEGIN}key\s+\d+\s+size\s+\S+\s+{_TYPE}(?P<secret>{_ONE})"),
    # IPsec
    _rule("pre-share", rf"{_BEGIN}pre-shared?-key\s+(?!address|hostname){_TYPE}(?P<secret>{_LONG})"),
    _rule("session-key", rf"{_BEGIN}session-key\s+\w+\s+ah\s+\d+\s+{_TYPE}(?P<secret>{_ONE})"),
    _rule(
        "session-key",
        rf"{_BEGIN}session-key\s+\w+\s+esp\s+\d+\s+(?:c[iy]pher\s+|authenticator\s+)?{_TYPE}(?P<secret>{_ONE})",
    ),
    _rule("session-key", rf"{_BEGIN}session-key\s.{{0,300}}?\sauthenticator\s+{_TYPE}(?P<secret>{_ONE})"),
    _rule(
        "spi", rf"{_BEGIN}ipsec\s+spi\s+\d+\s+(?:esp\s+\S+\s+(?:\d{{3}}\s+)?)?(?:md5|sha1)?\s*{_TYPE}(?P<secret>{_ONE})"
    ),
    _rule("spi", rf"{_BEGIN}ipsec\s+spi\s+\d+\s+esp\s.{{0,300}}?\s(?:md5|sha1)\s+{_TYPE}(?P<secret>{_ONE})\s*$"),
    # MPLS, TrustSec
    _rule(
        "password",
        rf"{_BEGIN}password\s+(?:option\s+\d+|rollover|fallback)\s+(?:for\s+\S+\s+)?{_TYPE}(?P<secret>{_ONE})\s*$",
    ),
    _rule("pmk", rf"{_BEGIN}pmk\s+{_TYPE}(?P<secret>{_ONE})"),
    # routing and first-hop protocols, time, tunnels
    _rule(
        "message-digest-key", rf"{_BEGIN}message-digest-key\s+\d+\s+(?:md5|sha\S*|hmac\S*)\s+{_TYPE}(?P<secret>{_LONG})"
    ),
    _rule(
        "authentication-key",
        rf"{_BEGIN}authentication-key\s+\d+\s+(?:md5|sha\S*|hmac\S*|cmac\S*|type\s+\S+\s+value)\s+{_TYPE}(?P<secret>{_ONE})",
    ),
    _rule(
        "authentication",
        rf"{_BEGIN}(?:standby|vrrp|glbp)\s+(?:\d+\s+)?authentication\s+(?!md5\b|text\b|mode\b){_TYPE}(?P<secret>{_ONE})",
    ),
    _rule("authentication", rf"{_BEGIN}authentication\s+(?:text|string)\s+{_TYPE}(?P<secret>{_ONE})"),
    _rule(
        "authentication",
        rf"{_BEGIN}authentication\s+md5\s+(?!key-?(?:string|chain)(?![\w-])|\d+\s+(?:key|start-time)\s)"
        rf"{_TYPE}(?P<secret>{_ONE})",
    ),
    _rule("nhrp", rf"{_BEGIN}nhrp\s+authentication\s+{_TYPE}(?P<secret>{_ONE})"),
    _rule("authentication", rf"{_BEGIN}authentication\s+mode\s+hmac-sha-256\s+{_TYPE}(?P<secret>{_ONE})"),
    _rule("authentication", rf"{_BEGIN}authentication\s+credential\s+\S+\s+{_TYPE}(?P<secret>{_ONE})"),
    # SNMP
    _rule("snmp", rf"{_BEGIN}{short('snmp-server', 4)}\s+{short('community', 3)}\s+{_TYPE}(?P<secret>{_ONE})"),
    _rule("community", rf"{_BEGIN}(?:community-map|snmp-community)\s+{_TYPE}(?P<secret>{_ONE})"),
    _rule(
        "community",
        rf"{_BEGIN}snmp(?:-agent)?\s+(?:trap\s+)?community\s+(?:(?:read|write)\s+)?{_TYPE}(?P<secret>{_ONE})",
    ),
    _rule("community", rf"{_BEGIN}(?:ro|rw|trap-|read-|write-)community\s+{_TYPE}(?P<secret>{_ONE})"),
    _rule(
        "snmp",
        rf"{_BEGIN}{short('snmp-server', 4)}\s+user\s.{{0,300}}?\sauth\s+(?:md5|sha\S*)\s+(?!auth-pass)(?:\d{{3}}\s+)?"
        rf"{_TYPE}(?P<secret>{_ONE})",
    ),
    _rule(
        "snmp",
        rf"{_BEGIN}{short('snmp-server', 4)}\s+user\s.{{0,300}}?\spriv\s+(?:(?:des\S*|3des|aes\S*)\s+)?"
        rf"(?!priv-pass)(?:\d{{3}}\s+)?{_TYPE}(?P<secret>{_ONE})",
    ),
    # the rest
    _rule("passwd", rf"{_BEGIN}{short('passwd', 6)}\s+(?!enc\s)(?P<secret>{_ONE})"),
    _rule("pkcs12", rf"{_BEGIN}pkcs12\s+(?!nvram|flash|terminal\b|url|\w+:)(?P<secret>{_ONE})"),
    _rule(
        "pkcs12",
        rf"{_BEGIN}pkcs12\s+(?:terminal|url\s+\S+|\w+:\S*|nvram\S*|flash\S*)\s+(?!password(?:\s|$)){_TYPE}(?P<secret>{_ONE})",
    ),
    _rule("license", rf"{_BEGIN}license\s+(?P<type>[0-8])\s+(?P<secret>{_ONE})"),
    _rule("environment", rf"{_BEGIN}environment\s+\S*?(?:pw|pass|secret|key|token|community)\S*\s+(?P<secret>{_LONG})"),
    _rule("pem", rf"{_BEGIN}pem\s.{{0,200}}?(?:terminal|url\s+\S+)\s+(?:(?:des|3des|aes)\s+)?(?P<secret>{_ONE})\s*$"),
    _rule("aaa-server", rf"{_BEGIN}aaa-server\s+\S+\s+(?:\([^)]*\)\s+)?host\s+\S+\s+(?!timeout\b)(?P<secret>{_ONE})"),
    _rule("pin", rf"{_BEGIN}pin\s+(?P<secret>\d+)"),
    _rule("syscon", rf"{_BEGIN}syscon\s+address\s+\S+\s+(?P<secret>{_ONE})"),
    _rule("key-hash", rf"{_BEGIN}key-hash\s+\S+\s+(?P<secret>{_ONE})"),
    _rule("srvtab", rf"{_BEGIN}srvtab\s+entry\s+(?:\S+\s+){{5}}(?P<secret>{_ONE})"),
    _rule("secret-data", rf"{_BEGIN}(?P<secret>{_QUOTED})\s*;\s*\#\#\s*SECRET-DATA"),
)
_VALUE = rf"(?:{MARK}|\S+?(?=[.,;\"'#!)]*(?:\s|$)))"  # with what may be a part of it; nothing is left of it
_NO_VALUE = (
    r"(?:not|no|never|always|only|now|still|also|required|needed|necessary|wrong|invalid|incorrect|expired?|set|unset|"
    r"changed|reset|stored|kept|held|known|given|sent|asked|shown|hidden|encrypted|secret|the|an?|in|at|on|by|for|from|"
    r"to|with|your|our|their|his|her|same|different|too|empty|missing|mandatory|optional|case|valid|used)\b"
)
# These are secrets wherever they stand, also in a description, a banner or a comment.
_ANYWHERE = (
    ("$", re.compile(r"(?P<secret>\$(?:[0-9a-z]{1,2}|sha512|sha256)\$[./A-Za-z0-9$=+,_-]{6,})")),
    (
        "-----begin",
        re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----\s*(?P<secret>[^\s-].*?)(?=\s*-----END|$)"),
    ),
    ("://", re.compile(r"://[^\s/:@]*:(?P<secret>[^\s/]+?)@(?=[^\s@]*(?:\s|$))")),
    *(
        _rule(
            sign,
            rf"(?:pass(?:word|wd|phrase|code)?|pwd|\bpw|psk|secret|community|token|(?:api|access|private|shared)[-_]?key)"
            rf"\s*{sign}\s*(?P<secret>{_VALUE})",
        )
        for sign in "=:"
    ),
    _rule("auth=key,", rf"auth=key,(?P<secret>{_VALUE})"),
    _rule("/pass", rf"\s/pass\w*\s+(?P<secret>{_VALUE})"),
    *(
        _rule(
            f" {verb} ",
            rf"\b(?:pass(?:word|wd|phrase|code)?|pwd|pw|psk|secret|community)\s+{verb}\s+(?!{_NO_VALUE})(?P<secret>{_VALUE})",
        )
        for verb in ("is", "was")
    ),
)
# In prose also what stands behind such a word and is no word of a language.
_PROSE = (
    *_ANYWHERE,
    _rule(
        "p",
        rf"\b(?:pass(?:word|wd)?|pwd|pw)\s+(?P<secret>{MARK}|"
        r"(?=[^\s\d]*\d)(?=[^\sa-z]*[a-z])\S{6,}?(?=[.,;!\"'#]*(?:\s|$)))",
    ),
)
# The first look: texts that take long to be looked for at once take little one by one.
_LOOK = (
    "pass", "pwd", "pw", "sec", "key", "com", "psk", "pmk", "pem", "md5", "auth", "snmp", "pin", "token", "srvtab",
    "pkcs12", "aaa-server", "syscon", "://", "$", "banner", "-----begin", "licen", "bearer",
)  # fmt: skip
_MAY_MATTER = re.compile(
    r"pass|pwd|\b_?pw\b|sec|key|\b(?:r[ow])?com|psk|pmk|pem|md5|auth|snmp|ipsec|pin\b|token|licen|bearer|srvtab|pkcs12|aaa-server|syscon|://|"
    r"\$[0-9a-z]{1,6}\$|banner|-----begin"
)
_FREE_TEXT = re.compile(
    r"\s*(?:set\s.*\s|no\s+)?(?:description|remark|banner|title|location|contact|message|snmp-server\s+(?:location|"
    r"contact))(?![\w-])",
    re.IGNORECASE,
)


def may_matter(line: str) -> bool:
    """Say at little cost whether a line may hold a secret or begin what is read otherwise."""
    low = line.lower()
    return any(word in low for word in _LOOK) and _MAY_MATTER.search(low) is not None


def spans_of(line: str) -> Iterator[Span]:
    """Give where the secrets of one line stand, some perhaps more than once."""
    if not may_matter(line):
        return
    if _FREE_TEXT.match(line):
        yield from _found(_PROSE, line)
        return
    yield from _found(_RULES, line)
    yield from _trap_receiver(line)
    yield from _found(_ANYWHERE, line)


def prose_spans_of(line: str) -> Iterator[Span]:
    """Give where secrets stand in a line of prose."""
    yield from _found(_PROSE, line)


def _found(rules: Iterable[tuple[str, re.Pattern[str]]], line: str) -> Iterator[Span]:
    low = line.lower()
    for need, rule in rules:
        if need in low:
            for found in rule.finditer(line):
                yield _span(found)


def _span(found: re.Match[str]) -> Span:
    start, end = found.span("secret")
    return Span(start, end, found.groupdict().get("type") == "7")


_HOST = re.compile(rf"\s*(?:no\s+|do\s+)*(?:set\s+)?{short('snmp-server', 4)}\s+host\s+", re.IGNORECASE)
_WORD = re.compile(_ONE)
_ADDRESS = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]*:[0-9a-f:.]+", re.IGNORECASE)
_WITH_VALUE = frozenset({"vrf", "use-vrf", "filter-vrf", "source-interface", "port", "udp-port", "mode", "access-list"})
_ALONE = frozenset({"traps", "informs", "trap", "inform", "poll", "ipv4", "ipv6"})
_WRITTEN = frozenset({"clear", "encrypted"})  # IOS XR


def _trap_receiver(line: str) -> Iterator[Span]:
    """Find the community of "snmp-server host", which every platform writes at another place and by no keyword."""
    began = _HOST.match(line)
    if began is None:
        return
    words = list(_WORD.finditer(line, began.end()))
    at = 1
    if len(words) > 1 and _ADDRESS.fullmatch(words[1].group()) and not _ADDRESS.fullmatch(words[0].group()):
        at = 2  # the ASA names an interface first
    while at < len(words):
        word = words[at].group().lower()
        if word in _WITH_VALUE:
            at += 2
        elif word == "version" and at + 1 < len(words):
            if words[at + 1].group() == "3":
                return  # a user's name follows
            at += 2
        elif word in _ALONE or (word in _WRITTEN and at + 1 < len(words)):
            at += 1
        elif word == "community":
            at += 2 if at + 2 < len(words) and words[at + 1].group() in {"0", "7", "8"} else 1
            if at < len(words):
                yield Span(*words[at].span())
            return
        else:
            is_typed = word in {"0", "7", "8"} and at + 1 < len(words)
            found = words[at + 1] if is_typed else words[at]
            yield Span(*found.span(), is_type_7=is_typed and word == "7")
            return
