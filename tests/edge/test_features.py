# SPDX-License-Identifier: Apache-2.0
"""What lies on a reader's map: the variant they have and no other, in pages, under the labels of what is drawn."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from tests.edge.driver import Sync
from tests.twins.worlds import HIDDEN, OPEN, Day, draft, portion, position, text

POINT = '{"type":"Point","coordinates":[131.25,39.5]}'
CELL = '{"type":"Polygon","coordinates":[[[131,39],[131.5,39],[131.5,39.5],[131,39.5],[131,39]]]}'
CELL_AREA, POINT_AREA = "131,39;131.1,39.1", "131.24,39.49;131.26,39.51"


@pytest.fixture
def key(day: Day) -> str:
    """A report whose place is exact for those who hold the codeword, and a cell for everybody else."""
    both = [position(HIDDEN, POINT, "39.5N 131.25E"), position(OPEN, CELL, "Cell 39.0N 131.0E")]
    title = portion("TW", "title", text(OPEN, "Impact at sea"))
    return day.file(
        "placed", "KOR", "kor.watch", draft("KOR", "report", title, portion("PW", "position", *both))
    )


def find(client: Sync, query: str = "") -> dict[str, Any]:
    return {item["key"]: item for item in client.get(f"/api/features?{query}").json["items"]}


def test_n1_a_coarse_variant_is_a_cell_and_nothing_else(sign_in: Callable[..., Sync], key: str) -> None:
    """The exact point is there for its own readers only, and an area around it finds the cell by its edges."""
    watch, analyst = sign_in("kor.watch"), sign_in("kor.analyst")
    exact, coarse = find(watch)[key]["positions"], find(analyst)[key]["positions"]
    assert [p["geometry"]["type"] for p in exact] == ["Point"]
    assert [p["geometry"]["type"] for p in coarse] == ["Polygon"]
    assert exact[0]["mark"] != coarse[0]["mark"]
    assert b"131.25" not in analyst.get("/api/features").body
    assert key not in find(watch, f"area={CELL_AREA}")
    assert key in find(analyst, f"area={CELL_AREA}")
    assert key in find(watch, f"area={POINT_AREA}")


def test_n1_nothing_lies_on_the_map_of_who_is_not_cleared(sign_in: Callable[..., Sync], key: str) -> None:
    """An account without clearance has an empty map, and a key that exists is as one that does not."""
    client = sign_in("kor.admin")
    assert client.get("/api/features").body == client.get(f"/api/features?key={key}").body
    assert client.get("/api/features").json == {"items": [], "labels": [], "total": 0, "next": None}


def test_the_banner_of_the_map_is_made_of_its_labels(sign_in: Callable[..., Sync], key: str) -> None:
    """The labels of what is drawn, handed back to the node, give the banner that the renditions' pieces have."""
    client = sign_in("kor.analyst")
    page = client.get(f"/api/features?key={key}").json
    numbers = {page["items"][0]["title_label"], *(p["label"] for p in page["items"][0]["positions"])}
    assert numbers == set(range(len(page["labels"])))
    drawn = client.post("/api/banner", {"labels": page["labels"]}).json
    assert drawn["text"] == page["items"][0]["banner"]


def test_n1_a_line_of_the_map_is_the_line_of_every_list(
    sign_in: Callable[..., Sync], day: Day, key: str
) -> None:
    """It is kept apart from the renditions, and says what they say to each reader, before and after a change."""
    for reader in (sign_in("kor.watch"), sign_in("kor.analyst")):
        for _ in range(2):
            lists = {item["key"]: item for item in reader.get("/api/products?limit=200").json["items"]}
            drawn = find(reader)
            assert key in drawn
            for found in drawn.values():
                line = lists[found["key"]]
                assert {name: found[name] for name in line} == line
            title = portion("TW", "title", text(OPEN, "Another title"))
            place = portion("PW", "position", position(OPEN, CELL, "y"))
            day.amend("KOR", "kor.watch", "placed", draft("KOR", "report", title, place), minute=42)


