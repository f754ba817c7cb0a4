# SPDX-License-Identifier: Apache-2.0
"""``tearline label batch``: every line is answered, whatever it holds, and policies stay until a reset."""

import base64
import io
import json
import random

import pytest
from msgspec.structs import replace

from tearline.cli.label import batch
from tearline.cli.label.batch import Shelf, answer_line, read_lines
from tearline.core.labels.codecs import embed, make_sidecar, parse_label_document, print_binding
from tests.cli.test_label import DALBIT, K1, PUBLIC
from tests.core.labels.codecs.public import PUBLIC as FILES
from tests.core.labels.codecs.public import read_case
from tests.core.labels.packs import write_home, write_level, write_network, write_set, write_spif, write_value

CASES = json.loads(read_case("expected.json"))
HOME = {"policy": "HOME", "classification": "OPEN", "categories": {"RT": ["AAA"]}}


def write_numbered_home():
    """HOME with object identifiers, which other systems' forms need."""
    text = write_home().replace('id="id.HOME"', 'id="1.2.3.1"')
    for number, name in enumerate(("CW", "RT", "EO"), 2):
        text = text.replace(f'id="HOME.{name}"', f'id="1.2.3.{number}"')
    return text


@pytest.fixture
def ask():
    shelf = Shelf()

    def send(op, **fields):
        return answer_line(json.dumps({"op": op, **fields}).encode(), shelf)

    return send


def test_lines_are_answered_in_order_and_a_bad_one_ends_nothing(tearline):
    """One answer a line, also after nonsense; the exit code is 0."""
    lines = [b"{", b"", b"\xff\xfe", b"[1]", b'{"op": "mark"}', b'{"op": "policy", "id": 5}']
    ended = tearline("label", "batch", stdin=b"\n".join(lines))
    assert ended.code == 0
    answers = [json.loads(line) for line in ended.out.splitlines()]
    assert [answer["ok"] for answer in answers] == [False, False, False, False, True]
    codes = ["not-json", "not-json", "bad-request", "missing-field"]
    assert [answer["error"]["code"] for answer in answers[:4]] == codes
    assert answers[4]["id"] == 5


def test_a_long_line_is_read_past(monkeypatch):
    """It isn't kept, it is answered, and the next line is read from its start."""
    monkeypatch.setattr(batch, "LINE_MAX_BYTES", 100)
    lines = list(read_lines(io.BytesIO(b"x" * 5000 + b'\n{"op": "reset"}\n' + b"y" * 300)))
    assert lines == [None, b'{"op": "reset"}\n', None]
    assert answer_line(None, Shelf())["error"]["code"] == "too-large"


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"op": "draw"}, "unknown-op"),
        ({"op": ["mark"]}, "unknown-op"),
        ({"op": "mark", "label": K1, "colour": "red"}, "unknown-field"),
        ({"op": "mark", "label": 1}, "bad-field"),
        ({"op": "mark", "label": {"file": "nowhere.xml"}}, "no-file"),
        ({"op": "mark", "label": {"file": "a\0b"}}, "no-file"),
        ({"op": "mark", "label": {"file": "a", "text": "b"}}, "bad-field"),
        ({"op": "mark", "label": {"text": "b", "colour": "red"}}, "unknown-field"),
        ({"op": "mark", "label": {"base64": "!"}}, "bad-field"),
        ({"op": "mark", "label": {"text": "TLP:RED", "codec": "xyz"}}, "unknown-codec"),
        ({"op": "mark", "label": "<a/>"}, "unknown-codec"),
        ({"op": "mark", "label": {"text": "<a", "codec": "4774"}}, "not-xml"),
        ({"op": "mark", "label": "WORDS OF NO POLICY"}, "no-mark"),
        ({"op": "mark", "label": K1, "place": "roof"}, "unknown-place"),
        ({"op": "mark", "label": K1, "at": "now"}, "bad-time"),
        ({"op": "mark", "label": K1, "groups": "all"}, "bad-field"),
        ({"op": "decide", "label": K1}, "missing-field"),
        ({"op": "decide", "label": K1, "clearance": "TLP:RED"}, "not-a-clearance"),
        (
            {"op": "decide", "label": "TLP:RED", "clearance": {"policy": "X", "classifications": []}},
            "not-a-label",
        ),
        ({"op": "decide", "label": K1, "member": "ZZZ"}, "unknown-name"),
        ({"op": "explain", "label": K1, "lang": "xx"}, "unknown-language"),
        ({"op": "translate", "label": K1, "to": "ATLANTIS"}, "unknown-name"),
        ({"op": "translate", "label": K1, "to": "JPN", "form": "magic"}, "unknown-form"),
        ({"op": "rollup", "labels": []}, "bad-field"),
        ({"op": "rollup", "labels": ["TLP:RED", "SECRET//NOFORN"]}, "mixed-codecs"),
        ({"op": "convert", "label": K1, "to": "ess"}, "no-number"),
        ({"op": "convert", "label": K1, "to": "4774"}, "date-needed"),
        ({"op": "convert", "label": K1, "to": "aciclr"}, "no-conversion"),
        ({"op": "convert", "label": "TLP:AMBER+STRICT", "to": "stix1"}, "restriction-lost"),
        ({"op": "policy", "file": "a", "text": "b"}, "bad-field"),
        ({"op": "policy", "pack": "nowhere"}, "no-pack"),
        ({"op": "policy", "text": "<SPIF/>"}, "bad-spif"),
        ({"op": "reset", "hard": True}, "unknown-field"),
    ],
)
def test_each_refusal_has_a_stable_code(request_, code):
    answer = answer_line(json.dumps(request_).encode(), Shelf())
    assert (answer["ok"], answer["error"]["code"]) == (False, code)
    assert answer["error"]["message"]


