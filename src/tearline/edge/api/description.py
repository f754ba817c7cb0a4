# SPDX-License-Identifier: Apache-2.0
"""The API's description in OpenAPI 3.1: from the routes, with what holds for all of them said once.

It is made by an application that is never served: the framework would add pages of its own to one that is.
"""

from __future__ import annotations

import functools
from typing import Any

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig

from tearline import __version__
from tearline.edge.api.caller import ANONYMOUS
from tearline.edge.api.problems import PROBLEM_TYPE, ProblemDetails

ABOUT = """Renditions, desks and records of one member's node.

A request that changes something carries `X-Tearline: 1` and, from a browser, this node's own `Origin`. What is hidden from a
reader and what does not exist are one answer. Errors are problem details (RFC 9457) with a closed set of codes."""

Json = dict[str, Any]


@functools.cache
def describe_routes(routes: tuple[HTTPRouteHandler, ...]) -> bytes:
    """The same bytes for the same routes."""
    config = OpenAPIConfig("tearline", __version__, description=ABOUT, use_handler_docstrings=True)
    described = Litestar(routes, openapi_config=config)
    schema: Json = msgspec.to_builtins(described.openapi_schema.to_schema())
    open_routes = {
        (path, str(m).lower())
        for h in routes
        if h.opt.get(ANONYMOUS)
        for path in h.paths
        for m in h.http_methods
    }
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            _finish(operation, is_open=(path, method) in open_routes, changes=method != "get")
    _add_components(schema["components"])
    return msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=2) + b"\n"


def _finish(operation: Json, *, is_open: bool, changes: bool) -> None:
    """Problems instead of the framework's own error shape; and what the request has to prove."""
    operation["parameters"] = sorted(operation.get("parameters", ()), key=lambda p: (p["in"], p["name"]))
    operation["responses"].pop("400", None)
    answer = {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}
    operation["responses"]["default"] = {"description": "Problem details", "content": {PROBLEM_TYPE: answer}}
    needs: Json = {} if is_open else {"session": []}
    operation["security"] = [needs | ({"ownPages": []} if changes else {})]


def _add_components(components: Json) -> None:
    _, problems = msgspec.json.schema_components(
        (ProblemDetails,), ref_template="#/components/schemas/{name}"
    )
    components["schemas"] = problems | components["schemas"]
    components["securitySchemes"] = {
        "session": {"type": "apiKey", "in": "cookie", "name": "tearline"},
        "ownPages": {"type": "apiKey", "in": "header", "name": "X-Tearline"},
    }
