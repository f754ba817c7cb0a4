# SPDX-License-Identifier: Apache-2.0
"""Banners from portions under the ISM rules: sound for every reader, and by the number where a written banner is not."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tearline.core.labels import Membership
from tearline.core.labels.codecs.ism import (
    Groups,
    IsmAttributes,
    IsmElement,
    NoBanner,
    check_attributes,
    check_banner,
    check_document,
    list_texts,
    make_attributes,
    parse_ism_json,
    print_ism,
    roll_up_ism,
)
from tearline.core.labels.codecs.ism.vocabulary import LEVELS

ROWS = (
    *(Membership("FVEY", m, "1956-01-01") for m in ("AUS", "CAN", "GBR", "NZL", "USA")),
    *(Membership("NATO", m, "1949-08-24") for m in ("CAN", "DEU", "GBR", "USA")),
    Membership("NATO", "FIN", "2023-04-04"),
    Membership("ISAF", "AUS", "2001-12-20", "2014-12-28"),
)
GROUPS = Groups(ROWS, "2023-07-12")


def portion(text):
    """``S REL:USA,AUS DISPLAY:AFG OC sci=SI`` as attributes."""
    level, *rest = text.split()
    values = {"classification": level, "ownerProducer": "USA"}
    dissem = []
    for word in rest:
        if ":" in word:
            name, _, codes = word.partition(":")
            dissem.append({"DISPLAY": "DISPLAYONLY"}.get(name, name))
            values["displayOnlyTo" if name == "DISPLAY" else "releasableTo"] = codes.replace(",", " ")
        elif "=" in word:
            name, _, value = word.partition("=")
            values[NAMES[name]] = value.replace(",", " ")
        else:
            dissem.append(word)
    if dissem:
        values["disseminationControls"] = " ".join(dissem)
    return make_attributes(values, text)


NAMES = {
    "sci": "SCIcontrols",
    "sar": "SARIdentifier",
    "aea": "atomicEnergyMarkings",
    "fgi": "FGIsourceOpen",
    "fgip": "FGIsourceProtected",
    "other": "nonICmarkings",
    "owner": "ownerProducer",
    "nato": "nonUSControls",
    "out": "excludeFromRollup",
    "why": "compilationReason",
}

BANNERS = [
    (["U", "U"], "UNCLASSIFIED"),
    (["S NF"], "SECRET//NOFORN"),
    (["U", "S REL:USA,AUS,GBR"], "SECRET//REL TO USA, AUS, GBR"),
    (["S REL:USA,AUS,GBR", "TS REL:USA,GBR,NZL"], "TOP SECRET//REL TO USA, GBR"),
    (["S REL:USA,AUS", "S REL:USA,GBR"], "SECRET//NOFORN"),
    (["S REL:USA,AUS", "S"], "SECRET//NOFORN"),
    (["S", "C"], "SECRET//NOFORN"),
    (["S REL:USA,AUS", "U NF"], "SECRET//NOFORN"),
    (["S REL:USA,AUS", "U RELIDO"], "SECRET//NOFORN"),
    (["S REL:USA,AUS", "U other=SBU-NF"], "SECRET//NOFORN"),
    (["S REL:USA,AUS", "U other=LES-NF"], "SECRET//NOFORN//LES"),
    (["U other=SBU-NF"], "UNCLASSIFIED//SBU NOFORN"),
    (["U FOUO", "U"], "UNCLASSIFIED//FOUO"),
    (["U FOUO", "U other=LES"], "UNCLASSIFIED//LES"),
    (["U FOUO", "S NF"], "SECRET//NOFORN"),
    (["U aea=DCNI", "U"], "UNCLASSIFIED//DOD UCNI"),
    (["U aea=DCNI", "C NF"], "CONFIDENTIAL//NOFORN"),
    (["S REL:USA,AUS,FVEY", "S REL:USA,FVEY"], "SECRET//REL TO USA, FVEY"),
    (["S REL:USA,FVEY", "S REL:USA,GBR,JPN"], "SECRET//REL TO USA, GBR"),
    (["S REL:USA,FVEY", "S REL:USA,NATO"], "SECRET//REL TO USA, CAN, GBR"),
    (["S REL:USA,NATO", "S REL:USA,DEU,FIN"], "SECRET//REL TO USA, DEU, FIN"),
    (["S REL:USA,KFOR", "S REL:USA,DEU"], "SECRET//NOFORN"),
    (["S REL:USA,KFOR", "S REL:USA,KFOR"], "SECRET//REL TO USA, KFOR"),
    (["S REL:USA,ISAF", "S REL:USA,AUS"], "SECRET//NOFORN"),
    (["S RELIDO", "S RELIDO", "U"], "SECRET//RELIDO"),
    (["S RELIDO", "S REL:USA,AUS"], "SECRET//NOFORN"),
    (["S REL:USA,AUS RELIDO", "S REL:USA,AUS,GBR RELIDO"], "SECRET//REL TO USA, AUS/RELIDO"),
    (["S DISPLAY:AFG,IRQ", "S DISPLAY:IRQ"], "SECRET//DISPLAY ONLY IRQ"),
    (["S REL:USA,AUS DISPLAY:AFG", "S REL:USA,AFG,AUS"], "SECRET//REL TO USA, AUS/DISPLAY ONLY AFG"),
    (["S REL:USA,AFG", "S DISPLAY:AFG"], "SECRET//DISPLAY ONLY AFG"),
    (["S REL:USA,AUS", "S DISPLAY:AFG"], "SECRET//NOFORN"),
    (["S EYES:USA,AUS,GBR", "S EYES:USA,GBR"], "SECRET//USA/GBR EYES ONLY"),
    (["S EYES:USA,GBR", "S REL:USA,GBR"], "SECRET//NOFORN"),
    (["TS OC sci=SI,SI-G", "S NF sci=TK"], "TOP SECRET//SI-G/TK//ORCON/NOFORN"),
    (["S NF sar=ABC", "S NF sar=DEF"], "SECRET//SAR-ABC/DEF//NOFORN"),
    (["S NF aea=RD,RD-SG-14", "S NF aea=FRD"], "SECRET//RD-SIGMA 14/FRD//NOFORN"),
    (["S NF fgi=AUS", "S NF fgi=NATO,GBR"], None),
    (["S NF fgi=AUS", "S NF fgi=GBR,NATO"], "SECRET//FGI AUS GBR NATO//NOFORN"),
    (["S NF fgi=AUS", "S NF fgip=FGI"], "SECRET//FGI//NOFORN"),
    (["S REL:USA,DEU", "R owner=DEU REL:USA,DEU"], "SECRET//FGI DEU//REL TO USA, DEU"),
    (["U", "R owner=DEU"], "CONFIDENTIAL//FGI DEU//NOFORN"),
    (["S REL:USA,GBR", "S owner=GBR,USA REL:USA,GBR"], "SECRET//FGI GBR//REL TO USA, GBR"),
    (["S owner=GBR,USA", "C owner=GBR,USA"], "//JOINT SECRET GBR USA"),
    (["S owner=NATO nato=ATOMAL", "C owner=NATO"], "//NATO SECRET//ATOMAL"),
    (["S NF", "S owner=NATO"], "SECRET//FGI NATO//NOFORN"),
    (["S NF", "S owner=NATO nato=ATOMAL"], None),
    (["S owner=NATO", "S owner=DEU"], None),
    (["S owner=DEU REL:DEU,GBR,CAN", "S owner=DEU"], None),
    (["S owner=DEU REL:CAN,DEU,GBR", "S owner=DEU REL:CAN,DEU"], "//DEU SECRET//REL TO CAN, DEU"),
    (["S owner=DEU REL:CAN,DEU", "S owner=DEU REL:AUS,GBR"], None),
    (["S NF other=XD", "S NF other=ND"], "SECRET//NOFORN//NODIS"),
    (["S NF other=DS", "S NF other=NNPI"], "SECRET//NOFORN//LIMDIS/NNPI"),
    (["TS NF out=true", "S NF"], "SECRET//NOFORN"),
    (["TS NF out=true"], None),
    ([], None),
    (["S REL"], None),
]


@pytest.mark.parametrize(
    ("portions", "banner"), BANNERS, ids=[" + ".join(row[0]) or "nothing" for row in BANNERS]
)
def test_the_banner_of_portions(portions, banner):
    """By hand, from the rules."""
    rolled = roll_up_ism(map(portion, portions), GROUPS)
    if banner is None:
        assert isinstance(rolled, NoBanner)
        assert rolled.why
    else:
        assert print_ism(rolled, "banner") == banner


def test_a_group_counts_as_of_the_day():
    """Finland joined in April 2023; the day before it was no member, and without a day nobody is."""
    portions = [portion("S REL:USA,NATO"), portion("S REL:USA,FIN")]
    assert "FIN" in roll_up_ism(portions, GROUPS).releasable_to
    assert roll_up_ism(portions, Groups(ROWS, "2023-04-03")).dissemination_controls == ("NF",)
    assert roll_up_ism(portions, Groups(ROWS, "")).dissemination_controls == ("NF",)
    assert roll_up_ism(portions, Groups()).dissemination_controls == ("NF",)


EVERYONE = frozenset({"AUS", "CAN", "DEU", "FIN", "GBR", "JPN", "NZL", "AFG", "IRQ", "USA"})


def release(attributes, groups):
    """Who may have it, from the words alone: the obvious reading, kept apart from the roll-up."""
    controls = set(attributes.dissemination_controls)
    if "NF" in controls or {"SBU-NF", "LES-NF"} & set(attributes.non_ic_markings):
        return frozenset({"USA"})
    if controls & {"REL", "EYES"}:
        return EVERYONE & groups.expand(attributes.releasable_to)
    if controls & {"RELIDO", "DISPLAYONLY"} or attributes.classification != "U":
        return frozenset({"USA"})
    return EVERYONE


def display(attributes, groups):
    return release(attributes, groups) | (EVERYONE & groups.expand(attributes.display_only_to))


CODES = ("AUS", "CAN", "DEU", "FIN", "GBR", "JPN", "NZL", "FVEY", "ISAF", "KFOR", "NATO")
LISTS = st.sets(st.sampled_from(CODES), min_size=1, max_size=5).map(
    lambda c: "USA," + ",".join(sorted(c, key=lambda x: (len(x), x)))
)
SHOWN = st.sets(st.sampled_from(("AFG", "IRQ", "AUS", "GBR")), min_size=1, max_size=3).map(
    lambda c: ",".join(sorted(c))
)
RELEASES = st.one_of(
    st.just(""),
    st.just("NF"),
    st.just("RELIDO"),
    LISTS.map(lambda codes: f"REL:{codes}"),
    LISTS.map(lambda codes: f"REL:{codes}"),
    LISTS.map(lambda codes: f"REL:{codes} RELIDO"),
    LISTS.map(lambda codes: f"EYES:{codes}"),
    SHOWN.map(lambda codes: f"DISPLAY:{codes}"),
    st.tuples(LISTS, SHOWN).map(lambda pair: f"REL:{pair[0]} DISPLAY:{pair[1]}"),
)
EXTRAS = st.lists(
    st.sampled_from(
        (
            "sci=SI",
            "sci=SI,TK",
            "sar=ABC",
            "aea=RD",
            "aea=FRD,FRD-SG-14",
            "fgi=AUS",
            "fgip=FGI",
            "other=DS",
            "other=SBU-NF",
            "other=LES-NF",
            "other=LES",
            "aea=DCNI",
        )
    ),
    max_size=2,
    unique_by=lambda word: word.partition("=")[0],
)
PORTIONS = st.tuples(st.sampled_from(("U", "U", "C", "S", "TS")), RELEASES, EXTRAS).map(
    lambda t: portion(" ".join((t[0], t[1], *t[2])))
)


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(
    st.lists(PORTIONS.filter(lambda p: not check_attributes(p)), min_size=1, max_size=5),
    st.sampled_from(("2010-01-01", "2023-07-12", "")),
)
def test_n3_reader_of_an_ism_banner_may_read_every_portion(portions, day):
    """Level, release, display, compartments, programs and atomic markings of the banner hold every portion's."""
    groups = Groups(ROWS, day)
    banner = roll_up_ism(portions, groups)
    assume(not isinstance(banner, NoBanner))
    assert check_attributes(banner) == ()
    for one in portions:
        assert LEVELS.index(banner.classification) >= LEVELS.index(one.classification)
        assert (
            release(banner, groups) <= release(one, groups)
            or one.classification == banner.classification == "U"
        )
        if one.classification != "U" or one.dissemination_controls:
            assert release(banner, groups) <= release(one, groups)
            assert display(banner, groups) <= display(one, groups)
        for field in ("sci_controls", "sar_identifier"):
            assert set(getattr(one, field)) <= set(getattr(banner, field))
        assert set(one.atomic_energy_markings) - {"DCNI", "UCNI"} <= set(banner.atomic_energy_markings)
        if one.fgi_source_open or one.fgi_source_protected:
            assert banner.fgi_source_open or banner.fgi_source_protected
    assert check_banner(banner, portions, groups) == ()


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    st.lists(PORTIONS.filter(lambda p: not check_attributes(p)), min_size=2, max_size=4),
    st.randoms(use_true_random=False),
)
def test_order_and_repetition_do_not_matter(portions, rng):
    """The same set of portions, the same banner."""
    again = [*portions, portions[0]]
    rng.shuffle(again)
    one, other = roll_up_ism(portions, GROUPS), roll_up_ism(again, GROUPS)
    if isinstance(one, IsmAttributes) and isinstance(other, IsmAttributes):
        assert list_texts(one) == list_texts(other)
    else:
        assert type(one) is type(other)