def test_policies_stay_until_a_reset(ask):
    """SPIFs alone make a book of their own; a reset brings the shipped pack back."""
    assert ask("policy", text=write_numbered_home())["result"]["policy"] == "HOME"
    assert ask("validate", label=HOME)["result"]["valid"]
    assert ask("validate", label=K1)["result"]["faults"][0]["code"] == "unknown-policy"
    assert ask("policy")["result"]["policies"] == ["HOME"]
    assert ask("reset")["result"] == {"policies": []}
    assert ask("validate", label=K1)["result"]["valid"]
    assert not ask("validate", label=HOME)["result"]["valid"]
    assert len(ask("policy", pack="exercise")["result"]["policies"]) == 9
    assert ask("policy", show="KOR")["result"]["policy"] == "EXERCISE KOR"


def test_what_was_asked_before_a_policy_changes_nothing(ask):
    """A question to the shipped pack doesn't make it part of the SPIFs that are loaded afterwards."""
    ask("validate", label=K1)
    ask("policy", text=write_numbered_home())
    assert ask("policy")["result"]["policies"] == ["HOME"]


def test_n5_a_level_that_is_not_listed_is_not_held(ask):
    """Plain semantics: no dominance between levels, no network policy, every lack named."""
    ask("policy", text=write_numbered_home())
    label = {**HOME, "categories": {"RT": ["AAA"], "CW": ["X"]}}
    held = {"policy": "HOME", "classifications": ["SHUT"], "categories": {"RT": ["AAA"]}}
    reasons = ask("decide", label=label, clearance=held)["result"]["reasons"]
    assert [(reason["code"], reason["values"]) for reason in reasons] == [
        ("classification", ["OPEN"]),
        ("codeword", ["X"]),
    ]
    held = {"policy": "HOME", "classifications": ["OPEN"], "categories": {"RT": ["AAA"], "CW": ["X"]}}
    assert ask("decide", label=label, clearance=held)["result"]["permitted"]
    other = ask("decide", label=HOME, clearance={**held, "policy": "NET"})["result"]
    assert other["reasons"][0]["code"] == "other-policy"
    steps = ask("explain", label=label, clearance=held)["result"]["steps"]
    assert all(step["holds"] for step in steps)
    assert ask("dominates", strict=label, loose=HOME)["result"]["dominates"]
    ask("policy", text=write_network())
    net = {"policy": "NET", "classification": "LOW", "categories": {"RT": ["AAA"]}}
    assert ask("dominates", strict=label, loose=net)["error"]["code"] == "not-supported"
    assert ask("translate", label=HOME, to="NET", form="members")["error"]["code"] == "not-supported"


