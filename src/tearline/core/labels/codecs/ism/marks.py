# SPDX-License-Identifier: Apache-2.0
"""ISM attributes as banner and portion, and markings as ISM attributes. What one can't say, it refuses by name."""

from __future__ import annotations

from collections.abc import Iterable

from tearline.core.errors import MalformedError
from tearline.core.labels.codecs.ism.attributes import ATTRIBUTES, IsmAttributes
from tearline.core.labels.codecs.ism.vocabulary import FGI, find_unknown, sort_tokens
from tearline.core.labels.codecs.text import (
    Atomic,
    AtomicItem,
    Compartment,
    Control,
    Dissem,
    DissemItem,
    Fgi,
    Form,
    Level,
    Marking,
    NatoControls,
    Other,
    OtherItem,
    Owner,
    Sap,
    Sci,
    Segment,
    is_control_word,
    print_marking,
)

_ACCM = "ACCM-"
_SIGMA = "-SG-"


def print_ism(attributes: IsmAttributes, form: Form) -> str:
    """The banner line or portion mark of an element."""
    return print_marking(make_marking(attributes), form)


def make_marking(a: IsmAttributes) -> Marking:
    """The marking that the attributes say, in their order. Authority and declassification are no part of it."""
    if a.classification not in Level.__members__ or not a.owner_producer:
        raise MalformedError("ISM-ID-00012", "classification and ownerProducer must be there")
    for name, shape in ATTRIBUTES.items():
        tokens = getattr(a, shape.field)
        unknown = find_unknown(name, tokens, frozenset(tokens)) if isinstance(tokens, tuple) else None
        if unknown is not None:
            raise MalformedError(f"ISM-ID-{unknown[0]:05d}", f"{unknown[1]} is no value of {name}")
    segments: list[Segment | None] = [
        NatoControls(a.non_us_controls) if a.non_us_controls else None,
        Sci(_join_controls(a.sci_controls)) if a.sci_controls else None,
        Sap(_join_programs(a.sar_identifier)) if a.sar_identifier else None,
        Atomic(_join_atomic(a.atomic_energy_markings)) if a.atomic_energy_markings else None,
        _make_fgi(a),
        Dissem(tuple(_make_dissem(name, a) for name in a.dissemination_controls))
        if a.dissemination_controls
        else None,
        Other(tuple(map(_make_other, a.non_ic_markings))) if a.non_ic_markings else None,
    ]
    owner, codes = _read_owner(a.owner_producer)
    return Marking(owner, Level(a.classification), codes, tuple(s for s in segments if s is not None))


def _read_owner(owners: tuple[str, ...]) -> tuple[Owner, tuple[str, ...]]:
    if len(owners) > 1:
        return Owner.JOINT, owners
    if owners[0] == "USA":
        return Owner.US, ()
    return (Owner.NATO, ()) if owners[0] == "NATO" else (Owner.FOREIGN, owners)


def _make_fgi(a: IsmAttributes) -> Fgi | None:
    if a.owner_producer == (FGI,):
        return None  # the owner is the concealed source already
    if a.fgi_source_protected:
        return Fgi()
    return Fgi(a.fgi_source_open) if a.fgi_source_open else None


def _make_dissem(name: str, a: IsmAttributes) -> DissemItem:
    if name in {"REL", "EYES", "DISPLAYONLY"}:
        codes = a.display_only_to if name == "DISPLAYONLY" else a.releasable_to
        if not codes:
            rule = "ISM-ID-00213" if name == "DISPLAYONLY" else "ISM-ID-00031"
            raise MalformedError(rule, f"{name} without its list of codes can't be printed")
        return DissemItem(name, codes)
    return DissemItem(name)


def _make_other(token: str) -> OtherItem:
    if not token.startswith(_ACCM):
        return OtherItem(token)
    nickname = token.removeprefix(_ACCM).replace("_", " ")
    # A nickname that is also a control's name would be read as that: it keeps ACCM- before it.
    return OtherItem("ACCM", nickname, bare=not is_control_word(nickname))


def _join_controls(tokens: Iterable[str]) -> tuple[Control, ...]:
    """``SI SI-G SI-G-ABCD`` is one control system with a compartment and a sub-compartment."""
    out: dict[str, dict[str, list[str]]] = {}
    for token in tokens:
        name, *rest = token.split("-")
        compartments = out.setdefault(name, {})
        if rest:
            compartments.setdefault(rest[0], []).extend(rest[1:])
    return tuple(
        Control(name, tuple(Compartment(part, tuple(subs)) for part, subs in parts.items()))
        for name, parts in out.items()
    )


