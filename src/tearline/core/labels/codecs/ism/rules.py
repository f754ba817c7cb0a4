# SPDX-License-Identifier: Apache-2.0
"""The rules of ISM V10 that one element's attributes must keep, each by its number.

Rules that need a whole document (banner against portions) are in ``rollup``; those about notices, points of contact and
classification authority beyond one element's attributes are not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tearline.core.labels.codecs.ism.attributes import ATTRIBUTES, IsmAttributes, name_rule
from tearline.core.labels.codecs.ism.vocabulary import FGI, US_LEVELS, find_unknown, is_sorted, sort_tokens
from tearline.core.labels.codecs.text import Fault

_TOKENS = [name for name, shape in ATTRIBUTES.items() if shape.kind == "tokens"]
_SINGLE = [name for name, shape in ATTRIBUTES.items() if shape.kind == "token"]
_ORDER_RULES = {
    "disseminationControls": 26,
    "nonICmarkings": 35,
    "releasableTo": 41,
    "SCIcontrols": 42,
    "FGIsourceOpen": 95,
    "FGIsourceProtected": 96,
    "ownerProducer": 100,
    "SARIdentifier": 121,
    "displayOnlyTo": 167,
    "atomicEnergyMarkings": 178,
}
_CLASSIFIED = ("C", "S", "TS")
_HIGH = ("S", "TS")


def check_attributes(
    attributes: IsmAttributes, *, us_document: bool | None = None, codes: frozenset[str] = frozenset()
) -> tuple[Fault, ...]:
    """Every rule that is broken. ``us_document``: whether the document is of the United States (None: its owner says so).

    ``codes``: nations and groups known beyond the list of 2013 (``MKD``, exercise nations).
    """
    ours = "USA" in attributes.owner_producer if us_document is None else us_document
    rules = [_find_general(attributes, codes)]
    if ours:
        rules += [
            _find_orders(attributes),
            _find_levels(attributes),
            _find_releases(attributes),
            _find_sci(attributes),
            _find_atomic(attributes),
            _find_owners(attributes),
            _find_others(attributes),
        ]
    return tuple(fault for rule in rules for fault in rule)


def _fault(number: int, words: str) -> Fault:
    return Fault(name_rule(number), "ISM V10", words)


def _find_general(a: IsmAttributes, codes: frozenset[str]) -> Iterator[Fault]:
    if not a.classification or not a.owner_producer:
        yield _fault(12, "classification and ownerProducer must be there")
    for name in (*_TOKENS, *_SINGLE):
        value = getattr(a, ATTRIBUTES[name].field)
        tokens = value if isinstance(value, tuple) else (value,) if value else ()
        unknown = find_unknown(name, tokens, codes)
        if unknown is not None:
            yield _fault(unknown[0], f"{unknown[1]} is no value of {name}")
        if len(set(tokens)) != len(tokens):
            yield _fault(236, f"{name} has a token twice")
    if a.non_us_controls and a.owner_producer != ("NATO",):
        yield _fault(163, "nonUSControls goes with ownerProducer NATO alone")
    if a.releasable_to and len(a.releasable_to) == 1:
        yield _fault(319, "releasableTo has more than one token")
    if "ND" in a.non_ic_markings and "NF" not in a.controls:
        yield _fault(313, "NODIS is NOFORN")
    if "XD" in a.non_ic_markings and "NF" not in a.controls:
        yield _fault(314, "EXDIS is NOFORN")
    if a.declass_exception == "AEA" and not a.atomic_energy_markings:
        yield _fault(299, "declassException AEA needs atomicEnergyMarkings")


def _find_orders(a: IsmAttributes) -> Iterator[Fault]:
    for name, number in _ORDER_RULES.items():
        tokens = getattr(a, ATTRIBUTES[name].field)
        if not is_sorted(name, tokens):
            yield _fault(number, f"{name} stands as {' '.join(sort_tokens(name, tokens))}")


_LEVEL_NEEDS = ((28, "OC", _CLASSIFIED), (28, "EYES", _CLASSIFIED), (107, "IMC", _HIGH), (164, "RS", _HIGH))


def _find_levels(a: IsmAttributes) -> Iterator[Fault]:
    if "USA" in a.owner_producer and a.classification not in US_LEVELS:
        yield _fault(40, f"{a.classification or 'none'} is no classification of the United States")
    for number, control, levels in _LEVEL_NEEDS:
        if control in a.controls and a.classification not in levels:
            yield _fault(number, f"{control} needs {', '.join(levels)}")
    if "FOUO" in a.controls and a.classification != "U":
        yield _fault(30, "FOUO goes with U only")
    if a.classification == "U":
        for name in (
            *("classificationReason", "classifiedBy", "declassDate", "declassEvent", "declassException"),
            *("derivativelyClassifiedBy", "derivedFrom", "SARIdentifier", "SCIcontrols"),
        ):
            if getattr(a, ATTRIBUTES[name].field):
                yield _fault(16, f"{name} has no place where nothing is classified")


def _find_releases(a: IsmAttributes) -> Iterator[Fault]:
    controls = a.controls
    if len(controls & {"REL", "EYES", "NF"}) > 1:
        yield _fault(33, "REL, EYES and NF exclude each other")
    if len(controls & {"DISPLAYONLY", "RELIDO", "NF"}) > 1:
        yield _fault(169, "DISPLAYONLY, RELIDO and NF exclude each other")
    if controls & {"REL", "EYES"} and not a.releasable_to:
        yield _fault(31, "REL and EYES need releasableTo")
    if a.releasable_to and not controls & {"REL", "EYES"}:
        yield _fault(32, "releasableTo needs REL or EYES")
    if "DISPLAYONLY" in controls and not a.display_only_to:
        yield _fault(213, "DISPLAYONLY needs displayOnlyTo")
    if a.display_only_to and "DISPLAYONLY" not in controls:
        yield _fault(168, "displayOnlyTo needs DISPLAYONLY")
    if a.releasable_to and a.releasable_to[0] != "USA":
        yield _fault(214, "releasableTo begins with USA")
    if "RELIDO" in controls and "USA" not in a.owner_producer:
        yield _fault(124, "RELIDO is of the United States")


def _find_sci(a: IsmAttributes) -> Iterator[Fault]:
    held = a.sci_controls
    level = a.classification
    needs = (
        ("SI", 43, _CLASSIFIED),
        ("TK", 47, _HIGH),
        ("HCS", 48, _CLASSIFIED),
        ("KDK", 122, _HIGH),
        ("RSV", 242, _HIGH),
    )
    for token, number, levels in needs:
        if token in held and level not in levels:
            yield _fault(number, f"{token} needs {', '.join(levels)}")
    if any(token.startswith("SI-G") for token in held):
        if level != "TS":
            yield _fault(44, "SI-G needs TS")
        if "OC" not in a.controls:
            yield _fault(45, "SI-G is ORCON")
    for token, number in (("HCS", 49), ("KDK", 123)):
        if token in held and "NF" not in a.controls:
            yield _fault(number, f"{token} is NOFORN")
    if "RSV" in held and not any(token.startswith("RSV-") for token in held):
        yield _fault(243, "RSV stands with a compartment")
    for pattern, parent, number in _PARENTS:
        if any(pattern.match(token) for token in held) and parent not in held:
            yield _fault(number, f"{parent} must stand with its compartment")


_PARENTS = [
    (re.compile(pattern + r"\Z"), parent, number)
    for pattern, parent, number in (
        ("SI-G-[A-Z]{4}", "SI-G", 186),
        ("SI-G", "SI", 187),
        ("RSV-[A-Z0-9]{3}", "RSV", 241),
        ("EL(-EU|-NK)?", "SI", 301),
        ("KDK-BLFH", "KDK", 304),
        ("KDK-IDIT", "KDK", 305),
        ("KDK-KAND", "KDK", 306),
        ("KDK-BLFH-[A-Z0-9]{1,6}", "KDK-BLFH", 307),
        ("KDK-IDIT-[A-Z0-9]{1,6}", "KDK-IDIT", 308),
        ("KDK-KAND-[A-Z0-9]{1,6}", "KDK-KAND", 309),
        ("EL-EU", "EL", 310),
        ("EL-NK", "EL", 311),
    )
]


def _find_atomic(a: IsmAttributes) -> Iterator[Fault]:
    held = a.atomic_energy_markings
    level = a.classification
    sigmas = [token for token in held if "-SG-" in token]
    if sigmas and level not in _CLASSIFIED:
        yield _fault(173, "SIGMA is classified")
    if {"RD", "FRD", "TFNI"} & set(held) and level not in _CLASSIFIED:
        yield _fault(174, "RD, FRD and TFNI are classified")
    if "RD-CNWDI" in held and level not in _HIGH:
        yield _fault(175, "RD-CNWDI needs S or TS")
    if {"UCNI", "DCNI"} & set(held) and level != "U":
        yield _fault(181, "UCNI and DCNI go with U only")
    if any(token.startswith("RD-SG") for token in sigmas) and "RD" not in held:
        yield _fault(183, "RD-SG stands with RD")
    if any(token.startswith("FRD-SG") for token in sigmas) and "FRD" not in held:
        yield _fault(184, "FRD-SG stands with FRD")
    if "RD-CNWDI" in held and "RD" not in held:
        yield _fault(185, "RD-CNWDI stands with RD")


def _find_owners(a: IsmAttributes) -> Iterator[Fault]:
    if FGI in a.owner_producer and len(a.owner_producer) > 1:
        yield _fault(99, "ownerProducer FGI stands alone")
    if FGI in a.fgi_source_protected and len(a.fgi_source_protected) > 1:
        yield _fault(217, "FGIsourceProtected FGI stands alone")
    if FGI in a.owner_producer and FGI not in a.fgi_source_protected:
        yield _fault(219, "ownerProducer FGI needs FGIsourceProtected FGI")
    if "USA" in a.owner_producer and a.controls & {"DISPLAYONLY", "RELIDO"}:
        if a.fgi_source_open:
            yield _fault(233, "DISPLAYONLY and RELIDO do not go with foreign information")
        if a.fgi_source_protected:
            yield _fault(234, "DISPLAYONLY and RELIDO do not go with foreign information")


def _find_others(a: IsmAttributes) -> Iterator[Fault]:
    held = set(a.non_ic_markings)
    if held & {"SBU", "SBU-NF"} and a.classification != "U":
        yield _fault(37, "SBU goes with U only")
    if {"XD", "ND"} <= held:
        yield _fault(38, "XD and ND exclude each other")
    if {"LES", "LES-NF"} <= held:
        yield _fault(148, "LES and LES-NF exclude each other")
    if a.derivatively_classified_by and not a.derived_from:
        yield _fault(143, "derivativelyClassifiedBy needs derivedFrom")
    if a.derivatively_classified_by and a.classified_by:
        yield _fault(221, "of the two kinds of classification authority one stands")
    if a.classified_by and not a.classification_reason:
        yield _fault(17, "classifiedBy needs classificationReason")
    if "ICDocument" in a.complies_with and any(word.startswith("ACCM") or word == "NNPI" for word in held):
        yield _fault(225, "ACCM and NNPI are not for documents of the intelligence community")
    if a.notice_type and a.unregistered_notice_type:
        yield _fault(226, "noticeType and unregisteredNoticeType exclude each other")
