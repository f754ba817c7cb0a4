# SPDX-License-Identifier: Apache-2.0
"""What anybody finds at the node's door: a page, whether it is up, and the API's description. None of it moves."""

from __future__ import annotations

import msgspec
from litestar import Response, get

from tearline.edge.api.caller import ANONYMOUS, services_of
from tearline.edge.api.pages import Door, print_door
from tearline.edge.api.problems import AnyRequest


class HealthOut(msgspec.Struct, frozen=True):
    """The node answers."""

    status: str = "ok"


@get("/", opt={ANONYMOUS: True}, media_type="text/html", include_in_schema=False)
async def show_door(request: AnyRequest) -> str:
    """The page at the door."""
    services = services_of(request)
    config = services.config
    door = Door(config.member, config.node, services.notice or config.title, config.doors)
    return print_door(door)


@get("/api/health", opt={ANONYMOUS: True})
async def get_health() -> HealthOut:
    """Whether the node answers; no counts."""
    return HealthOut()


@get("/openapi.json", opt={ANONYMOUS: True}, include_in_schema=False)
async def describe_api(request: AnyRequest) -> Response[bytes]:
    """The description of the API."""
    return Response(request.app.state.describe(), media_type="application/json")


ROUTES = [show_door, get_health, describe_api]
