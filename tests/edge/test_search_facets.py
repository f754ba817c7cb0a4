# SPDX-License-Identifier: Apache-2.0
"""The search as a screen asks for it: facets, words being typed, areas, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.edge.driver import Sync
from tests.twins.worlds import CANARY


def test_n1_facets_count_what_this_reader_sees(sign_in: Callable[..., Sync]) -> None:
    """Each facet adds up to the reader's own hits; a facet that is narrowed still shows its other values."""
    client = sign_in("kor.analyst")
    found = client.get("/api/search?facets=true").json
    kinds = {c["value"]: c["count"] for c in found["facets"]["kind"]}
    assert sum(kinds.values()) == found["total"]
    assert {"report", "warning"} <= kinds.keys()
    narrowed = client.get("/api/search?facets=true&kind=warning").json
    assert narrowed["total"] == kinds["warning"]
    assert {c["value"]: c["count"] for c in narrowed["facets"]["kind"]} == kinds
    assert "facets" not in client.get("/api/search").json


def test_n1_no_facet_for_who_is_not_cleared(sign_in: Callable[..., Sync]) -> None:
    """Nothing is seen, so nothing is counted."""
    facets = sign_in("kor.admin").get("/api/search?facets=true").json["facets"]
    assert facets
    assert not any(facets.values())


def test_words_being_typed(sign_in: Callable[..., Sync]) -> None:
    """The last word may go on; what is hidden stays so letter by letter."""
    client = sign_in("kor.analyst")
    assert client.get("/api/search?q=convo").json["total"] == 0
    assert client.get("/api/search?q=convo&typing=true").json["total"] == 1
    for length in range(2, len(CANARY)):
        assert client.get(f"/api/search?q={CANARY[:length]}&typing=true").json["total"] == 0


@pytest.mark.parametrize(
    "area", ["x", "1,2", "1;2", "1,2,3;4,5", "181,0;0,0", "nan,0;1,1", "inf,0;1,1", "1,2;" * 300]
)
def test_an_area_is_read_strictly(sign_in: Callable[..., Sync], area: str) -> None:
    """Corners on the globe, two to two hundred."""
    assert sign_in("kor.analyst").get(f"/api/search?area={area}").status == 400
