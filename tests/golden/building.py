# SPDX-License-Identifier: Apache-2.0
"""The exercise's script as the core's structs: products, and the reader classes of section 3."""

import functools
import importlib.util
import json
import sys
from pathlib import Path

import msgspec

from tearline.core.ids import Member
from tearline.core.instants import parse_iso
from tearline.core.labels import (
    Label,
    MemberSight,
    PersonSight,
    decide_sight,
    make_label,
    make_member_sight,
    make_national_clearance,
)
from tearline.core.products import Body, Envelope, Field, Portion, Product, Source, Variant
from tearline.core.renditions import Voice, print_rendition, render
from tests.properties.worlds import make_book

FOLDER = Path(__file__).resolve().parents[2] / "src/tearline/data/exercise/paper-lantern-23"
TAG_SETS = {
    "provided_by": "Provided By",
    "compartment": "Compartment",
    "handling": "Handling",
    "rt": "Releasable To",
    "eo": "Eyes Only",
}
BODY_FIELDS = {"type", "wordings", "geojson", "text", "rows", "patterns", "reliability", "credibility"}


@functools.cache
def load_feeds():
    """The demo's reader of feeds, alone: importing its package would start at the command line."""
    path = FOLDER.parents[2] / "cli/demo/feeds.py"
    spec = importlib.util.spec_from_file_location("exercise_feeds", path)
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@functools.cache
def get_book():
    return make_book()


@functools.cache
def read_script():
    return json.loads((FOLDER / "script.json").read_text(encoding="utf-8"))


def build_label(words):
    categories = {}
    for key, name in TAG_SETS.items():
        if words.get(key):
            categories[name] = [words[key]] if isinstance(words[key], str) else words[key]
    epoch = read_script()["epoch"] if "NATO" in words.get("rt", ()) else ""
    return make_label(words["policy"], words["classification"], categories, epoch)


def build_portion(words):
    variants = []
    for variant in words["variants"]:
        body = {key: value for key, value in variant["body"].items() if key in BODY_FIELDS}
        fields = tuple(
            Field(f["name"], f["value"], f["compare"], f.get("unit") or "")
            for f in variant.get("fields", ())
            if not f.get("repeats")
        )
        variants.append(Variant(build_label(variant["label"]), msgspec.convert(body, Body), fields))
    sources = tuple(Source("KOR", s["product"], s["portion"]) for s in words["sources"])
    return Portion(words["tag"], words["kind"], tuple(variants), sources)


def build_product(handle, words, revision=1):
    """One revision of a product of the script, or of an event of the feeds."""
    chosen = next(r for r in words["revisions"] if r["revision"] == revision)
    filed = parse_iso(words["revisions"][0]["at"])
    stem, letters = (words["reference"] or {"stem": handle, "letters": ""}).values()
    envelope = Envelope(
        handle.encode().hex().ljust(32, "0"),
        words["originator"],
        words["kind"],
        words["precedence"],
        f"{stem} {letters}",
        filed,
    )
    return Product(
        envelope,
        revision,
        parse_iso(chosen["at"]),
        words["policy"],
        tuple(map(build_portion, chosen["portions"])),
        tuple(words["action"]),
        tuple(words["info"]),
        tuple(words["required"]),
    )


@functools.cache
def build_products():
    """Every product of the play, drafts that are never filed among them, by handle and revision."""
    words = read_script()["products"] | load_feeds().events(FOLDER, read_script())
    return {
        (handle, revision["revision"]): build_product(handle, product, revision["revision"])
        for handle, product in words.items()
        for revision in product["revisions"]
    }


@functools.cache
def build_readers():
    """The classes of section 3 (KOR-0, KOR-DM, …) and the members (KOR), each with its sight; kor.admin by name."""
    readers = {}
    for member in read_script()["members"]:
        code, top = Member(member["code"]), member["ceiling"]
        words = tuple(sorted({word for person in member["persons"] for word in person["codewords"]}))
        sight = readers[code] = make_member_sight(code, top, words, get_book())
        for person in member["persons"]:
            letters = "".join(word[0] for word in sorted(person["codewords"])) or "0"
            if person["cleared"]:
                held = make_national_clearance(code, top, tuple(person["codewords"]), get_book())
                readers[f"{code}-{letters}"] = PersonSight(sight, held)
            else:
                readers[person["id"]] = PersonSight(sight, None)
    return readers


def sees(reader, label: Label):
    return decide_sight(label, build_readers()[reader], get_book()).permitted


def get_voice(reader):
    member = next(m for m in read_script()["members"] if m["code"] == reader[:3].upper())
    return Voice(member["policy"], tuple(member["languages"]))


def read_as(reader, portions, product):
    """The rendition of portions (the product's or a share's) for a class, and the portions shown."""
    shown = render(portions, functools.partial(sees, reader))
    return shown, print_rendition(product.envelope, product.changed_at, shown, get_voice(reader), get_book())


def list_classes():
    return [
        name for name, sight in build_readers().items() if not isinstance(sight, MemberSight) and "-" in name
    ]