def test_n5_xml_that_its_policy_does_not_know_is_a_no(ask):
    """A well-formed document with an unknown value is invalid and denied, not an error."""
    ask("policy", text=write_numbered_home())
    dates = {"created": "2023-07-12T00:00:00Z", "review": "2033-07-12T00:00:00Z"}
    xml = ask("convert", label=HOME, to="4774", **dates)["result"]["value"]
    assert ask("validate", label=xml)["result"]["label"] == HOME
    wrong = xml.replace(">AAA<", ">ZZZ<")
    answer = ask("validate", label=wrong)["result"]
    assert (answer["valid"], answer["faults"][0]["code"]) == (False, "unknown-value")
    held = {"policy": "HOME", "classifications": ["OPEN"], "categories": {"RT": ["AAA"]}}
    assert not ask("decide", label=wrong, clearance=held)["result"]["permitted"]
    assert not ask("mark", label=wrong)["result"]["marks"]
    assert ask("rollup", labels=[xml, wrong])["result"]["label"] is None


@pytest.mark.parametrize("form", ["4774", "ztdf", "sio", "json", "ess"])
def test_a_label_comes_back_from_each_form(ask, form):
    """Written and told from its bytes again; a decision on it is the same."""
    ask("policy", text=write_numbered_home())
    dates = {"created": "2023-07-12T00:00:00Z", "review": "2033-07-12T00:00:00Z"}
    value = ask("convert", label=HOME, to=form, **dates)["result"]["value"]
    given = {"base64": value} if form == "ess" else value
    assert ask("parse", label=given)["result"]["label"] == HOME
    assert ask("convert", label=given, to="json")["result"]["value"] == HOME


@pytest.mark.parametrize("form", ["4774", "aciclr", "ess", "json"])
def test_a_clearance_comes_back_from_each_form(ask, form):
    ask("policy", text=write_numbered_home())
    held = {"policy": "HOME", "classifications": ["OPEN", "SHUT"], "categories": {"RT": ["AAA"]}}
    value = ask("convert", clearance=held, to=form)["result"]["value"]
    given = {"base64": value} if form == "ess" else value
    assert ask("parse", clearance=given)["result"]["clearance"] == held
    assert ask("decide", label=HOME, clearance=given)["result"]["permitted"]


def test_n4_both_forms_of_a_translation_say_where_they_differ(ask):
    """Who provided it is added by the node's form alone; what has no equivalent is refused by name in both."""
    label = {**K1, "categories": {"Releasable To": ["KOR", "USA"]}}
    del label["epoch"]
    answer = ask("translate", label=label, to="EXERCISE EXNET", form="both")["result"]
    assert answer["different"] == [{"what": "Provided By", "spif": None, "members": ["KOR"]}]
    assert answer["members"]["added"][0]["value"] == "KOR"
    refused = ask("translate", label=DALBIT, to="EXERCISE EXNET", form="both")["result"]
    for form in ("spif", "members"):
        assert refused[form]["refused"][0]["values"] == ["DALBIT"]
        assert refused[form]["translated"] is None


def test_a_window_is_decided_as_of_the_time_asked(ask):
    """A value out of its window makes the label invalid; ``at`` says as of when."""
    window = 'notAfter="2020-01-01T00:00:00Z"'
    sets = [write_set("CW", "restrictive", write_value("X", 1, attributes=window))]
    answer = ask("policy", text=write_spif("W", [write_level("LOW", 1, "")], sets))
    assert answer["ok"], answer
    label = {"policy": "W", "classification": "LOW", "categories": {"CW": ["X"]}}
    assert not ask("validate", label=label)["result"]["valid"]
    assert ask("validate", label=label, at="2019-01-01")["result"]["valid"]


