# SPDX-License-Identifier: Apache-2.0
"""A small network of our own: KOR writes and releases, JPN is its partner. Founded and served by the program itself."""

import contextlib
import json
import signal
import socket
import subprocess
import sys

from tearline.core.instants import parse_iso

VALID = {"valid_from": parse_iso("2020-01-01"), "valid_to": parse_iso("2090-01-01")}
LABEL = {
    "policy": "EXERCISE KOR",
    "classification": "III-KUP",
    "categories": {"Releasable To": ["JPN", "KOR"]},
}
HOME = {"policy": "EXERCISE KOR", "classification": "II-KUP", "categories": {"Eyes Only": ["KOR"]}}


def find_ports(count=4):
    """A base from which so many ports are free at this moment."""
    for _ in range(50):
        with contextlib.ExitStack() as held:
            first = held.enter_context(socket.create_server(("127.0.0.1", 0)))
            base = first.getsockname()[1]
            with contextlib.suppress(OSError, OverflowError):
                for port in range(base + 1, base + count):
                    held.enter_context(socket.create_server(("127.0.0.1", port)))
                return base
    raise AssertionError("no free ports")


def make_spec(port_base):
    """KOR and JPN under one agreement; KOR-RELEASE may release everything to JPN."""
    parties = ["KOR", "JPN"]
    agreement = {
        "id": "T1",
        "parties": parties,
        "highest": {"KOR": "SECRET", "JPN": "SECRET"},
        "third_party": True,
        "purge": {"KOR": "at_once", "JPN": "at_once"},
        "equivalences": "exercise",
        **VALID,
    }
    delegation = {
        "id": "D1",
        "name": "D1",
        "agreement": "T1",
        "issued_by": "KOR",
        "to": "KOR-RELEASE",
        "kinds": ["*"],
        "highest": "II-KUP",
        "audience": ["JPN"],
        **VALID,
    }
    people = [
        {"id": "kor.analyst", "posts": ["KOR-DESK"]},
        {"id": "kor.disclosure", "posts": ["KOR-RELEASE"], "duties": ["release"]},
        {"id": "kor.admin", "duties": ["administration"], "cleared": False},
        {"id": "kor.auditor", "duties": ["audit"], "cleared": False},
    ]
    kor = {"code": "KOR", "name": "Republic of Korea", "ceiling": "II-KUP", "languages": ["ko", "en"]}
    jpn = {"code": "JPN", "name": "Japan", "ceiling": "GOKUHI", "languages": ["ja", "en"]}
    return {
        "pack": "exercise",
        "port_base": port_base,
        "members": [
            {**kor, "persons": people, "delegations": [delegation]},
            {**jpn, "persons": [{"id": "jpn.analyst", "posts": ["JPN-DESK"]}]},
        ],
        "agreements": [agreement],
    }


def make_draft():
    """A report in two languages, with a portion that stays at home."""
    return {
        "kind": "report",
        "precedence": "ROUTINE",
        "policy": "EXERCISE KOR",
        "portions": [
            write_portion("TI", "title", LABEL, ("ko", "부산항 상황"), ("en", "Situation at the port")),
            write_portion(
                "AA", "paragraph", LABEL, ("ko", "선박 세 척이 출항했다."), ("en", "Three ships left port.")
            ),
            write_portion("BB", "paragraph", HOME, ("ko", "우리만 안다.")),
        ],
    }


def write_portion(tag, kind, label, *wordings):
    languages = [
        {"lang": lang, "text": text, "status": "original" if n == 0 else "official"}
        for n, (lang, text) in enumerate(wordings)
    ]
    return {
        "tag": tag,
        "kind": kind,
        "variants": [{"label": label, "body": {"type": "text", "wordings": languages}}],
    }


@contextlib.contextmanager
def serve(folder, *, kill=False):
    """``tearline serve`` as a process, up when this yields its address; ended by SIGTERM, which must succeed, or killed."""
    command = [sys.executable, "-m", "tearline.cli", "serve", str(folder), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        yield json.loads(line)["url"]
        if kill:
            process.kill()
            assert process.wait(30) == -signal.SIGKILL
            return
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, process.stderr.read()
        assert process.stderr.read() == ""
    finally:
        process.kill()
        process.communicate()
