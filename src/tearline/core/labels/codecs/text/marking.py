# SPDX-License-Identifier: Apache-2.0
"""A marking as it was written: whose it is, its level, and its segments in the order in which they stood.

Nothing is put right in here. ``check_marking`` says what is wrong with a marking and ``reorder`` gives its parts the order
that the manual asks for; printing gives back exactly what was read.
"""

from __future__ import annotations

from enum import Enum
from typing import Literal

import msgspec

from tearline.core.errors import MalformedError
from tearline.core.labels.codecs.text.words import Level

Form = Literal["banner", "portion"]

MANUAL = "DoDM 5200.01-V2 Encl. 4"
MARKING_CHARS_MAX = 2048
"""Longer than any marking that a page could show; bounds the work of a hostile one."""


class Fault(msgspec.Struct, frozen=True):
    """One rule that is broken: a stable code, the paragraph that states it, and what is wrong in words."""

    rule: str
    paragraph: str
    words: str


def make_fault(rule: str, paragraph: str, words: str) -> Fault:
    """A fault against a paragraph of the manual."""
    return Fault(rule, f"{MANUAL} {paragraph}", words)


def describe(faults: tuple[Fault, ...]) -> MalformedError:
    """The failure that names every fault; its code is the first one's rule."""
    said = "; ".join(f"{fault.words} ({fault.rule}, {fault.paragraph})" for fault in faults)
    return MalformedError(faults[0].rule, said, "Correct the marking at its source.")


class Owner(Enum):
    """Whose information it is; decides how the marking begins."""

    US = "US"
    NATO = "NATO"
    JOINT = "JOINT"
    FOREIGN = "FOREIGN"


class Compartment(msgspec.Struct, frozen=True):
    """A compartment with its sub-compartments."""

    name: str
    subs: tuple[str, ...] = ()


class Control(msgspec.Struct, frozen=True):
    """A control system or special access program with its compartments."""

    name: str
    compartments: tuple[Compartment, ...] = ()


class Sci(msgspec.Struct, frozen=True):
    """Sensitive compartmented information (paragraph 6)."""

    controls: tuple[Control, ...]


class Sap(msgspec.Struct, frozen=True):
    """Special access programs (paragraph 7). ``spelled_out``: SPECIAL ACCESS REQUIRED- instead of SAR-."""

    programs: tuple[Control, ...]
    spelled_out: bool = False


class AtomicItem(msgspec.Struct, frozen=True):
    """RD, FRD, DCNI, UCNI or TFNI. ``critical``: how critical nuclear weapon design information is written, if at all."""

    name: str
    critical: Literal["", "N", "CNWDI"] = ""
    sigmas: tuple[int, ...] = ()
    spelled_out: bool = False


class Atomic(msgspec.Struct, frozen=True):
    """Information under the Atomic Energy Act (paragraph 8)."""

    items: tuple[AtomicItem, ...]


class Fgi(msgspec.Struct, frozen=True):
    """Foreign government information in a document of the United States (paragraph 9); no code: the source is concealed."""

    codes: tuple[str, ...] = ()


class NatoControls(msgspec.Struct, frozen=True):
    """ATOMAL, BALK or BOHEMIA beside a NATO level (paragraph 4)."""

    names: tuple[str, ...]


class DissemItem(msgspec.Struct, frozen=True):
    """A dissemination control by its short name, with the codes of REL TO, DISPLAY ONLY and EYES ONLY."""

    name: str
    codes: tuple[str, ...] = ()


class Dissem(msgspec.Struct, frozen=True):
    """Dissemination controls (paragraph 10 and the appendix on intelligence)."""

    items: tuple[DissemItem, ...]


class OtherItem(msgspec.Struct, frozen=True):
    """A control of another department by its short name, or ACCM with a nickname (``bare``: without ACCM- before it)."""

    name: str
    nickname: str = ""
    bare: bool = False


class Other(msgspec.Struct, frozen=True):
    """Other dissemination controls (paragraph 11 and the appendix on other departments)."""

    items: tuple[OtherItem, ...]


Segment = Sci | Sap | Atomic | Fgi | NatoControls | Dissem | Other
SEGMENT_ORDER: tuple[type, ...] = (NatoControls, Sci, Sap, Atomic, Fgi, Dissem, Other)


class Marking(msgspec.Struct, frozen=True):
    """A banner or portion marking. ``codes``: the owners of a JOINT marking, the owner of a foreign one."""

    owner: Owner
    level: Level
    codes: tuple[str, ...] = ()
    segments: tuple[Segment, ...] = ()
    compact: bool = False
    """The NATO control stood within the portion's one word (NSAT)."""

    @property
    def dissem(self) -> tuple[DissemItem, ...]:
        """Dissemination controls, of every segment of that kind."""
        return tuple(item for s in self.segments if isinstance(s, Dissem) for item in s.items)

    @property
    def other(self) -> tuple[OtherItem, ...]:
        """Other dissemination controls."""
        return tuple(item for s in self.segments if isinstance(s, Other) for item in s.items)

    @property
    def sci(self) -> tuple[Control, ...]:
        """Control systems."""
        return tuple(item for s in self.segments if isinstance(s, Sci) for item in s.controls)

    @property
    def sap(self) -> tuple[Control, ...]:
        """Special access programs."""
        return tuple(item for s in self.segments if isinstance(s, Sap) for item in s.programs)

    @property
    def atomic(self) -> tuple[AtomicItem, ...]:
        """Information under the Atomic Energy Act."""
        return tuple(item for s in self.segments if isinstance(s, Atomic) for item in s.items)

    @property
    def nato(self) -> tuple[str, ...]:
        """NATO controls."""
        return tuple(name for s in self.segments if isinstance(s, NatoControls) for name in s.names)

    def codes_of(self, control: str) -> tuple[str, ...]:
        """The codes of REL, DISPLAYONLY or EYES; none where the control is absent."""
        return next((item.codes for item in self.dissem if item.name == control), ())

    def has(self, *controls: str) -> bool:
        """Whether one of these dissemination controls stands there."""
        return any(item.name in controls for item in self.dissem)
