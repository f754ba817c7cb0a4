# SPDX-License-Identifier: Apache-2.0
"""A directory is sent to be tried and sent again to be taken over; what takes effect is what was shown."""

from __future__ import annotations

import base64
from collections.abc import Callable

import msgspec

from tearline.core.ids import Member
from tearline.node.trust import sign_directory
from tests.edge.driver import Sync
from tests.simulation.network import AUTHORITY
from tests.twins.worlds import Day

TRY, TAKE = "/api/network/directory/try", "/api/network/directory"
Sign = Callable[..., Sync]


def following(day: Day, member: str, **fields: object) -> str:
    """The next directory, with a member's record changed, as it is sent."""
    found = day.network.directory
    changed = msgspec.structs.replace(found.members[Member(member)], **fields)
    members = {**found.members, Member(member): changed}
    made = msgspec.structs.replace(found, version=found.version + 1, members=members)
    return base64.b64encode(sign_directory(made, AUTHORITY)).decode()


def test_a3_a_directory_is_taken_over_as_it_was_shown(day: Day, sign_in: Sign) -> None:
    """The letters of the answer are asked for; afterwards it is in force here, and what a member lost is on its way back."""
    client = sign_in("kor.admin")
    assert client.get("/api/network").json["directory"]["version"] == 1
    file = following(day, "JPN", ceiling="CHUI")
    shown = client.post(TRY, {"file": file}).json
    (member,) = shown["members"]
    assert (member["member"], member["what"]) == ("JPN", "changed")
    assert [f["field"] for f in member["fields"]] == ["clearance"]
    assert (shown["current"], shown["candidate"], shown["obstacles"]) == (1, 2, [])
    assert [r["member"] for r in shown["readers"]] == ["JPN"]
    body = {"file": file, "sha256": shown["sha256"]}
    wrong = client.post(TAKE, body | {"check": "ZZZZ"})
    assert (wrong.status, wrong.json["code"]) == (409, "other-answer")
    made = client.post(TAKE, body | {"check": shown["check"].lower()})
    assert made.status == 200, made.json
    assert made.json["recalled"] == shown["readers"][0]["losing"] > 0
    network = client.get("/api/network").json
    assert network["directory"]["version"] == 2
    assert [p["ceiling"] for p in network["partners"] if p["code"] == "JPN"] == ["CHUI"]
    again = client.post(TRY, {"file": file})
    assert (again.status, again.json["code"]) == (409, "same-directory")


def test_n5_what_is_no_directory_is_refused_by_name(day: Day, sign_in: Sign) -> None:
    """Not base64, no directory, another authority's, one that this running node can't follow: nothing is taken."""
    client = sign_in("kor.admin")
    own = day.network.directory.members[Member("KOR")]
    moved = msgspec.structs.replace(own.address, port=9_999)
    for file, code in {
        "?": "malformed",
        "AAAA": "directory-refused",
        "e30=": "directory-refused",
        "bm90ZQ==": "directory-refused",
    }.items():
        answer = client.post(TRY, {"file": file})
        assert answer.json["code"] == code
    file = following(day, "KOR", address=moved)
    shown = client.post(TRY, {"file": file}).json
    assert [o["code"] for o in shown["obstacles"]] == ["own-node"]
    answer = client.post(TAKE, {"file": file, "sha256": shown["sha256"], "check": shown["check"]})
    assert (answer.status, answer.json["code"]) == (409, "own-node")
    assert client.get("/api/network").json["directory"]["version"] == 1
