# SPDX-License-Identifier: Apache-2.0
"""The screens at a node's door: what was built is served by its plain name, under strict headers; the exercise's cast."""

from __future__ import annotations

import gzip
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from tearline.config import CastPerson, ExerciseStory, NodeConfig, ShownProduct, ToldMember
from tearline.edge.api import Services, make_app
from tearline.edge.screens import load_screens
from tests.edge.driver import Answer, Door, run
from tests.twins.worlds import Day

SCRIPT = b"export const words = 'the same for everybody';\n" * 50

STORY = ExerciseStory(
    "SMALL ISLAND",
    "2031-05-04",
    {"en": "A light is out."},
    (ToldMember("KOR", {"en": "Republic of Korea"}, {"en": "Warns."}),),
    ShownProduct("KOR", "kor.watch", "KOR-WARN 120104Z JUL 23 K7QF"),
)


@pytest.fixture
def built() -> Path:
    folder = Path(tempfile.mkdtemp())
    (folder / "assets").mkdir()
    (folder / "index.html").write_text("<!doctype html><title>screens</title>")
    (folder / "assets" / "index-1a2b.js").write_bytes(SCRIPT)
    (folder / "assets" / "notes.txt").write_text("not a kind that screens have")
    (folder / "secret.js").write_text("beside the assets")
    return folder


@dataclass
class Screened(Door):
    """A door with screens, and with a cast in its settings."""

    built: Path = Path()
    cast: tuple[CastPerson, ...] = (CastPerson("kor.watch"),)
    host: str = "127.0.0.1"

    def __post_init__(self) -> None:
        super().__post_init__()
        config = NodeConfig(
            member=self.member, cookie="tearline-kor", cast=self.cast, host=self.host, story=STORY
        )
        self.app = make_app(
            Services(
                gate=self.site.gate,
                accounts=self.accounts,
                config=config,
                clock=self.network.clock,
                links=list,
                verify=dict,
                notice="EXERCISE",
                screens=load_screens(self.built),
            )
        )


@pytest.fixture
def door(day: Day, built: Path) -> Screened:
    return Screened(day.network, "KOR", built=built)


def get(door: Door, target: str, **headers: str) -> Answer:
    answer: Answer = run(
        door.send("GET", target, headers={k.replace("_", "-"): v for k, v in headers.items()})
    )
    return answer


def play(door: Door, person: str, **headers: str) -> Answer:
    sent = {"x-tearline": "1", "content-type": "application/json"} | headers
    answer: Answer = run(
        door.send("POST", "/api/session/exercise", msgspec.json.encode({"person": person}), sent)
    )
    return answer


def test_the_page_may_run_its_own_files_and_nothing_else(door: Screened) -> None:
    """No inline code, no other host, no frame; never kept."""
    page = get(door, "/")
    assert page.body == b"<!doctype html><title>screens</title>"
    policy = page.header("content-security-policy") or ""
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert page.header("cache-control") == "private, no-store"
    assert page.header("cross-origin-opener-policy") == "same-origin"
    assert "camera=()" in (page.header("permissions-policy") or "")


def test_files_are_kept_for_ever_and_come_compressed(door: Screened) -> None:
    """Under names that change with their content."""
    plain = get(door, "/assets/index-1a2b.js")
    packed = get(door, "/assets/index-1a2b.js", accept_encoding="br, gzip;q=0.8")
    assert plain.body == SCRIPT == gzip.decompress(packed.body)
    assert packed.header("content-encoding") == "gzip"
    assert plain.header("content-encoding") is None
    for answer in (plain, packed):
        assert "immutable" in (answer.header("cache-control") or "")
        assert answer.header("vary") == "Accept-Encoding"
        assert (answer.header("content-type") or "").startswith("text/javascript")


def test_a_file_that_is_gone_is_one_that_never_was(door: Screened, built: Path) -> None:
    """Screens built anew under a running node: the page asks for what it was made of."""
    (built / "assets" / "index-1a2b.js").unlink()
    gone, never = get(door, "/assets/index-1a2b.js"), get(door, "/assets/index-0000.js")
    assert (gone.status, gone.body) == (never.status, never.body) == (404, never.body)


def test_screens_built_anew_are_served_at_once(door: Screened, built: Path) -> None:
    """The new page with its files; while it is being built, the page before it; what an old page still asks for is gone."""
    page, assets = built / "index.html", built / "assets"
    assert get(door, "/assets/index-1a2b.js").status == 200
    page.unlink()
    (assets / "index-1a2b.js").unlink()
    assert get(door, "/").body == b"<!doctype html><title>screens</title>"
    (assets / "index-3c4d.js").write_bytes(SCRIPT)
    page.write_text("<!doctype html><title>new screens</title>")
    assert get(door, "/").body == b"<!doctype html><title>new screens</title>"
    assert get(door, "/assets/index-3c4d.js").body == SCRIPT
    assert get(door, "/assets/index-1a2b.js").status == 404


@pytest.mark.parametrize(
    "name",
    ["secret.js", "../secret.js", "..%2fsecret.js", "notes.txt", "", ".", "index-1a2b.js/x", "%00", "동해"],
)
def test_only_listed_names_are_files(door: Screened, name: str) -> None:
    """What else lies on the disk is one and the same 404, and API answers stay uncompressed."""
    answer = get(door, f"/assets/{name}", accept_encoding="gzip")
    assert answer.status == 404
    assert answer.header("cache-control") == "private, no-store"
    assert get(door, "/api/door", accept_encoding="gzip").header("content-encoding") is None


def test_one_of_the_cast_is_played_without_a_password(door: Screened) -> None:
    """At a loopback door of an exercise; nobody outside of the cast, and not under a foreign name for this machine."""
    good = play(door, "kor.watch")
    assert good.status == 200
    assert good.json["person"] == "kor.watch"
    assert good.header("set-cookie")
    assert play(door, "kor.analyst").status == 404
    assert play(door, "kor.watch", host="rebound.example:8470").status == 404
    assert play(door, "kor.watch", origin="http://elsewhere.example").status == 403
    told = get(door, "/api/door").json
    assert [p["id"] for p in told["cast"]] == ["kor.watch"]
    assert told["story"] == msgspec.json.decode(msgspec.json.encode(STORY))


def test_there_is_no_cast_and_no_story_beyond_loopback(day: Day, built: Path) -> None:
    """Settings alone do not open a door that others can reach."""
    door = Screened(day.network, "KOR", built=built, host="192.0.2.1")
    assert play(door, "kor.watch").status == 404
    told = get(door, "/api/door").json
    assert (told["cast"], told["story"]) == ([], None)


def test_there_is_no_cast_and_no_story_outside_of_an_exercise(
    door: Screened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings that were copied from an exercise tell nothing where the policies are not one's."""
    node = door.site.gate.node
    monkeypatch.setattr(node, "book", msgspec.structs.replace(node.book, kind="real"))
    told = get(door, "/api/door").json
    assert (told["cast"], told["story"]) == ([], None)
    assert play(door, "kor.watch").status == 404
