# SPDX-License-Identifier: Apache-2.0
"""Write the exercise policies (Open XML SPIF 2.1) and NATO's dated membership.

Reads `pack.json` and `nations.csv` of the pack, and the tables below; the bytes depend on nothing else.
The marks that the policies must print are in `cases.json`, which this program neither reads nor writes.

    python tools/make_exercise_pack.py            write
    python tools/make_exercise_pack.py --check    write nothing, exit 1 when a file differs
"""

import csv
import io
import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any, NamedTuple

PACK = Path(__file__).resolve().parent.parent / "src/tearline/data/packs/exercise"
SPIF = "http://www.xmlspif.org/spif"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ARC = "2.25.135985942684583033685180375428814158690"
NETWORK = "EXERCISE EXNET"
NETWORK_NUMBER = 1

# An entry of pack.json ("policies"); a row of nations.csv.
Entry = dict[str, Any]
Row = dict[str, str]

BANNER, PORTION, RECEIVER = LOCATIONS = ("pageTopBottom", "portionMarking", "documentStart")


class Level(NamedTuple):
    """A classification. Below row 5 it equals EXNET's level of the same number; row 5 equals nothing."""

    lacv: int
    name: str
    short: str
    local_name: str = ""
    local_short: str = ""
    receives: int | None = None  # one more EXNET level, on receipt only
    owned: str = ""  # the English words where the first of them is the owner's (4774 App. 2: NATO, or COSMIC)


CLASSIFICATIONS = {
    NETWORK: [
        Level(1, "UNCLASSIFIED", "EXU"),
        Level(2, "RESTRICTED", "EXR"),
        Level(3, "CONFIDENTIAL", "EXC"),
        Level(4, "SECRET", "EXS"),
    ],
    "EXERCISE KOR": [
        Level(2, "DAEOEBI", "KOR-D", "대외비", "대외비", receives=1),
        Level(3, "III-KUP", "KOR-III", "군사III급비밀", "군III"),
        Level(4, "II-KUP", "KOR-II", "군사II급비밀", "군II"),
        Level(5, "I-KUP", "KOR-I", "군사I급비밀", "군I"),
    ],
    "EXERCISE JPN": [
        Level(2, "CHUI", "JPN-CH", "注意", "注", receives=1),
        Level(3, "HI", "JPN-H", "秘", "秘"),
        Level(4, "GOKUHI", "JPN-GH", "極秘", "極"),
        Level(5, "KIMITSU", "JPN-K", "機密", "機"),
    ],
    "EXERCISE AUS": [
        Level(1, "OFFICIAL", "AUS-O"),
        Level(2, "OFFICIAL: Sensitive", "AUS-OS"),
        Level(3, "PROTECTED", "AUS-P"),
        Level(4, "SECRET", "AUS-S"),
        Level(5, "TOP SECRET", "AUS-TS"),
    ],
    "EXERCISE NZL": [
        Level(1, "UNCLASSIFIED", "NZ-U"),
        Level(2, "RESTRICTED", "NZ-R"),
        Level(3, "CONFIDENTIAL", "NZ-C"),
        Level(4, "SECRET", "NZ-S"),
        Level(5, "TOP SECRET", "NZ-TS"),
    ],
    "EXERCISE USA": [
        Level(1, "UNCLASSIFIED", "USA-U"),
        Level(3, "CONFIDENTIAL", "USA-C", receives=2),
        Level(4, "SECRET", "USA-S"),
        Level(5, "TOP SECRET", "USA-TS"),
    ],
    "EXERCISE GBR": [
        Level(1, "OFFICIAL", "UK-O"),
        Level(2, "OFFICIAL-SENSITIVE", "UK-OS"),
        Level(4, "SECRET", "UK-S", receives=3),
        Level(5, "TOP SECRET", "UK-TS"),
    ],
    "EXERCISE NATO": [
        Level(1, "UNCLASSIFIED", "NU", "OTAN SANS CLASSIFICATION", "NU", owned="NATO UNCLASSIFIED"),
        Level(2, "RESTRICTED", "NR", "OTAN DIFFUSION RESTREINTE", "NR", owned="NATO RESTRICTED"),
        Level(3, "CONFIDENTIAL", "NC", "OTAN CONFIDENTIEL", "NC", owned="NATO CONFIDENTIAL"),
        Level(4, "SECRET", "NS", "OTAN SECRET", "NS", owned="NATO SECRET"),
        Level(5, "COSMIC TOP SECRET", "CTS", "COSMIC TRÈS SECRET", "CTS", owned="COSMIC TOP SECRET"),
    ],
}
NO_EQUIVALENT = 5
PRIVACY_MARKS: dict[str, list[dict[str, str]]] = {
    "EXERCISE AUS": [{"en": name} for name in ("Legal privilege", "Legislative secrecy", "Personal privacy")],
    "EXERCISE NZL": [
        {"en": name} for name in ("COMMERCIAL", "EVALUATIVE", "LEGAL PRIVILEGE", "MEDICAL", "STAFF")
    ],
    "EXERCISE GBR": [{"en": name} for name in ("COMMERCIAL", "LOCSEN", "PERSONAL")],
    "EXERCISE NATO": [
        {"en": "MANAGEMENT", "fr": "GESTION"},
        {"en": "STAFF", "fr": "PERSONNEL"},
        {"en": "PERSONAL", "fr": "PRIVÉ"},
        {"en": "MEDICAL", "fr": "MÉDICAL"},
        {"en": "COMMERCIAL", "fr": "COMMERCIAL"},
    ],
}
"""What a label may say of its content that no decision looks at, after the nations' public rules. At most one on a label."""
COLORS = {1: "#2E7D32", 2: "#1565C0", 3: "#6A1B9A", 4: "#C62828", 5: "#E65100"}

