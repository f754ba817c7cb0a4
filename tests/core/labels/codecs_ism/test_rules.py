# SPDX-License-Identifier: Apache-2.0
"""Every rule about one element's attributes, broken once."""

import pytest

from tearline.core.labels.codecs.ism import check_attributes, make_attributes

S = {"classification": "S", "ownerProducer": "USA"}
U = {"classification": "U", "ownerProducer": "USA"}
TS = {"classification": "TS", "ownerProducer": "USA"}
C = {"classification": "C", "ownerProducer": "USA"}

BROKEN = [
    (12, {"classification": "S"}),
    (12, {"ownerProducer": "USA"}),
    (16, U | {"SCIcontrols": "SI"}),
    (16, U | {"SARIdentifier": "ABC"}),
    (16, U | {"classifiedBy": "me", "classificationReason": "1.4c"}),
    (16, U | {"declassDate": "2035-01-01"}),
    (16, U | {"derivedFrom": "x"}),
    (17, S | {"classifiedBy": "me"}),
    (26, S | {"disseminationControls": "NF OC"}),
    (28, U | {"disseminationControls": "OC"}),
    (28, U | {"disseminationControls": "EYES", "releasableTo": "USA GBR"}),
    (30, S | {"disseminationControls": "FOUO"}),
    (31, S | {"disseminationControls": "REL"}),
    (31, S | {"disseminationControls": "EYES"}),
    (32, S | {"releasableTo": "USA GBR"}),
    (32, S | {"disseminationControls": "NF", "releasableTo": "USA GBR"}),
    (33, S | {"disseminationControls": "NF REL", "releasableTo": "USA GBR"}),
    (33, S | {"disseminationControls": "REL EYES", "releasableTo": "USA GBR"}),
    (35, S | {"disseminationControls": "NF", "nonICmarkings": "SSI DS"}),
    (37, S | {"nonICmarkings": "SBU"}),
    (37, S | {"nonICmarkings": "SBU-NF"}),
    (38, S | {"disseminationControls": "NF", "nonICmarkings": "XD ND"}),
    (40, {"classification": "R", "ownerProducer": "USA"}),
    (41, S | {"disseminationControls": "REL", "releasableTo": "USA NATO GBR"}),
    (41, S | {"disseminationControls": "REL", "releasableTo": "USA KOR JPN"}),
    (42, S | {"SCIcontrols": "TK SI"}),
    (43, U | {"SCIcontrols": "SI"}),
    (44, S | {"SCIcontrols": "SI SI-G", "disseminationControls": "OC"}),
    (45, TS | {"SCIcontrols": "SI SI-G"}),
    (47, C | {"SCIcontrols": "TK"}),
    (48, U | {"SCIcontrols": "HCS", "disseminationControls": "NF"}),
    (49, S | {"SCIcontrols": "HCS"}),
    (95, S | {"FGIsourceOpen": "NATO AUS"}),
    (96, S | {"FGIsourceProtected": "GBR AUS"}),
    (99, {"classification": "S", "ownerProducer": "FGI USA", "FGIsourceProtected": "FGI"}),
    (100, {"classification": "S", "ownerProducer": "USA DEU"}),
    (107, C | {"disseminationControls": "IMC"}),
    (121, S | {"SARIdentifier": "DEF ABC"}),
    (122, C | {"SCIcontrols": "KDK", "disseminationControls": "NF"}),
    (123, S | {"SCIcontrols": "KDK"}),
    (143, S | {"derivativelyClassifiedBy": "me"}),
    (148, S | {"nonICmarkings": "LES LES-NF"}),
    (163, S | {"nonUSControls": "ATOMAL"}),
    (163, {"classification": "S", "ownerProducer": "NATO USA", "nonUSControls": "ATOMAL"}),
    (164, C | {"disseminationControls": "RS"}),
    (167, S | {"disseminationControls": "DISPLAYONLY", "displayOnlyTo": "IRQ AFG"}),
    (168, S | {"displayOnlyTo": "AFG"}),
    (169, S | {"disseminationControls": "NF RELIDO"}),
    (169, S | {"disseminationControls": "NF DISPLAYONLY", "displayOnlyTo": "AFG"}),
    (169, S | {"disseminationControls": "RELIDO DISPLAYONLY", "displayOnlyTo": "AFG"}),
    (173, U | {"atomicEnergyMarkings": "RD RD-SG-14"}),
    (174, U | {"atomicEnergyMarkings": "FRD"}),
    (174, U | {"atomicEnergyMarkings": "TFNI"}),
    (175, C | {"atomicEnergyMarkings": "RD RD-CNWDI"}),
    (178, S | {"atomicEnergyMarkings": "FRD RD"}),
    (178, S | {"atomicEnergyMarkings": "RD RD-SG-20 RD-SG-14"}),
    (181, S | {"atomicEnergyMarkings": "UCNI"}),
    (183, S | {"atomicEnergyMarkings": "RD-SG-14"}),
    (184, S | {"atomicEnergyMarkings": "FRD-SG-14"}),
    (185, S | {"atomicEnergyMarkings": "RD-CNWDI"}),
    (186, TS | {"SCIcontrols": "SI SI-G-ABCD", "disseminationControls": "OC"}),
    (187, TS | {"SCIcontrols": "SI-G", "disseminationControls": "OC"}),
    (289, S | {"noticeType": "NOTICE"}),
    (213, S | {"disseminationControls": "DISPLAYONLY"}),
    (214, S | {"disseminationControls": "REL", "releasableTo": "AUS GBR"}),
    (217, S | {"FGIsourceProtected": "FGI AUS"}),
    (
        221,
        S
        | {
            "derivativelyClassifiedBy": "me",
            "derivedFrom": "x",
            "classifiedBy": "me",
            "classificationReason": "y",
        },
    ),
    (225, S | {"compliesWith": "ICDocument", "nonICmarkings": "NNPI"}),
    (226, S | {"noticeType": "POC", "unregisteredNoticeType": "x"}),
    (233, S | {"FGIsourceOpen": "AUS", "disseminationControls": "RELIDO"}),
    (234, S | {"FGIsourceProtected": "FGI", "disseminationControls": "RELIDO"}),
    (236, S | {"disseminationControls": "OC OC"}),
    (236, S | {"disseminationControls": "REL", "releasableTo": "USA GBR GBR"}),
    (241, S | {"SCIcontrols": "RSV-ABC"}),
    (242, C | {"SCIcontrols": "RSV RSV-ABC"}),
    (243, S | {"SCIcontrols": "RSV"}),
    (253, S | {"atomicEnergyMarkings": "RD RD-SG-13"}),
    (254, {"classification": "X", "ownerProducer": "USA"}),
    (255, S | {"compliesWith": "Anything"}),
    (256, S | {"declassException": "99X"}),
    (257, S | {"disseminationControls": "DISPLAYONLY", "displayOnlyTo": "QQQ"}),
    (258, S | {"disseminationControls": "NOFORN"}),
    (259, S | {"FGIsourceOpen": "FGI"}),
    (260, S | {"FGIsourceProtected": "QQQ"}),
    (261, S | {"nonICmarkings": "LIMDIS"}),
    (262, {"classification": "S", "ownerProducer": "NATO", "nonUSControls": "CRYPTO"}),
    (263, {"classification": "S", "ownerProducer": "QQQ"}),
    (265, S | {"disseminationControls": "REL", "releasableTo": "USA XXX"}),
    (266, S | {"SARIdentifier": "ABC--D"}),
    (267, S | {"SCIcontrols": "SI UMBRA"}),
    (299, S | {"declassException": "AEA"}),
    (301, S | {"SCIcontrols": "EL"}),
    (304, S | {"SCIcontrols": "KDK-BLFH", "disseminationControls": "NF"}),
    (305, S | {"SCIcontrols": "KDK-IDIT", "disseminationControls": "NF"}),
    (306, S | {"SCIcontrols": "KDK-KAND", "disseminationControls": "NF"}),
    (307, S | {"SCIcontrols": "KDK KDK-BLFH-A1", "disseminationControls": "NF"}),
    (308, S | {"SCIcontrols": "KDK KDK-IDIT-A1", "disseminationControls": "NF"}),
    (309, S | {"SCIcontrols": "KDK KDK-KAND-A1", "disseminationControls": "NF"}),
    (310, S | {"SCIcontrols": "EL-EU SI"}),
    (311, S | {"SCIcontrols": "EL-NK SI"}),
    (313, S | {"nonICmarkings": "ND"}),
    (314, S | {"nonICmarkings": "XD"}),
    (319, S | {"disseminationControls": "REL", "releasableTo": "USA"}),
]


