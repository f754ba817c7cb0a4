# SPDX-License-Identifier: Apache-2.0
"""``write``, ``release``, ``read`` and ``search`` as people at a real node, run by ``tearline serve``."""

import argparse
import json
from typing import NamedTuple

import pytest

from tearline.cli import main
from tearline.cli.client import Client
from tearline.cli.exits import UnusableError
from tests.cli.networks import HOME, find_ports, make_draft, make_spec, serve, write_portion

pytestmark = pytest.mark.slow


class Place(NamedTuple):
    """A running node and how to sign in there."""

    url: str
    passwords: dict
    folder: object


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """KOR's node, running; JPN's does not answer."""
    folder = tmp_path_factory.mktemp("cli")
    spec = folder / "spec.json"
    spec.write_text(json.dumps(make_spec(find_ports())))
    out = folder / "out.json"
    with out.open("w") as file, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", file)
        assert main(["init", str(folder / "net"), "--spec", str(spec), "--json"]) == 0
    members = json.loads(out.read_text())["members"]
    with serve(folder / "net" / "kor") as url:
        yield Place(
            url, {name: word for m in members for name, word in m["passwords"].items()}, folder / "net"
        )


@pytest.fixture
def acting(tearline, place, monkeypatch):
    """``acting("kor.analyst", "read", …)``."""

    def run(person, *arguments, stdin=b""):
        monkeypatch.setenv("TEARLINE_PASSWORD", place.passwords[person])
        return tearline(*arguments, "--url", place.url, "--person", person, stdin=stdin)

    return run


@pytest.fixture
def draft(tmp_path):
    path = tmp_path / "draft.json"
    path.write_text(json.dumps(make_draft()))
    return path


def test_a_report_is_written_released_found_and_read(acting, draft):
    """The whole way, by the program alone: preview, file, desk, open, approve, list, search, page."""
    preview = acting("kor.analyst", "write", draft, "--preview")
    assert preview.code == 0, preview.err
    assert "for JPN" in preview.out
    assert "withheld from JPN: BB1: not in the audience" in preview.out
    filed = acting("kor.analyst", "write", draft, "--json").json["filed"]
    assert (filed["released"], filed["pending"]) == ([], ["JPN"])
    key = filed["key"]
    assert key in acting("kor.disclosure", "release").out
    item = acting("kor.disclosure", "release", key, "--json").json
    early = acting("kor.disclosure", "release", key, "--approve", "JPN")
    assert early.code == 3
    assert "has not been opened" in early.err
    text = acting("kor.disclosure", "release", key, "--open", item["groups"][0]["text"])
    assert "Three ships left port." in text.out
    assert "우리만" not in text.out
    approved = acting("kor.disclosure", "release", key, "--approve", "JPN")
    assert (approved.code, approved.out) == (0, "released to JPN under D1\n")
    listed = acting("kor.analyst", "read", "--originator", "KOR").out
    assert "(EXERCISE 군III//배포: KOR, JPN) 부산항 상황 / Situation at the port" in listed
    hits = acting("kor.analyst", "search", "ships", "--json").json
    assert key in [hit["key"] for hit in hits["items"]]
    page = acting("kor.analyst", "read", key).out.splitlines()
    assert page[0] == page[-1] == "EXERCISE 군사II급비밀//KOR 한정"
    assert any("선박 세 척이" in line and "Three ships left port." in line for line in page)
    assert any("BB  (EXERCISE 군II//KOR 한정)" in line for line in page)


def test_a_draft_is_sent_back_and_written_again(acting, draft, tmp_path):
    """The desk says which words are not for whom; the author files the draft anew."""
    key = acting("kor.analyst", "write", draft, "--json").json["filed"]["key"]
    unsaid = acting("kor.disclosure", "release", key, "--return", "AA:JPN")
    assert unsaid.code == 2
    assert "--comment" in unsaid.err
    back = acting("kor.disclosure", "release", key, "--return", "AA:JPN", "--comment", "no number, please")
    assert back.code == 0, back.err
    again = json.loads(draft.read_text())
    again["portions"][1]["variants"][0]["body"]["wordings"][1]["text"] = "Some ships left port."
    reworded = tmp_path / "again.json"
    reworded.write_text(json.dumps(again))
    filed = acting("kor.analyst", "write", reworded, "--replaces", key, "--json")
    assert filed.code == 0, filed.err
    assert filed.json["filed"]["key"] == key


def test_a_finding_refuses_the_filing(acting, tmp_path):
    """Exit code 3, each finding with its portion, and nothing filed."""
    bad = make_draft()
    bad["portions"][1]["variants"][0]["label"] = {**HOME, "classification": "SECRETT"}
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(bad))
    before = acting("kor.analyst", "read", "--json").json["total"]
    ended = acting("kor.analyst", "write", path)
    assert ended.code == 3
    assert "refused: AA: SECRETT is no classification" in ended.out
    assert acting("kor.analyst", "read", "--json").json["total"] == before
    path.write_text('{"kind": "report"}')
    ended = acting("kor.analyst", "write", path)
    assert ended.code == 2
    assert "`precedence`" in ended.err


def test_n1_what_is_not_there_and_what_is_not_yours_read_alike(acting, draft):
    """A product of others and a key of nobody's get one answer."""
    key = acting("kor.analyst", "write", draft, "--json").json["filed"]["key"]
    hidden = acting("kor.admin", "read", key)
    absent = acting("kor.admin", "read", "KOR." + "0" * 32)
    assert hidden == absent
    assert hidden.code == 3
    assert acting("kor.admin", "search", "ships", "--json").json["total"] == 0


