# SPDX-License-Identifier: Apache-2.0
"""Versions of a product: the texts this reader had, and what changed between two of them. Numbers count those alone."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get
from litestar.params import FromPath, QueryParameter

from tearline.core.instants import print_dtg, print_iso
from tearline.edge.api.caller import caller_of
from tearline.edge.api.problems import AnyRequest, found
from tearline.node.gate import PortionChange, RenditionPortion, Version

NUMBER_MAX = 100_000
Until = Annotated[
    int, QueryParameter(ge=0, le=NUMBER_MAX, description="Changes up to this version; 0: the present one.")
]


class VersionOut(msgspec.Struct, frozen=True):
    """A text this reader had, and since when. ``whole`` false: parts were withdrawn or regraded, and are shown no more."""

    number: int
    version: str
    version_dtg: str
    whole: bool
    present: bool


class VersionsOut(msgspec.Struct, frozen=True):
    """Oldest first; the last is the present one."""

    items: tuple[VersionOut, ...]


class VersionTextOut(msgspec.Struct, frozen=True):
    """One version, and every portion of it and of ``until`` with what changed. The check is empty where it is not whole."""

    version: VersionOut
    check: str
    banner: str
    portions: tuple[RenditionPortion, ...]
    until: VersionOut
    changes: tuple[PortionChange, ...]


@get("/api/products/{key:str}/versions")
async def list_versions(key: FromPath[str], request: AnyRequest) -> VersionsOut:
    """The versions this reader had. What changed for others is no version here."""
    rows = found(await caller_of(request).read(lambda r: r.versions(key)))
    return VersionsOut(tuple(map(_encode, rows)))


@get("/api/products/{key:str}/versions/{number:int}")
async def get_version(
    key: FromPath[str], number: FromPath[int], request: AnyRequest, *, until: Until = 0
) -> VersionTextOut:
    """One of them, as far as this reader may still have it. Recorded as read."""
    text = found(await caller_of(request).read(lambda r: r.version(key, number, until)))
    shown = text.rendition
    return VersionTextOut(
        _encode(text.version), shown.check, shown.banner, shown.portions, _encode(text.until), text.changes
    )


def _encode(version: Version) -> VersionOut:
    since = version.since
    return VersionOut(version.number, print_iso(since), print_dtg(since), version.whole, version.present)


ROUTES = [list_versions, get_version]
