# SPDX-License-Identifier: Apache-2.0
"""Trying a label against a clearance says what the node would decide, in four languages; the pack's cases are run here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.edge.driver import Sync

TRY = "/api/policies/try"
CHOICE = {"policy": "EXERCISE KOR", "classification": "II-KUP", "audience": ["KOR", "JPN"]}


def ask(client: Sync, lang: str = "en", **changes: Any) -> Any:
    body = {"choice": CHOICE, "member": "KOR", "ceiling": "II-KUP"} | changes
    return client.post(f"{TRY}?lang={lang}", body)


def test_a3_a_label_is_tried_against_a_clearance_with_the_reason_in_each_language(
    sign_in: Callable[..., Sync],
) -> None:
    client = sign_in("kor.analyst")
    good = ask(client).json
    assert (good["permitted"], good["faults"]) == (True, [])
    assert good["banner"].startswith("EXERCISE")
    lower = ask(client, ceiling="III-KUP").json
    assert (lower["member_permitted"], lower["permitted"]) == (True, False)
    assert set(lower["words"]) == {"en", "fr", "ko", "ja"}
    assert "II-KUP" in lower["words"]["en"]
    assert len(set(lower["words"].values())) == 4
    assert good["lines"]["en"][0] == "you hold the classification II-KUP"
    assert len(good["lines"]["en"]) == 2
    assert [len(set(made["lines"])) for made in (good, lower)] == [4, 4]
    assert lower["lines"]["en"] == [lower["words"]["en"]]
    other = ask(client, member="AUS", ceiling="SECRET").json
    assert (other["member_permitted"], other["permitted"]) == (False, False)
    nobody = ask(client, ceiling="").json
    assert nobody["permitted"] is False


def test_n4_the_label_is_shown_as_others_would_mark_it(sign_in: Callable[..., Sync]) -> None:
    carried = {one["member"]: one for one in ask(sign_in("kor.analyst")).json["carried"]}
    assert carried["JPN"]["banner"].startswith("EXERCISE")
    assert carried["AUS"]["banner"].endswith("PROVIDED BY KOR//REL TO JPN, KOR")


@pytest.mark.parametrize(
    "changes",
    [
        {"member": "XXX"},
        {"choice": CHOICE | {"policy": "none"}},
        {"ceiling": "none"},
    ],
)
def test_n5_what_is_unknown_is_refused(sign_in: Callable[..., Sync], changes: dict[str, Any]) -> None:
    assert ask(sign_in("kor.analyst"), **changes).json["code"] == "unknown-value"


def test_n5_a_label_that_is_none_shows_its_faults_and_no_mark(sign_in: Callable[..., Sync]) -> None:
    made = ask(sign_in("kor.analyst"), "ko", choice=CHOICE | {"audience": []}).json
    assert made["faults"]
    assert (made["banner"], made["permitted"], made["carried"]) == ("", False, [])


def test_policies_in_force_are_listed_with_their_version(sign_in: Callable[..., Sync]) -> None:
    client = sign_in("kor.admin")
    made = client.get("/api/policies?lang=ko").json
    names = {policy["name"] for policy in made["policies"]}
    assert {"PUBLIC", "EXERCISE KOR"} <= names
    assert made["pack"] == client.door.site.node.book.digest()[:16]
    assert client.get("/api/policies/cases").json == {"passed": 0, "failed": 0, "items": []}
