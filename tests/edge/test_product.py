# SPDX-License-Identifier: Apache-2.0
"""One product through the API: why it is shown, its versions, what it cites, copies as files, questions about it."""

from __future__ import annotations

import msgspec

from tests.twins.worlds import Day, draft, portion, text


def test_a3_why_names_the_grounds_of_what_is_shown_and_nothing_else(sign_in, day: Day) -> None:
    """Both markings, the grounds in the language asked for; no word of a portion or a variant that is not shown (N1)."""
    key = day.world.keys["mixed"]
    analyst = sign_in("kor.analyst").get(f"/api/products/{key}/why")
    assert [p["tag"] for p in analyst.json["portions"]] == ["TB", "PA", "PV"]
    assert b"DALBIT" not in analyst.body
    assert "달빛".encode() not in analyst.body
    watch = sign_in("kor.watch").get(f"/api/products/{key}/why").json
    hidden = next(p for p in watch["portions"] if p["tag"] == "PB")
    assert "you hold DALBIT" in hidden["grounds"]
    assert "KOR includes KOR, for which you act" in hidden["grounds"]
    partner = sign_in("kor.analyst").get(f"/api/products/{day.world.keys['partner']}/why?lang=ko").json
    title = partner["portions"][0]
    assert title["origin"] == "EXERCISE USA CONFIDENTIAL//REL TO USA, JPN, KOR"
    assert title["own"].startswith("EXERCISE 군사III급비밀//미국 정부 제공")
    assert any("옮김" in words for words in title["grounds"])
    assert (partner["origin"], partner["own"]) == (title["origin"], title["own"])
    assert sign_in("kor.analyst").get(f"/api/products/{key}/why?lang=xx").status == 400


def test_why_of_what_is_public_says_so(sign_in, day: Day) -> None:
    """PUBLIC is its own ground, and has no second marking."""
    public = {"policy": "PUBLIC", "classification": "UNMARKED"}
    made = draft("PUBLIC", "document", portion("TP", "title", text(public, "Tide tables")))
    made = msgspec.structs.replace(made, policy="PUBLIC", declared="unaltered")
    key = day.file("public", "KOR", "kor.watch", made, minute=59)
    why = sign_in("kor.analyst").get(f"/api/products/{key}/why").json["portions"][0]
    assert (why["origin"], why["own"]) == ("PUBLIC", "")
    assert why["grounds"] == ["public: everyone may see it"]