@pytest.mark.parametrize(
    ("number", "values"), BROKEN, ids=[f"{number}-{i}" for i, (number, _) in enumerate(BROKEN)]
)
def test_a_broken_rule_is_named(number, values):
    """By its number, whatever else is wrong."""
    rules = {fault.rule for fault in check_attributes(make_attributes(values, "$"))}
    assert f"ISM-ID-{number:05d}" in rules


def test_relido_is_of_the_united_states():
    """124 and 219 are about other owners' portions in a document of the United States."""
    foreign = make_attributes(
        {"classification": "S", "ownerProducer": "DEU", "disseminationControls": "RELIDO"}, "$"
    )
    assert "ISM-ID-00124" in {f.rule for f in check_attributes(foreign, us_document=True)}
    concealed = make_attributes({"classification": "S", "ownerProducer": "FGI"}, "$")
    assert "ISM-ID-00219" in {f.rule for f in check_attributes(concealed, us_document=True)}


@pytest.mark.parametrize(
    "values",
    [
        {"classification": "R", "ownerProducer": "DEU"},
        {"classification": "S", "ownerProducer": "NATO", "nonUSControls": "ATOMAL"},
        {
            "classification": "S",
            "ownerProducer": "DEU",
            "disseminationControls": "REL",
            "releasableTo": "CAN DEU",
        },
    ],
)
def test_rules_of_the_united_states_are_for_its_documents(values):
    """RESTRICTED and lists without USA are others' to write."""
    assert check_attributes(make_attributes(values, "$")) == ()


def test_codes_after_2013_are_data():
    """A later code is known where the caller says so."""
    values = S | {"disseminationControls": "REL", "releasableTo": "USA XAA"}
    assert {f.rule for f in check_attributes(make_attributes(values, "$"))} == {"ISM-ID-00265"}
    assert check_attributes(make_attributes(values, "$"), codes=frozenset({"XAA"})) == ()
