# SPDX-License-Identifier: Apache-2.0
"""Tolerant reading of historical and careless markings: suggestions for a person, never a decision.

"Secret; Noforn", "TOP SECRET AUSTEO", "O.JA7640 SECRET AUSTEO PRIORITY" and "secret // rel to usa,jpn" are read word by word.
Each answer says what was read as what, and what could not be read. ``marking`` is a text that the strict grammar takes and
finds no fault with; it is given only where every restricting word has a place in it. The type has no way to become a label:
a person confirms the text, which is then parsed like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from tearline.core.errors import MalformedError
from tearline.core.labels.codecs.text.hygiene import check_length, find_hostile
from tearline.core.labels.codecs.text.marking import (
    Dissem,
    DissemItem,
    Form,
    Marking,
    Other,
    OtherItem,
    Owner,
    Segment,
    describe,
)
from tearline.core.labels.codecs.text.parsing import parse_marking
from tearline.core.labels.codecs.text.printing import print_marking, reorder
from tearline.core.labels.codecs.text.rules import check_marking
from tearline.core.labels.codecs.text.words import LONG_LEVELS, WORDS, Level, Words


class Change(msgspec.Struct, frozen=True):
    """One word that is not as it was: ``was`` in the text, ``now`` in the suggestion ('': left out), and why."""

    was: str
    now: str
    why: str


class Suggestion(msgspec.Struct, frozen=True):
    """What a marking may have meant. ``house``: US, AUS or NATO where its words tell, else ''."""

    text: str
    house: str
    level: Level | None
    eyes_only: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    """Short names of United States controls."""
    handling: tuple[str, ...] = ()
    """Words about persons and ways of handling (PERSONAL, GUARD); they have no place in today's grammar."""
    precedence: str = ""
    reference: str = ""
    marking: str = ""
    """A banner in the strict grammar, or '' where one can't be offered. Where no house is known it is the bare level, and
    whose level it is remains for the person to say."""
    changes: tuple[Change, ...] = ()
    unread: tuple[str, ...] = ()


_LEVEL_WORDS = {
    "MOST SECRET": (Level.TS, "MOST SECRET became TOP SECRET in 1944"),
    "TOP SECRET": (Level.TS, ""),
    "SECRET": (Level.S, ""),
    "CONFIDENTIAL": (Level.C, ""),
    "RESTRICTED": (Level.R, ""),
    "UNCLASSIFIED": (Level.U, ""),
    "NO CLASSIFICATION MARKING": (None, "the document says that it bears none"),
}
_CONTROL_WORDS = {
    "NO FOREIGN DISSEMINATION": "NF",
    "NO FOREIGN DISSEM": "NF",
    "NOT RELEASABLE TO FOREIGN NATIONALS": "NF",
    "NOFORN": "NF",
    "ORIGINATOR CONTROLLED": "OC",
    "ORCON": "OC",
    "FOR OFFICIAL USE ONLY": "FOUO",
    "LIMITED DISTRIBUTION": "DS",
    "LIMIT DISTRIBUTION": "DS",
    "LIMDIS": "DS",
    "EXCLUSIVE DISTRIBUTION": "XD",
    "EXDIS": "XD",
    "NO DISTRIBUTION": "ND",
    "NODIS": "ND",
}
_US_ONLY = {
    "LIMITED OFFICIAL USE": "a level of the State Department until 1995, without a successor in the grammar",
    "OFFICIAL USE ONLY": "an administrative marking without a successor in the grammar",
    "NO FURTHER DISSEMINATION": "no word of today's grammar says it",
    "NO OTHER DISTRIBUTION": "no word of today's grammar says it",
    "BACKGROUND USE ONLY": "no word of today's grammar says it",
    "VERBATIM TEXT": "about the text, not about who may read it",
    "OFFICIAL-INFORMAL": "about the channel, not about who may read it",
}
_HANDLING = (
    "FOR THE PRIME MINISTER",
    "FOR PRIME MINISTER",
    "FOR THE MINISTER",
    "FOR MINISTER",
    "HIMSELF ALONE",
    "HIMSELF",
    "STRICTLY PERSONAL",
    "PERSONAL",
    "PRIVATE",
    "GUARD",
    "EYES ONLY",
)
_PRECEDENCES = {
    "EMERGENCY": "FLASH",
    "FLASH": "FLASH",
    "MOST IMMEDIATE": "FLASH",
    "NIACT": "IMMEDIATE",
    "OPERATIONAL IMMEDIATE": "IMMEDIATE",
    "IMMEDIATE": "IMMEDIATE",
    "IMPORTANT": "PRIORITY",
    "PRIORITY": "PRIORITY",
    "ROUTINE": "ROUTINE",
}
_NATIONS_ONLY = {"AUSTEO": "AUS", "AUSTRALIAN EYES ONLY": "AUS", "US EYES ONLY": "USA", "UK EYES ONLY": "GBR"}
_NATO_LEVELS = {"COSMIC TOP SECRET": Level.TS} | {f"NATO {LONG_LEVELS[level]}": level for level in Level}
_FILLING = frozenset({"AND", "&", ";", ",", "-", "/"})
_REFERENCE = re.compile(
    r"((?:[O0]\.[A-Z]{2} ?\d+|[A-Z]{2,4}\.? ?\d+(?:/\d+)?|\d+(?:/\d+)?)\.?)(?:\s+|(?<=\.))(?=\S)"
)
_BRACKETED = re.compile(r"\[[^\[\]]*\]")
_DASHES = str.maketrans({"–": "-", "—": "-"})
_PHRASES = sorted(
    {*_LEVEL_WORDS, *_CONTROL_WORDS, *_US_ONLY, *_HANDLING, *_PRECEDENCES, *_NATIONS_ONLY, *_NATO_LEVELS},
    key=lambda phrase: (-len(phrase), phrase),
)


