# SPDX-License-Identifier: Apache-2.0
"""What the table of routes sends to the doors of sessions, people and policies: the same for every product."""

from __future__ import annotations

from typing import Any

from tearline.core.labels import digest_pack
from tests.edge.driver import PASSWORD
from tests.properties.worlds import read_pack
from tests.twins.people import directory_file, pack_file

PEOPLE_BODIES: dict[str, Any] = {
    "POST /api/policies/packs/try": {"file": pack_file()},
    "POST /api/policies/packs": {"file": pack_file(), "pack": digest_pack(read_pack()), "check": "AAAA"},
    "POST /api/network/directory/try": {"file": directory_file()},
    "POST /api/network/directory": {"file": directory_file(), "sha256": "AAAA", "check": "AAAA"},
    "POST /api/session/exercise": {"person": "kor.watch"},
    "POST /api/session/post": {"post": "KOR-RELEASE"},
    "POST /api/session/unlock": {"password": PASSWORD},
    "POST /api/session/password": {"password": PASSWORD, "new": PASSWORD},
    "POST /api/session/ceiling": {"ceiling": "III-KUP"},
    "POST /api/factors/totp": {"name": "Phone", "code": "000000", "password": PASSWORD},
    "POST /api/factors/passkey": {
        "name": "Key",
        "credential": "AAAA",
        "client_data": "AAAA",
        "attestation": "AAAA",
        "password": PASSWORD,
    },
    "POST /api/factors/{factor_id:str}/remove": {"password": PASSWORD},
    "POST /api/session/factor": {"code": "000000"},
    "POST /api/session/passkey": {
        "credential": "AAAA",
        "client_data": "AAAA",
        "authenticator_data": "AAAA",
        "signature": "AAAA",
    },
    "POST /api/policies/try": {
        "choice": {"policy": "EXERCISE KOR", "classification": "II-KUP", "audience": ["KOR"]},
        "member": "KOR",
        "ceiling": "II-KUP",
    },
    "PUT /api/preferences": {"chosen": {"language": "ko"}},
    "POST /api/people": {"person": "kor.temp", "posts": ["KOR-CYBER"]},
    "POST /api/people/{person:str}/end": {"reason": "moved on"},
    "PUT /api/posts/{post_name:str}": {"title": "Cyber cell"},
}
