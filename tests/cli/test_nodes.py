# SPDX-License-Identifier: Apache-2.0
"""``init``, ``serve`` and ``verify``: a network is founded, run, checked, damaged, and found out."""

import json
import os
import socket
import stat
import subprocess
import sys

import apsw
import pytest

from tearline.assembly import open_node
from tests.cli.networks import find_ports, make_spec, serve

PEOPLE = [{"id": "kor.watch", "codewords": ["DALBIT"], "posts": ["KOR-WATCH"], "duties": ["watch"]}]


@pytest.fixture
def net(tearline, tmp_path):
    """A network that was founded and never ran."""
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps(make_spec(find_ports())))
    ended = tearline("init", tmp_path / "net", "--spec", spec, "--json")
    assert ended.code == 0, ended.err
    return tmp_path / "net"


def test_init_founds_one_member(tearline, tmp_path):
    """Folders, an address, and a password for each person, which no file holds."""
    people = tmp_path / "people.json"
    people.write_text(json.dumps(PEOPLE))
    ended = tearline("init", tmp_path / "net", "--member", "KOR", "--people", people, "--json")
    assert ended.code == 0
    (member,) = ended.json["members"]
    password = member["passwords"]["kor.watch"]
    assert len(password) == 12
    files = [path for path in (tmp_path / "net").rglob("*") if path.is_file()]
    assert not any(password.encode() in path.read_bytes() for path in files)
    keys = [path for path in files if path.parent.name in {"keys", "tls"} and path.suffix != ".pem"]
    assert keys
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in keys)


def test_init_prints_what_comes_next(tearline, tmp_path):
    """For people: the password beside the name, and how to start the node."""
    people = tmp_path / "people.json"
    people.write_text(json.dumps(PEOPLE))
    ended = tearline("init", tmp_path / "net", "--member", "KOR", "--people", people)
    assert ended.code == 0
    assert "kor.watch" in ended.out
    assert "tearline serve" in ended.err


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (("--member", "KRO", "--people", "people.json"), "KOR"),
        (("--member", "KOR"), "--people"),
        (("--member", "KOR", "--people", "people.json", "--ceiling", "III-KUB"), "III-KUP"),
        (("--member", "KOR", "--people", "odd.json"), "init --help"),
        (("--spec", "odd.json"), "init --help"),
        (("--spec", "people.json", "--ceiling", "II-KUP"), "--member"),
        ((), "--spec"),
    ],
)
def test_init_makes_nothing_of_unusable_input(tearline, tmp_path, monkeypatch, arguments, advice):
    """Two lines that say what is wrong; no folder is left behind."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.json").write_text(json.dumps(PEOPLE))
    (tmp_path / "odd.json").write_text('{"colour": "red"}')
    ended = tearline("init", "net", *arguments)
    assert ended.code == 2
    assert advice in ended.err
    assert not (tmp_path / "net").exists()


def test_init_overwrites_nothing(tearline, net, tmp_path):
    """A folder that holds something is refused."""
    people = tmp_path / "people.json"
    people.write_text(json.dumps(PEOPLE))
    before = (net / "kor" / "directory.json").read_bytes()
    assert tearline("init", net, "--member", "KOR", "--people", people).code == 1
    assert (net / "kor" / "directory.json").read_bytes() == before


def test_a_folder_without_a_node_is_named(tearline, net, tmp_path):
    """A folder of something else, an empty one (which serve would set up), and a network where one node is meant."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("mine")
    for command, folder in (
        ("serve", "other"),
        ("verify", "other"),
        ("verify", "empty"),
        ("verify", "nowhere"),
    ):
        ended = tearline(command, tmp_path / folder)
        assert ended.code == 2
        assert "tearline init" in ended.err
    ended = tearline("serve", net)
    assert ended.code == 2
    assert str(net / "kor") in ended.err


