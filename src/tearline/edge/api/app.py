# SPDX-License-Identifier: Apache-2.0
"""The application: its routes, and what holds for all of them (guard, headers, problems)."""

from __future__ import annotations

from litestar import Litestar
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig

from tearline import __version__
from tearline.edge.api import products, searches, sessions
from tearline.edge.api.caller import make_guard
from tearline.edge.api.cursors import Cursors
from tearline.edge.api.headers import set_headers
from tearline.edge.api.problems import Problem, answer_failure, answer_http, answer_problem
from tearline.edge.api.services import BODY_MAX_BYTES, Services

ROUTES = [*sessions.ROUTES, *products.ROUTES, *searches.ROUTES]


def make_app(services: Services) -> Litestar:
    """The API of one node."""
    encoded = products.EncodedProducts(services.config.member)
    services.gate.on_purge(encoded.clear)
    state = State({"services": services, "cursors": Cursors(services.accounts.key), "encoded": encoded})
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
        openapi_config=OpenAPIConfig("tearline", __version__),
        logging_config=None,
    )