def test_pages_hold_each_product_once(sign_in: Callable[..., Sync], day: Day, key: str) -> None:
    """Filed last first, and a cursor belongs to its question."""
    title, place = (
        portion("TY", "title", text(OPEN, "x")),
        portion("PY", "position", position(OPEN, CELL, "y")),
    )
    day.file("second", "KOR", "kor.watch", draft("KOR", "event", title, place), minute=41)
    client = sign_in("kor.analyst")
    first = client.get("/api/features?limit=1").json
    seen = [first]
    while seen[-1]["next"]:
        seen.append(client.get(f"/api/features?limit=1&after={seen[-1]['next']}").json)
    items = [page["items"][0] for page in seen]
    assert len(items) == first["total"] == len({item["key"] for item in items})
    assert all(a["filed"] >= b["filed"] for a, b in pairwise(items))
    assert key in {item["key"] for item in items}
    assert client.get(f"/api/features?limit=1&kind=event&after={first['next']}").status == 400


def test_what_is_in_view_comes_with_all_its_positions(
    sign_in: Callable[..., Sync], day: Day, key: str
) -> None:
    """A product with a position in view, and those of it that lie elsewhere; over the antimeridian too; nothing else."""
    east, west = (f'{{"type":"Point","coordinates":[{longitude},10]}}' for longitude in (179.5, -179.5))
    title = portion("TZ", "title", text(OPEN, "Track"))
    places = (portion(tag, "position", position(OPEN, at, tag)) for tag, at in (("PE", east), ("PF", west)))
    track = day.file("track", "KOR", "kor.watch", draft("KOR", "event", title, *places), minute=41)
    client = sign_in("kor.analyst")
    for view in ("179,9;-179,11", "179,9;180,11", "-180,9;-179,11", "170,-90;-170,90"):
        found = find(client, f"view={view}")
        assert set(found) == {track}, view
        assert [p["tag"] for p in found[track]["positions"]] == ["PE", "PF"], view
    assert set(find(client, "view=130,38;132,40")) == {key}
    assert track not in find(client, "view=-179,9;179,11")
    assert find(client, f"view=130,38;132,40&key={track}") == {}
    assert [p["tag"] for p in find(client, "view=179,9;-179,11&area=179,9;180,11")[track]["positions"]] == [
        "PE"
    ]
    everything = client.get("/api/features?view=-180,-90;180,90").json
    assert everything == client.get("/api/features").json
    for wrong in ("1,2;3,4;5,6", "1,4;3,2", "x", "181,0;0,1"):
        assert client.get(f"/api/features?view={wrong}").status == 400


def test_a1_what_is_out_of_view_is_not_recorded_as_shown(sign_in: Callable[..., Sync], key: str) -> None:
    """The map asks for what it shows, and that alone was shown."""
    client = sign_in("kor.analyst")
    node = client.door.site.node
    find(client, "view=10,10;20,20")
    assert "PW" not in node.custody.readers.get(key, {}).get("kor.analyst", ())
    find(client, "view=130,38;132,40")
    assert {"PW", "TW"} <= set(node.custody.readers[key]["kor.analyst"])


def test_n1_a_view_says_nothing_of_where_the_hidden_lies(sign_in: Callable[..., Sync], key: str) -> None:
    """A view around the exact place alone shows a cell where its edge goes, to who has the cell, and never more than it."""
    analyst, watch = sign_in("kor.analyst"), sign_in("kor.watch")
    assert set(find(watch, f"view={CELL_AREA}")) == set()
    assert set(find(watch, f"view={POINT_AREA}")) == {key}
    assert b"131.25" not in analyst.get(f"/api/features?view={POINT_AREA}").body
    assert analyst.get("/api/features?view=131.3,39.4;131.4,39.45").json["total"] == 1


def test_a1_a_position_on_the_map_is_recorded_as_shown_once(sign_in: Callable[..., Sync], key: str) -> None:
    """Who was shown the place will be told when it is withdrawn; a map that is moved about adds nothing."""
    client = sign_in("kor.analyst")
    node = client.door.site.node
    find(client)
    assert {"PW", "TW"} <= set(node.custody.readers[key]["kor.analyst"])
    before = len(node._reads)
    find(client, "area=120,30;140,45")
    assert len(node._reads) == before
