# SPDX-License-Identifier: Apache-2.0
"""The release desk: items offered to officers who see all of them; each distinct text is opened before it is approved."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from tearline.core.ids import Member, Tag
from tearline.core.instants import print_dtg, print_iso
from tearline.edge.api.caller import caller_of
from tearline.edge.api.previews import GroupOut, PreviewOut, encode_group, encode_preview
from tearline.edge.api.problems import AnyRequest, done, found
from tearline.edge.api.shapes import Done
from tearline.node.commands import (
    approve_release,
    open_text,
    refuse_release,
    return_product,
    review_release,
)


class RefusedPortion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A portion whose words are not for these members."""

    tag: str
    members: tuple[str, ...]


class DeskLine(msgspec.Struct, frozen=True):
    """A product with members that wait, or that was sent back."""

    key: str
    reference: str
    author: str
    author_post: str
    filed: str
    filed_dtg: str
    pending: tuple[str, ...]
    state: str
    comment: str
    refused: tuple[RefusedPortion, ...]


class DeskOut(msgspec.Struct, frozen=True):
    """Items, filed first first."""

    items: tuple[DeskLine, ...]


class OpenIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text by its name in the item's groups."""

    text: str


class ApproveIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Members that wait; ``delegation`` empty: whichever of the post's covers them."""

    members: tuple[str, ...]
    delegation: str = ""


class ReturnIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which portions, for whom, and what other words are needed."""

    refused: tuple[RefusedPortion, ...]
    comment: str


class RefuseIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Members that are refused for good, and why."""

    members: tuple[str, ...]
    reason: str


class ReviewIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``confirmed`` or ``questioned``."""

    outcome: str


class ReleasedOut(msgspec.Struct, frozen=True):
    """Members that were sent their share now, those that still wait, and the delegation cited."""

    key: str
    released: tuple[str, ...]
    pending: tuple[str, ...]
    authority: str


class ReviewLine(msgspec.Struct, frozen=True):
    """A watch post's release that waits for its review."""

    key: str
    authority: str
    due: str
    due_dtg: str
    members: tuple[str, ...]


class ReviewsOut(msgspec.Struct, frozen=True):
    """Releases to review."""

    items: tuple[ReviewLine, ...]


def _line(member: str, item: Any) -> DeskLine:
    return DeskLine(
        f"{member}.{item.product}",
        item.reference,
        item.author,
        item.author_post,
        print_iso(item.filed_at),
        print_dtg(item.filed_at),
        item.pending,
        item.state,
        item.comment,
        tuple(RefusedPortion(tag, members) for tag, members in item.refused),
    )


@get("/api/desk")
async def list_desk(request: AnyRequest) -> DeskOut:
    """What waits, of what this officer sees whole."""
    caller = caller_of(request)
    rows = await caller.serve(lambda d: d.desk())
    return DeskOut(tuple(_line(caller.member, item) for item in rows))


@get("/api/desk/{key:str}")
async def get_desk_item(key: FromPath[str], request: AnyRequest) -> PreviewOut:
    """One item: a group for each distinct text, and what each member would not get and why."""
    return encode_preview(found(await caller_of(request).serve(lambda d: d.desk_item(key))))


@post("/api/desk/{key:str}/open", status_code=200)
async def open_item_text(key: FromPath[str], data: JSONBody[OpenIn], request: AnyRequest) -> GroupOut:
    """Read one distinct text; recorded, and needed before it is approved."""
    return encode_group(
        done(await caller_of(request).command(lambda node, a: open_text(node, a, key, data.text)))
    )


@post("/api/desk/{key:str}/approve", status_code=200)
async def approve(key: FromPath[str], data: JSONBody[ApproveIn], request: AnyRequest) -> ReleasedOut:
    """Release to members that wait."""
    members = tuple(map(Member, data.members))
    made = done(
        await caller_of(request).command(
            lambda node, a: approve_release(node, a, key, members, delegation=data.delegation)
        )
    )
    return ReleasedOut(made.key, made.released, made.pending, made.authority)


@post("/api/desk/{key:str}/return", status_code=200)
async def send_back(key: FromPath[str], data: JSONBody[ReturnIn], request: AnyRequest) -> Done:
    """Send back to be reworded. Never a lower label on the same words."""
    refused = tuple((Tag(r.tag), tuple(map(Member, r.members))) for r in data.refused)
    done(
        await caller_of(request).command(lambda node, a: return_product(node, a, key, refused, data.comment))
    )
    return Done()


@post("/api/desk/{key:str}/refuse", status_code=200)
async def refuse(key: FromPath[str], data: JSONBody[RefuseIn], request: AnyRequest) -> Done:
    """Refuse members for good."""
    members = tuple(map(Member, data.members))
    done(await caller_of(request).command(lambda node, a: refuse_release(node, a, key, members, data.reason)))
    return Done()


@get("/api/returned")
async def list_returned(request: AnyRequest) -> DeskOut:
    """One's own drafts that the desk sent back, with its comment."""
    caller = caller_of(request)
    rows = await caller.serve(lambda d: d.returned())
    return DeskOut(tuple(_line(caller.member, item) for item in rows))


@get("/api/reviews")
async def list_reviews(request: AnyRequest) -> ReviewsOut:
    """Watch posts' releases that wait for review, of what this officer sees whole."""
    caller = caller_of(request)
    rows = await caller.serve(lambda d: d.reviews())
    return ReviewsOut(
        tuple(
            ReviewLine(
                f"{caller.member}.{r.product}", r.authority, print_iso(r.due), print_dtg(r.due), r.members
            )
            for r in rows
        )
    )


@post("/api/reviews/{key:str}", status_code=200)
async def review(key: FromPath[str], data: JSONBody[ReviewIn], request: AnyRequest) -> Done:
    """Confirm or question a watch post's release."""
    done(await caller_of(request).command(lambda node, a: review_release(node, a, key, data.outcome)))
    return Done()


ROUTES = [
    list_desk,
    get_desk_item,
    open_item_text,
    approve,
    send_back,
    refuse,
    list_returned,
    list_reviews,
    review,
]
