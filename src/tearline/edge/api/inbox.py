# SPDX-License-Identifier: Apache-2.0
"""What waits for this person and post. Notices of withdrawal are by reference only, and name nobody else."""

from __future__ import annotations

import msgspec
from litestar import get

from tearline.core.instants import print_dtg, print_iso
from tearline.edge.api.caller import caller_of
from tearline.edge.api.problems import AnyRequest
from tearline.edge.api.shapes import SummaryOut, encode_summary


class NoticeOut(msgspec.Struct, frozen=True):
    """Withdrawn by originator, do not use."""

    reference: str
    at: str
    at_dtg: str


class AlarmOut(msgspec.Struct, frozen=True):
    """Something to look at."""

    code: str
    product: str
    portions: tuple[str, ...]
    detail: str
    at: str
    at_dtg: str


class InboxOut(msgspec.Struct, frozen=True):
    """Warnings to acknowledge, what is addressed to the post, withdrawals, alarms."""

    to_acknowledge: tuple[SummaryOut, ...]
    action: tuple[SummaryOut, ...]
    info: tuple[SummaryOut, ...]
    notices: tuple[NoticeOut, ...]
    alarms: tuple[AlarmOut, ...]


@get("/api/inbox")
async def get_inbox(request: AnyRequest) -> InboxOut:
    """The inbox of the post acted for."""
    inbox = await caller_of(request).read(lambda r: r.inbox())
    return InboxOut(
        tuple(map(encode_summary, inbox.to_acknowledge)),
        tuple(map(encode_summary, inbox.action)),
        tuple(map(encode_summary, inbox.info)),
        tuple(NoticeOut(n.reference, print_iso(n.at), print_dtg(n.at)) for n in inbox.notices),
        tuple(
            AlarmOut(a.code, a.product, a.portions, a.detail, print_iso(a.at), print_dtg(a.at))
            for a in inbox.alarms
        ),
    )


ROUTES = [get_inbox]
