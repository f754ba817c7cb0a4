# SPDX-License-Identifier: Apache-2.0
"""``policy`` at a real node: a pack is tried and adopted, is in force after a kill, and is the only one that counts."""

import json

import pytest

from tearline.assembly import open_node
from tearline.config import load_config, store_config
from tearline.core.errors import MalformedError
from tearline.core.instants import HOUR, Instant, print_iso
from tearline.core.labels import make_pack_zip
from tearline.machine import SystemClock
from tearline.node.journal import WindowsTurned, decode_entry
from tests.cli.networks import find_ports, make_draft, make_spec, serve
from tests.node.commands.test_policies import change
from tests.properties.worlds import read_pack

pytestmark = pytest.mark.slow
NOT_SENT = (
    b'<spif:equivalentClassification policyRef="EXERCISE EXNET" lacv="3" applied="both" />',
    b'<spif:equivalentClassification policyRef="EXERCISE EXNET" lacv="3" applied="decrypt" />',
)
LEVEL_GONE = (
    b'name="III-KUP" lacv="3" hierarchy="3"',
    b'name="III-KUP" lacv="3" hierarchy="3" obsolete="true"',
)


@pytest.fixture
def net(tearline, tmp_path):
    """KOR and JPN, founded; with the passwords."""
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps(make_spec(find_ports())))
    ended = tearline("init", tmp_path / "net", "--spec", spec, "--json")
    assert ended.code == 0, ended.err
    return tmp_path / "net", {n: w for m in ended.json["members"] for n, w in m["passwords"].items()}


def write_pack(folder, files):
    folder.mkdir()
    for name, raw in files.items():
        (folder / name).write_bytes(raw)
    return folder


def test_d1_a_pack_is_adopted_and_in_force_after_a_kill(tearline, net, tmp_path, monkeypatch):
    """Tried, adopted by its letters, killed: the journal has it, whatever the settings name; and the log proves."""
    folder, passwords = net
    pack = write_pack(tmp_path / "next", change(NOT_SENT))
    draft = tmp_path / "draft.json"
    draft.write_text(json.dumps(make_draft()))

    def run(url, person, *arguments):
        monkeypatch.setenv("TEARLINE_PASSWORD", passwords[person])
        return tearline(*arguments, "--url", url, "--person", person)

    with serve(folder / "kor", kill=True) as url:
        key = run(url, "kor.analyst", "write", draft, "--json").json["filed"]["key"]
        shown = run(url, "kor.disclosure", "release", key, "--json").json
        text = shown["groups"][0]["text"]
        assert run(url, "kor.disclosure", "release", key, "--open", text).code == 0
        assert run(url, "kor.disclosure", "release", key, "--approve", "JPN").code == 0
        assert run(url, "kor.analyst", "policy", "try", pack).code == 3
        tried = run(url, "kor.admin", "policy", "try", pack)
        assert tried.code == 0, tried.err
        assert "JPN (GOKUHI): 1 products lose, 0 gain" in tried.out
        letters = tried.out.split()[-1]
        assert run(url, "kor.admin", "policy", "adopt", pack, "--check", "ZZZZ").code == 3
        untyped = run(url, "kor.admin", "policy", "adopt", pack)
        assert (untyped.code, letters in untyped.err) == (2, True)
        made = run(url, "kor.admin", "policy", "adopt", pack, "--check", letters, "--json")
        assert made.code == 0, made.err
        assert made.json["recalled"] == 1
        lossy = write_pack(tmp_path / "lossy", change(NOT_SENT, LEVEL_GONE))
        tried = run(url, "kor.admin", "policy", "try", lossy)
        assert "wordings stay sealed from everybody" in tried.out
        refused = run(url, "kor.admin", "policy", "adopt", lossy, "--check", tried.out.split()[-1])
        assert (refused.code, "label: " in refused.err) == (3, True)
        given = ("policy", "adopt", lossy, "--check", tried.out.split()[-1], "--accept-losses", "--json")
        made = run(url, "kor.admin", *given)
        assert made.code == 0, made.err
    assert load_config(folder / "kor").pack == "exercise"
    node = open_node(folder / "kor")
    try:
        assert node.node.book.digest()[:16] == made.json["policies"]
        assert node.node.pack_files == made.json["pack"]
        assert len(node._run_cases()) == 1
    finally:
        node.close()
    assert tearline("verify", folder / "kor").code == 0