def suggest(text: str, words: Words = WORDS) -> tuple[Suggestion, ...]:
    """What ``text`` may mean, likeliest first; empty where not even a level or a handling word is in it.

    Raises for text that hides something (invisible or look-alike characters): nobody is asked to confirm that.
    """
    check_length(text)
    flat = text.translate(_DASHES)
    hostile = find_hostile(flat)
    if hostile is not None:
        raise describe((hostile,))
    strict = _suggest_strict(text, flat, words)
    if strict is not None:
        return (strict,)
    found = _Reading(text, flat).read(words)
    return (found,) if found is not None else ()


def _suggest_strict(text: str, flat: str, words: Words) -> Suggestion | None:
    """Today's grammar, but for capitals, blanks and order."""
    tidy = re.sub(r" *// *", "//", re.sub(r" +", " ", flat.upper().strip()))
    tidy = re.sub(r" *, *", ", ", tidy)
    form: Form = "portion" if tidy.startswith("(") else "banner"
    try:
        read = parse_marking(tidy, form, words)
    except MalformedError:
        return None
    marking = reorder(read, words)
    if check_marking(marking, words) or (marking.level is Level.R and marking.owner is Owner.US):
        return None
    printed = print_marking(marking, "banner")
    changes = () if printed == text else (Change(text, printed, "capitals, blanks, form or order"),)
    house = {Owner.US: "US", Owner.NATO: "NATO"}.get(marking.owner, "")
    if marking.owner is Owner.US and not marking.segments:
        house = ""  # a bare level is anybody's
    return Suggestion(
        text,
        house,
        marking.level,
        controls=(*(item.name for item in marking.dissem), *(item.name for item in marking.other)),
        marking=printed,
        changes=changes,
    )


