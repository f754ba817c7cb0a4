# SPDX-License-Identifier: Apache-2.0
"""The application: its routes, and what holds for all of them (guard, headers, problems)."""

from __future__ import annotations

import functools

import msgspec
from litestar import Litestar
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig

from tearline import __version__
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
ROUTES = [route for resource in RESOURCES for route in resource.ROUTES]


@functools.cache
def describe() -> bytes:
    """OpenAPI 3.1 of the routes, the same bytes for the same routes.

    Made by an application that is never served: the framework would add pages of its own to one that is.
    """
    described = Litestar(
        ROUTES, openapi_config=OpenAPIConfig("tearline", __version__, use_handler_docstrings=True)
    )
    raw = msgspec.json.encode(described.openapi_schema.to_schema(), order="sorted")
    return msgspec.json.format(raw, indent=2) + b"\n"


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
