# SPDX-License-Identifier: Apache-2.0
"""The release desk: items offered to officers who see all of them; each distinct text is opened before it is approved."""

from __future__ import annotations

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from tearline.core.ids import Member, Tag
from tearline.core.instants import print_dtg, print_iso
from tearline.edge.api.caller import caller_of
from tearline.edge.api.previews import GroupOut, encode_group
from tearline.edge.api.problems import AnyRequest, done, found
from tearline.edge.api.reviewing import (
    DeskItemOut,
    DeskOut,
    PortionComment,
    RefusedPortion,
    encode_item,
    encode_queued,
    encode_review,
)
from tearline.edge.api.shapes import Done, Lang
from tearline.node.commands import (
    approve_release,
    open_text,
    refuse_release,
    return_product,
    review_release,
)
from tearline.node.gate import Due


class OpenIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text by its name in the item's groups."""

    text: str


class ApproveIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Members that wait; ``delegation`` empty: whichever of the post's covers them."""

    members: tuple[str, ...]
    delegation: str = ""


class ReturnIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which portions, for whom, and what other words are needed: of the whole, and by portion."""

    refused: tuple[RefusedPortion, ...] = ()
    comment: str = ""
    comments: tuple[PortionComment, ...] = ()


class RefuseIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Members that are refused for good, and why."""

    members: tuple[str, ...]
    reason: str


class ReviewIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``confirmed`` or ``questioned``."""

    outcome: str


class ReleasedOut(msgspec.Struct, frozen=True):
    """Members that were sent their share now, those that still wait, and the delegation cited.

    ``recorded``: of those that wait, for whom this approval stands and another officer has to approve too.
    """

    key: str
    released: tuple[str, ...]
    pending: tuple[str, ...]
    authority: str
    recorded: tuple[str, ...]


class ReviewLine(msgspec.Struct, frozen=True):
    """A watch post's release that waits for its review: who released it, when, and whether the time for it is over."""

    key: str
    authority: str
    due: str
    due_dtg: str
    members: tuple[str, ...]
    reference: str
    officer: str
    post: str
    at: str
    at_dtg: str
    overdue: bool


class ReviewsOut(msgspec.Struct, frozen=True):
    """Releases to review."""

    items: tuple[ReviewLine, ...]


@get("/api/desk")
async def list_desk(request: AnyRequest) -> DeskOut:
    """What waits, of what this officer sees whole."""
    caller = caller_of(request)
    rows = await caller.serve(lambda d: d.desk())
    return DeskOut(tuple(encode_queued(caller.member, item) for item in rows))


@get("/api/desk/{key:str}")
async def get_desk_item(key: FromPath[str], request: AnyRequest, *, lang: Lang = "en") -> DeskItemOut:
    """One item: the original, a group for each distinct text with its authorities, what each would not get and why."""
    caller = caller_of(request)
    return encode_review(caller.member, found(await caller.serve(lambda d: d.desk_item(key, lang))))


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
    return ReleasedOut(made.key, made.released, made.pending, made.authority, made.recorded)


@post("/api/desk/{key:str}/return", status_code=200)
async def send_back(key: FromPath[str], data: JSONBody[ReturnIn], request: AnyRequest) -> Done:
    """Send back to be reworded. Never a lower label on the same words."""
    refused = tuple((Tag(r.tag), tuple(map(Member, r.members))) for r in data.refused)
    said = tuple((Tag(c.tag), c.words) for c in data.comments)
    done(
        await caller_of(request).command(
            lambda node, a: return_product(node, a, key, refused, data.comment, said)
        )
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
    return DeskOut(tuple(encode_item(caller.member, item) for item in rows))


@get("/api/reviews")
async def list_reviews(request: AnyRequest) -> ReviewsOut:
    """Watch posts' releases that wait for review, of what this officer sees whole."""
    caller = caller_of(request)
    rows = await caller.serve(lambda d: d.reviews())
    return ReviewsOut(tuple(_due(caller.member, due) for due in rows))


def _due(member: str, due: Due) -> ReviewLine:
    r = due.review
    return ReviewLine(
        f"{member}.{r.product}",
        r.authority,
        print_iso(r.due),
        print_dtg(r.due),
        r.members,
        due.reference,
        r.officer,
        r.post,
        print_iso(r.at),
        print_dtg(r.at),
        due.overdue,
    )


@get("/api/reviews/{key:str}")
async def get_review(key: FromPath[str], request: AnyRequest, *, lang: Lang = "en") -> DeskItemOut:
    """What a watch post released, as it was sent, beside the original."""
    caller = caller_of(request)
    return encode_review(caller.member, found(await caller.serve(lambda d: d.review(key, lang))))


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
    get_review,
    review,
]
