# SPDX-License-Identifier: Apache-2.0
"""The network as its keepers see it: links, lanes, agreements; and the node's own verification."""

from __future__ import annotations

from typing import Any

import msgspec
from anyio.to_thread import run_sync
from litestar import get, post

from tearline.core.instants import print_dtg, print_iso
from tearline.edge.api.caller import caller_of, services_of
from tearline.edge.api.problems import AnyRequest
from tearline.node.gate import Duty, LaneState


class AgreementOut(msgspec.Struct, frozen=True):
    """An agreement that this member is party to."""

    id: str
    parties: tuple[str, ...]
    highest: dict[str, str]
    valid_from: str
    valid_from_dtg: str
    valid_to: str
    valid_to_dtg: str
    third_party: bool
    purge: dict[str, str]


class NetworkOut(msgspec.Struct, frozen=True):
    """``links`` are as the network side states them."""

    links: tuple[dict[str, Any], ...]
    lanes: tuple[LaneState, ...]
    agreements: tuple[AgreementOut, ...]


def _agreement(row: Any) -> AgreementOut:
    start, end = row.valid_from, row.valid_to
    return AgreementOut(
        row.id,
        tuple(row.parties),
        dict(row.highest),
        print_iso(start),
        print_dtg(start),
        print_iso(end),
        print_dtg(end),
        row.third_party,
        dict(row.purge),
    )


@get("/api/network")
async def get_network(request: AnyRequest) -> NetworkOut:
    """Links, both ends of every lane, agreements: for administration, security and audit."""
    services = services_of(request)

    def ask(duty: Duty) -> tuple[tuple[LaneState, ...], tuple[Any, ...]]:
        return duty.lanes(), duty.agreements()

    lanes, agreements = await caller_of(request).list_view("lanes", ask)
    return NetworkOut(tuple(services.links()), lanes, tuple(map(_agreement, agreements)))


@post("/api/verify", status_code=200)
async def verify_node(request: AnyRequest) -> dict[str, Any]:
    """Recompute everything from the bytes on disk: for administration, security and audit."""
    services = services_of(request)
    await caller_of(request).list_view("verify", lambda _: None)
    return await run_sync(services.verify)


ROUTES = [get_network, verify_node]
