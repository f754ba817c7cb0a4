# SPDX-License-Identifier: Apache-2.0
"""Only in an exercise: its story, and a session as one of the cast, without a password. Anywhere else there is no such thing.

Story and cast stand in the node's settings and count only where the node's policies are an exercise's and its listener is this
machine's own. The request has to be for a name of this machine, too: another name that somebody points here is refused.
"""

from __future__ import annotations

import msgspec
from anyio.to_thread import run_sync
from litestar import Response, post
from litestar.params import JSONBody

from tearline.config import CastPerson, ExerciseStory
from tearline.edge.api.caller import ANONYMOUS, services_of
from tearline.edge.api.problems import AnyRequest, Problem, found
from tearline.edge.api.services import Services
from tearline.edge.api.sessions import SessionOut, begin_session, describe, is_loopback


class Play(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``post`` empty: the person's first."""

    person: str
    post: str = ""


def list_cast(services: Services) -> tuple[CastPerson, ...]:
    """Whom a visitor may play; nobody outside of exercises."""
    return services.config.cast if _is_played(services) else ()


def tell_story(services: Services) -> ExerciseStory | None:
    """What a visitor is told of the exercise; nothing outside of exercises."""
    return services.config.story if _is_played(services) else None


def _is_played(services: Services) -> bool:
    return services.gate.node.book.kind == "exercise" and is_local(services.config.host)


def is_local(name: str) -> bool:
    """Whether this is a name of this machine."""
    return name.endswith(".localhost") or is_loopback(name)


def name_of(host: str) -> str:
    """The name in a Host header, without its port."""
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]


@post("/api/session/exercise", status_code=200, opt={ANONYMOUS: True})
async def play(data: JSONBody[Play], request: AnyRequest) -> Response[SessionOut]:
    """Begin a session as one of the exercise's cast. Where there is no exercise, there is nothing here."""
    services = services_of(request)
    cast = {person.id for person in list_cast(services)}
    if data.person not in cast or not is_local(name_of(request.headers.get("host", ""))):
        raise Problem("not-found")
    described = found(await run_sync(describe, services, data.person, data.post))
    return begin_session(services, request, described)


ROUTES = [play]
