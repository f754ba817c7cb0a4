# SPDX-License-Identifier: Apache-2.0
"""Reading a banner or portion marking, strictly: every word is known, every separator is where it must be.

    marking = us | nonus | joint          us    = LEVEL { "//" segment }
    joint   = "//JOINT" SP LEVEL SP code { SP code } { "//" segment }
    nonus   = "//" ( NATO level | code SP LEVEL ) { "//" segment }
    segment = items of one kind joined by "/"; a portion stands in brackets and has short names

What the grammar can't say (which level a control needs, what excludes what, the order of parts) is read as it stands and
left to ``check_marking``. A word that is not known is refused by name; nothing is guessed, dropped or put right.
"""

from __future__ import annotations

import re
from typing import NoReturn

from tearline.core.labels.codecs.text.hygiene import check_length, find_unplain
from tearline.core.labels.codecs.text.marking import (
    Atomic,
    AtomicItem,
    Compartment,
    Control,
    Dissem,
    DissemItem,
    Fgi,
    Form,
    Marking,
    NatoControls,
    Other,
    OtherItem,
    Owner,
    Sap,
    Sci,
    Segment,
    describe,
    make_fault,
)
from tearline.core.labels.codecs.text.words import (
    ATOMIC_BANNER,
    ATOMIC_LONG,
    DISPLAY,
    DISSEM_LONG,
    EYES,
    LEVELS_BY_LONG,
    NATO_COMPACT,
    NATO_CONTROLS,
    NATO_LONG,
    NATO_SHORT,
    OTHER_LONG,
    REL,
    WORDS,
    Level,
    Words,
)

SAR = re.compile(r"(SAR|SPECIAL ACCESS REQUIRED)-")
_NAME = re.compile(r"[A-Z0-9]+\Z")
_PROGRAM = re.compile(r"[A-Z0-9]+( [A-Z0-9]+)*\Z")
_ATOMIC = re.compile(
    r"(?P<name>[A-Z ]+?)(-(?P<critical>N|CNWDI))?(-(?P<sigma>SIGMA|SG)(?P<numbers>( [1-9]\d{0,2})+))?\Z"
)
_LISTED = {"REL TO ": REL, "DISPLAY ONLY ": DISPLAY}
_NICKNAME_CHARS_MAX = 61
_ATOMIC_NAMES: dict[Form, dict[str, tuple[str, bool]]] = {
    "banner": {name: (short, False) for short, name in ATOMIC_BANNER.items()}
    | {name: (short, True) for short, name in ATOMIC_LONG.items()},
    "portion": {short: (short, False) for short in ATOMIC_LONG},
}
_DISSEM: dict[Form, dict[str, str]] = {
    "banner": {name: short for short, name in DISSEM_LONG.items()},
    "portion": {short: short for short in DISSEM_LONG},
}
_OTHER: dict[Form, dict[str, str]] = {
    "banner": {name: short for short, name in OTHER_LONG.items() if short != "ACCM"},
    "portion": {short: short for short in OTHER_LONG if short != "ACCM"},
}


def parse_marking(text: str, form: Form = "banner", words: Words = WORDS) -> Marking:
    """The marking that ``text`` is. Raises ``MalformedError`` whose code is the rule and whose message has its paragraph."""
    check_length(text)
    unplain = find_unplain(text)
    if unplain is not None:
        raise describe((unplain,))
    return _Reader(form, words).read(text)


def refuse_text(rule: str, paragraph: str, said: str) -> NoReturn:
    """Raise the failure of one grammar rule."""
    raise describe((make_fault(rule, paragraph, said),))


