# SPDX-License-Identifier: Apache-2.0
"""What anybody finds at the node's door: a page, whether it is up, and the API's description. None of it moves."""

from __future__ import annotations

import msgspec
from anyio.to_thread import run_sync
from litestar import Response, get
from litestar.params import FromPath

from tearline.config import CastPerson, ExerciseStory
from tearline.edge.api.caller import ANONYMOUS, services_of
from tearline.edge.api.exercise import list_cast, tell_story
from tearline.edge.api.headers import ASSET, HEADERS, PAGE
from tearline.edge.api.pages import Door, print_door
from tearline.edge.api.problems import AnyRequest, found


class HealthOut(msgspec.Struct, frozen=True):
    """The node answers."""

    status: str = "ok"


class DoorOut(msgspec.Struct, frozen=True):
    """Whose door this is, for the page that stands before it. ``others``: doors of other members of an exercise.

    ``cast``: whom a visitor of an exercise may play; ``story``: what they are told of it. ``setup``: there is no node here yet.
    """

    member: str
    node: str
    title: str
    notice: str
    languages: tuple[str, ...]
    others: dict[str, str]
    cast: tuple[CastPerson, ...] = ()
    setup: bool = False
    story: ExerciseStory | None = None


@get("/", opt={ANONYMOUS: True, HEADERS: PAGE}, media_type="text/html", include_in_schema=False)
async def show_door(request: AnyRequest) -> bytes:
    """The screens; where none were built, a page that says what this is."""
    services = services_of(request)
    config = services.config
    if page := await run_sync(services.screens.read_page):
        return page
    door = Door(config.member, config.node, services.notice or config.title, config.doors)
    return print_door(door).encode()


@get("/assets/{name:str}", opt={ANONYMOUS: True, HEADERS: ASSET}, include_in_schema=False)
async def get_asset(name: FromPath[str], request: AnyRequest) -> Response[bytes]:
    """A file of the screens, compressed where the browser takes that: it holds no content."""
    asset = found(await run_sync(services_of(request).screens.find, name))
    accepted = {
        part.partition(";")[0].strip() for part in request.headers.get("accept-encoding", "").split(",")
    }
    if asset.packed is not None and "gzip" in accepted:
        return Response(asset.packed, media_type=asset.media_type, headers={"Content-Encoding": "gzip"})
    return Response(asset.plain, media_type=asset.media_type)


@get("/api/door", opt={ANONYMOUS: True})
async def get_door(request: AnyRequest) -> DoorOut:
    """Whose door this is. It says nothing that moves."""
    services = services_of(request)
    config = services.config
    return DoorOut(
        config.member,
        config.node,
        config.title,
        services.notice,
        config.languages,
        dict(config.doors),
        list_cast(services),
        story=tell_story(services),
    )


@get("/api/health", opt={ANONYMOUS: True})
async def get_health() -> HealthOut:
    """Whether the node answers; no counts."""
    return HealthOut()


@get("/openapi.json", opt={ANONYMOUS: True}, include_in_schema=False)
async def describe_api(request: AnyRequest) -> Response[bytes]:
    """The description of the API."""
    return Response(request.app.state.describe(), media_type="application/json")


ROUTES = [show_door, get_asset, get_door, get_health, describe_api]
