# SPDX-License-Identifier: Apache-2.0
"""Whatever a line holds, ``tearline label batch`` answers it with one JSON line and a code that its page knows."""

import json
import random
from pathlib import Path

import pytest

from tearline.cli.label.batch import Shelf, answer_line

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/reference/label-batch.md").read_text(encoding="utf-8")
REQUESTS = 500
LABEL = {
    "policy": "EXERCISE KOR",
    "classification": "II-KUP",
    "categories": {"Releasable To": ["KOR", "USA"]},
}
HELD = {
    "policy": "EXERCISE KOR",
    "classifications": ["II-KUP"],
    "categories": {"Releasable To": ["KOR"]},
}
OPS = {
    "validate": {"label": LABEL},
    "mark": {"label": LABEL},
    "mark_clearance": {"clearance": HELD},
    "parse": {"label": "EXERCISE KOR II-KUP//REL TO KOR, USA"},
    "decide": {"label": LABEL, "clearance": HELD},
    "explain": {"label": LABEL, "member": "KOR"},
    "translate": {"label": LABEL, "to": "JPN"},
    "rollup": {"labels": [LABEL, LABEL]},
    "dominates": {"strict": LABEL, "loose": LABEL},
    "convert": {"label": LABEL, "to": "json"},
    "policy": {"show": "KOR"},
    "reset": {},
    "no such op": {},
}
TEXTS = (
    "",
    "\ud800",
    "\x00\xff",
    "x" * 5000,
    "<a/>",
    "<!DOCTYPE a>",
    '{"a":',
    "[]",
    "null",
    "TLP:AMBER",
    "(S//NF)",
    "MQA=",
)
CODECS = (
    *("json", "4774", "aciclr", "4778", "4778-embedded", "xmp", "ess", "sio", "ztdf", "ism-json", "ism-xml"),
    *("stix", "tlp", "mark", "text", "nothing"),
)
VALUES = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1.5,
        1e308,
        10**30,
        "",
        [],
        {},
        [None],
        {"a": 1},
        [[[[]]]],
        LABEL,
        [LABEL],
        HELD,
    ),
    *(
        "2023-13-45",
        "0001-01-01",
        "9999-12-31T23:59:59Z",
        "banner",
        "xx",
        "KOR",
        ["KOR"],
        "4774",
        "ess",
        "mark",
    ),
    *(
        {"file": "/nonexistent"},
        {"file": "."},
        {"file": "\0"},
        {"file": 5},
        {"file": "a" * 5000},
        {"base64": "!"},
    ),
    *(
        {"text": 5},
        {"json": 5},
        {"text": "x", "file": "y"},
        {"text": "x", "codec": 5},
        {"text": "x", "zzz": 1},
    ),
    *({**LABEL, "categories": []}, {**LABEL, "categories": {"Releasable To": [5]}}, {**LABEL, "epoch": 5}),
    *TEXTS,
)
FIELDS = (
    *(
        "id",
        "at",
        "lang",
        "groups",
        "label",
        "clearance",
        "place",
        "unchecked",
        "suggest",
        "member",
        "codewords",
    ),
    *(
        "ceiling",
        "to",
        "form",
        "labels",
        "day",
        "strict",
        "loose",
        "created",
        "review",
        "name",
        "file",
        "text",
    ),
    *("base64", "show", "zzz"),
)


def draw(rng):
    """A request that would be answered, with some of its fields as they should not be."""
    op = rng.choice(list(OPS))
    request = {"op": op, **OPS[op]}
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        field = rng.choice(FIELDS if rng.random() < 0.4 else [*OPS[op], "lang"])
        odd = {"text": rng.choice(TEXTS), "codec": rng.choice(CODECS)}
        request[field] = odd if rng.random() < 0.4 else rng.choice(VALUES)
    if rng.random() < 0.03:
        request["op"] = rng.choice(VALUES)
    line = bytearray(json.dumps(request).encode())
    if rng.random() < 0.05:
        line[rng.randrange(len(line))] = rng.randrange(256)
    return bytes(line)


@pytest.mark.parametrize("seed", range(4))
def test_n5_every_line_is_answered_in_one_line_with_a_code_of_the_page(seed, monkeypatch):
    monkeypatch.chdir(ROOT)
    rng, shelf, codes = random.Random(seed), Shelf(), set()
    for _ in range(REQUESTS):
        line = draw(rng)
        answer = answer_line(line, shelf)
        assert b"\n" not in json.dumps(answer, ensure_ascii=False).encode("utf-8", errors="replace")
        if not answer["ok"]:
            code = answer["error"]["code"]
            assert code != "defect", (answer["error"]["message"], line)
            codes.add(code)
    assert len(codes) > 15
    assert [c for c in codes if f"`{c}`" not in PAGE and not c.startswith("ISM-ID")] == []


def test_n5_half_a_character_is_no_text():
    """JSON can spell it; it is refused by the field's name wherever it stands."""
    for label in ("\ud800", {"text": "\udfff\ud800", "codec": "xmp"}):
        answer = answer_line(json.dumps({"op": "validate", "label": label}).encode(), Shelf())
        assert answer["error"]["code"] == "not-text"
        assert "'label'" in answer["error"]["message"] or "label" in answer["error"]["message"]


@pytest.mark.parametrize("groups", [[], {}, {"text": "x"}, None, 5])
def test_n5_groups_that_are_no_word_are_refused(groups):
    line = json.dumps({"op": "validate", "label": LABEL, "groups": groups}).encode()
    assert answer_line(line, Shelf())["error"]["code"] == "bad-field"
