# SPDX-License-Identifier: Apache-2.0
"""Markings as text, and the order that the manual asks for."""

from __future__ import annotations

from msgspec.structs import replace

from tearline.core.labels.codecs.text.marking import (
    SEGMENT_ORDER,
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
)
from tearline.core.labels.codecs.text.words import (
    ATOMIC_BANNER,
    ATOMIC_LONG,
    ATOMIC_ORDER,
    DISPLAY,
    DISSEM_LONG,
    DISSEM_ORDER,
    EYES,
    LONG_LEVELS,
    NATO_COMPACT,
    NATO_CONTROLS,
    NATO_LONG,
    NATO_SHORT,
    OTHER_LONG,
    OTHER_ORDER,
    REL,
    WORDS,
    Words,
    sort_codes,
    sort_release,
)


def print_marking(marking: Marking, form: Form) -> str:
    """The marking as it stands; nothing is added, left out or put in order."""
    head = _print_head(marking, form)
    segments = marking.segments
    if marking.compact and form == "portion":
        segments = tuple(s for s in segments if not isinstance(s, NatoControls))
    text = "//".join([head, *(print_segment(segment, form) for segment in segments)])
    return f"({text})" if form == "portion" else text


def _print_head(marking: Marking, form: Form) -> str:
    banner = form == "banner"
    level = LONG_LEVELS[marking.level] if banner else marking.level.value
    if marking.owner is Owner.US:
        return level
    if marking.owner is Owner.NATO:
        if marking.compact and not banner:
            pair = (marking.level, marking.nato[0])
            return "//" + next(code for code, known in NATO_COMPACT.items() if known == pair)
        return "//" + (NATO_LONG if banner else NATO_SHORT)[marking.level]
    if marking.owner is Owner.JOINT:
        return " ".join(("//JOINT", level, *marking.codes))
    return f"//{marking.codes[0]} {level}"


def print_segment(segment: Segment, form: Form) -> str:
    """One segment without the slashes around it."""
    if isinstance(segment, Sci):
        return "/".join(map(_print_control, segment.controls))
    if isinstance(segment, Sap):
        prefix = "SPECIAL ACCESS REQUIRED-" if segment.spelled_out and form == "banner" else "SAR-"
        return prefix + "/".join(map(_print_control, segment.programs))
    if isinstance(segment, Atomic):
        return "/".join(_print_atomic(item, form) for item in segment.items)
    if isinstance(segment, Fgi):
        return " ".join(("FGI", *segment.codes))
    if isinstance(segment, NatoControls):
        return "/".join(segment.names)
    if isinstance(segment, Dissem):
        return "/".join(_print_dissem(item, form) for item in segment.items)
    return "/".join(_print_other(item, form) for item in segment.items)


def _print_control(control: Control) -> str:
    return "-".join([control.name, *(" ".join((c.name, *c.subs)) for c in control.compartments)])


def _print_atomic(item: AtomicItem, form: Form) -> str:
    banner = (ATOMIC_LONG if item.spelled_out else ATOMIC_BANNER)[item.name]
    name = banner if form == "banner" else item.name
    sigma = "SIGMA" if form == "banner" else "SG"
    sigmas = [" ".join((sigma, *map(str, item.sigmas)))] if item.sigmas else []
    return "-".join([name, *filter(None, [item.critical]), *sigmas])


def _print_dissem(item: DissemItem, form: Form) -> str:
    if item.name == EYES:
        return f"{'/'.join(item.codes)} EYES" + (" ONLY" if form == "banner" else "")
    if item.name in {REL, DISPLAY}:
        return f"{DISSEM_LONG[item.name]} {', '.join(item.codes)}"
    return DISSEM_LONG[item.name] if form == "banner" else item.name


def _print_other(item: OtherItem, form: Form) -> str:
    if item.nickname:
        return item.nickname if item.bare else f"ACCM-{item.nickname}"
    return OTHER_LONG[item.name] if form == "banner" else item.name


def reorder(marking: Marking, words: Words = WORDS) -> Marking:
    """The same marking with its segments, and the values within them, in the required order. Nothing else changes."""
    ordered = sorted(marking.segments, key=lambda segment: SEGMENT_ORDER.index(type(segment)))
    codes = sort_codes(marking.codes, words) if marking.owner is Owner.JOINT else marking.codes
    return replace(marking, codes=codes, segments=tuple(reorder_segment(s, words) for s in ordered))


def reorder_segment(segment: Segment, words: Words = WORDS) -> Segment:
    """One segment with its values in the required order."""
    if isinstance(segment, Sci):
        return Sci(tuple(sorted(map(_reorder_control, segment.controls), key=lambda c: c.name)))
    if isinstance(segment, Sap):
        programs = sorted(map(_reorder_control, segment.programs), key=lambda c: c.name)
        return replace(segment, programs=tuple(programs))
    if isinstance(segment, Atomic):
        items = sorted(segment.items, key=lambda item: ATOMIC_ORDER.index(item.name))
        return Atomic(tuple(replace(item, sigmas=tuple(sorted(item.sigmas))) for item in items))
    if isinstance(segment, Fgi):
        return Fgi(sort_codes(segment.codes, words))
    if isinstance(segment, NatoControls):
        return NatoControls(tuple(sorted(segment.names, key=NATO_CONTROLS.index)))
    if isinstance(segment, Dissem):
        listed = [replace(item, codes=_sort_listed(item, words)) for item in segment.items]
        return Dissem(tuple(sorted(listed, key=lambda item: DISSEM_ORDER.index(item.name))))
    return _reorder_other(segment)


def _reorder_other(segment: Other) -> Other:
    """Nicknames by name; the first keeps or gets ACCM- where one of them had it, for it says what the others are."""
    items = sorted(segment.items, key=lambda item: (OTHER_ORDER.index(item.name), item.nickname))
    if any(item.nickname and not item.bare for item in items):
        first = next(item for item in items if item.nickname)
        items = [replace(item, bare=item is not first) if item.nickname else item for item in items]
    return Other(tuple(items))


def _sort_listed(item: DissemItem, words: Words) -> tuple[str, ...]:
    return sort_codes(item.codes, words) if item.name == DISPLAY else sort_release(item.codes, words)


def _reorder_control(control: Control) -> Control:
    subs = [Compartment(c.name, tuple(sorted(c.subs))) for c in control.compartments]
    return Control(control.name, tuple(sorted(subs, key=lambda c: c.name)))
