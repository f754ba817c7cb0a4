# SPDX-License-Identifier: Apache-2.0
"""Which values each attribute has, and their order (the controlled vocabularies of ISM V10)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from tearline.core.labels.codecs.text import GROUPS, NATIONS, sort_codes, sort_release

US_LEVELS = ("U", "C", "S", "TS")
LEVELS = ("U", "R", "C", "S", "TS")
FGI = "FGI"

_DISSEM = ("RS", "FOUO", "OC", "IMC", "NF", "PR", "REL", "RELIDO", "EYES", "DSEN", "FISA", "DISPLAYONLY")
_NON_IC = ("DS", "XD", "ND", "SBU", "SBU-NF", "LES", "LES-NF", "SSI", r"ACCM-[A-Z0-9\-_]{1,61}", "NNPI")
_NON_US = ("ATOMAL", "BOHEMIA", "BALK")
_SCI = (
    "EL",
    "EL-EU",
    "EL-NK",
    "HCS",
    "KDK",
    "KDK-BLFH",
    "KDK-IDIT",
    "KDK-KAND",
    "KDK-BLFH-[A-Z0-9]{1,6}",
    "KDK-IDIT-[A-Z0-9]{1,6}",
    "KDK-KAND-[A-Z0-9]{1,6}",
    "RSV",
    "RSV-[A-Z0-9]{3}",
    "SI",
    "SI-G",
    "SI-G-[A-Z]{4}",
    "SI-[A-Z]{3}",
    "SI-[A-Z]{3}-[A-Z]{4}",
    "TK",
)
_ATOMIC = ("RD", "RD-CNWDI", "RD-SG-(14|15|18|20)", "FRD", "FRD-SG-(14|15|18|20)", "DCNI", "UCNI", "TFNI")
_SAR = (r"[A-Z0-9]+(_[A-Z0-9]+)*(-[A-Z0-9]+){0,2}",)
_EXCEPTIONS = (r"(25|50)X[1-9](-[A-Za-z]{1,12})?", "75X", "AEA", "NATO", "NATO-AEA")
_NOTICES = (
    *("FISA", "IMC", "CNWDI", "RD", "FRD", "DS", "LES", "LES-NF", "DSEN", "DoD-Dist-[A-FX]"),
    *("US-Person", "pre13526ORCON", "POC", "COMSEC"),
)
_COMPLIES = ("IntelReport", "ICDocument", r"DoD5230\.24")

_LISTED: dict[str, tuple[int, tuple[str, ...]]] = {
    "atomicEnergyMarkings": (253, _ATOMIC),
    "classification": (254, LEVELS),
    "compliesWith": (255, _COMPLIES),
    "declassException": (256, _EXCEPTIONS),
    "disseminationControls": (258, _DISSEM),
    "nonICmarkings": (261, _NON_IC),
    "nonUSControls": (262, _NON_US),
    "SARIdentifier": (266, _SAR),
    "SCIcontrols": (267, _SCI),
    "noticeType": (289, _NOTICES),
}
_CODED: dict[str, tuple[int, bool]] = {  # rule, and whether FGI may stand for a concealed government
    "displayOnlyTo": (257, False),
    "FGIsourceOpen": (259, False),
    "FGIsourceProtected": (260, True),
    "ownerProducer": (263, True),
    "releasableTo": (265, False),
}
_PATTERNS = {
    name: [re.compile(rf"(?:{value})\Z") for value in values] for name, (_, values) in _LISTED.items()
}


def find_unknown(name: str, tokens: Iterable[str], codes: frozenset[str]) -> tuple[int, str] | None:
    """The first token that is no value of the attribute, with the rule that says so; ``codes``: known beyond the list."""
    if name in _LISTED:
        rule = _LISTED[name][0]
        bad = (t for t in tokens if not any(pattern.match(t) for pattern in _PATTERNS[name]))
    elif name in _CODED:
        rule, concealed = _CODED[name]
        bad = (
            t
            for t in tokens
            if t not in NATIONS and t not in GROUPS and t not in codes and not (concealed and t == FGI)
        )
    else:
        return None
    found = next(bad, None)
    return None if found is None else (rule, found)


def sort_tokens(name: str, tokens: Iterable[str]) -> tuple[str, ...]:
    """Tokens in the order of their list."""
    if name in {"releasableTo", "displayOnlyTo"}:
        return sort_release(tokens)
    if name in _CODED:
        found = tuple(tokens)
        return (*(t for t in found if t == FGI), *sort_codes(t for t in found if t != FGI))
    if name in {"SCIcontrols", "SARIdentifier"}:
        return tuple(sorted(tokens))
    key = _make_key(name)
    return tuple(sorted(tokens, key=key))


def is_sorted(name: str, tokens: tuple[str, ...]) -> bool:
    """Whether the tokens stand in the order of their list; control systems may also go by name."""
    if tokens == sort_tokens(name, tokens):
        return True
    return name == "SCIcontrols" and list(tokens) == sorted(tokens, key=_make_key(name))


def _make_key(name: str) -> Callable[[str], tuple[int, str]]:
    patterns = _PATTERNS[name]

    def place(token: str) -> tuple[int, str]:
        found = next((i for i, pattern in enumerate(patterns) if pattern.match(token)), len(patterns))
        # Nicknames keep the order they were given in: the list has one row for all of them.
        return found, "" if token.startswith("ACCM-") else token

    return place
