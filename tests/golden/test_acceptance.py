# SPDX-License-Identifier: Apache-2.0
"""The exercise's acceptance table (section 6): what each class reads of each product, and under which marks."""

import csv
import functools
import json

import msgspec
import pytest

from tearline.core.labels import decide_sight, print_mark
from tearline.core.products import find_problems
from tearline.core.renditions import compare_shares, make_share, share_portions
from tests.golden.building import (
    FOLDER,
    build_label,
    build_products,
    build_readers,
    get_book,
    list_classes,
    load_feeds,
    read_as,
    read_script,
    sees,
)
from tests.properties.worlds import read_pack

MEMBERS = ("KOR", "JPN", "AUS", "NZL", "USA", "GBR", "NHQ")


def read_table(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ROWS = read_table("acceptance.csv")
MARKS = {row["id"]: row["text"] for row in read_table("marks.csv")}


def spell_out(text):
    """``KE1-3`` is KE1, KE2, KE3; ``1-2`` is 1, 2."""
    stem, _, last = text.partition("-")
    first = stem.lstrip("KEJ") if last else ""
    return [f"{stem[: -len(first)]}{n}" for n in range(int(first), int(last) + 1)] if last else [text]


def expand_readers(text):
    if text == "ALL":
        return list_classes()
    out = []
    for word in text.split("+"):
        out += [c for c in list_classes() if c.startswith(word[:-1])] if word.endswith("*") else [word]
    return out


def expand(row):
    return [
        (handle, int(revision), reader)
        for handle in (spell_out(row["product"]) if row["product"][1:2] == "E" else [row["product"]])
        for revision in spell_out(row["revision"])
        for reader in expand_readers(row["readers"])
    ]


def split_tag(text):
    """A tag and which of its variants: the first where the table gives no digit."""
    return text.rstrip("0123456789"), int(text[2:] or 1) - 1


@pytest.mark.parametrize("row", ROWS, ids=[f"{r['product']}-{r['revision']}-{r['readers']}" for r in ROWS])
def test_n2_each_class_reads_exactly_what_the_table_says(row):
    """N1, N2: portions in order, the preferred variant by its text, and the banner; the same from the member's share."""
    for handle, revision, reader in expand(row):
        product = build_products()[handle, revision]
        bodies = {p.tag: [v.body for v in p.variants] for p in product.portions}
        shown, rendition = read_as(reader, product.portions, product)
        tags = [] if row["portions"] == "-" else [split_tag(tag) for tag in row["portions"].split(".")]
        assert [(s.tag, s.body) for s in shown] == [(tag, bodies[tag][which]) for tag, which in tags], reader
        shared = share_portions(product.portions, functools.partial(sees, reader[:3]))
        assert read_as(reader, shared, product) == (shown, rendition), reader
        if tags:
            expected = " | ".join(MARKS[mark] for mark in (row["orig"], row["recv"]) if mark)
            assert rendition.banner == expected, reader


def test_the_table_covers_every_class_of_every_product_once():
    """No class is forgotten, and none is told two things."""
    found = [case for row in ROWS for case in expand(row)]
    products = [key for key in build_products() if key[0] not in {"G1A", "KX", "K1WJ"}]
    assert sorted(found) == sorted((*key, reader) for key in products for reader in list_classes())
    assert {row["orig"] for row in ROWS} | {row["recv"] for row in ROWS} == {"", *MARKS}


def test_n7_an_administrator_without_clearance_reads_nothing():
    """kor.admin sees no portion of anything, PUBLIC neither."""
    for product in build_products().values():
        assert read_as("kor.admin", product.portions, product)[0] == ()


CASES = [case for case in json.loads(read_pack()["cases.json"]) if "location" in case]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_marks_are_printed_as_the_script_has_them(case):
    """35 originator's banners, 61 receiver's marks, 28 portion marks, by the core's own printer."""
    words = {**case, "compartment": case["compartments"], "handling": ["ORCON"] * case["orcon"]}
    words = {key: value for key, value in words.items() if value is not None}
    place = {"banner": "pageTopBottom", "portion": "portionMarking", "receiver": "documentStart"}[
        case["location"]
    ]
    assert print_mark(build_label(words), place, case["lang"], get_book()) == case["expect"]


def test_portion_marks_stand_in_brackets_in_the_readers_language():
    """The originator's mark: its own language at home, English abroad."""
    product = build_products()["K1", 1]
    marks = {
        reader: read_as(reader, product.portions, product)[1].portions[0].mark
        for reader in ("KOR-0", "JPN-0")
    }
    assert marks == {
        "KOR-0": "(EXERCISE 군III//배포: KOR, AUS, JPN, NZL, NATO)",
        "JPN-0": "(EXERCISE KOR-III//REL KOR, AUS, JPN, NZL, NATO)",
    }


def share_of(handle, revision, member):
    return make_share(build_products()[handle, revision], member, functools.partial(sees, member))


def test_n1_the_stream_entries_of_the_script():
    """E: new or changed, R: narrowed or withdrawn, nothing: no entry at all, for every revision and member."""
    for row in read_table("stream_entries.csv"):
        for member in MEMBERS:
            revision = int(row["revision"])
            old = share_of(row["product"], revision - 1, member) if revision > 1 else None
            what = compare_shares(old, share_of(row["product"], revision, member)).what
            kind = {"new": "E", "changed": "E", "narrowed": "R", "withdrawn": "R", "none": ""}[what]
            assert row[member] in {"own", kind}, (row, member, what)


def test_n1_a_correction_inside_the_cell_changes_nothing_for_others():
    """39.112N 125.998E stays in the cell; 39.105N 126.006E would have crossed into the next and reached everyone."""
    cell = load_feeds().cell
    first, second, beyond = cell("39.127", "125.964"), cell("39.112", "125.998"), cell("39.105", "126.006")
    assert first == second != beyond
    one, two = (build_products()["K1", revision] for revision in (1, 2))
    bodies = {p.tag: [v.body for v in p.variants] for p in one.portions}
    assert (bodies["VX"][1].geojson, bodies["VX"][1].text) == (first.geojson, first.text)
    crossed = msgspec.structs.replace(bodies["VX"][1], geojson=beyond.geojson, text=beyond.text)
    for member in MEMBERS[1:]:
        sight = functools.partial(sees, member)
        changed = compare_shares(make_share(one, member, sight), make_share(two, member, sight)).what
        assert changed == ("changed" if member == "USA" else "none")
        moved = make_share(_with_cell(two, crossed), member, sight)
        assert compare_shares(make_share(one, member, sight), moved).what == "changed"


def _with_cell(product, body):
    replace = msgspec.structs.replace
    portions = [
        replace(p, variants=(p.variants[0], replace(p.variants[1], body=body))) if p.tag == "VX" else p
        for p in product.portions
    ]
    return replace(product, portions=tuple(portions))


@pytest.mark.parametrize("key", build_products(), ids=lambda key: f"{key[0]}-{key[1]}")
def test_products_of_the_script_have_no_blocking_finding(key):
    """What the exercise files can be filed; what the desk sends back is no fault of form."""
    assert [f for f in find_problems(build_products()[key], get_book()) if f.blocking] == []


def test_shares_of_the_script_are_as_many_as_it_says():
    """K1: four shares (USA; JPN; AUS = GBR = NHQ; NZL); G1 draft A: three; G1: four."""
    for handle, groups in {
        "K1": ["AUS GBR NHQ", "JPN", "NZL", "USA"],
        "G1A": ["AUS JPN", "KOR NHQ USA", "NZL"],
        "G1": ["AUS", "JPN NZL", "KOR", "NHQ USA"],
    }.items():
        product = build_products()[handle, 1]
        by_text = {}
        for member in MEMBERS:
            if member != product.envelope.originator:
                by_text.setdefault(
                    share_portions(product.portions, functools.partial(sees, member)), []
                ).append(member)
        assert sorted(" ".join(sorted(members)) for members in by_text.values()) == groups


def name_reason(reason):
    """The script's word for a reason; what has no equivalent is a codeword in a tag set, else a level."""
    if reason.code == "no-equivalent":
        return "codeword" if reason.tag_set else "ceiling"
    return {"classification": "ceiling"}.get(reason.code, reason.code)


@pytest.mark.parametrize(
    "row", read_table("withheld.csv"), ids=lambda r: f"{r['product']}-{r['revision']}-{r['portions']}"
)
def test_a3_what_is_withheld_is_explained_by_the_scripts_reasons(row):
    """A3: the portions named reach no reader of the row, and each reason of the script is among the decision's."""
    expected = set(row["reasons"].split("+")) - {"third_party"}
    for revision in spell_out(row["revision"]):
        product = build_products()[row["product"], int(revision)]
        variants = {p.tag: p.variants for p in product.portions}
        for reader in expand_readers(row["from"]):
            for tag, which in map(split_tag, row["portions"].split("+")):
                decision = decide_sight(variants[tag][which].label, build_readers()[reader], get_book())
                assert not decision.permitted, reader
                assert expected <= set(map(name_reason, decision.reasons)), (reader, decision.reasons)


def test_readers_are_those_of_the_script():
    assert len(read_script()["members"]) == len(MEMBERS)
    assert len(list_classes()) == 16
    assert set(MEMBERS) < set(build_readers())