WRONG = [
    (56, "U", ["C NF"]),
    (58, "C NF", ["S NF"]),
    (59, "S NF", ["TS NF"]),
    (108, "TS NF", ["S NF"]),
    (109, "S NF", ["C NF"]),
    (110, "C NF", ["U NF"]),
    (60, "S NF", ["S NF sci=SI"]),
    (62, "S NF", ["S NF sci=TK"]),
    (63, "S NF", ["S NF sci=HCS"]),
    (111, "S NF sci=SI", ["S NF"]),
    (113, "S NF sci=TK", ["S NF"]),
    (64, "S NF", ["S NF fgi=AUS"]),
    (65, "S NF fgi=AUS", ["S NF fgip=FGI"]),
    (66, "U", ["U FOUO"]),
    (67, "S NF", ["S OC NF"]),
    (70, "S REL:USA,AUS", ["S NF"]),
    (71, "S NF", ["S NF PR"]),
    (72, "S NF", ["S NF aea=RD"]),
    (74, "S NF aea=RD", ["S NF aea=RD,RD-SG-14"]),
    (75, "S NF", ["S NF aea=FRD"]),
    (81, "S NF", ["S NF FISA"]),
    (84, "S NF", ["S NF other=DS"]),
    (86, "S NF", ["S NF other=ND"]),
    (88, "S REL:USA,AUS", ["S REL:USA,AUS", "S"]),
    (90, "S EYES:USA,AUS", ["S EYES:USA,AUS", "S REL:USA,AUS"]),
    (132, "S RELIDO", ["S RELIDO", "S NF"]),
    (154, "U FOUO", ["U"]),
    (228, "S NF aea=FRD", ["S NF"]),
    (229, "S NF aea=RD", ["S NF"]),
    (318, "S REL:USA,AUS,GBR", ["S REL:USA,AUS", "S REL:USA,AUS,GBR"]),
    (318, "S REL:USA,AUS", ["S REL:USA,AUS,GBR"]),
    (318, "S REL:USA,NATO", ["S REL:USA,DEU,GBR"]),
    (320, "S REL:USA,AUS DISPLAY:AFG,IRQ", ["S REL:USA,AUS DISPLAY:AFG"]),
]