def test_n7_nothing_of_a_node_is_open_to_others_on_its_machine(tearline, tmp_path):
    """Whatever the shell's umask; a folder that an older program or a copy left open is closed as the node is opened."""
    people = tmp_path / "people.json"
    people.write_text(json.dumps(PEOPLE))
    os.umask(0o022)
    assert tearline("init", tmp_path / "net", "--member", "KOR", "--people", people).code == 0
    folder = tmp_path / "net" / "kor"
    folder.chmod(0o755)
    opened = open_node(folder)
    opened.gate.finder.refresh()
    opened.close()
    assert {"journal.db", "access.db", "index", "spool.db", "accounts.db"} <= {
        p.name for p in folder.iterdir()
    }
    open_ = [p for p in (tmp_path / "net", *(tmp_path / "net").rglob("*")) if p.stat().st_mode & 0o077]
    assert open_ == []


@pytest.mark.slow
def test_a_node_runs_is_guarded_and_verifies(tearline, net):
    """It serves until SIGTERM; a second one is refused; what it wrote holds, while it runs and after."""
    with serve(net / "kor") as url:
        assert url.startswith("http://")
        again = tearline("serve", net / "kor")
        assert again.code == 1
        assert "another process" in again.err
        assert len(again.err.splitlines()) == 2
        assert tearline("verify", net / "kor").code == 0
    ended = tearline("verify", net / "kor", "--json")
    assert ended.code == 0
    (node,) = ended.json["nodes"]
    assert node["sound"] is True
    assert node["parts"]["journal"]["entries"] > 0


@pytest.mark.slow
def test_a_taken_port_is_said_kindly(tearline, net):
    """The port's number and what to do; the journal is let go."""
    port = json.loads((net / "kor" / "node.json").read_text())["web_port"]
    with socket.create_server(("127.0.0.1", port)):
        ended = tearline("serve", net / "kor")
    assert ended.code == 1
    assert str(port) in ended.err
    assert len(ended.err.splitlines()) == 2
    with serve(net / "kor"):
        pass


@pytest.mark.slow
def test_a_database_that_is_none_is_said_kindly(net):
    """A file that SQLite can't open is a failure with advice, not a defect; the process ends."""
    (net / "kor" / "accounts.db").write_bytes(b"no database at all, but long enough to look at" * 100)
    command = [sys.executable, "-m", "tearline.cli", "serve", str(net / "kor")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "tearline verify" in done.stderr
    assert len(done.stderr.splitlines()) == 2


def test_a2_a_node_that_never_ran_does_not_verify(tearline, net):
    """No journal is no proof: the answer names both reasons that there can be."""
    ended = tearline("verify", net)
    assert ended.code == 4
    assert "never ran" in ended.out


@pytest.mark.slow
def test_a2_a_changed_entry_is_found_and_explained(tearline, net):
    """Exit code 4, with the place, what it means, and what to do."""
    with serve(net / "kor"):
        pass
    db = apsw.Connection(str(net / "kor" / "journal.db"))
    for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        db.execute(f"DROP TRIGGER {name}")
    db.execute("UPDATE entry SET header = (SELECT header FROM entry WHERE position = 1) WHERE position = 0")
    db.close()
    ended = tearline("verify", net / "kor")
    assert ended.code == 4
    assert "journal   DOES NOT HOLD" in ended.out
    found = tearline("verify", net / "kor", "--json").json["nodes"][0]["parts"]
    assert "root-mismatch" in {finding["code"] for finding in found["journal"]["findings"]}
    assert all(finding["advice"] for part in found.values() for finding in part["findings"])


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("directory.json", lambda raw: raw.replace(b"Japan", b"Jaqan")),
        ("authority.pub", lambda raw: raw[:1]),
    ],
)
def test_a2_trust_that_was_tampered_with_proves_nothing(tearline, net, name, change):
    """A directory that the authority did not sign, or an authority that is none, ends the check of that node."""
    path = net / "kor" / name
    path.write_bytes(change(path.read_bytes()))
    ended = tearline("verify", net / "kor")
    assert ended.code == 4
    assert "directory DOES NOT HOLD" in ended.out
