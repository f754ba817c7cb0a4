# SPDX-License-Identifier: Apache-2.0
"""Bodies of the script for the doors of people, posts, own sessions and policies."""

from __future__ import annotations

import base64
import functools
from typing import Any

import msgspec

from tearline.core.ids import Member
from tearline.core.labels import digest_pack, make_pack_zip
from tearline.node.trust import sign_directory
from tests.edge.driver import PASSWORD
from tests.properties.worlds import read_pack
from tests.simulation.network import AUTHORITY, load_book, load_script, make_directory, make_keys


@functools.cache
def pack_file() -> str:
    """The shipped pack as it is sent to the doors of packs."""
    return base64.b64encode(make_pack_zip(read_pack())).decode()


@functools.cache
def directory_file() -> str:
    """The exercise's next directory, in which JPN is cleared for less, as it is sent to the doors of directories."""
    script, book = load_script(), load_book()
    found = make_directory(script, {m["code"]: make_keys(m["code"]) for m in script["members"]}, book)
    japan = msgspec.structs.replace(found.members[Member("JPN")], ceiling="CHUI")
    members = {**found.members, Member("JPN"): japan}
    following = msgspec.structs.replace(found, version=2, members=members)
    return base64.b64encode(sign_directory(following, AUTHORITY)).decode()


def people_bodies(key: str, person: str) -> dict[str, list[Any]]:
    """``key`` stands wherever a body can name something."""
    nothing = "AAAA"
    made = {"credential": nothing, "client_data": nothing, "authenticator_data": nothing}
    return {
        "POST /api/factors/totp": [
            {"name": key[:40], "code": "000000", "password": "wrong-password"},
            {"name": "Phone", "code": "000000", "password": PASSWORD},
        ],
        "POST /api/factors/passkey": [made | {"name": "Key", "public_key": nothing, "password": PASSWORD}],
        "POST /api/factors/{factor_id:str}/remove": [{"password": PASSWORD}],
        "POST /api/session/factor": [{"code": "000000"}],
        "POST /api/session/passkey": [made | {"signature": nothing}],
        "POST /api/policies/try": [
            {
                "choice": {"policy": "EXERCISE KOR", "classification": "II-KUP"},
                "member": "KOR",
                "ceiling": "",
            },
            {"choice": {"policy": key, "classification": key}, "member": "JPN", "ceiling": "HI"},
        ],
        "POST /api/policies/packs/try": [{"file": pack_file()}, {"file": "AAAA"}, {"file": key}],
        "POST /api/policies/packs": [
            {"file": pack_file(), "pack": digest_pack(read_pack()), "check": "AAAA"}
        ],
        "POST /api/network/directory/try": [{"file": directory_file()}, {"file": "AAAA"}, {"file": key}],
        "POST /api/network/directory": [{"file": directory_file(), "sha256": key[:40], "check": "AAAA"}],
        "PUT /api/preferences": [{"chosen": {"language": "ko"}}, {"chosen": {key[:40]: "x"}}],
        "POST /api/session/ceiling": [
            {"ceiling": "III-KUP"},
            {"ceiling": key},
            {"ceiling": "", "password": "wrong-password"},
        ],
        "POST /api/people": [
            {"person": "kor.temp", "name": "For a week", "posts": ["KOR-CYBER"]},
            {"person": person or "kor.nobody", "duties": ["release"]},
            {"person": "kor.temp", "codewords": [key[:40]]},
        ],
        "POST /api/people/{person:str}/end": [{"reason": "moved on"}, {"reason": ""}],
        "PUT /api/posts/{post_name:str}": [
            {"title": "Cyber cell", "alternate": "KOR-WATCH", "flash_min": 3},
            {"title": key[:40]},
        ],
    }