# Tag sets in the order on marks; the place in this list is the tag set's number.
PROVIDED_BY, COMPARTMENT, HANDLING, RELEASABLE_TO, EYES_ONLY = TAG_SETS = (
    "Provided By",
    "Compartment",
    "Handling",
    "Releasable To",
    "Eyes Only",
)
TAG_TYPES = {
    PROVIDED_BY: "tagType7",
    COMPARTMENT: "restrictive",
    HANDLING: "tagType7",
    RELEASABLE_TO: "permissive",
    EYES_ONLY: "permissive",
}
COMPARTMENTS = {
    NETWORK: ["MILLRACE"],
    "EXERCISE KOR": ["DALBIT", "MILLRACE"],
    "EXERCISE AUS": ["MILLRACE"],
    "EXERCISE USA": ["COPPERLEAF", "MILLRACE"],
    "EXERCISE GBR": ["MILLRACE"],
    "EXERCISE NATO": ["MILLRACE"],
}
WITHOUT_EQUIVALENT = {"DALBIT", "COPPERLEAF"}
GROUP = "NATO"
NOT_AN_AUDIENCE = {"PRK"}
HEADQUARTERS = "NHQ"
HEADQUARTERS_SINCE = "1949-08-24"

# A number, once given, stays with its value: labels in ASN.1 carry it instead of the name.
# Nations have those of ISO 3166-1.
NUMBERS = {
    "ALB": 8, "AUS": 36, "BEL": 56, "BGR": 100, "CAN": 124, "CZE": 203, "DEU": 276, "DNK": 208,
    "ESP": 724, "EST": 233, "FIN": 246, "FRA": 250, "GBR": 826, "GRC": 300, "HRV": 191, "HUN": 348,
    "ISL": 352, "ITA": 380, "JPN": 392, "KOR": 410, "LTU": 440, "LUX": 442, "LVA": 428, "MKD": 807,
    "MNE": 499, "NLD": 528, "NOR": 578, "NZL": 554, "POL": 616, "PRT": 620, "ROU": 642, "SVK": 703,
    "SVN": 705, "SWE": 752, "TUR": 792, "USA": 840,
    "NHQ": 1001, "NATO": 1002,
    "MILLRACE": 1, "DALBIT": 2, "COPPERLEAF": 3,
    "ORCON": 1,
}  # fmt: skip