class _Reader:
    """One reading; ``form`` decides which of the two names of a word is the right one."""

    def __init__(self, form: Form, words: Words) -> None:
        self.form = form
        self.words = words
        self.dissem = _DISSEM[form]
        self.other = _OTHER[form]
        self.atomic = _ATOMIC_NAMES[form]

    def read(self, text: str) -> Marking:
        body = self._open_brackets(text) if self.form == "portion" else text
        if "(" in body or ")" in body:
            refuse_text("brackets", "1.b", f"brackets have no place within {text!r}")
        foreign = body.startswith("//")
        parts = body[2:].split("//") if foreign else body.split("//")
        for part in parts:
            if not part:
                refuse_text("empty-part", "1.b", f"an empty part in {text!r}")
            if part != part.strip() or "  " in part:
                refuse_text("blank", "1.b", f"a blank too many around or in {part!r}")
            if part.startswith("/") or part.endswith("/"):
                refuse_text("empty-part", "1.b", f"nothing stands beside a slash in {part!r}")
        marking = self._read_foreign_head(parts[0]) if foreign else self._read_level(parts[0])
        segments = tuple(map(self._read_segment, parts[1:]))
        return Marking(
            marking.owner, marking.level, marking.codes, marking.segments + segments, marking.compact
        )

    def _open_brackets(self, text: str) -> str:
        if not text.startswith("(") or not text.endswith(")"):
            refuse_text("portion-brackets", "1.b", f"a portion mark stands in brackets: {text!r}")
        return text[1:-1]

    def _level(self, text: str) -> Level | None:
        if self.form == "banner":
            return LEVELS_BY_LONG.get(text)
        return Level(text) if text in Level.__members__ else None

    def _read_level(self, text: str) -> Marking:
        level = self._level(text)
        if level is None:
            self._refuse_level(text)
        return Marking(Owner.US, level)

    def _refuse_level(self, text: str) -> NoReturn:
        if text in LEVELS_BY_LONG or text in Level.__members__:
            refuse_text("level-form", "3", f"{text} is not the {self.form} form of a level")
        if text.startswith(("NATO ", "JOINT ")) or text in NATO_SHORT.values():
            refuse_text("foreign-start", "1.c", f"{text!r} is not of the United States and begins with //")
        refuse_text("level", "3", f"{text!r} is no classification of the United States")

    def _read_foreign_head(self, text: str) -> Marking:
        nato = self._read_nato(text)
        if nato is not None:
            return nato
        first, _, rest = text.partition(" ")
        if first == "JOINT":
            return self._read_joint(rest)
        if first in {"NATO", "COSMIC"}:
            refuse_text(
                "nato-level",
                "4.b.2.a",
                f"{text!r} is no NATO level: COSMIC goes with TOP SECRET and only with it",
            )
        if self._level(text) is not None:
            refuse_text("us-start", "3.b", f"{text} is of the United States and does not begin with //")
        level = self._level(rest)
        if level is None:
            refuse_text("foreign-level", "4", f"{text!r} is no owner with a classification")
        if first == "USA":
            refuse_text("us-start", "3.b", "a marking of the United States does not name its owner")
        if first != "FGI" and not self.words.knows(first):
            refuse_text("unknown-code", "4", f"{first!r} is no country or organisation code")
        return Marking(Owner.FOREIGN, level, (first,))

    def _read_nato(self, text: str) -> Marking | None:
        names = NATO_LONG if self.form == "banner" else NATO_SHORT
        for level, name in names.items():
            if text == name:
                return Marking(Owner.NATO, level)
        if self.form == "portion" and text in NATO_COMPACT:
            level, control = NATO_COMPACT[text]
            return Marking(Owner.NATO, level, segments=(NatoControls((control,)),), compact=True)
        return None

    def _read_joint(self, text: str) -> Marking:
        words = text.split(" ")
        taken = 2 if words[:2] == ["TOP", "SECRET"] and self.form == "banner" else 1
        level = self._level(" ".join(words[:taken]))
        if level is None:
            refuse_text("joint-level", "5.d", f"JOINT is followed by a classification, not {text!r}")
        codes = tuple(words[taken:])
        if not codes:
            refuse_text(
                "joint-codes",
                "5.f",
                "JOINT names its owners; a portion that leaves them to the banner is not read",
            )
        self._check_codes(codes, "5.e")
        return Marking(Owner.JOINT, level, codes)

    def _read_segment(self, text: str) -> Segment:
        if SAR.match(text):
            return self._read_sap(text)
        if text == "FGI" or text.startswith("FGI "):
            codes = tuple(text.split(" ")[1:])
            self._check_codes(codes, "9.d")
            return Fgi(codes)
        items = self._split(text)
        if items[0] in NATO_CONTROLS:
            return NatoControls(tuple(self._pick(item, dict.fromkeys(NATO_CONTROLS, item)) for item in items))
        if self._find_atomic(items[0]) is not None:
            return Atomic(tuple(map(self._read_atomic, items)))
        if self._find_dissem(items[0]) is not None:
            return Dissem(tuple(map(self._read_dissem, items)))
        if items[0] in self.other or items[0] in self.words.nicknames or items[0].startswith("ACCM-"):
            return self._read_other(items)
        return Sci(tuple(map(self._read_control, items)))

    def _split(self, text: str) -> list[str]:
        """Items of a segment; the codes of EYES ONLY are joined by the slash that divides items, and are put together."""
        pieces = text.split("/")
        out: list[str] = []
        for piece in pieces:
            if piece.endswith((" EYES ONLY", " EYES")):
                codes = [piece]
                while out and self.words.knows(out[-1]):
                    codes.insert(0, out.pop())
                piece = "/".join(codes)  # noqa: PLW2901  the pieces are one item
            out.append(piece)
        return out

    def _pick(self, item: str, known: dict[str, str]) -> str:
        if item not in known:
            self._refuse_word(item)
        return item

    def _refuse_word(self, item: str) -> NoReturn:
        if item in LEVELS_BY_LONG or item in Level.__members__:
            refuse_text("second-level", "3", f"a second classification, {item}, in one marking")
        if item in DISSEM_LONG or item in OTHER_LONG or item in {*DISSEM_LONG.values(), *OTHER_LONG.values()}:
            place = "is not its name in this form or has no place in this part"
            refuse_text("word-form", "1.b", f"{item} {place}")
        refuse_text(
            "unknown-word",
            "1.b",
            f"{item!r} is no control that is known here, or stands in another kind's part",
        )

    def _check_codes(self, codes: tuple[str, ...], paragraph: str) -> None:
        for code in codes:
            if not self.words.knows(code):
                refuse_text("unknown-code", paragraph, f"{code!r} is no country or organisation code")

    def _read_sap(self, text: str) -> Sap:
        match = SAR.match(text)
        spelled_out = match is not None and match[1] != "SAR"
        if spelled_out and self.form == "portion":
            refuse_text("sap-form", "7.d", "a portion has SAR-, not SPECIAL ACCESS REQUIRED-")
        rest = SAR.sub("", text, count=1)
        programs = tuple(self._read_program(item) for item in rest.split("/"))
        return Sap(programs, spelled_out)

    def _read_program(self, text: str) -> Control:
        if SAR.match(text):
            refuse_text("sap-repeated", "7.c", "SAR- stands once, before the first program")
        name, *rest = text.split("-")
        if not _PROGRAM.match(name):
            refuse_text("sap-name", "7.c", f"{text!r} is no program after SAR-")
        return Control(name, tuple(self._read_compartment(part, "7.c") for part in rest))

    def _read_control(self, text: str) -> Control:
        name, *rest = text.split("-")
        if name not in self.words.sci:
            self._refuse_word(name)
        return Control(name, tuple(self._read_compartment(part, "6.d") for part in rest))

    def _read_compartment(self, text: str, paragraph: str) -> Compartment:
        name, *subs = text.split(" ")
        for word in (name, *subs):
            if not _NAME.match(word):
                refuse_text("compartment", paragraph, f"{text!r} is no compartment")
        return Compartment(name, tuple(subs))

    def _find_atomic(self, text: str) -> re.Match[str] | None:
        match = _ATOMIC.match(text)
        return match if match is not None and match["name"] in self.atomic else None

    def _read_atomic(self, text: str) -> AtomicItem:
        match = self._find_atomic(text)
        if match is None:
            self._refuse_word(text)
        if match["sigma"] not in {None, "SIGMA" if self.form == "banner" else "SG"}:
            refuse_text("sigma-form", "8.d.3", "a banner has SIGMA, a portion SG")
        name, spelled_out = self.atomic[match["name"]]
        critical = match["critical"] or ""
        sigmas = tuple(map(int, (match["numbers"] or "").split()))
        return AtomicItem(name, "N" if critical == "N" else "CNWDI" if critical else "", sigmas, spelled_out)

    def _find_dissem(self, text: str) -> str | None:
        """The short name of the dissemination control that ``text`` is, codes aside."""
        if text.endswith(" EYES ONLY" if self.form == "banner" else " EYES"):
            return EYES
        for prefix, name in _LISTED.items():
            if text.startswith(prefix) or text == prefix.strip():
                return name
        found = self.dissem.get(text)
        if found in {REL, EYES}:
            refuse_text(
                "release-list",
                "10.e",
                f"{text} without a list of codes leaves it to the banner, and is not read",
            )
        return found if found != DISPLAY else None

    def _read_dissem(self, text: str) -> DissemItem:
        name = self._find_dissem(text)
        if name is None:
            self._refuse_word(text)
        if name == EYES:
            codes = tuple(text.removesuffix(" ONLY").removesuffix(" EYES").split("/"))
            self._check_codes(codes, "10")
            return DissemItem(EYES, codes)
        if name not in {REL, DISPLAY}:
            return DissemItem(name)
        paragraph = "10.e.4" if name == REL else "10.g.5"
        listed = text.removeprefix("REL TO" if name == REL else "DISPLAY ONLY").removeprefix(" ")
        if not listed:
            refuse_text("release-list", paragraph, f"{text} names nobody")
        codes = tuple(listed.split(", "))
        if any("," in code or " " in code for code in codes):
            refuse_text("release-list", paragraph, f"codes in {text!r} are divided by a comma and one blank")
        self._check_codes(codes, paragraph)
        return DissemItem(name, codes)

    def _read_other(self, items: list[str]) -> Other:
        out: list[OtherItem] = []
        for item in items:
            if item in self.other:
                out.append(OtherItem(self.other[item]))
                continue
            bare = not item.startswith("ACCM-")
            name = item.removeprefix("ACCM-")
            led = any(before.nickname and not before.bare for before in out)
            if bare and not led and name not in self.words.nicknames:
                self._refuse_word(item)
            if not _PROGRAM.match(name) or len(name) > _NICKNAME_CHARS_MAX or self._is_control(name):
                refuse_text("nickname", "11.a", f"{item!r} can't be a nickname")
            out.append(OtherItem("ACCM", name, bare))
        return Other(tuple(out))

    def _is_control(self, name: str) -> bool:
        return is_control_word(name, self.words)


def is_control_word(name: str, words: Words = WORDS) -> bool:
    """Whether a name is already a level or a control, so that as a nickname it would be read as that."""
    if name in _CONTROL_WORDS or name in words.sci:
        return True
    return name.startswith(("REL TO", "DISPLAY ONLY", "FGI ")) or name.endswith((" EYES", " EYES ONLY"))


_CONTROL_WORDS = frozenset(
    {
        *LEVELS_BY_LONG,
        *Level.__members__,
        *DISSEM_LONG,
        *DISSEM_LONG.values(),
        *OTHER_LONG,
        *OTHER_LONG.values(),
        *ATOMIC_LONG,
        *ATOMIC_LONG.values(),
        *ATOMIC_BANNER.values(),
        *NATO_CONTROLS,
        "FGI",
    }
)