def test_texts_are_shown_and_not_obeyed(acting, tmp_path):
    """Control characters in a text reach the terminal as words."""
    draft = make_draft()
    draft["portions"][1] = write_portion("AA", "paragraph", HOME, ("en", "before \x1b[2J after \u202e"))
    path = tmp_path / "escape.json"
    path.write_text(json.dumps(draft))
    key = acting("kor.analyst", "write", path, "--json").json["filed"]["key"]
    page = acting("kor.analyst", "read", key).out
    assert "\x1b" not in page
    assert "before <U+001B>[2J after <U+202E>" in page


def test_signing_in_fails_kindly(tearline, place, monkeypatch, tmp_path):
    """A wrong password is a refusal; no password, no person and no node are told apart, each with advice."""
    at = ("--url", place.url)
    monkeypatch.setenv("TEARLINE_PASSWORD", "not the password")
    assert tearline("read", *at, "--person", "kor.analyst").code == 3
    assert tearline("read", *at).code == 2
    monkeypatch.delenv("TEARLINE_PASSWORD")
    ended = tearline("read", *at, "--person", "kor.analyst")
    assert ended.code == 2
    assert "TEARLINE_PASSWORD" in ended.err
    secret = tmp_path / "password"
    secret.write_text(place.passwords["kor.analyst"] + "\n")
    signed = ("--person", "kor.analyst", "--password-file", secret)
    assert tearline("read", *at, *signed).code == 0
    gone = tearline("read", "--url", f"http://127.0.0.1:{find_ports()}", *signed)
    assert gone.code == 1
    assert "Is the node running" in gone.err
    assert tearline("read", *at, *signed, "--since", "yesterday").code == 2


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1:8470",
        "http://node.example",
        "ftp://127.0.0.1",
        "127.0.0.1:8470",
        "http://127.0.0.1/x",
        "http://[::1",
    ],
)
def test_a_password_never_crosses_a_network_in_clear(tearline, monkeypatch, url):
    """Plain HTTP to another machine, and what is no address, are refused before anything is sent."""
    monkeypatch.setenv("TEARLINE_PASSWORD", "x")
    ended = tearline("read", "--url", url, "--person", "kor.analyst")
    assert ended.code == 2


def test_a_proxy_of_the_environment_is_not_used(acting, monkeypatch):
    """The session goes to the node and nowhere else."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://192.0.2.1:9")
    assert acting("kor.analyst", "read").code == 0


def test_a_client_needs_a_person(monkeypatch):
    """Nobody is signed in by default."""
    monkeypatch.delenv("TEARLINE_PERSON", raising=False)

    class Arguments:
        url = person = post = password_file = None

    with pytest.raises(UnusableError):
        Client(Arguments())


def test_a_bundle_is_made_shown_and_refused_where_it_does_not_belong(acting, tearline, draft, tmp_path):
    """What waits for a member in a file; it is never overwritten; its own node does not take it."""
    key = acting("kor.analyst", "write", draft, "--json").json["filed"]["key"]
    item = acting("kor.disclosure", "release", key, "--json").json
    assert acting("kor.disclosure", "release", key, "--open", item["groups"][0]["text"]).code == 0
    assert acting("kor.disclosure", "release", key, "--approve", "JPN").code == 0
    out = tmp_path / "for-jpn"
    made = acting("kor.admin", "bundle", "export", "JPN", "--out", out, "--json")
    assert made.code == 0, made.err
    assert made.json["entries"] >= 1
    assert acting("kor.admin", "bundle", "export", "JPN", "--out", out).code == 2
    shown = tearline("bundle", "show", out, "--json").json
    assert (shown["from"], shown["for"], shown["sealed"]) == ("KOR/node-1", "JPN", True)
    refused = acting("kor.admin", "bundle", "import", out)
    assert refused.code == 3
    assert "directory does not know" in refused.err
    assert acting("kor.analyst", "bundle", "export", "JPN", "--out", tmp_path / "x").code == 3


def test_a2_an_exported_trail_verifies_without_its_node(place, tearline, tmp_path, monkeypatch):
    """With the authority's key from elsewhere; a changed byte is found; without a key nothing is claimed."""
    monkeypatch.setenv("TEARLINE_PASSWORD", place.passwords["kor.auditor"])
    asks = argparse.Namespace(url=place.url, person="kor.auditor", post=None, password_file=None)
    with Client(asks) as client:
        made = client._http.post("/api/trail/exports", json={"log": "journal", "start": 0, "end": 5})
    file, raw = tmp_path / "a.tearline-trail", made.content
    file.write_bytes(raw)
    authority = place.folder / "kor" / "authority.pub"
    ended = tearline("verify", file, "--authority", authority)
    assert ended.code == 0, ended.err
    assert "5 entries, 0 to 5, of KOR/node-1/journal" in ended.out
    assert (
        tearline("verify", file, "--authority", authority.read_text().strip(), "--json").json["entries"] == 5
    )
    assert tearline("verify", file).code == 2
    assert tearline("verify", file, "--authority", "ab" * 32).code == 4
    with Client(asks) as client:
        for name, start, end in (("b", 5, 7), ("c", 8, 9)):
            body = {"log": "journal", "start": start, "end": end}
            (tmp_path / name).write_bytes(client._http.post("/api/trail/exports", json=body).content)
    both = tearline("verify", tmp_path / "b", file, "--authority", authority)
    assert both.code == 0, both.err
    assert "together: 0 to 7 of KOR/node-1/journal, and none left out" in both.out
    gap = tearline("verify", file, tmp_path / "b", tmp_path / "c", "--authority", authority)
    assert gap.code == 4
    assert "entries 7 to 8 of KOR/node-1/journal are in none of the files" in gap.err
    file.write_bytes(raw.replace(b'"actor":"node"', b'"actor":"mode"', 1))
    assert tearline("verify", file, "--authority", authority).code == 4
