# SPDX-License-Identifier: Apache-2.0
"""Drawn worlds over the shipped pack: labels (mostly well-formed), sights and products, from one seeded generator."""

import functools
import os
import random
from pathlib import Path

from msgspec.structs import replace

from tearline.core.labels import (
    Label,
    PersonSight,
    Sights,
    load_pack,
    make_member_sight,
    make_national_clearance,
)
from tearline.core.products import Envelope, Portion, Product, Source, TextBody, Variant, Wording
from tests.oracle import policy as oracle

LONG = os.environ.get("TEARLINE_LONG") == "1"
PACK = Path(__file__).resolve().parents[2] / "src/tearline/data/packs/exercise"
EPOCHS = ("2023-07-12", "2023-07-12", "2023-07-12", "2024-06-01", "2022-01-01")
NO_DAYS = (
    "",
    "1949-08-23",
    "2023-7-12",
    "9999",
    "zzzz",
    "2023-02-30",
    "2023-07-12T00:00:00Z",
    " 2023-07-12",
    "now",
)
NATIONS = ("SWE", "FIN", "DEU", "CAN")


@functools.cache
def read_pack():
    return {path.name: path.read_bytes() for path in sorted(PACK.iterdir())}


def make_book():
    """A fresh book with empty caches (a mutant must not meet remembered answers)."""
    return load_pack(read_pack())


def to_plain(label):
    """A label as the oracle reads it."""
    return {
        "policy": label.policy,
        "class": label.classification,
        "tags": [(name, list(values)) for name, values in label.categories],
        "epoch": label.epoch,
    }


def draw_label(rng, policy=None, *, malformed=0.0):
    """One label; with the chance ``malformed`` one thing about it is wrong."""
    policy = policy or rng.choice([*oracle.ROWS, *oracle.ROWS, oracle.PUBLIC])
    label = Label(oracle.PUBLIC, "UNMARKED") if policy == oracle.PUBLIC else _draw_marked(rng, policy)
    return rng.choice(spoil(label, rng)) if rng.random() < malformed else label


def _draw_marked(rng, policy):
    known = oracle.words(policy)
    tags = {}
    if rng.random() < 0.15:
        own = sorted(known["Eyes Only"])
        tags["Eyes Only"] = rng.sample(own, rng.choice([1, 1, min(2, len(own)), len(own)]))
    else:
        chosen = set(rng.sample(sorted(oracle.HOME), rng.choice([0, 1, 2, 3, 5, 7])))
        chosen |= {"NATO"} if rng.random() < 0.4 else set()
        chosen |= {rng.choice(NATIONS)} if rng.random() < 0.2 else set()
        chosen |= oracle.nato("2023-07-12") if rng.random() < 0.03 else set()
        tags["Releasable To"] = sorted(chosen) or [rng.choice(sorted(oracle.HOME))]
    if "Compartment" in known and rng.random() < 0.35:
        words = sorted(known["Compartment"])
        tags["Compartment"] = rng.sample(words, rng.randint(1, len(words)))
    if rng.random() < 0.2:
        tags["Handling"] = ["ORCON"]
    if policy == oracle.NETWORK or rng.random() < 0.1:
        tags["Provided By"] = [rng.choice(sorted(oracle.HOME))]
    epoch = rng.choice(EPOCHS) if "NATO" in tags.get("Releasable To", ()) else ""
    levels = [name for row, name in sorted(oracle.ROWS[policy].items()) for _ in range(1 if row == 5 else 3)]
    categories = tuple((name, tuple(sorted(values))) for name, values in sorted(tags.items()))
    return Label(policy, rng.choice(levels), categories, epoch)


def spoil(label, rng=None):
    """Labels each of which differs from a valid one in one thing that makes it invalid."""
    tags = dict(label.categories)
    out = [replace(label, policy=name) for name in ("", "EXERCISE FRA", "exnet")]
    names = ("", "secret", "SECRETT", "Secret ", "TOP", "EXERCISE")
    out += [replace(label, classification=name) for name in names if not _is_level(label, name)]
    swap = functools.partial(_with_tags, label)
    out += [
        swap({**tags, name: ()}) for name in ("Releasable To", "Eyes Only", "Compartment", "Surprise", "")
    ]
    sets = ("Releasable To", "Compartment", "Handling")
    out += [swap({**tags, name: (*tags.get(name, ()), "ZZZ")}) for name in sets]
    out += [swap({**tags, "Surprise": ("KOR",)}), swap({**tags, "releasable to": ("KOR",)})]
    out += [replace(label, epoch="20230712" if label.epoch else "2023-07-12")]
    if label.policy != oracle.PUBLIC:
        out += _spoil_audience(label, tags, swap)
    if label.epoch:
        out += [replace(label, epoch=epoch) for epoch in NO_DAYS]
    if rng is not None:
        rng.shuffle(out)
    return out


def _spoil_audience(label, tags, swap):
    audience = "Releasable To" if "Releasable To" in tags else "Eyes Only"
    own = tuple(sorted(oracle.words(label.policy)["Eyes Only"]))
    out = [
        swap({name: values for name, values in tags.items() if name != audience}),
        swap({**tags, "Releasable To": ("KOR",), "Eyes Only": own}),
        swap({**tags, audience: (*tags[audience], tags[audience][0])}),
        swap({**tags, audience: tuple(value.lower() for value in tags[audience])}),
        swap({**tags, audience: ("",)}),
        replace(label, categories=(*label.categories, (audience, tags[audience]))),
    ]
    if label.policy == oracle.NETWORK:
        out += [swap({name: values for name, values in tags.items() if name != "Provided By"})]
        out += [swap({**tags, "Provided By": ("AUS", "KOR")})]
    return out


