# SPDX-License-Identifier: Apache-2.0
"""A small pack of our own to break: a network policy NET, a nation's policy HOME (member AAA), and PUBLIC."""

import json

NS = 'xmlns="http://www.xmlspif.org/spif"'
AUDIENCE = (
    '<requiredCategory operation="onlyOne"><categoryGroup tagSetRef="RT"/><categoryGroup tagSetRef="EO"/>'
    "</requiredCategory>"
)
MEMBERS = ("AAA", "BBB", "CCC")


def write_level(name, row, inner=AUDIENCE, attributes=""):
    return f'<securityClassification name="{name}" lacv="{row}" hierarchy="{row}" {attributes}>{inner}</securityClassification>'


def write_value(name, lacv, inner="", attributes=""):
    return f'<tagCategory name="{name}" lacv="{lacv}" {attributes}>{inner}</tagCategory>'


def write_set(name, kind, *values, attributes=""):
    tag = f'<securityCategoryTag name="{name}" tagType="{kind}" {attributes}>{"".join(values)}</securityCategoryTag>'
    return f'<securityCategoryTagSet name="{name}" id="%s.{name}">{tag}</securityCategoryTagSet>'


def write_spif(name, levels, sets=(), peers=(), attributes='schemaVersion="2.1" version="1"'):
    inside = "".join(sets).replace("%s", name)
    peers = "".join(f'<equivalentPolicy name="{peer}" id="id.{peer}"/>' for peer in peers)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<SPIF {NS} {attributes}><securityPolicyId name="{name}" id="id.{name}"/>'
        f"<securityClassifications>{''.join(levels)}</securityClassifications>"
        f"<securityCategoryTagSets>{inside}</securityCategoryTagSets>"
        f"<equivalentPolicies>{peers}</equivalentPolicies></SPIF>"
    )


def to_network(tag_set, lacv, applied="both", action=""):
    """The counterpart of a value in NET."""
    return f'<equivalentSecCategoryTag policyRef="NET" tagSetId="NET.{tag_set}" lacv="{lacv}" applied="{applied}" {action}/>'


def write_network():
    values = [write_value(member, number) for number, member in enumerate((*MEMBERS, "GRP"), 1)]
    return write_spif(
        "NET",
        [write_level("LOW", 1), write_level("HIGH", 2)],
        [
            write_set("Provided By", "tagType7", *values[:3]),
            write_set("CW", "restrictive", write_value("X", 1), write_value("Y", 2)),
            write_set("RT", "permissive", *values),
            write_set("EO", "permissive", *values[:3]),
        ],
    )


def write_home(levels=None, sets=None):
    same = {
        name: [
            write_value(member, number, to_network(name, number))
            for number, member in enumerate((*MEMBERS, "GRP"), 1)
        ]
        for name in ("RT", "EO")
    }
    classes = [
        write_level(
            name, row, f'<equivalentClassification policyRef="NET" lacv="{row}" applied="both"/>' + AUDIENCE
        )
        for row, name in ((1, "OPEN"), (2, "SHUT"))
    ]
    values = [
        write_set("CW", "restrictive", write_value("X", 1, to_network("CW", 1)), write_value("HOMEONLY", 7)),
        write_set("RT", "permissive", *same["RT"]),
        write_set("EO", "permissive", same["EO"][0]),
    ]
    return write_spif("HOME", levels or classes, sets or values, ["NET"])


def write_pack(**changed):
    """The files of the pack; ``home`` and ``net`` replace a SPIF, other names a file of that name (None: left out)."""
    files = {
        "net": write_network(),
        "home": write_home(),
        "public": write_spif("PUBLIC", [write_level("UNMARKED", 1, "")]),
        "memberships": "group,member,from,to\nGRP,AAA,2000-01-01,\nGRP,BBB,2010-01-01,2020-01-01\n",
        "pack": json.dumps(
            {
                "name": "small",
                "kind": "real",
                "network": "NET",
                "public": "PUBLIC",
                "policies": [
                    {"file": "net.spif.xml", "policy": "NET"},
                    {"file": "home.spif.xml", "policy": "HOME"},
                    {"file": "public.spif.xml", "policy": "PUBLIC"},
                ],
                "members": [{"code": "AAA", "name": {}, "policy": "HOME", "nation": True}],
                "groups": [{"code": "GRP", "lasting": True}],
            }
        ),
        "places": '{"joins": []}',
        "words": "{}",
        **changed,
    }
    names = {
        "pack": "pack.json",
        "places": "places.json",
        "words": "dirty-words.json",
        "memberships": "memberships.csv",
    }
    return {
        names.get(name, f"{name}.spif.xml"): text.encode() if isinstance(text, str) else text
        for name, text in files.items()
        if text is not None
    }
