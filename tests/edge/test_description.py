# SPDX-License-Identifier: Apache-2.0
"""The API's description: of every route, the same at the door and in the documentation."""

from __future__ import annotations

import json
from pathlib import Path

from tearline.edge.api import describe, setup
from tests.edge.driver import Client, Door, Sync
from tests.twins.script import list_routes

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi.json"


def test_the_documentation_holds_what_the_door_serves(kor: Door) -> None:
    """Generated, so it can't rot: write it anew with ./run docs."""
    served = Sync(Client(kor)).get("/openapi.json")
    assert served.header("content-type") == "application/json"
    assert served.body == describe() == REFERENCE.read_bytes()


def test_every_route_is_described_with_what_it_needs(kor: Door) -> None:
    """Each API route, its problems, and the session and header it asks for."""
    described = json.loads(describe())["paths"]
    routes = {(p, m) for m, p, _ in list_routes(kor.app) if p.startswith("/api/") and m != "OPTIONS"}
    paths = {(p.replace(":str}", "}").replace(":int}", "}"), m.lower()) for p, m in routes}
    before = {(path, m.lower()) for route in setup.ROUTES for path in route.paths for m in route.http_methods}
    assert paths | before == {(path, method) for path, item in described.items() for method in item}
    for item in described.values():
        for method, operation in item.items():
            (needs,) = operation["security"]
            assert ("ownPages" in needs) == (method != "get")
            assert set(operation["responses"]) <= {"200", "201", "default"}
            assert "application/problem+json" in operation["responses"]["default"]["content"]
    open_routes = {
        p for p, item in described.items() for o in item.values() if "session" not in o["security"][0]
    }
    set_up = {path for path, _ in before}
    assert open_routes - set_up == {"/api/door", "/api/health", "/api/session", "/api/session/exercise"}
