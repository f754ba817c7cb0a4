# SPDX-License-Identifier: Apache-2.0
"""The application: its routes, and what holds for all of them (guard, headers, problems)."""

from __future__ import annotations

from litestar import Litestar
from litestar.datastructures import State
from litestar.exceptions import HTTPException

from tearline.edge.api import (
    copies,
    desk,
    drafts,
    events,
    filing,
    inbox,
    landing,
    network,
    products,
    records,
    searches,
    sessions,
)
from tearline.edge.api.caller import make_guard
from tearline.edge.api.cursors import Cursors
from tearline.edge.api.description import describe_routes
from tearline.edge.api.headers import set_headers
from tearline.edge.api.problems import Problem, answer_failure, answer_http, answer_problem
from tearline.edge.api.services import BODY_MAX_BYTES, Services

RESOURCES = (
    landing,
    sessions,
    products,
    copies,
    searches,
    inbox,
    filing,
    drafts,
    desk,
    records,
    network,
    events,
)
ROUTES = tuple(route for resource in RESOURCES for route in resource.ROUTES)


def describe() -> bytes:
    """OpenAPI 3.1 of the routes: what ``/openapi.json`` answers, and docs/reference/openapi.json holds."""
    return describe_routes(ROUTES)


def make_app(services: Services) -> Litestar:
    """The API of one node."""
    encoded = products.EncodedProducts(services.config.member)
    services.gate.on_purge(encoded.clear)
    state = State(
        {
            "services": services,
            "cursors": Cursors(services.accounts.key),
            "encoded": encoded,
            "describe": describe,
        }
    )
    return Litestar(
        ROUTES,
        state=state,
        guards=[make_guard(services)],
        before_send=[set_headers],
        exception_handlers={
            Problem: answer_problem,
            HTTPException: answer_http,
            Exception: answer_failure,
        },
        request_max_body_size=BODY_MAX_BYTES,
        openapi_config=None,
        logging_config=None,
    )