PROVIDERS = {
    "ko": {
        "KOR": "한국 정부 제공",
        "JPN": "일본 정부 제공",
        "AUS": "호주 정부 제공",
        "NZL": "뉴질랜드 정부 제공",
        "USA": "미국 정부 제공",
        "GBR": "영국 정부 제공",
        "NHQ": "NATO 제공",
    },
    "ja": {
        "KOR": "韓国政府提供",
        "JPN": "日本政府提供",
        "AUS": "豪州政府提供",
        "NZL": "NZ政府提供",
        "USA": "米国政府提供",
        "GBR": "英国政府提供",
        "NHQ": "NATO提供",
    },
    "fr": {
        "KOR": "FOURNI PAR LA CORÉE",
        "JPN": "FOURNI PAR LE JAPON",
        "AUS": "FOURNI PAR L'AUSTRALIE",
        "NZL": "FOURNI PAR LA NOUVELLE-ZÉLANDE",
        "USA": "FOURNI PAR LES ÉTATS-UNIS",
        "GBR": "FOURNI PAR LE ROYAUME-UNI",
        "NHQ": "FOURNI PAR L'OTAN",
    },
}
PREFIXES = {
    (PROVIDED_BY, BANNER, "en"): "//PROVIDED BY ",
    (PROVIDED_BY, RECEIVER, "en"): "//PROVIDED BY ",
    (RELEASABLE_TO, BANNER, "en"): "//REL TO ",
    (RELEASABLE_TO, PORTION, "en"): "//REL ",
    (RELEASABLE_TO, BANNER, "ko"): "//배포허용: ",
    (RELEASABLE_TO, PORTION, "ko"): "//배포: ",
    (RELEASABLE_TO, BANNER, "ja"): "//提供可: ",
    (RELEASABLE_TO, PORTION, "ja"): "//提供: ",
    (RELEASABLE_TO, BANNER, "fr"): "//COMMUNICABLE À ",
    (RELEASABLE_TO, PORTION, "fr"): "//COMM ",
    (PROVIDED_BY, PORTION, "fr"): "//PAR ",
} | {(PROVIDED_BY, PORTION, language): "//BY " for language in ("en", "ko", "ja")}
SEPARATORS = {COMPARTMENT: "/", HANDLING: "/"}


def main(arguments: list[str]) -> int:
    """Write the pack, or compare it; the exit code."""
    stale = [
        name
        for name, text in make_pack().items()
        if not write(PACK / name, text, check="--check" in arguments)
    ]
    for name in stale:
        print(f"differs: {name}", file=sys.stderr)
    return 1 if stale else 0


def write(path: Path, text: str, *, check: bool) -> bool:
    """Bring the file up to date; with `check` only say whether it is."""
    if check:
        return path.is_file() and path.read_bytes() == text.encode()
    path.write_bytes(text.encode())
    return True


def make_pack() -> dict[str, str]:
    """The text of each written file, by name."""
    pack = json.loads((PACK / "pack.json").read_text(encoding="utf-8"))
    nations = list(csv.DictReader(io.StringIO((PACK / "nations.csv").read_text(encoding="utf-8"))))
    members = sorted(member["code"] for member in pack["members"])
    codes = sorted({nation["alpha3"] for nation in nations} - NOT_AN_AUDIENCE | set(members))
    ET.register_namespace("spif", SPIF)
    files = {"memberships.csv": make_memberships(nations)}
    for number, entry in enumerate(pack["policies"], start=1):
        public = entry["policy"] == pack["public"]
        root = make_public(number, entry) if public else make_policy(number, entry, members, codes)
        files[entry["file"]] = print_document(root)
    return files


def make_memberships(nations: list[Row]) -> str:
    """Who is in NATO from when: the nations by their dates, and the headquarters."""
    rows = [(nation["nato_since"], nation["alpha3"]) for nation in nations if nation["nato_since"]]
    rows = sorted([*rows, (HEADQUARTERS_SINCE, HEADQUARTERS)])
    return "group,member,from,to\n" + "".join(f"{GROUP},{member},{since},\n" for since, member in rows)


# --- a policy -----------------------------------------------------------------


def make_public(number: int, entry: Entry) -> ET.Element:
    """One classification, no tags: whatever the place, the mark is the policy's word alone."""
    root = make_root(number, entry)
    level = add(
        add(root, "securityClassifications"),
        "securityClassification",
        name="UNMARKED",
        lacv="1",
        hierarchy="1",
        color=COLORS[1],
    )
    for location in LOCATIONS:
        add_marking(level, None, "en", location, "noNameDisplay")
    add_policy_marking(root, entry, dict.fromkeys(LOCATIONS, str(entry["word"])), separator="")
    return root


