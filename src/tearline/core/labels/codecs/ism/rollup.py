# SPDX-License-Identifier: Apache-2.0
"""One banner for many portions, by the roll-up rules of ISM V10, and never wider than any portion.

1. Portions with excludeFromRollup do not count.
2. The highest classification; foreign RESTRICTED counts as CONFIDENTIAL in a document of the United States.
3. Controls, compartments, programs, atomic and other markings: the union, but for those that only unclassified documents have.
4. Who may have it: the intersection of REL TO over every classified portion and every unclassified one that says anything
   about release; of REL TO with DISPLAY ONLY for display. A classified portion that says nothing counts as NOFORN, and NOFORN
   in any portion makes the banner NOFORN.
5. Groups are resolved by dated rows as of the day given, never as wildcards: one that is unknown then is nobody, and stays
   only where every portion names it.
6. Owners that differ make a document of the United States with the others as foreign sources, if the United States owns a
   portion; else, and wherever a restriction has no word on such a banner, no banner is sound (``NoBanner``).
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from tearline.core.labels.book import Membership
from tearline.core.labels.codecs.ism.attributes import IsmAttributes
from tearline.core.labels.codecs.ism.rules import check_attributes
from tearline.core.labels.codecs.ism.vocabulary import FGI, LEVELS, sort_tokens

USA = "USA"
_RELEASE = frozenset({"NF", "REL", "RELIDO", "EYES", "DISPLAYONLY"})
_UNION = ("RS", "OC", "IMC", "PR", "DSEN", "FISA")
_NOFORN_FORMS = frozenset({"SBU-NF", "LES-NF"})
_FOUO_COVERED = frozenset({"SBU", "SBU-NF", "LES", "LES-NF"})


class NoBanner(msgspec.Struct, frozen=True):
    """No sound banner exists; ``why`` in words."""

    why: str


class Groups(msgspec.Struct, frozen=True):
    """Who belonged to which group on one day ('': no day is known, and then nobody to any)."""

    rows: tuple[Membership, ...] = ()
    day: str = ""

    def members(self, code: str) -> frozenset[str]:
        """The members of a group; none where it is unknown or the code is a nation."""
        return frozenset(
            row.member
            for row in self.rows
            if row.group == code
            and self.day
            and row.since <= self.day
            and (not row.until or self.day < row.until)
        )

    def expand(self, codes: Iterable[str]) -> frozenset[str]:
        """Nations named, and those that known groups name; a group itself stays as a word of its own."""
        found = set(codes)
        for code in tuple(found):
            found |= self.members(code)
        return frozenset(found)


def roll_up_ism(portions: Iterable[IsmAttributes], groups: Groups) -> IsmAttributes | NoBanner:
    """The banner's attributes. Whoever may see it may see every portion that counts."""
    counted = list(dict.fromkeys(portion for portion in portions if not portion.exclude_from_rollup))
    if not counted:
        return NoBanner("no portion counts")
    for portion in counted:
        # A portion's place in a document of the United States brings that document's rules with it.
        codes = frozenset(portion.releasable_to + portion.display_only_to + portion.owner_producer)
        faults = check_attributes(portion, codes=codes)
        if faults:
            return NoBanner(f"a portion is not valid: {faults[0].words} ({faults[0].rule})")
    owner = _join_owners(counted)
    if isinstance(owner, NoBanner):
        return owner
    level = _join_levels(counted, owner)
    banner = _join_controls(counted, level, owner)
    released = _join_releases(counted, banner, groups)
    if isinstance(released, NoBanner):
        return released
    faults = check_attributes(
        released, codes=frozenset(released.releasable_to + released.display_only_to + owner)
    )
    return (
        NoBanner(f"the joined banner is not valid: {faults[0].words} ({faults[0].rule})")
        if faults
        else released
    )


def _join_owners(portions: list[IsmAttributes]) -> tuple[str, ...] | NoBanner:
    owners = {portion.owner_producer for portion in portions}
    if len(owners) == 1:
        return owners.pop()
    if not any(USA in owner for owner in owners):
        return NoBanner("portions of several owners, none of them the United States")
    if any(portion.non_us_controls for portion in portions):
        return NoBanner("a NATO control has no word on a banner of the United States")
    return (USA,)


def _join_levels(portions: list[IsmAttributes], owner: tuple[str, ...]) -> str:
    highest = max((portion.classification for portion in portions), key=LEVELS.index)
    return "C" if highest == "R" and USA in owner else highest


def _join_controls(portions: list[IsmAttributes], level: str, owner: tuple[str, ...]) -> IsmAttributes:
    """Everything but release. What DoD and others print on unclassified documents only falls away above (66, 78, 104, 105)."""
    dissem = _union(portions, "dissemination_controls") & set(_UNION)
    other = _union(portions, "non_ic_markings")
    atomic = _union(portions, "atomic_energy_markings")
    if level == "U":
        if any("FOUO" in p.controls for p in portions) and not other & _FOUO_COVERED:
            dissem.add("FOUO")
        if "SBU-NF" in other:
            other.discard("SBU")
        if "LES-NF" in other:
            other.discard("LES")
    else:
        atomic -= {"DCNI", "UCNI"}
        if "LES-NF" in other:
            other.add("LES")  # 147; its NOFORN goes into the banner's (146)
        other -= {"SBU", "SBU-NF", "LES-NF"}
    if "ND" in other:
        other.discard("XD")
    sources = _join_sources(portions, owner)
    return IsmAttributes(
        classification=level,
        owner_producer=owner,
        sci_controls=sort_tokens("SCIcontrols", _union(portions, "sci_controls")),
        sar_identifier=sort_tokens("SARIdentifier", _union(portions, "sar_identifier")),
        atomic_energy_markings=sort_tokens("atomicEnergyMarkings", atomic),
        dissemination_controls=tuple(dissem),
        fgi_source_open=() if FGI in sources else sort_tokens("FGIsourceOpen", sources),
        fgi_source_protected=(FGI,) if FGI in sources else (),
        non_us_controls=sort_tokens("nonUSControls", _union(portions, "non_us_controls")),
        non_ic_markings=sort_tokens("nonICmarkings", sorted(other)),
    )


