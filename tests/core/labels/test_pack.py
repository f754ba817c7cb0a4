# SPDX-License-Identifier: Apache-2.0
"""A pack is taken whole or not at all, and what would make its policies unsound is refused with it."""

import json
import random

import pytest

from tearline.core.errors import MalformedError, TearlineError
from tearline.core.labels import find_faults, load_pack, make_label
from tests.core.labels.packs import (
    AUDIENCE,
    to_network,
    write_home,
    write_level,
    write_network,
    write_pack,
    write_set,
    write_spif,
    write_value,
)
from tests.properties.worlds import read_pack

MANIFEST = json.loads(write_pack()["pack.json"])
PUBLIC_WITH_AUDIENCE = write_spif(
    "PUBLIC", [write_level("UNMARKED", 1, "")], [write_set("RT", "permissive", write_value("AAA", 1))]
)


def manifest(**changed):
    return json.dumps({**MANIFEST, **changed})


def home_that_requires(rule):
    levels = [write_level("OPEN", 1, '<equivalentClassification policyRef="NET" lacv="1"/>' + rule)]
    values = [write_value("AAA", 1, to_network("RT", 1))]
    return write_home(
        levels, [write_set("RT", "permissive", *values), write_set("CW", "restrictive", write_value("X", 1))]
    )


UNSOUND = {
    "no manifest": {"pack": None},
    "manifest no JSON": {"pack": "{"},
    "manifest of another shape": {"pack": "[]"},
    "a SPIF missing": {"home": None},
    "a SPIF of another policy": {"home": write_network()},
    "neither exercise nor real": {"pack": manifest(kind="test")},
    "no network policy": {"pack": manifest(network="NIX")},
    "no public policy": {"pack": manifest(public="NIX")},
    "public is the network": {"pack": manifest(public="NET")},
    "public is a nation's": {"pack": manifest(public="HOME")},
    "public with an audience": {"public": PUBLIC_WITH_AUDIENCE},
    "member of an unknown policy": {"pack": manifest(members=[{**MANIFEST["members"][0], "policy": "NIX"}])},
    "member twice": {"pack": manifest(members=MANIFEST["members"] * 2)},
    "two members of one policy": {
        "pack": manifest(members=[*MANIFEST["members"], {**MANIFEST["members"][0], "code": "BBB"}])
    },
    "a group that is a member": {"memberships": "group,member,from,to\nAAA,BBB,2000-01-01,\n"},
    "memberships without columns": {"memberships": "a,b\n1,2\n"},
    "memberships not UTF-8": {"memberships": b"group,member,from,to\nGRP,AA\xff,2000-01-01,\n"},
    "memberships from no day": {"memberships": "group,member,from,to\nGRP,AAA,soon,\n"},
    "memberships to no day": {"memberships": "group,member,from,to\nGRP,AAA,2000-01-01,later\n"},
    "membership of a short row": {"memberships": "group,member,from,to\nGRP\n"},
    "places without joins": {"places": "{}"},
    "no dirty words": {"words": None},
    "no audience asked for": {"home": home_that_requires("")},
    "audience or codeword": {
        "home": home_that_requires(AUDIENCE.replace("EO", "CW").replace("onlyOne", "oneOrMore"))
    },
    "audience xor codeword": {"home": home_that_requires(AUDIENCE.replace("EO", "CW"))},
}


@pytest.mark.parametrize("case", UNSOUND)
def test_n5_an_unsound_pack_is_refused(case):
    with pytest.raises(MalformedError) as caught:
        load_pack(write_pack(**UNSOUND[case]))
    assert caught.value.code in {"bad-pack", "bad-spif", "bad-equivalence"}


def test_audience_and_codeword_together_is_an_audience():
    """``all`` of audience and codeword never admits an absent audience."""
    rule = AUDIENCE.replace("EO", "CW").replace("onlyOne", "all")
    book = load_pack(write_pack(home=home_that_requires(rule)))
    assert find_faults(make_label("HOME", "OPEN", {"CW": ["X"]}), book)
    assert not find_faults(make_label("HOME", "OPEN", {"CW": ["X"], "RT": ["AAA"]}), book)


def test_memberships_begin_and_end():
    """The first day in counts, and the first day out does not."""
    book = load_pack(write_pack())
    assert book.resolve(("GRP",), "1999-12-31") == frozenset()
    assert book.resolve(("GRP",), "2000-01-01") == {"AAA"}
    assert book.resolve(("GRP",), "2019-12-31") == {"AAA", "BBB"}
    assert book.resolve(("GRP", "CCC"), "2020-01-01") == {"AAA", "CCC"}
    assert book.resolve(("GRP",), "") == frozenset()


def test_digest_names_policies_and_memberships():
    """What decisions depend on changes the book's digest; what they don't, does not."""
    one = load_pack(write_pack()).digest()
    assert one == load_pack(write_pack(words='{"AAA": ["x"]}')).digest()
    assert one != load_pack(write_pack(memberships="group,member,from,to\nGRP,AAA,2000-01-01,\n")).digest()
    assert one != load_pack(write_pack(home=write_home().replace('version="1"', 'version="2"'))).digest()


def test_n5_damaged_packs_load_or_are_refused():
    """Files of the shipped pack lost, cut or scrambled: a book or a TearlineError, nothing else."""
    rng, files = random.Random(7), read_pack()
    small = [name for name in files if not name.endswith(".spif.xml") and name != "cases.json"]
    for _ in range(40):
        name = rng.choice(small)
        raw = bytearray(files[name])
        start = rng.randrange(len(raw))
        raw[start : start + rng.choice([1, 5, 50])] = rng.choice([b"", b"\xff", b'"', b",", b"0"])
        try:
            load_pack({**files, name: bytes(raw)})
        except TearlineError as error:
            assert error.code  # noqa: PT017  both outcomes are right; anything else raised fails the test