@pytest.mark.parametrize(
    ("number", "banner", "portions"), WRONG, ids=[f"{row[0]}-{i}" for i, row in enumerate(WRONG)]
)
def test_a_wrong_banner_is_named_by_rule(number, banner, portions):
    """Too low, too high, wider or narrower than its portions."""
    rules = {fault.rule for fault in check_banner(portion(banner), map(portion, portions), GROUPS)}
    assert f"ISM-ID-{number:05d}" in rules


def test_a_compilation_may_be_stricter():
    """With a reason the banner may be higher and narrower, never wider."""
    assert check_banner(portion("TS REL:USA,AUS sci=SI why=x"), [portion("S REL:USA,AUS,GBR")], GROUPS) == ()
    assert check_banner(portion("TS REL:USA,AUS,JPN why=x"), [portion("S REL:USA,AUS,GBR")], GROUPS) != ()


def test_portions_of_no_sound_banner_fault_every_banner():
    """Nothing that could be written would be right."""
    (fault,) = check_banner(portion("S"), [portion("S owner=NATO"), portion("S owner=DEU")], GROUPS)
    assert fault.rule == "ISM-ROLL-UP"
    assert parse_ism_json(b"{}") == IsmAttributes()


RESOURCE = {
    "classification": "S",
    "ownerProducer": "USA",
    "disseminationControls": "NF",
    "resourceElement": "true",
    "createDate": "2023-07-12",
    "DESVersion": "10",
}


