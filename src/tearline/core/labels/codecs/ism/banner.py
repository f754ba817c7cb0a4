# SPDX-License-Identifier: Apache-2.0
"""A document's banner against its portions: what it lacks, what it has too much of, each by the number of its rule.

``check_document`` does this for all marked elements of a document. Not decided here: notices and points of contact against
each other, and which authority block an executive order asks for (13, 14, 127-162, 222, 226 across elements).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tearline.core.labels.codecs.ism.attributes import IsmAttributes, IsmElement, name_rule
from tearline.core.labels.codecs.ism.rollup import Groups, NoBanner, roll_up_ism
from tearline.core.labels.codecs.ism.rules import check_attributes
from tearline.core.labels.codecs.ism.vocabulary import LEVELS
from tearline.core.labels.codecs.text import Fault

_FIELDS = (
    "sci_controls",
    "sar_identifier",
    "atomic_energy_markings",
    "dissemination_controls",
    "non_ic_markings",
)
_LACKS = {
    "SI": 60,
    "SI-G": 61,
    "TK": 62,
    "HCS": 63,
    "FOUO": 66,
    "OC": 67,
    "IMC": 68,
    "NF": 70,
    "PR": 71,
    "RD": 72,
    "RD-CNWDI": 73,
    "FRD": 75,
    "DCNI": 78,
    "UCNI": 79,
    "DSEN": 80,
    "FISA": 81,
    "DS": 84,
    "XD": 85,
    "ND": 86,
    "SBU-NF": 104,
    "SBU": 105,
    "LES": 145,
    "LES-NF": 149,
    "RS": 165,
    "TFNI": 298,
}
_TOO_MUCH = {"SI": 111, "SI-G": 112, "TK": 113, "HCS": 116, "FOUO": 154, "FRD": 228, "RD": 229}
_TOO_LOW = {"U": 56, "R": 58, "C": 58, "S": 59}
_TOO_HIGH = {"TS": 108, "S": 109, "C": 110}
_RELEASE = frozenset({"REL", "EYES", "DISPLAYONLY", "RELIDO", "NF"})


def check_banner(
    banner: IsmAttributes, portions: Iterable[IsmAttributes], groups: Groups
) -> tuple[Fault, ...]:
    """Every way in which the banner is not the roll-up of its portions. compilationReason allows a stricter one (108-116)."""
    held = list(portions)
    rolled = roll_up_ism(held, groups)
    if isinstance(rolled, NoBanner):
        return (_fault(0, f"no banner is sound: {rolled.why}"),)
    faults = [*_find_level(banner, rolled), *_find_controls(banner, rolled), *_find_sources(banner, rolled)]
    return (*faults, *_find_release(banner, rolled, held, groups))


def check_document(
    elements: Sequence[IsmElement], groups: Groups, codes: frozenset[str] = frozenset()
) -> tuple[tuple[str, Fault], ...]:
    """Every fault of a document with the path of its element: each element's own, and the banner against the portions."""
    resource = next((e for e in elements if e.attributes.resource_element), None)
    if resource is None:
        return (("/", _fault(103, "no element has resourceElement true")),)
    banner = resource.attributes
    ours = "USA" in banner.owner_producer
    found = [
        (e.path, f) for e in elements for f in check_attributes(e.attributes, us_document=ours, codes=codes)
    ]
    if banner.des_version != DES_VERSION:
        found.append((resource.path, _fault(300, f"DESVersion is not {DES_VERSION}")))
    if not banner.create_date:
        found.append((resource.path, _fault(118, "createDate is missing")))
    portions = [e for e in elements if e is not resource]
    if ours:
        found += [(resource.path, fault) for fault in _find_authority(banner, elements)]
        if "ICDocument" in banner.complies_with:
            found += [
                (e.path, _fault(119, "says nothing about release"))
                for e in elements
                if _is_silent(e.attributes)
            ]
    if portions:
        faults = check_banner(banner, (e.attributes for e in portions), groups)
        found += [(resource.path, fault) for fault in faults]
    return tuple(found)


DES_VERSION = "10"