@pytest.mark.parametrize(
    "case", [c for c in CASES if (FILES / c["policy"]).exists()], ids=lambda c: c["label"]
)
def test_the_public_cases_of_spiffing_come_out(ask, case):
    """Validity, marks at the foot of the page, decisions, and the SPIF's own translation."""
    assert ask("policy", file=str(FILES / case["policy"]))["ok"]
    label = {"file": str(FILES / case["label"])}
    if "valid" in case:
        assert ask("validate", label=label)["result"]["valid"] == case["valid"]
    if "marking" in case:
        marked = ask("mark", label=label, place="pageBottom", lang="", unchecked=True)["result"]
        assert marked["marks"] == {"pageBottom": case["marking"]}
    if "clearance" in case:
        held = {"file": str(FILES / case["clearance"])}
        assert ask("decide", label=label, clearance=held)["result"]["permitted"] == case["access"]
    if "equivalent_policy" in case:
        assert ask("policy", file=str(FILES / "tlp.xml"))["ok"]
        carried = ask("translate", label=label, to="TLP", form="spif")["result"]["translated"]
        marked = ask("mark", label=carried, place="pageBottom", unchecked=True)["result"]["marks"]
        assert marked["pageBottom"] == case["equivalent_marking"]


def test_files_in_the_standards_forms_are_read(ask):
    """BER from a file and inline, and 4774 as tools wrote it before the standard where that is said."""
    raw = (FILES / "label-1.ber").read_bytes()
    answer = ask("parse", label={"base64": base64.b64encode(raw).decode()})["result"]
    assert (answer["codec"], answer["type"]) == ("ess", "NumericLabel")
    assert ask("parse", label={"text": raw.hex(), "codec": "ess"})["result"]["document"] == answer["document"]
    assert ask("parse", label={"file": str(FILES / "nato-4774-17-1.nato"), "draft": True})["ok"]
    assert ask("parse", label={"file": str(FILES / "nato-4774-17-1.nato")})["error"]["code"] == "bad-label"


def test_a_binding_gives_the_label_of_the_data_asked_for(ask):
    """Two bindings with labels of their own: the address must be said, and one that isn't bound has none."""
    ask("policy", text=write_numbered_home())
    dates = {"created": "2023-07-12T00:00:00Z", "review": "2033-07-12T00:00:00Z"}
    texts = [
        ask("convert", label={**HOME, "classification": level}, to="4774", **dates)["result"]["value"]
        for level in ("OPEN", "SHUT")
    ]
    documents = [parse_label_document(text.encode()) for text in texts]
    one, two = (make_sidecar([d], [(f"{n}.txt", b"x", "")]) for n, d in enumerate(documents))
    assert ask("validate", label=print_binding(one).decode())["result"]["label"] == HOME
    both = replace(one, containers=(*one.containers, *two.containers), digests=(*one.digests, *two.digests))
    text = print_binding(both).decode()
    assert ask("validate", label=text)["error"]["code"] == "several-bindings"
    found = ask("validate", label={"text": text, "uri": "1.txt"})["result"]["label"]
    assert found["classification"] == "SHUT"
    assert ask("validate", label={"text": text, "uri": "2.txt"})["error"]["code"] == "nothing-bound"
    embedded = embed(b"<doc>words</doc>", [documents[0]]).decode()
    assert ask("parse", label=embedded)["result"]["codec"] == "4778-embedded"
    assert ask("validate", label=embedded)["result"]["label"] == HOME


def test_no_line_kills_it():
    """Requests cut and mixed at random are answered, each with a code and never as a defect."""
    rng = random.Random(5)
    whole = [
        json.dumps({"op": "decide", "label": DALBIT, "member": "KOR", "codewords": ["DALBIT"]}),
        json.dumps({"op": "rollup", "labels": [K1, DALBIT, PUBLIC]}),
        json.dumps({"op": "convert", "label": "SECRET//NOFORN", "to": "ism"}),
        json.dumps({"op": "parse", "label": "EXERCISE KOR III-KUP//REL TO KOR, JPN"}),
    ]
    values = [None, True, -1, [], {}, "", "x", [[]], {"policy": 1}, {"file": "."}, {"json": None}]
    shelf = Shelf()
    for _ in range(300):
        line = rng.choice(whole)
        if rng.random() < 0.5:
            request = json.loads(line)
            request[rng.choice([*request, "lang", "at", "place", "day", "to"])] = rng.choice(values)
            line = json.dumps(request)
        else:
            start = rng.randrange(len(line))
            line = line[:start] + line[start + rng.randrange(4) :]
        answer = answer_line(line.encode(), shelf)
        assert answer["ok"] or answer["error"]["code"] != "defect", (line, answer)
