# SPDX-License-Identifier: Apache-2.0
"""Requests are read strictly, or refused (assurance A1.9, B3.1).

A query names known parameters, each once. A body is JSON in the shape its route declares: no unknown field, no key twice, no
number where text belongs. A route without a body gets none.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar.handlers import BaseRouteHandler

from tearline.edge.api.problems import Problem
from tearline.edge.api.services import QUERY_MAX_BYTES

PARAMETERS_MAX = 16


class RouteShape(msgspec.Struct, frozen=True):
    """What a route takes, by its handler's signature: the names of its query parameters, and its body's type if any."""

    query: frozenset[str]
    body: Any


def shape_of(handler: BaseRouteHandler) -> RouteShape:
    """Read off the handler, so that a parameter is declared once."""
    in_path = {
        part[1:-1].partition(":")[0] for path in handler.paths for part in path.split("/") if part[:1] == "{"
    }
    parameters = handler.parsed_fn_signature.parameters
    body = parameters["data"].annotation if "data" in parameters else None
    provided = handler.resolve_dependencies()
    shared = {
        name for key in provided.keys() & parameters for name in provided[key].parsed_fn_signature.parameters
    }
    return RouteShape(frozenset(parameters) - in_path - provided.keys() - {"data", "request"} | shared, body)


def check_query(raw: bytes, known: frozenset[str]) -> None:
    """Known parameters, each once; otherwise ``bad-query``."""
    if not raw:
        return
    if len(raw) > QUERY_MAX_BYTES:
        raise Problem("too-large")
    try:
        pairs = parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=PARAMETERS_MAX,
        )
    except ValueError as error:
        raise Problem("bad-query") from error
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names) or not known.issuperset(names):
        raise Problem("bad-query", "A parameter is unknown here, or stands twice.")


def decode_body(raw: bytes, shape: Any) -> Any:
    """The body in its shape; otherwise ``malformed``, naming the place and never a value."""
    try:
        value = msgspec.json.decode(raw, type=shape)
        json.loads(raw, object_pairs_hook=_refuse_twice)
    except msgspec.ValidationError as error:
        raise Problem("malformed", _place_of(error)) from error
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Problem("malformed", "The body is not the JSON of one value.") from error
    return value


def _refuse_twice(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError


def _place_of(error: msgspec.ValidationError) -> str:
    """``at `$.draft.kind``` of a message; the rest could quote what was sent."""
    _, at, place = str(error).rpartition(" - at `")
    return (
        f"The body has another shape than this route takes, at {place.rstrip('`')}."
        if at
        else "The body has another shape."
    )