class _Reading:
    """One tolerant reading, word by word from the left, longest phrase first."""

    def __init__(self, text: str, flat: str) -> None:
        self.text = text
        self.rest = flat.upper().strip()
        self.level: Level | None = None
        self.levels: list[Level] = []
        self.house = ""
        self.eyes_only: list[str] = []
        self.controls: list[str] = []
        self.handling: list[str] = []
        self.precedence = ""
        self.changes: list[Change] = []
        self.unread: list[str] = []
        self.lost = False  # a restricting word that has no place in the strict grammar

    def read(self, words: Words) -> Suggestion | None:
        reference = self._take_reference()
        known = False
        for phrase in self._take_phrases():
            known = True
            self._note(phrase)
        if not known:
            return None
        self.level = max(self.levels, key=lambda level: level.rank, default=None)
        if len(set(self.levels)) > 1 and self.level is not None:
            self.changes.append(
                Change(self.text, LONG_LEVELS[self.level], "two levels: the higher one is suggested")
            )
        marking = self._print(words)
        return Suggestion(
            self.text,
            self.house,
            self.level,
            tuple(self.eyes_only),
            tuple(self.controls),
            tuple(dict.fromkeys(self.handling)),
            self.precedence,
            reference,
            marking,
            tuple(self.changes),
            tuple(self.unread),
        )

    def _take_reference(self) -> str:
        match = _REFERENCE.match(self.rest)
        if match is None:
            return ""
        self.rest = self.rest[match.end() :]
        self.changes.append(Change(match[1], "", "the message's number"))
        return match[1]

    def _take_phrases(self) -> Iterator[str]:
        while self.rest:
            hidden = _BRACKETED.match(self.rest)
            phrase = next((p for p in _PHRASES if _starts(self.rest, p)), None)
            if hidden is not None:
                self._leave(hidden[0])
                self.lost = True
            elif phrase is not None:
                self.rest = self.rest[len(phrase) :]
                yield phrase
            else:
                word = re.match(r"[;,/&.\-]|[^\s;,/&]+", self.rest)
                taken = word[0] if word is not None else self.rest[0]
                if taken in _FILLING or taken == ".":
                    self.rest = self.rest[len(taken) :]
                else:
                    self._leave(taken)
                    self.lost = True
            self.rest = self.rest.lstrip()

    def _leave(self, piece: str) -> None:
        self.unread.append(piece)
        self.rest = self.rest[len(piece) :]

    def _note(self, phrase: str) -> None:
        if phrase in _NATO_LEVELS:
            self._set_house("NATO")
            self.levels.append(_NATO_LEVELS[phrase])
        elif phrase in _LEVEL_WORDS:
            level, why = _LEVEL_WORDS[phrase]
            if level is not None:
                self.levels.append(level)
            if why:
                self.changes.append(Change(phrase, LONG_LEVELS[level] if level else "", why))
        elif phrase in _CONTROL_WORDS:
            self._set_house("US")
            self.controls.append(_CONTROL_WORDS[phrase])
            self.changes.append(Change(phrase, _CONTROL_WORDS[phrase], "the control's name today"))
        elif phrase in _NATIONS_ONLY:
            self._set_house({"USA": "US"}.get(_NATIONS_ONLY[phrase], _NATIONS_ONLY[phrase]))
            self.eyes_only.append(_NATIONS_ONLY[phrase])
            self.lost = True  # eyes only of a nation is said in that nation's policy, not in this grammar
            self.changes.append(
                Change(
                    phrase, _NATIONS_ONLY[phrase], "for the eyes of this nation only: its policy has the word"
                )
            )
        elif phrase in _US_ONLY:
            self._set_house("US")
            self.handling.append(phrase)
            self.lost = True
            self.changes.append(Change(phrase, "", _US_ONLY[phrase]))
        elif phrase in _PRECEDENCES:
            self.precedence = self.precedence or _PRECEDENCES[phrase]
            self.changes.append(
                Change(phrase, "", f"precedence ({_PRECEDENCES[phrase]}), no part of a marking")
            )
        else:
            self.handling.append(phrase)
            self.lost = True
            self.changes.append(
                Change(phrase, "", "about persons and handling: no word of today's grammar says it")
            )

    def _set_house(self, house: str) -> None:
        if self.house and self.house != house:
            self.lost = True
        self.house = house

    def _print(self, words: Words) -> str:
        """The strict text where nothing that restricts was left over; '' otherwise."""
        if self.lost or self.level is None or (self.level is Level.R and self.house != "NATO"):
            return ""
        owner = Owner.NATO if self.house == "NATO" else Owner.US
        dissem = tuple(DissemItem(name) for name in dict.fromkeys(self.controls) if name not in _OTHER)
        other = tuple(OtherItem(name) for name in dict.fromkeys(self.controls) if name in _OTHER)
        segments: tuple[Segment, ...] = (
            *([Dissem(dissem)] if dissem else []),
            *([Other(other)] if other else []),
        )
        marking = reorder(Marking(owner, self.level, segments=segments), words)
        if check_marking(marking, words):
            return ""
        return print_marking(marking, "banner")


_OTHER = {"DS", "XD", "ND"}


def _starts(text: str, phrase: str) -> bool:
    return text.startswith(phrase) and not text[len(phrase) : len(phrase) + 1].isalnum()
