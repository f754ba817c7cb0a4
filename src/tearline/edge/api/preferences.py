# SPDX-License-Identifier: Apache-2.0
"""One's own choices of how the screens look and which keys do what. They decide nothing."""

from __future__ import annotations

from typing import Annotated

import msgspec
from anyio.to_thread import run_sync
from litestar import get, put
from litestar.params import JSONBody

from tearline.core.errors import LimitError
from tearline.edge.api.caller import caller_of
from tearline.edge.api.problems import AnyRequest, Problem
from tearline.edge.api.shapes import Done

Chosen = dict[
    Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9.:-]*$", max_length=80)],
    Annotated[str, msgspec.Meta(max_length=80)],
]


class PreferencesOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By name: ``language``, ``theme``, and ``key:COMMAND`` for a key that was given to another command."""

    chosen: Chosen = {}


@get("/api/preferences")
async def get_preferences(request: AnyRequest) -> PreferencesOut:
    """What one chose."""
    caller = caller_of(request)
    return PreferencesOut(await run_sync(caller.services.accounts.find_preferences, caller.drafts_owner))


@put("/api/preferences", status_code=200)
async def save_preferences(data: JSONBody[PreferencesOut], request: AnyRequest) -> Done:
    """Replace them all."""
    caller = caller_of(request)
    try:
        await run_sync(caller.services.accounts.save_preferences, caller.drafts_owner, data.chosen)
    except LimitError as error:
        raise Problem("too-large", error.message) from error
    return Done()


ROUTES = [get_preferences, save_preferences]
