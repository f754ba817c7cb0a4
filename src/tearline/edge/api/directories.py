# SPDX-License-Identifier: Apache-2.0
"""Directories of the network: what a newer one would change here, and taking it over while the node runs. For administrators.

A directory comes as the bytes of its file, each time: the node keeps none that it has not taken over.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import post
from litestar.params import JSONBody
from msgspec import Meta

from tearline.edge.api.caller import VIEW_FIRST, caller_of
from tearline.edge.api.problems import AnyRequest, done
from tearline.edge.api.uploads import read_file
from tearline.node.commands import (
    DIRECTORY_MAX_BYTES,
    DirectoryInForce,
    DirectoryWouldChange,
    TakeDirectory,
    take_directory,
    what_directory_would_change,
)

DIRECTORY_MAX_LETTERS = (DIRECTORY_MAX_BYTES + 2) // 3 * 4
DIRECTORY_BODY_MAX_BYTES = DIRECTORY_MAX_LETTERS + 4_096


class DirectoryIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file that the network's authority signed, as base64."""

    file: Annotated[str, Meta(max_length=DIRECTORY_MAX_LETTERS)]


class TakeDirectoryIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same, with the hash of the directory that was tried and the letters that were shown with what it would change."""

    file: Annotated[str, Meta(max_length=DIRECTORY_MAX_LETTERS)]
    sha256: Annotated[str, Meta(max_length=100)]
    check: Annotated[str, Meta(max_length=100)]


@post(
    "/api/network/directory/try",
    status_code=200,
    request_max_body_size=DIRECTORY_BODY_MAX_BYTES,
    opt={VIEW_FIRST: "accounts"},
)
async def try_directory(data: JSONBody[DirectoryIn], request: AnyRequest) -> DirectoryWouldChange:
    """Who would join, leave and change, and who would gain and lose what. Nothing changes; that it was tried is on record."""
    raw = read_file(data.file)
    return done(await caller_of(request).command(lambda node, a: what_directory_would_change(node, a, raw)))


@post(
    "/api/network/directory",
    status_code=200,
    request_max_body_size=DIRECTORY_BODY_MAX_BYTES,
    opt={VIEW_FIRST: "accounts"},
)
async def take_over(data: JSONBody[TakeDirectoryIn], request: AnyRequest) -> DirectoryInForce:
    """Take the directory over that was tried, if it would still change what was shown. Only a newer one undoes it."""
    raw, asked = read_file(data.file), TakeDirectory(data.sha256, data.check)
    return done(await caller_of(request).command(lambda node, a: take_directory(node, a, raw, asked)))


ROUTES = [try_directory, take_over]