def _join_programs(tokens: Iterable[str]) -> tuple[Control, ...]:
    return tuple(
        Control(control.name.replace("_", " "), control.compartments) for control in _join_controls(tokens)
    )


def _join_atomic(tokens: Iterable[str]) -> tuple[AtomicItem, ...]:
    critical: set[str] = set()
    sigmas: dict[str, list[int]] = {}
    for token in tokens:
        name, sigma, number = token.partition(_SIGMA)
        if name == "RD-CNWDI":
            critical.add("RD")
            name = "RD"
        numbers = sigmas.setdefault(name, [])
        if sigma:
            numbers.append(int(number))
    return tuple(
        AtomicItem(name, "CNWDI" if name in critical else "", tuple(numbers))
        for name, numbers in sigmas.items()
    )


def make_attributes_of(marking: Marking) -> IsmAttributes:
    """The ISM attributes that say the same. Raises ``MalformedError`` (``not-in-ism``) naming what ISM V10 has no word for."""
    dissem = tuple(item.name for item in marking.dissem)
    if "WAIVED" in dissem:
        raise _refuse("WAIVED")
    if len(set(dissem)) != len(dissem) or sum(isinstance(s, Fgi) for s in marking.segments) > 1:
        raise _refuse("a control that stands twice")
    if marking.owner is Owner.JOINT and len(set(marking.codes)) == 1:
        raise _refuse("JOINT of one owner")
    fgi = next((s for s in marking.segments if isinstance(s, Fgi)), None)
    attributes = IsmAttributes(
        classification=marking.level.value,
        owner_producer=_name_owner(marking),
        sci_controls=sort_tokens("SCIcontrols", _split_controls(marking.sci)),
        sar_identifier=_split_programs(marking.sap),
        atomic_energy_markings=sort_tokens("atomicEnergyMarkings", _split_atomic(marking.atomic)),
        dissemination_controls=sort_tokens("disseminationControls", dissem),
        fgi_source_open=sort_tokens("FGIsourceOpen", fgi.codes) if fgi is not None else (),
        fgi_source_protected=(FGI,) if marking.codes == (FGI,) or (fgi is not None and not fgi.codes) else (),
        non_us_controls=sort_tokens("nonUSControls", marking.nato),
        releasable_to=sort_tokens("releasableTo", marking.codes_of("REL") or marking.codes_of("EYES")),
        display_only_to=sort_tokens("displayOnlyTo", marking.codes_of("DISPLAYONLY")),
        non_ic_markings=sort_tokens("nonICmarkings", map(_name_other, marking.other)),
    )
    if marking.codes_of("REL") and marking.codes_of("EYES"):
        raise _refuse("REL TO beside EYES ONLY")
    for name, shape in ATTRIBUTES.items():
        tokens = getattr(attributes, shape.field)
        unknown = find_unknown(name, tokens, frozenset(tokens)) if isinstance(tokens, tuple) else None
        if unknown is not None:
            raise _refuse(unknown[1])
    return attributes


def _refuse(what: str) -> MalformedError:
    return MalformedError("not-in-ism", f"ISM V10 has no word for {what}", "A restriction is never left out.")


def _name_owner(marking: Marking) -> tuple[str, ...]:
    if marking.owner is Owner.US:
        return ("USA",)
    if marking.owner is Owner.NATO:
        return ("NATO",)
    return sort_tokens("ownerProducer", dict.fromkeys(marking.codes))


def _split_controls(controls: Iterable[Control]) -> list[str]:
    out: list[str] = []
    for control in controls:
        out.append(control.name)
        for part in control.compartments:
            out.append(f"{control.name}-{part.name}")
            out.extend(f"{control.name}-{part.name}-{sub}" for sub in part.subs)
    return list(dict.fromkeys(out))


def _split_programs(programs: Iterable[Control]) -> tuple[str, ...]:
    held = tuple(Control(p.name.replace(" ", "_"), p.compartments) for p in programs)
    if any(p.name == "MULTIPLE_PROGRAMS" for p in held):
        raise _refuse("SAR-MULTIPLE PROGRAMS")
    return sort_tokens("SARIdentifier", _split_controls(held))


def _split_atomic(items: Iterable[AtomicItem]) -> list[str]:
    out: list[str] = []
    for item in items:
        out.append(item.name)
        if item.critical:
            out.append(f"{item.name}-CNWDI")
        out.extend(f"{item.name}{_SIGMA}{number}" for number in item.sigmas)
    return list(dict.fromkeys(out))


def _name_other(item: OtherItem) -> str:
    if not item.nickname:
        return item.name
    return _ACCM + item.nickname.replace(" ", "_")