def _union(portions: list[IsmAttributes], field: str) -> set[str]:
    return {token for portion in portions for token in getattr(portion, field)}


def _join_sources(portions: list[IsmAttributes], owner: tuple[str, ...]) -> set[str]:
    """Open foreign sources, or FGI alone where one is protected (64, 65); other owners are sources too (DoDM 5.g)."""
    if _union(portions, "fgi_source_protected"):
        return {FGI}
    return (_union(portions, "fgi_source_open") | _union(portions, "owner_producer")) - set(owner)


def _is_noforn(portion: IsmAttributes) -> bool:
    return "NF" in portion.controls or bool(_NOFORN_FORMS & set(portion.non_ic_markings))


def _says_release(portion: IsmAttributes) -> bool:
    return bool(portion.controls & _RELEASE) or _is_noforn(portion)


def _join_releases(
    portions: list[IsmAttributes], banner: IsmAttributes, groups: Groups
) -> IsmAttributes | NoBanner:
    counted = [p for p in portions if p.classification != "U" or _says_release(p)]
    if not counted:
        return _with_controls(banner, ())
    if USA not in banner.owner_producer:
        return _join_foreign(counted, banner, groups)
    if len(banner.owner_producer) > 1 and not any(map(_says_release, counted)):
        return _with_controls(banner, ())  # of joint owners' information each portion says as much
    if any(_is_noforn(p) or not _says_release(p) for p in counted):
        return _refuse_foreign(counted, banner)
    if all("EYES" in p.controls for p in counted):
        codes = _intersect([p.releasable_to for p in counted], groups)
        return (
            _with_controls(banner, ("EYES",), codes) if _is_list(codes) else _refuse_foreign(counted, banner)
        )
    if any("EYES" in p.controls for p in counted):
        return _refuse_foreign(counted, banner)  # EYES forbids to say on what REL allows
    return _join_lists(counted, banner, groups)


def _join_lists(counted: list[IsmAttributes], banner: IsmAttributes, groups: Groups) -> IsmAttributes:
    """REL, RELIDO and DISPLAYONLY, where no portion is NOFORN."""
    controls: list[str] = []
    codes: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    foreign = bool(banner.fgi_source_open or banner.fgi_source_protected)
    if all("REL" in p.controls for p in counted):
        codes = _intersect([p.releasable_to for p in counted], groups)
        codes = codes if _is_list(codes) else ()
    if all("RELIDO" in p.controls for p in counted) and not foreign:
        controls.append("RELIDO")
    elif all(p.controls & {"REL", "DISPLAYONLY"} for p in counted) and not foreign:
        together = _intersect([p.releasable_to + p.display_only_to for p in counted], groups)
        held = groups.expand(codes)
        shown = tuple(code for code in together if code != USA and code not in held)
    if codes:
        controls.append("REL")
    if shown:
        controls.append("DISPLAYONLY")
    return _with_controls(banner, controls, codes, shown) if controls else _refuse_foreign(counted, banner)


def _join_foreign(
    counted: list[IsmAttributes], banner: IsmAttributes, groups: Groups
) -> IsmAttributes | NoBanner:
    """Another owner's document: NOFORN is not its word, so what can't be joined has no banner."""
    if all(not _says_release(p) for p in counted):
        return _with_controls(banner, ())
    if any(
        _is_noforn(p) or p.controls & {"RELIDO", "EYES", "DISPLAYONLY"} or not _says_release(p)
        for p in counted
    ):
        return NoBanner("portions that say differently to whom another owner's information may go")
    codes = _intersect([p.releasable_to for p in counted], groups)
    if len(codes) < 2:  # noqa: PLR2004  releasableTo has more than one token (319)
        return NoBanner("no two receivers are in every portion's list")
    return _with_controls(banner, ("REL",), codes)


def _intersect(lists: list[tuple[str, ...]], groups: Groups) -> tuple[str, ...]:
    """Codes for exactly those who are in every list: words that all lists have, and nations that all of them cover."""
    common = frozenset.intersection(*map(frozenset, lists))
    covered = frozenset.intersection(*(groups.expand(codes) for codes in lists))
    within = {member for code in common for member in groups.members(code)}
    return sort_tokens(
        "releasableTo", (c for c in covered if c in common or (len(c) == len(USA) and c not in within))
    )


def _is_list(codes: tuple[str, ...]) -> bool:
    """Whether a banner of the United States can say it: USA and somebody else."""
    return len(codes) > 1 and codes[0] == USA


def _refuse_foreign(counted: list[IsmAttributes], banner: IsmAttributes) -> IsmAttributes:
    """NOFORN; on an unclassified document only where a portion has it or lists had to be dropped (SBU-NF says it itself)."""
    if banner.classification == "U" and all(_NOFORN_FORMS & set(p.non_ic_markings) for p in counted):
        return _with_controls(banner, ())
    return _with_controls(banner, ("NF",))


def _with_controls(
    banner: IsmAttributes, controls: Iterable[str], codes: tuple[str, ...] = (), shown: tuple[str, ...] = ()
) -> IsmAttributes:
    held = sort_tokens("disseminationControls", {*banner.dissemination_controls, *controls})
    return replace(banner, dissemination_controls=held, releasable_to=codes, display_only_to=shown)
