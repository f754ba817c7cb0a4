# SPDX-License-Identifier: Apache-2.0
"""What the manual asks of a marking that was read: one function for each of its paragraphs, each fault with its number.

Numbers are those of DoDM 5200.01 Volume 2, Enclosure 4 (4 NATO, 5 JOINT, 6 SCI, 7 SAP, 8 AEA, 9 FGI, 10 dissemination, 11
others) and of its appendices on intelligence (App. I) and on the Department of State (App. S), as public sources cite them;
where none cites the paragraph, the section alone is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tearline.core.labels.codecs.text.marking import (
    SEGMENT_ORDER,
    Fault,
    Fgi,
    Form,
    Marking,
    Owner,
    describe,
    make_fault,
)
from tearline.core.labels.codecs.text.parsing import parse_marking
from tearline.core.labels.codecs.text.printing import print_segment, reorder_segment
from tearline.core.labels.codecs.text.words import (
    DISPLAY,
    DISSEM_LONG,
    EYES,
    NOFORN,
    REL,
    USA,
    WORDS,
    Level,
    Words,
    sort_codes,
    sort_release,
)

PROGRAMS_MAX = 4
SIGMA_MAX = 99
_RELEASES = (NOFORN, REL, "RELIDO", DISPLAY, EYES)


def check_marking(marking: Marking, words: Words = WORDS) -> tuple[Fault, ...]:
    """Every rule that the marking breaks; none where it may stand."""
    return tuple(fault for rule in _RULES for fault in rule(marking, words))


def read_marking(text: str, form: Form = "banner", words: Words = WORDS) -> Marking:
    """Parse and check: the marking, or ``MalformedError`` naming each rule with its paragraph."""
    marking = parse_marking(text, form, words)
    faults = check_marking(marking, words)
    if faults:
        raise describe(faults)
    return marking


def _classified(marking: Marking) -> bool:
    return marking.level.rank >= Level.C.rank


def _find_structure_faults(marking: Marking, words: Words) -> Iterator[Fault]:
    kinds = [SEGMENT_ORDER.index(type(segment)) for segment in marking.segments]
    if len(set(kinds)) != len(kinds):
        yield make_fault("segment-repeated", "1.b", "a kind of control has two parts")
    if kinds != sorted(kinds):
        yield make_fault(
            "segment-order", "1.b", "parts stand in the order SCI, SAP, AEA, FGI, dissemination, other"
        )
    for segment in marking.segments:
        if isinstance(segment, Fgi):
            continue  # 9.d
        if reorder_segment(segment, words) != segment:
            printed = print_segment(reorder_segment(segment, words), "banner")
            yield make_fault("value-order", _ORDERS[type(segment)], f"the order is {printed}")
    named = [repr(item) for s in marking.segments for item in _list_items(s)]
    if len(set(named)) != len(named) or _repeats(marking):
        yield make_fault("repeated", "1.b", "a control stands twice")


_ORDERS = dict(zip(SEGMENT_ORDER, ("4.b.2", "6.c", "7.d", "8.d.3", "9.d", "10", "11.a"), strict=True))


def _list_items(segment: object) -> tuple[object, ...]:
    for name in ("names", "controls", "programs", "items", "codes"):
        found = getattr(segment, name, None)
        if found is not None:
            return tuple(found)
    return ()


def _repeats(marking: Marking) -> bool:
    lists: list[list[str]] = [
        [item.name for item in marking.dissem],
        [item.nickname or item.name for item in marking.other],
        [item.name for item in marking.sci],
        [item.name for item in marking.sap],
        [item.name for item in marking.atomic],
        *([c.name for c in control.compartments] for control in (*marking.sci, *marking.sap)),
        *(list(c.subs) for control in (*marking.sci, *marking.sap) for c in control.compartments),
        *(list(map(str, item.sigmas)) for item in marking.atomic),
    ]
    return any(len(set(names)) != len(names) for names in lists)


def _find_level_faults(marking: Marking, _words: Words) -> Iterator[Fault]:
    if marking.owner is Owner.US and marking.level is Level.R:
        yield make_fault("us-restricted", "3", "RESTRICTED is no classification of the United States")


def _find_nato_faults(marking: Marking, _words: Words) -> Iterator[Fault]:
    if marking.nato and marking.owner is not Owner.NATO:
        yield make_fault("nato-control", "4.b.2.c", "ATOMAL, BALK and BOHEMIA go with a NATO level")
    narrow = {"BALK", "BOHEMIA"}.intersection(marking.nato)
    if narrow and marking.owner is Owner.NATO and marking.level is not Level.TS:
        yield make_fault("nato-cosmic-only", "4.b.2.c", f"{min(narrow)} goes with COSMIC TOP SECRET only")
    if marking.owner is Owner.NATO and marking.nato and not _classified(marking):
        yield make_fault("nato-control-level", "4.b.2", "a NATO control needs NATO CONFIDENTIAL or higher")
    if marking.owner is Owner.NATO and marking.has(NOFORN):
        yield make_fault("nato-noforn", "4.b.3", "NATO information is never NOFORN")


def _find_joint_faults(marking: Marking, words: Words) -> Iterator[Fault]:
    if marking.owner is not Owner.JOINT:
        return
    if len(set(marking.codes)) < 2:  # noqa: PLR2004  joint is at least two
        yield make_fault("joint-owners", "5.d", "JOINT has at least two owners")
    if len(set(marking.codes)) != len(marking.codes):
        yield make_fault("joint-repeated", "5.e", "an owner stands twice")
    if marking.codes != sort_codes(marking.codes, words):
        yield make_fault(
            "joint-order", "5.e", f"owners stand as {' '.join(sort_codes(marking.codes, words))}"
        )
    if marking.level is Level.R and USA in marking.codes:
        yield make_fault(
            "joint-restricted", "5.d", "RESTRICTED is not used where the United States is an owner"
        )


def _find_sci_faults(marking: Marking, _words: Words) -> Iterator[Fault]:
    if not marking.sci:
        return
    if not _classified(marking):
        yield make_fault("sci-level", "6", "SCI is classified")
    closed = [c.name for c in marking.sci if c.name in {"HCS", "KDK"}]
    closed += [
        "TK-GEOCAP" for c in marking.sci for part in c.compartments if (c.name, part.name) == ("TK", "GEOCAP")
    ]
    if closed and not marking.has(NOFORN):
        yield make_fault("sci-noforn", "6.f", f"{closed[0]} is NOFORN")
    if not closed and not marking.has(*_RELEASES, "OC"):
        yield make_fault("sci-release", "6.c", "SCI says to whom it may be released")


def _find_sap_faults(marking: Marking, _words: Words) -> Iterator[Fault]:
    if len(marking.sap) > PROGRAMS_MAX:
        yield make_fault("sap-many", "7.e", "more programs than four are written SAR-MULTIPLE PROGRAMS")
    if len(marking.sap) > 1 and any(p.name == "MULTIPLE PROGRAMS" for p in marking.sap):
        yield make_fault("sap-multiple", "7.e", "SAR-MULTIPLE PROGRAMS stands for all of them")
    if marking.has("WAIVED") and not marking.sap:
        yield make_fault("waived", "7.f", "WAIVED goes with a special access program")
    if any(item.name == "HVSACO" for item in marking.other) and marking.sap:
        yield make_fault("hvsaco", "7.g", "HVSACO is for information outside of the programs")
    if marking.sap and not _classified(marking):
        yield make_fault("sap-level", "7", "a special access program is classified")


def _find_atomic_faults(marking: Marking, _words: Words) -> Iterator[Fault]:
    for item in marking.atomic:
        if item.name in {"RD", "FRD", "TFNI"} and not _classified(marking):
            yield make_fault(
                "atomic-level",
                {"RD": "8.a.4", "FRD": "8.b.2"}.get(item.name, "8"),
                f"{item.name} is classified",
            )
        if item.critical and item.name != "RD":
            yield make_fault("cnwdi", "8.c.3", "CNWDI goes with RD only")
        if item.critical and marking.level.rank < Level.S.rank:
            yield make_fault("cnwdi-level", "8.c.1", "CNWDI needs SECRET or TOP SECRET")
        if item.sigmas and item.name not in {"RD", "FRD"}:
            yield make_fault("sigma", "8.d.3", "SIGMA goes with RD or FRD")
        if item.sigmas and not _classified(marking):
            yield make_fault("sigma-level", "8.d.2", "SIGMA is classified")
        if any(number > SIGMA_MAX for number in item.sigmas):
            yield make_fault("sigma-number", "8.d.3", f"SIGMA has a number from 1 to {SIGMA_MAX}")


def _find_fgi_faults(marking: Marking, words: Words) -> Iterator[Fault]:
    for segment in marking.segments:
        if isinstance(segment, Fgi):
            if marking.owner is not Owner.US:
                yield make_fault("fgi-owner", "9.a", "FGI stands in documents of the United States only")
            if not _classified(marking):
                yield make_fault("fgi-level", "9.b", "FGI needs CONFIDENTIAL or higher")
            if USA in segment.codes:
                yield make_fault("fgi-usa", "9.d", "USA is no foreign government")
            if segment.codes != sort_codes(segment.codes, words):
                yield make_fault(
                    "fgi-order", "9.d", f"sources stand as {' '.join(sort_codes(segment.codes, words))}"
                )
            if len(set(segment.codes)) != len(segment.codes):
                yield make_fault("fgi-repeated", "9.d", "a source stands twice")


_LEVEL_NEEDS = (
    ("OC", Level.C, "10.d.3"),
    (REL, Level.C, "10.e.3"),
    (EYES, Level.C, "10"),
    (DISPLAY, Level.C, "10.g.3"),
    ("IMC", Level.S, "App. I 1.b"),
    (NOFORN, Level.C, "App. I 2.c"),
    ("RELIDO", Level.C, "App. I 4.c"),
    ("RS", Level.S, "App. I"),
)


def _find_dissem_faults(marking: Marking, _words: Words) -> Iterator[Fault]:
    for name, level, paragraph in _LEVEL_NEEDS:
        if marking.has(name) and marking.level.rank < level.rank:
            yield make_fault("dissem-level", paragraph, f"{DISSEM_LONG[name]} needs {level.name} or higher")
    if marking.has("FOUO") and marking.level is not Level.U:
        yield make_fault("fouo-level", "10.b.1", "FOUO goes with UNCLASSIFIED only")
    if marking.has("IMC") and not marking.has(*_RELEASES):
        yield make_fault("imcon-release", "App. I 1.c", "IMCON says to whom it may be released")
    if marking.has("PR") and marking.level is Level.R:
        yield make_fault("propin-level", "App. I 3.b", "PROPIN does not go with RESTRICTED")
    if marking.has(NOFORN):
        for other, paragraph in (
            (REL, "10.e.7"),
            (DISPLAY, "10.g.4"),
            ("RELIDO", "App. I 2.d"),
            (EYES, "10"),
        ):
            if marking.has(other):
                yield make_fault(
                    "noforn-excludes", paragraph, f"NOFORN and {DISSEM_LONG[other]} exclude each other"
                )
    if marking.has(DISPLAY) and marking.has("RELIDO"):
        yield make_fault("display-relido", "10.g.4", "DISPLAY ONLY and RELIDO exclude each other")
    if marking.has(REL) and marking.has(EYES):
        yield make_fault("rel-eyes", "10", "REL TO and EYES ONLY exclude each other")
    if marking.has("RELIDO") and marking.owner in {Owner.NATO, Owner.FOREIGN}:
        yield make_fault(
            "relido-owner", "App. I 4", "RELIDO is a decision about information of the United States"
        )


def _find_list_faults(marking: Marking, words: Words) -> Iterator[Fault]:
    """The codes of REL TO, EYES ONLY and DISPLAY ONLY. Foreign owners may leave out USA; the United States never."""
    ours = marking.owner is Owner.US or USA in marking.codes
    for name, paragraph in ((REL, "10.e.4"), (EYES, "10")):
        codes = marking.codes_of(name)
        if not codes:
            continue
        if codes == (USA,):
            yield make_fault("release-usa-alone", "10.e.5", f"{DISSEM_LONG[name]} USA alone is not used")
        if ours and codes[0] != USA:
            yield make_fault("release-usa-first", paragraph, f"USA is the first code of {DISSEM_LONG[name]}")
        if codes != sort_release(codes, words):
            yield make_fault(
                "release-order", paragraph, f"codes stand as {', '.join(sort_release(codes, words))}"
            )
        if len(set(codes)) != len(codes):
            yield make_fault("release-repeated", paragraph, "a code stands twice")
    shown = marking.codes_of(DISPLAY)
    if shown != sort_codes(shown, words):
        yield make_fault("display-order", "10.g.5", f"codes stand as {', '.join(sort_codes(shown, words))}")
    if len(set(shown)) != len(shown):
        yield make_fault("display-repeated", "10.g.5", "a code stands twice")
    if USA in shown:
        yield make_fault("display-usa", "10.g", "DISPLAY ONLY is for others than USA")
    if set(shown) & set(marking.codes_of(REL)):
        yield make_fault("display-released", "10.g", "who has REL TO needs no DISPLAY ONLY")


def _find_other_faults(marking: Marking, _words: Words) -> Iterator[Fault]:
    names = {item.name for item in marking.other}
    if {"XD", "ND"} <= names:
        yield make_fault("exdis-nodis", "App. S 1.d", "EXDIS and NODIS exclude each other")
    for name, paragraph in (("XD", "App. S 1.c"), ("ND", "App. S 2.d")):
        if name in names and marking.has(REL, DISPLAY, EYES):
            yield make_fault("state-release", paragraph, "EXDIS and NODIS are not released to others")
    for name in ("SBU", "SBU-NF"):
        if name in names and marking.level is not Level.U:
            yield make_fault("sbu-level", "App. S", "SBU goes with UNCLASSIFIED only")
    if {"LES", "LES-NF"} <= names or {"SBU", "SBU-NF"} <= names:
        yield make_fault("nf-twice", "App. S", "of a control and its NOFORN form one is enough")
    if "ACCM" in names and not _classified(marking):
        yield make_fault("accm-level", "11.a", "an alternative compensatory control measure is classified")


_RULES: tuple[Callable[[Marking, Words], Iterator[Fault]], ...] = (
    _find_structure_faults,
    _find_level_faults,
    _find_nato_faults,
    _find_joint_faults,
    _find_sci_faults,
    _find_sap_faults,
    _find_atomic_faults,
    _find_fgi_faults,
    _find_dissem_faults,
    _find_list_faults,
    _find_other_faults,
)