def make_policy(number: int, entry: Entry, members: list[str], codes: list[str]) -> ET.Element:
    """A policy with audiences: the network's, a nation's or NATO's."""
    root = make_root(number, entry)
    levels = add(root, "securityClassifications")
    for row in CLASSIFICATIONS[entry["policy"]]:
        add_classification(levels, entry, row)
    tag_sets = add(root, "securityCategoryTagSets")
    for name, values in tag_values(entry, members, codes).items():
        if values:
            add_tag_set(tag_sets, f"{ARC}.2.{number}.{TAG_SETS.index(name) + 1}", name, values, entry)
    add_privacy_marks(root, entry)
    if entry["policy"] != NETWORK:
        add(add(root, "equivalentPolicies"), "equivalentPolicy", name=NETWORK, id=f"{ARC}.1.{NETWORK_NUMBER}")
    owned = any(row.owned for row in CLASSIFICATIONS[entry["policy"]])
    banner = "EXERCISE" if owned else f"EXERCISE {entry['word']}"
    add_policy_marking(root, entry, {BANNER: banner, PORTION: "EXERCISE", RECEIVER: banner}, separator=" ")
    return root


def make_root(number: int, entry: Entry) -> ET.Element:
    """The head of a policy and its identity."""
    root = ET.Element(
        f"{{{SPIF}}}SPIF",
        schemaVersion="2.1",
        version="1",
        creationDate="20230701000000Z",
        originatorDN=f"CN={entry['policy']},OU=Exercise policies,O=tearline",
        keyIdentifier="unsigned",
        privilegeId="2.16.840.1.101.2.1.8.2",
        rbacId="2.16.840.1.101.2.1.8.3",
    )
    add(root, "securityPolicyId", name=entry["policy"], id=f"{ARC}.1.{number}")
    return root


def add_policy_marking(root: ET.Element, entry: Entry, phrases: dict[str, str], *, separator: str) -> None:
    """The policy's words, by place; outside English it is EXERCISE alone."""
    for location in LOCATIONS:
        for language in entry["languages"]:
            phrase = phrases[location] if language == "en" else "EXERCISE"
            add_marking(root, phrase, language, location, "replacePolicy")
    for location in LOCATIONS:
        add_qualifiers(
            root, location, {language: {"separator": separator} for language in entry["languages"]}
        )


def add_privacy_marks(root: ET.Element, entry: Entry) -> None:
    """The policy's privacy marks, if it has any: in words of their own, after EXERCISE like every mark."""
    rows = PRIVACY_MARKS.get(entry["policy"])
    if not rows:
        return
    marks = add(root, "privacyMarks", maxSelection="1")
    for words in rows:
        mark = add(marks, "privacyMark", name=words["en"])
        for location in LOCATIONS:
            for language in entry["languages"]:
                add_marking(mark, f"EXERCISE {words[language]}", language, location)


# --- classifications ----------------------------------------------------------


def add_classification(levels: ET.Element, entry: Entry, row: Level) -> None:
    """One classification: its equals in EXNET, its words, and the audience it asks for."""
    number = str(row.lacv)
    level = add(
        levels, "securityClassification", name=row.name, lacv=number, hierarchy=number, color=COLORS[row.lacv]
    )
    if entry["policy"] != NETWORK and row.lacv != NO_EQUIVALENT:
        if row.receives:
            add(
                level,
                "equivalentClassification",
                policyRef=NETWORK,
                lacv=str(row.receives),
                applied="decrypt",
            )
        add(level, "equivalentClassification", policyRef=NETWORK, lacv=number, applied="both")
    for location in LOCATIONS:
        for language in entry["languages"]:
            words = (
                (row.owned or row.name, row.short) if language == "en" else (row.local_name, row.local_short)
            )
            add_marking(level, words[location == PORTION], language, location)
    audience = add(level, "requiredCategory", operation="onlyOne")
    for tag_set in (RELEASABLE_TO, EYES_ONLY):
        add(audience, "categoryGroup", tagSetRef=tag_set, tagType=TAG_TYPES[tag_set])
    if entry["policy"] == NETWORK:
        provider = add(level, "requiredCategory", operation="oneOrMore")
        add(provider, "categoryGroup", tagSetRef=PROVIDED_BY, tagType=TAG_TYPES[PROVIDED_BY])


# --- tag sets -----------------------------------------------------------------


def tag_values(entry: Entry, members: list[str], codes: list[str]) -> dict[str, list[str]]:
    """The values of each tag set, in the order on marks: own nation, the other codes, the group."""
    own = entry["owner"]
    return {
        PROVIDED_BY: members,
        COMPARTMENT: COMPARTMENTS.get(entry["policy"], []),
        HANDLING: ["ORCON"],
        RELEASABLE_TO: [*sorted(codes, key=lambda code: (code != own or own == HEADQUARTERS, code)), GROUP],
        EYES_ONLY: [own] if own else members,
    }


