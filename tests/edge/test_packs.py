# SPDX-License-Identifier: Apache-2.0
"""A pack is sent to be tried and sent again to be adopted; what takes effect is what was shown."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from tearline.core.ids import Person
from tearline.core.labels import make_pack_zip
from tearline.node.commands import AdoptPack, PackAdopted, WouldChange, act_as, adopt_pack, what_would_change
from tests.edge.driver import Sync
from tests.node.commands.test_policies import change
from tests.properties.worlds import read_pack

TRY, ADOPT = "/api/policies/packs/try", "/api/policies/packs"
MARK = ('phrase="군사III급비밀"'.encode(), 'phrase="군사3급비밀"'.encode())


def pack_of(files: dict[str, bytes]) -> str:
    return base64.b64encode(make_pack_zip(files)).decode()


def adopt(client: Sync, files: dict[str, bytes]) -> Any:
    file = pack_of(files)
    shown = client.post(TRY, {"file": file}).json
    return client.post(ADOPT, {"file": file, "pack": shown["pack"], "check": shown["check"]})


def test_a3_a_pack_is_adopted_as_it_was_shown(sign_in: Callable[..., Sync]) -> None:
    """The letters of the answer are asked for; afterwards everything here is marked and decided by it, cases included."""
    client, reader = sign_in("kor.admin"), sign_in("kor.analyst")
    before = client.get("/api/policies").json
    key = next(k for k in _keys(reader) if "군사III급비밀" in reader.get(f"/api/products/{k}").json["banner"])
    etag = reader.get(f"/api/products/{key}").header("etag")
    file = pack_of(change(MARK))
    shown = client.post(TRY, {"file": file}).json
    assert [(p["policy"], p["what"]) for p in shown["policies"]] == [("EXERCISE KOR", "changed")]
    assert (shown["obstacles"], shown["current"]) == ([], before["pack"])
    wrong = client.post(ADOPT, {"file": file, "pack": shown["pack"], "check": "ZZZZ"})
    assert (wrong.status, wrong.json["code"]) == (409, "other-answer")
    assert client.get("/api/policies").json == before
    made = client.post(ADOPT, {"file": file, "pack": shown["pack"], "check": shown["check"].lower()})
    assert made.status == 200, made.json
    assert client.get("/api/policies").json["pack"] == made.json["policies"] != before["pack"]
    read = reader.get(f"/api/products/{key}")
    assert "EXERCISE 군사3급비밀" in read.json["banner"]
    assert read.header("etag") != etag


def _keys(client: Sync) -> list[str]:
    return [row["key"] for row in client.get("/api/products?limit=50").json["items"]]


def test_n5_what_is_no_pack_is_refused_by_name(sign_in: Callable[..., Sync]) -> None:
    """Not base64, no zip, a broken policy, a failing case (each is named), another kind's: nothing is taken."""
    client = sign_in("kor.admin")
    before = client.get("/api/policies").json
    row = {"label": {"policy": "PUBLIC", "classification": "UNMARKED"}}
    failing = {**read_pack(), "cases.json": json.dumps([row | {"id": "mine", "valid": False}]).encode()}
    sent = {
        "?": "malformed",
        "AAAA": "pack-refused",
        pack_of({**read_pack(), "kor.spif.xml": b"<SPIF/>"}): "pack-refused",
        pack_of(failing): "pack-refused",
    }
    for file, code in sent.items():
        assert client.post(TRY, {"file": file}).json["code"] == code
        assert client.post(ADOPT, {"file": file, "pack": "x", "check": "x"}).json["code"] == code
    found = client.post(TRY, {"file": pack_of(failing)}).json
    assert [f["words"] for f in found["findings"]] == ["mine, valid: expected False, is True"]
    assert client.get("/api/policies").json == before


@pytest.mark.parametrize("person", ["kor.analyst", "kor.disclosure"])
def test_n7_only_an_administrator_is_answered(sign_in: Callable[..., Sync], person: str) -> None:
    """The same answer whatever is sent: nobody else's file is opened."""
    client = sign_in(person)
    answers = {
        client.post(path, {"file": file} | more).body
        for path, more in ((TRY, {}), (ADOPT, {"pack": "x", "check": "x"}))
        for file in ("?", pack_of(read_pack()))
    }
    assert len(answers) == 1
    assert json.loads(answers.pop())["code"] == "no-duty"


def test_a_pack_that_is_in_force_is_said_to_be(sign_in: Callable[..., Sync]) -> None:
    client = sign_in("kor.admin")
    assert adopt(client, change(MARK)).status == 200
    again = client.post(TRY, {"file": pack_of(change(MARK))}).json
    assert [o["code"] for o in again["obstacles"]] == ["same-pack"]
    assert adopt(client, change(MARK)).json["code"] == "same-pack"


def test_n5_what_a_pack_loses_is_accepted_by_name_or_refused(sign_in: Callable[..., Sync]) -> None:
    """A codeword that somebody holds is gone: each loss is a reason of the refusal, in whatever language it is read."""
    client = sign_in("kor.admin")
    file = pack_of(change((b'name="DALBIT" lacv="2"', b'name="DALBYEOL" lacv="2"')))
    shown = client.post(TRY, {"file": file}).json
    assert {loss["value"] for loss in shown["losses"] if loss["code"] == "codeword"} == {"DALBIT"}
    asked = {"file": file, "pack": shown["pack"], "check": shown["check"]}
    refused = client.post(ADOPT, asked)
    assert (refused.status, refused.json["code"]) == (409, "losses")
    assert [r["values"][-1] for r in refused.json["reasons"] if r["code"] == "lost-codeword"].count("DALBIT")
    assert len(refused.json["reasons"]) == len(shown["losses"])
    assert client.get("/api/policies").json["pack"] == shown["current"]
    assert client.post(ADOPT, asked | {"accept_losses": True}).status == 200


def test_an_open_page_is_called_to_ask_again(sign_in: Callable[..., Sync]) -> None:
    """A stream of events ends when other policies come into force: marks on the page are of the policies before."""
    reader = sign_in("kor.analyst")
    node = reader.door.site.node
    done: list[object] = []

    def change_in_between(_: bytes) -> bool:
        if not done:
            acting = act_as(node, Person("kor.admin"))
            assert acting is not None
            shown = what_would_change(node, acting, change(MARK))
            assert isinstance(shown, WouldChange)
            done.append(
                adopt_pack(node, acting, change(MARK), AdoptPack(shown.pack, shown.check, accept_losses=True))
            )
        return False  # the page stays: it is the node that ends the stream

    assert reader.ask("GET", "/api/events", until=change_in_between).status == 200
    assert isinstance(done[0], PackAdopted)
