"""Takes secrets out of what was exchanged, before a report shows it.

A recording that is to be kept and replayed goes through `recordings` instead.

Two rules: the content of an element or member that is known to hold a secret goes, whatever it
is; and a value that is known to be secret goes wherever it stands, a short one ("admin") where it
is a whole value.
"""

import re
from collections.abc import Iterable

from contracts.redacting.rules import own_rules

STAND_IN = "[redacted]"
"""What is shown instead of a secret."""

LONG = 8
"""From how many characters on a secret cannot be a part of something else."""

SECRET_ELEMENTS = tuple(
    name for name, kind in own_rules().fields.items() if kind in ("user", "secret")
)
"""Elements of XML and members of JSON whose content is never shown."""

_NAMES = "|".join(SECRET_ELEMENTS)
_ELEMENT = re.compile(
    rf"(<(?P<tag>(?:[\w.-]+:)?(?:{_NAMES}))(?:\s[^<>]*)?>)[^<]*(</(?P=tag)\s*>)", re.IGNORECASE
)
_MEMBER = re.compile(rf'("(?:{_NAMES})"\s*:\s*)"(?:[^"\\]|\\.)*"', re.IGNORECASE)
_BASIC = re.compile(r"((?:Basic|Bearer)\s+)[\w.~+/=-]+", re.IGNORECASE)


class Redactor:
    """Redacts texts; `secrets` are values that are known to be secret, the longest go first."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._rules = [
            re.compile(
                re.escape(one) if len(one) >= LONG else rf'(?<=[>"]){re.escape(one)}(?=[<"])'
            )
            for one in sorted({*secrets} - {""}, key=len, reverse=True)
        ]

    def text(self, text: str) -> str:
        """Return a text without its secrets."""
        for rule in self._rules:
            text = rule.sub(STAND_IN, text)
        text = _ELEMENT.sub(rf"\1{STAND_IN}\3", text)
        text = _MEMBER.sub(rf'\1"{STAND_IN}"', text)
        return _BASIC.sub(rf"\1{STAND_IN}", text)

    def body(self, body: bytes) -> str:
        """Return a body as text without its secrets; bytes that are no UTF-8 are shown as �."""
        return self.text(body.decode("utf-8", "replace"))