def add_tag_set(tag_sets: ET.Element, oid: str, name: str, values: list[str], entry: Entry) -> None:
    """One tag set with its one tag, values, prefixes and separators."""
    tag_set = add(tag_sets, "securityCategoryTagSet", name=name, id=oid)
    tag = add(tag_set, "securityCategoryTag", name=name, tagType=TAG_TYPES[name])
    if TAG_TYPES[name] == "tagType7":
        tag.set("tag7Encoding", "securityAttributes")
    if name == PROVIDED_BY and entry["policy"] == NETWORK:
        tag.set("singleSelection", "true")
    for value in values:
        add_category(tag, name, value, entry)
    for location in LOCATIONS:
        if location != RECEIVER or name not in (RELEASABLE_TO, EYES_ONLY):
            qualifiers = {
                language: {
                    "prefix": PREFIXES.get((name, location, language), "//"),
                    "separator": SEPARATORS.get(name, ", "),
                }
                for language in entry["languages"]
            }
            add_qualifiers(tag, location, qualifiers)


def add_category(tag: ET.Element, tag_set: str, value: str, entry: Entry) -> None:
    """One value: its equal in EXNET and its words; a receiver's mark hides the audience."""
    category = add(tag, "tagCategory", name=value, lacv=str(NUMBERS[value]))
    if entry["policy"] != NETWORK and value not in WITHOUT_EQUIVALENT:
        add(
            category,
            "equivalentSecCategoryTag",
            policyRef=NETWORK,
            tagSetId=f"{ARC}.2.{NETWORK_NUMBER}.{TAG_SETS.index(tag_set) + 1}",
            tagType=TAG_TYPES[tag_set],
            lacv=str(NUMBERS[value]),
            applied="both",
        )
    for location in LOCATIONS:
        if tag_set in (RELEASABLE_TO, EYES_ONLY) and location == RECEIVER:
            add_marking(category, None, "en", RECEIVER, "noMarkingDisplay")
        elif tag_set != RELEASABLE_TO:
            for language in entry["languages"]:
                add_marking(category, print_value(tag_set, value, location, language), language, location)


def print_value(tag_set: str, value: str, location: str, language: str) -> str:
    """The words of one value. Codes of Releasable To never come here: their name is their word everywhere."""
    portion = location == PORTION
    if tag_set == PROVIDED_BY and not portion and language != "en":
        return PROVIDERS[language][value]
    if tag_set == HANDLING:
        return "OC" if portion else value
    if tag_set == EYES_ONLY:
        word = "UK" if value == "GBR" else value
        english = f"{word} EO" if portion else f"{word} EYES ONLY"
        return {"en": english, "ko": f"{word} 한정", "ja": f"{word}限り", "fr": f"{word} SEULEMENT"}[language]
    return "달빛" if value == "DALBIT" and language == "ko" else value


# --- XML ----------------------------------------------------------------------


def add(parent: ET.Element, element: str, /, **attributes: str) -> ET.Element:
    """A child element in SPIF's namespace."""
    return ET.SubElement(parent, f"{{{SPIF}}}{element}", attributes)


def add_marking(parent: ET.Element, phrase: str | None, language: str, *codes: str) -> None:
    """A phrase (None: the name) in one language, with its place and other codes."""
    data = add(parent, "markingData", **({} if phrase is None else {"phrase": phrase}))
    data.set(LANG, language)
    for code in codes:
        add(data, "code").text = code


def add_qualifiers(parent: ET.Element, location: str, qualifiers: dict[str, dict[str, str]]) -> None:
    """Prefix and separator at one place, by language."""
    element = add(parent, "markingQualifier", markingCode=location)
    for language, words in qualifiers.items():
        for code, word in words.items():
            add(element, "qualifier", markingQualifier=word, qualifierCode=code).set(LANG, language)


def print_document(root: ET.Element) -> str:
    """The file's text."""
    ET.indent(root)
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<!-- SPDX-License-Identifier: Apache-2.0. EXERCISE: invented, for training only."
        " Written by tools/make_exercise_pack.py. -->\n"
    )
    return head + ET.tostring(root, encoding="unicode") + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