def _is_silent(a: IsmAttributes) -> bool:
    return a.classification != "U" and not a.exclude_from_rollup and not a.controls & _RELEASE


def _find_authority(banner: IsmAttributes, elements: Sequence[IsmElement]) -> Iterator[Fault]:
    """What is never declassified by a date (176), and what must be exempt (246)."""
    held = {token for e in elements for token in e.attributes.atomic_energy_markings}
    if held & {"RD", "FRD"} and (banner.declass_date or banner.declass_event):
        yield _fault(176, "RD and FRD are not declassified by a date or an event")
    if set(banner.atomic_energy_markings) & {"RD", "FRD", "TFNI"} and banner.declass_exception not in {
        "AEA",
        "NATO-AEA",
    }:
        yield _fault(246, "RD, FRD and TFNI need declassException AEA or NATO-AEA")


def _fault(number: int, words: str) -> Fault:
    return Fault(name_rule(number) if number else "ISM-ROLL-UP", "ISM V10", words)


def _find_level(banner: IsmAttributes, rolled: IsmAttributes) -> Iterator[Fault]:
    here, there = LEVELS.index(banner.classification or "U"), LEVELS.index(rolled.classification)
    if here < there:
        yield _fault(_TOO_LOW.get(banner.classification, 56), f"a portion is {rolled.classification}")
    if here > there and not banner.compilation_reason:
        yield _fault(
            _TOO_HIGH.get(banner.classification, 0), f"no portion is higher than {rolled.classification}"
        )


def _find_controls(banner: IsmAttributes, rolled: IsmAttributes) -> Iterator[Fault]:
    for field in _FIELDS:
        here, there = set(getattr(banner, field)) - _RELEASE, set(getattr(rolled, field)) - _RELEASE
        for token in sorted(there - here):
            yield _fault(_number_lack(token), f"a portion has {token}")
        if not banner.compilation_reason:
            for token in sorted(here - there):
                yield _fault(_number_excess(token), f"no portion has {token}")


def _number_lack(token: str) -> int:
    if "-SG-" in token:
        return 74 if token.startswith("RD") else 77
    return _LACKS.get(token, 0)


def _number_excess(token: str) -> int:
    if "-SG-" in token:
        return 231 if token.startswith("RD") else 230
    return _TOO_MUCH.get(token, 0)


def _find_sources(banner: IsmAttributes, rolled: IsmAttributes) -> Iterator[Fault]:
    if rolled.fgi_source_protected and not banner.fgi_source_protected:
        yield _fault(65, "a portion has a protected foreign source")
    elif not banner.fgi_source_protected and not set(rolled.fgi_source_open) <= set(banner.fgi_source_open):
        yield _fault(64, f"foreign sources are {' '.join(rolled.fgi_source_open)}")


def _find_release(
    banner: IsmAttributes, rolled: IsmAttributes, portions: list[IsmAttributes], groups: Groups
) -> Iterator[Fault]:
    if "NF" in rolled.controls and "NF" not in banner.controls:
        nofornd = any("NF" in p.controls for p in portions if not p.exclude_from_rollup)
        yield _fault(70 if nofornd else 88, "the banner is NOFORN")
    if "RELIDO" in banner.controls and "RELIDO" not in rolled.controls:
        yield _fault(132, "not every classified portion is RELIDO")
    if "EYES" in banner.controls and "EYES" not in rolled.controls:
        yield _fault(90, "not every portion is EYES ONLY")
    here, there = groups.expand(banner.releasable_to), groups.expand(rolled.releasable_to)
    if not here <= there:
        yield _fault(
            318 if there else 88, f"released to more than every portion is: {' '.join(sorted(here - there))}"
        )
    elif here < there and not banner.compilation_reason and "NF" not in banner.controls:
        yield _fault(
            318,
            f"released to fewer than every portion is, and no compilationReason: {' '.join(rolled.releasable_to)}",
        )
    shown = groups.expand(banner.display_only_to) - there
    if not shown <= groups.expand(rolled.display_only_to):
        yield _fault(320, "displayed to more than every portion is")
