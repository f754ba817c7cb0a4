# SPDX-License-Identifier: Apache-2.0
"""The application: its routes, and what holds for all of them (checks before, headers and problems after)."""

from __future__ import annotations

from litestar import Litestar
from litestar.datastructures import State
from litestar.exceptions import HTTPException

from tearline.edge.api import (
    advice,
    banners,
    bundles,
    citations,
    copies,
    desk,
    directories,
    drafts,
    events,
    exercise,
    factors,
    features,
    filing,
    grounds,
    health,
    histories,
    inbox,
    labels,
    landing,
    mandates,
    network,
    own_sessions,
    packs,
    people,
    pieces,
    policies,
    preferences,
    products,
    questions,
    recalling,
    records,
    register,
    saved,
    searches,
    sessions,
    setup,
    trails,
    watch,
)
from tearline.edge.api.caller import Shared, make_check
from tearline.edge.api.checks import Checks
from tearline.edge.api.cursors import Cursors
from tearline.edge.api.description import describe_routes
from tearline.edge.api.draft_news import DraftNews
from tearline.edge.api.headers import set_headers
from tearline.edge.api.press import Press
from tearline.edge.api.problems import Problem, answer_failure, answer_http, answer_problem
from tearline.edge.api.renditions import EncodedProducts
from tearline.edge.api.services import BODY_MAX_BYTES, Services
from tearline.edge.api.streams import Streams

RESOURCES = (
    landing,
    sessions,
    own_sessions,
    factors,
    preferences,
    people,
    packs,
    policies,
    health,
    exercise,
    banners,
    products,
    copies,
    grounds,
    histories,
    citations,
    questions,
    searches,
    features,
    saved,
    inbox,
    watch,
    filing,
    drafts,
    labels,
    advice,
    pieces,
    desk,
    directories,
    mandates,
    register,
    recalling,
    records,
    network,
    bundles,
    trails,
    events,
)
ROUTES = tuple(route for resource in RESOURCES for route in resource.ROUTES)


def describe() -> bytes:
    """OpenAPI 3.1 of the routes: what ``/openapi.json`` answers, and docs/reference/openapi.json holds."""
    return describe_routes((*ROUTES, *setup.ROUTES))


def make_app(services: Services) -> Litestar:
    """The API of one node."""
    encoded = EncodedProducts(services.config.member)
    services.gate.on_purge(encoded.clear)
    shared = Shared(
        services, Cursors(services.accounts.key), encoded, Checks(), DraftNews(), Streams(), Press()
    )
    return Litestar(
        ROUTES,
        state=State({"shared": shared, "describe": describe}),
        before_request=make_check(shared),
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
