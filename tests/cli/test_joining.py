# SPDX-License-Identifier: Apache-2.0
"""A node joins a network that is there: applied for in the browser, admitted where the authority is, and then it exchanges."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tearline.assembly import open_node
from tearline.config import load_config
from tearline.core.errors import IntegrityError, MalformedError, TearlineError, UsageError
from tearline.core.instants import DAY, Instant
from tearline.edge.api import SetupChosen
from tearline.first_run import establish, wants_set_up
from tearline.joining import JOINING, apply, take_admission
from tearline.machine import SystemClock
from tearline.node.trust import (
    admit_applicant,
    create_authority,
    load_authority,
    print_authority,
    read_admission,
    read_application,
    verify_directory,
)
from tests.cli.networks import VALID, find_ports, make_spec

PASSWORD = "a long lantern sentence"
AGREEMENT = {
    "id": "T2",
    "parties": ["KOR", "NZL"],
    "highest": {"KOR": "SECRET", "NZL": "SECRET"},
    "third_party": True,
    "purge": {"KOR": "at_once", "NZL": "at_once"},
    "equivalences": "exercise",
    **VALID,
}


@pytest.fixture
def place(tearline: Any, tmp_path: Path) -> Path:
    """KOR and JPN with their authority in ``net``, and an empty folder ``new``."""
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps(make_spec(find_ports())))
    assert tearline("init", tmp_path / "net", "--spec", spec, "--json").code == 0
    (tmp_path / "new").mkdir()
    (tmp_path / "agreements.json").write_text(json.dumps([AGREEMENT]))
    return tmp_path


def choose(port: int, **changes: Any) -> SetupChosen:
    chosen = SetupChosen(
        "Watch", "NZL", "CONFIDENTIAL", ("en",), "nzl.admin", joins=True, host="127.0.0.1", port=port
    )
    return msgspec.structs.replace(chosen, **changes)


def admit(tearline: Any, place: Path, letters: str) -> Any:
    return tearline(
        "admit",
        place / "net" / "authority",
        place / "nzl.application",
        "--directory",
        place / "net" / "kor" / "directory.json",
        "--letters",
        letters,
        "--agreements",
        place / "agreements.json",
        "--out",
        place / "admitted",
        "--json",
    )


def test_a_node_joins_a_network_and_the_members_meet(tearline: Any, place: Path) -> None:
    """From the empty folder to a link that is up, both ways, by nothing but the three files."""
    port = find_ports()
    chosen = choose(port + 1)
    applied = apply(place / "new", chosen, port)
    (place / "nzl.application").write_bytes(applied.file)
    assert admit(tearline, place, "aaaa").code == 2
    done = admit(tearline, place, applied.letters.upper())
    assert done.code == 0, done.err
    network = take_admission(place / "new", (place / "admitted" / "tearline-NZL.admission").read_bytes())
    assert network.authority == done.json["authority"]
    assert (network.version, network.members, network.agreed) == (2, ("JPN", "KOR"), ("KOR",))
    establish(place / "new", chosen, PASSWORD, port)
    assert not (place / "new" / JOINING).exists()
    assert not (place / "new" / "authority").exists()
    assert load_config(place / "new").member == "NZL"
    told = tearline("directory", place / "net" / "kor", place / "admitted" / "directory.json", "--json")
    assert told.json["members"] == ["JPN", "KOR", "NZL"]
    asyncio.run(meet(place))


async def meet(place: Path) -> None:
    kor, nzl = open_node(place / "net" / "kor"), open_node(place / "new")
    try:
        await kor.start()
        await nzl.start()
        await until(lambda: {link.state for link in nzl.links() if link.member == "KOR"} == {"up"})
        await until(lambda: {link.state for link in kor.links() if link.member == "NZL"} == {"up"})
    finally:
        await nzl.stop()
        await kor.stop()


async def until(ready: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not ready():  # noqa: ASYNC110 - a look at a state that has no event
            await asyncio.sleep(0.05)


def test_an_application_that_changed_asks_for_another_admission(tearline: Any, place: Path) -> None:
    """And its keys stay: what was set up half is gone on with."""
    port = find_ports()
    first = apply(place / "new", choose(port + 1), port)
    (place / "nzl.application").write_bytes(first.file)
    assert admit(tearline, place, first.letters).code == 0
    (place / "new" / "setup.json").write_text("{}")
    assert wants_set_up(place / "new")
    second = apply(place / "new", choose(port + 1, ceiling="RESTRICTED"), port)
    old, new = (read_application(r.file).record for r in (first, second))
    assert (old.stream_key, old.seal_key) == (new.stream_key, new.seal_key)
    assert first.letters != second.letters
    with pytest.raises(IntegrityError, match="not the answer"):
        take_admission(place / "new", (place / "admitted" / "tearline-NZL.admission").read_bytes())


def test_n5_what_admits_nobody_is_refused_with_its_reason(tearline: Any, place: Path) -> None:
    port = find_ports()
    with pytest.raises(UsageError, match="not applied"):
        take_admission(place / "new", b"{}")
    applied = apply(place / "new", choose(port + 1), port)
    (place / "nzl.application").write_bytes(applied.file)
    with pytest.raises(UsageError, match="no admission"):
        establish(place / "new", choose(port + 1), PASSWORD, port)
    assert admit(tearline, place, applied.letters).code == 0
    raw = (place / "admitted" / "tearline-NZL.admission").read_bytes()
    with pytest.raises(MalformedError):
        take_admission(place / "new", b"not at all")
    for name in (b"directory", b"certificate", b"authority_certificate", b"authority_key"):
        at = raw.index(b'"' + name + b'":"') + len(name) + 32
        changed = raw[:at] + (b"B" if raw[at : at + 1] != b"B" else b"C") + raw[at + 1 :]
        with pytest.raises(TearlineError):
            take_admission(place / "new", changed)
    assert not (place / "new" / JOINING / "admission.json").exists()
    application = read_application(applied.file)
    with pytest.raises(IntegrityError, match="expired"):
        read_admission(raw, application, Instant(SystemClock().now() + 400 * DAY))
    other = msgspec.structs.replace(application, packs=bytes(32))
    with pytest.raises(IntegrityError, match="other policies"):
        read_admission(raw, other, SystemClock().now())


def test_n5_the_authority_admits_no_forged_and_no_second_applicant(place: Path, tmp_path: Path) -> None:
    port = find_ports()
    applied = apply(place / "new", choose(port + 1), port)
    with pytest.raises(TearlineError):
        read_application(applied.file.replace(b"CONFIDENTIAL", b"SECRET"))
    authority = load_authority(place / "net" / "authority")
    current = verify_directory((place / "net" / "kor" / "directory.json").read_bytes(), authority.public)
    now = SystemClock().now()
    signed, _ = admit_applicant(authority, current, applied.file, (), now)
    following = verify_directory(signed, authority.public)
    with pytest.raises(UsageError, match="already"):
        admit_applicant(authority, following, applied.file, (), now)
    other = create_authority(tmp_path / "other", now=now)
    forged, admission = admit_applicant(other, current, applied.file, (), now)
    assert print_authority(other.public) != print_authority(authority.public)
    with pytest.raises(TearlineError):
        verify_directory(forged, authority.public)
    # To whom has no authority yet another one's admission is whole: the letters tell them apart.
    _, directory = read_admission(admission, read_application(applied.file), now)
    assert directory.version == following.version


def test_a_directory_that_is_not_newer_or_not_signed_changes_nothing(tearline: Any, place: Path) -> None:
    path = place / "net" / "kor" / "directory.json"
    before = path.read_bytes()
    (place / "changed.json").write_bytes(before.replace(b"Japan", b"Jaqan"))
    assert tearline("directory", place / "net" / "kor", place / "changed.json").code == 4
    assert path.read_bytes() == before