def _with_tags(label, tags):
    return Label(label.policy, label.classification, tuple(sorted(tags.items())), label.epoch)


def _is_level(label, name):
    return name in oracle.ROWS.get(label.policy, {}).values()


class Reader:
    """A sight for the fast engine and what the oracle needs to know of the same reader."""

    def __init__(self, sight, member, of_member, of_person):
        self.sight, self.member, self.of_member, self.of_person = sight, member, of_member, of_person

    def sees(self, plain):
        """The oracle's answer: the member sees it and, where this is a person, so does the person."""
        return all(
            oracle.sees(plain, self.member, clearance) for clearance in (self.of_member, self.of_person)
        )

    def __repr__(self):
        return f"{self.member} {self.of_member} {self.of_person}"


def make_reader(book, member, of_member, of_person="member"):
    """``of_person`` "member": the member itself, for its share."""
    level = oracle.ROWS[oracle.HOME[member]].get
    sight = make_member_sight(
        member, level(of_member["ceiling"]), tuple(sorted(of_member["codewords"])), book
    )
    if of_person == "member":
        return Reader(sight, member, of_member, of_member)
    national = of_person and make_national_clearance(
        member, level(of_person["ceiling"]), tuple(sorted(of_person["codewords"])), book
    )
    return Reader(PersonSight(sight, national), member, of_member, of_person)


def draw_clearance(rng, member):
    home = oracle.HOME[member]
    words = sorted(oracle.CODEWORDS[home])
    return {
        "ceiling": rng.choice([*oracle.ROWS[home], 4, 4]),
        "codewords": set(rng.sample(words, rng.randint(0, len(words)))),
    }


def draw_reader(rng, book):
    member = rng.choice(sorted(oracle.HOME))
    of_member = draw_clearance(rng, member)
    person = rng.choice(["member", None, "own", "own", "own", "own"])
    return make_reader(book, member, of_member, draw_clearance(rng, member) if person == "own" else person)


def list_clearances(member):
    """Every clearance a member of the exercise could give."""
    home = oracle.HOME[member]
    words = sorted(oracle.CODEWORDS[home])
    held = [{w for i, w in enumerate(words) if bits >> i & 1} for bits in range(2 ** len(words))]
    return [{"ceiling": row, "codewords": codewords} for row in oracle.ROWS[home] for codewords in held]


def list_readers(book):
    """Every member sight and, for each, every person that is cleared no further (which is how nodes are filled)."""
    out = []
    for member in oracle.HOME:
        for of_member in list_clearances(member):
            out.append(make_reader(book, member, of_member))
            out += [
                make_reader(book, member, of_member, person)
                for person in list_clearances(member)
                if person["ceiling"] <= of_member["ceiling"] and person["codewords"] <= of_member["codewords"]
            ]
        out.append(make_reader(book, member, list_clearances(member)[-1], None))
    return out


class World:
    """A book, readers with their classes, and a pool of labels."""

    def __init__(self, seed, labels=300, readers=40, malformed=0.15):
        self.rng = random.Random(seed)
        self.book = make_book()
        self.sights = Sights(self.book)
        self.readers = [draw_reader(self.rng, self.book) for _ in range(readers)]
        self.labels = list({draw_label(self.rng, malformed=malformed): None for _ in range(labels)})
        self.classes = [self.sights.class_id(reader.sight) for reader in self.readers]

    def sees(self, number):
        """The answer of the fast engine for the reader of that number, as the core's functions take it."""
        return functools.partial(self.sights.sees_label, self.classes[number])

    def draw_set(self):
        """Labels that could stand in one product: of one policy, PUBLIC beside it."""
        policy = self.rng.choice(list(oracle.ROWS))
        pool = [label for label in self.labels if label.policy in {policy, oracle.PUBLIC}]
        return self.rng.sample(pool, min(len(pool), self.rng.choice([1, 2, 2, 3, 4, 6])))


def draw_product(rng, labels, originator="KOR"):
    """A product over some labels: a few portions with one to three variants each, all texts different."""
    portions = []
    for number in range(rng.randint(1, 6)):
        tag = "ABCDEFGH"[number] * 2
        variants = tuple(
            make_variant(rng.choice(labels), f"{tag}{i} {rng.random()}") for i in range(rng.randint(1, 3))
        )
        sources = (Source("KOR", "0" * 32, "AA"),) if rng.random() < 0.3 else ()
        portions.append(Portion(tag, "title" if number == 0 else "paragraph", variants, sources))
    envelope = Envelope(
        "1" * 32, originator, "report", "ROUTINE", "KOR-REP 120104Z JUL 23 K7QF", 1_689_123_840_000_000
    )
    return Product(
        envelope, 1, 1_689_123_840_000_000, labels[0].policy, tuple(portions), ("JPN-WATCH", "KOR-DESK")
    )


def make_variant(label, text):
    return Variant(label, TextBody((Wording("en", text),)))