def check(resource, *portions):
    elements = [IsmElement("/doc", 1, make_attributes(resource, "$"))]
    elements += [IsmElement(f"/doc/p[{n}]", n, portion(text)) for n, text in enumerate(portions, 1)]
    return {(path, fault.rule.removeprefix("ISM-ID-00")) for path, fault in check_document(elements, GROUPS)}


def test_a_good_document_has_no_fault():
    """Banner, portions, dates and version."""
    assert check(RESOURCE, "S NF", "U") == set()
    assert check(RESOURCE) == set()


@pytest.mark.parametrize(
    ("changed", "portions", "found"),
    [
        ({"resourceElement": "false"}, ["S NF"], ("/", "103")),
        ({"createDate": None}, ["S NF"], ("/doc", "118")),
        ({"DESVersion": "9"}, ["S NF"], ("/doc", "300")),
        ({"DESVersion": None}, ["S NF"], ("/doc", "300")),
        ({}, ["S NF", "TS NF"], ("/doc", "059")),
        ({}, ["S NF", "S REL"], ("/doc/p[2]", "031")),
        ({}, ["S NF", "S owner=DEU RELIDO"], ("/doc/p[2]", "124")),
        ({"compliesWith": "ICDocument"}, ["S NF", "S"], ("/doc/p[2]", "119")),
        ({"declassDate": "2035-01-01"}, ["S NF aea=RD"], ("/doc", "176")),
        ({"atomicEnergyMarkings": "RD"}, ["S NF aea=RD"], ("/doc", "246")),
    ],
)
def test_a_documents_fault_stands_with_its_element(changed, portions, found):
    """Path and rule."""
    resource = {name: text for name, text in {**RESOURCE, **changed}.items() if text is not None}
    assert found in check(resource, *portions)
