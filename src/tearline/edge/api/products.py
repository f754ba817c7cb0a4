# SPDX-License-Identifier: Apache-2.0
"""Products as this reader has them: the list, one rendition, its acknowledgement, its receipts, why it is shown as it is."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, QueryParameter

from tearline.core.instants import print_dtg, print_iso
from tearline.edge.api.caller import caller_of
from tearline.edge.api.cursors import Place
from tearline.edge.api.previews import ExplainedOut, encode_explained
from tearline.edge.api.problems import AnyRequest, done, found
from tearline.edge.api.renditions import ProductOut
from tearline.edge.api.shapes import (
    After,
    Done,
    ItemsOut,
    Lang,
    Limit,
    encode_summary,
    parse_filters,
)
from tearline.node.gate import AskedPost, Filters


class AcknowledgeIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``displayed`` or ``acknowledged``, for the post; the originator never learns of the person."""

    state: str = "acknowledged"


class ReceiptOut(msgspec.Struct, frozen=True):
    """A partner's post displayed or acknowledged a product of ours."""

    member: str
    post: str
    state: str
    at: str
    at_dtg: str


class AskedPostOut(msgspec.Struct, frozen=True):
    """How it stands with a post, never with a person; DTGs are empty until it is so. ``asked``: addressed for action.

    ``acknowledges``: posts are asked to acknowledge such a product. ``withdrawn``: its member holds it no more.
    """

    member: str
    post: str
    asked: bool
    delivered: bool
    displayed_dtg: str
    acknowledged_dtg: str
    acknowledges: bool
    withdrawn: bool


class ReceiptsOut(msgspec.Struct, frozen=True):
    """Receipts, oldest first; and each post that it is addressed to, or that answered."""

    items: tuple[ReceiptOut, ...]
    posts: tuple[AskedPostOut, ...] = ()


@get("/api/products", dependencies={"filters": Provide(parse_filters)})
async def list_products(
    request: AnyRequest, filters: NamedDependency[Filters], *, limit: Limit = 50, after: After = ""
) -> ItemsOut:
    """What this reader sees, filed last first."""
    caller = caller_of(request)
    place = caller.cursors.open(after, caller.session.person, filters)
    start = None if place is None else (place.sort_at, place.tie)
    page = await caller.read(lambda r: r.browse(filters, limit=limit, after=start))
    more = (
        None if page.next is None else caller.cursors.seal(Place(*page.next), caller.session.person, filters)
    )
    return ItemsOut(tuple(map(encode_summary, page.items)), page.total, more)


@get("/api/products/{key:str}")
async def get_product(key: FromPath[str], request: AnyRequest) -> Response[ProductOut]:
    """One rendition. Recorded as read, also where the reader's copy turns out to be the newest (304)."""
    caller = caller_of(request)
    encoded = caller.encoded.encode(found(await caller.look_up(lambda r: r.get(key))))
    headers = {"ETag": encoded.etag}
    if _has_match(request.headers.get("if-none-match", ""), encoded.etag):
        return Response(None, status_code=304, headers=headers)  # type: ignore[arg-type]
    body: Any = encoded.body  # JSON already
    return Response(body, media_type="application/json", headers=headers)


def _has_match(header: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in header.split(",")}
    return etag in tags or "*" in tags


@post("/api/products/{key:str}/acknowledge", status_code=200)
async def acknowledge(key: FromPath[str], data: JSONBody[AcknowledgeIn], request: AnyRequest) -> Done:
    """Acknowledge for the post acted for. Twice changes nothing."""
    done(await caller_of(request).read(lambda r: r.acknowledge(key, data.state)))
    return Done()


@get("/api/products/{key:str}/receipts")
async def list_receipts(key: FromPath[str], request: AnyRequest) -> ReceiptsOut:
    """Which posts of partners displayed or acknowledged it: to its author and officers, as long as they see all of it."""
    rows, posts = await caller_of(request).serve(
        lambda d: (found(d.receipts(key)), found(d.asked_posts(key)))
    )
    return ReceiptsOut(
        tuple(ReceiptOut(r.member, r.post, r.state, print_iso(r.at), print_dtg(r.at)) for r in rows),
        tuple(_encode_post(p) for p in posts),
    )


def _encode_post(asked: AskedPost) -> AskedPostOut:
    return AskedPostOut(
        asked.member,
        asked.post,
        asked.asked,
        asked.delivered,
        "" if asked.displayed_at is None else print_dtg(asked.displayed_at),
        "" if asked.acknowledged_at is None else print_dtg(asked.acknowledged_at),
        asked.acknowledges,
        asked.withdrawn,
    )


Named = Annotated[
    str, QueryParameter(max_length=100, description="Of those with this reference, or this end of it.")
]


class NewestOut(msgspec.Struct, frozen=True):
    """The newest product that this person answers for; null where there is none."""

    newest: ExplainedOut | None


@get("/api/products/{key:str}/explain")
async def explain_product(key: FromPath[str], request: AnyRequest, *, lang: Lang = "en") -> ExplainedOut:
    """What each member was sent or waits for, or why it has nothing: to its author and to officers who see all of it."""
    return encode_explained(found(await caller_of(request).serve(lambda d: d.explain(key, lang))))


@get("/api/explained")
async def explain_newest(request: AnyRequest, *, lang: Lang = "en", reference: Named = "") -> NewestOut:
    """The same of the newest product that this person answers for."""
    explained = await caller_of(request).serve(lambda d: d.explain_newest(lang, reference))
    return NewestOut(None if explained is None else encode_explained(explained))


ROUTES = [list_products, get_product, acknowledge, list_receipts, explain_product, explain_newest]