def test_n5_a_node_begins_with_no_pack_whose_cases_fail(net, tmp_path):
    """At its first start a node judges the pack it is given, folder or not; later its journal says what is in force."""
    folder, _ = net
    wrong = [{"label": {"policy": "PUBLIC", "classification": "UNMARKED"}, "valid": False}]
    bad = write_pack(tmp_path / "bad", {**read_pack(), "cases.json": json.dumps(wrong).encode()})
    config = load_config(folder / "kor")
    _point(folder / "kor", bad)
    with pytest.raises(MalformedError, match="1 test cases of the pack fail"):
        open_node(folder / "kor")
    store_config(folder / "kor", config)
    zipped = tmp_path / "good.zip"
    zipped.write_bytes(make_pack_zip(read_pack()))
    _point(folder / "kor", zipped)
    open_node(folder / "kor").close()
    _point(folder / "kor", tmp_path / "nothing here")
    node = open_node(folder / "kor")
    assert node.node.pack_at == 0
    node.close()


class MovedClock(SystemClock):
    """The machine's clock, with the operational one moved."""

    moved = 0

    def dtg(self):
        return Instant(super().dtg() + self.moved)


def turned(node):
    journal = node.journal
    entries = [decode_entry(record.entry) for record in journal.records(0, journal.size())]
    return [entry.actor for entry in entries if isinstance(entry, WindowsTurned)]


def test_n5_the_timer_follows_validity_windows_and_a_node_that_was_down_catches_up(net, tmp_path):
    """Nobody asks anything: once a second the node looks at the clock; what turned while it was down is found at its start."""
    folder, clock = net[0] / "kor", MovedClock()
    first, second = (print_iso(Instant(clock.dtg() + hours * HOUR)).encode() for hours in (1, 5))
    word, other = b'name="DALBIT" lacv="2"', b'name="MILLRACE" lacv="1"'
    shut = (word, word + b' notAfter="' + first + b'"'), (other, other + b' notAfter="' + second + b'"')
    _point(folder, write_pack(tmp_path / "windowed", change(*shut)))
    node = open_node(folder, clock=clock)
    node._do_chores()
    assert turned(node) == []
    clock.moved = 2 * HOUR
    node._do_chores()
    node._do_chores()
    assert turned(node) == ["node"]
    node.close()
    clock.moved = 6 * HOUR
    node = open_node(folder, clock=clock)
    node._do_chores()
    assert turned(node) == ["node", "node"]
    node.close()
    node = open_node(folder, clock=clock)
    assert not node.node.windows_turned()
    node.close()


def test_the_networks_authority_names_the_pack_that_members_adopt(tearline, net, tmp_path, monkeypatch):
    """The next directory, taken over by a node; what is tried there is then what the network has agreed on."""
    folder, passwords = net
    pack = write_pack(tmp_path / "next", change(NOT_SENT))
    now, following = folder / "kor" / "directory.json", tmp_path / "directory.json"
    name = ("policy", "name", folder / "authority", pack, "--directory", now)
    assert tearline(*name, "--out", following, "--json").json["version"] == 2
    assert tearline(*name, "--out", following).code == 1  # nothing is overwritten
    monkeypatch.setenv("TEARLINE_PASSWORD", passwords["kor.admin"])
    named = []
    for taken in (False, True):
        if taken:
            assert tearline("directory", folder / "kor", following).code == 0
            assert tearline(*name, "--out", tmp_path / "again.json").code == 1
        with serve(folder / "kor") as url:
            tried = tearline("policy", "try", pack, "--url", url, "--person", "kor.admin", "--json")
            named.append(tried.json["named"])
    assert named == [False, True]


def _point(folder, pack):
    path = folder / "node.json"
    made = json.loads(path.read_text())
    made["pack"] = str(pack)
    path.write_text(json.dumps(made))
