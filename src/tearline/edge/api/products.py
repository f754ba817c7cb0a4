# SPDX-License-Identifier: Apache-2.0
"""Products as this reader has them: the list, one rendition, its acknowledgement, its receipts, why it is shown as it is."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody

from tearline.core.canon import digest, encode_canonical, word_of
from tearline.core.instants import print_dtg, print_iso
from tearline.edge.api.caller import caller_of
from tearline.edge.api.cursors import Cursors, Place
from tearline.edge.api.previews import PreviewOut, encode_preview
from tearline.edge.api.problems import done, found
from tearline.edge.api.shapes import (
    After,
    Done,
    ItemsOut,
    Limit,
    Names,
    SummaryOut,
    Time,
    encode_summary,
    encode_title,
    parse_filters,
)
from tearline.node.gate import Read, Rendition, RenditionPortion

ENCODED_MAX = 4_000
ETAG_LETTERS = 16


class VerifiedOut(msgspec.Struct, frozen=True):
    """The bytes this came with were verified: by whom, and when by the system clock."""

    by: str
    at: str


class ProductOut(SummaryOut, frozen=True, kw_only=True):
    """One rendition."""

    portions: tuple[RenditionPortion, ...]
    verified: VerifiedOut


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


class ReceiptsOut(msgspec.Struct, frozen=True):
    """Receipts, oldest first."""

    items: tuple[ReceiptOut, ...]


class Encoded(msgspec.Struct, frozen=True):
    """A rendition's JSON, for as long as the gate hands out the same rendition."""

    rendition: Rendition
    body: bytes
    etag: str


class EncodedProducts:
    """Remembers what was encoded last; forgets everything when something is purged (D4)."""

    def __init__(self, member: str) -> None:
        self._member = member
        self._kept: OrderedDict[int, Encoded] = OrderedDict()

    def clear(self) -> None:
        """Forget."""
        self._kept.clear()

    def encode(self, read: Read) -> Encoded:
        """The same rendition (the same object) is encoded once."""
        kept = self._kept.get(id(read.rendition))
        if kept is not None and kept.rendition is read.rendition:
            return kept
        body = msgspec.json.encode(encode_product(read, self._member))
        made = Encoded(read.rendition, body, make_etag(read))
        self._kept[id(read.rendition)] = made
        if len(self._kept) > ENCODED_MAX:
            self._kept.popitem(last=False)
        return made


def encode_product(read: Read, member: str) -> ProductOut:
    """One rendition in the API's shape."""
    rendition = read.rendition
    envelope = rendition.envelope
    return ProductOut(
        key=read.key,
        reference=envelope.reference,
        originator=envelope.originator,
        kind=envelope.kind,
        precedence=envelope.precedence,
        filed=print_iso(envelope.filed_at),
        filed_dtg=print_dtg(envelope.filed_at),
        version=print_iso(rendition.version),
        version_dtg=print_dtg(rendition.version),
        check=rendition.check,
        banner=rendition.banner,
        title=encode_title(next((p for p in rendition.portions if p.kind == "title"), None)),
        portions=rendition.portions,
        verified=VerifiedOut(member, print_iso(read.verified_at)),
    )


def make_etag(read: Read) -> str:
    """From the key, the version and the check of this class's rendition, so that what is hidden moves nothing."""
    named = encode_canonical((read.key, read.rendition.version, read.rendition.check))
    return f'"{word_of(digest("tearline/etag", named), ETAG_LETTERS)}"'


@get("/api/products")
async def list_products(
    request: Request[Any, Any, Any],
    state: State,
    *,
    limit: Limit = 50,
    after: After = "",
    kind: Names = "",
    originator: Names = "",
    since: Time = "",
    until: Time = "",
) -> ItemsOut:
    """What this reader sees, filed last first."""
    caller = caller_of(request)
    cursors: Cursors = state.cursors
    filters = parse_filters(kind, originator, since, until)
    place = cursors.open(after, caller.session.person, filters)
    start = None if place is None else (place.sort_at, place.tie)
    page = await caller.read(lambda r: r.browse(filters, limit=limit, after=start))
    more = None if page.next is None else cursors.seal(Place(*page.next), caller.session.person, filters)
    return ItemsOut(tuple(map(encode_summary, page.items)), page.total, more)


@get("/api/products/{key:str}")
async def get_product(
    key: FromPath[str], request: Request[Any, Any, Any], state: State
) -> Response[ProductOut]:
    """One rendition. Recorded as read, also where the reader's copy turns out to be the newest (304)."""
    read = found(await caller_of(request).look_up(lambda r: r.get(key)))
    encoded = state.encoded.encode(read)
    headers = {"ETag": encoded.etag}
    if _has_match(request.headers.get("if-none-match", ""), encoded.etag):
        return Response(None, status_code=304, headers=headers)  # type: ignore[arg-type]
    return Response(encoded.body, media_type="application/json", headers=headers)


def _has_match(header: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in header.split(",")}
    return etag in tags or "*" in tags


@post("/api/products/{key:str}/acknowledge", status_code=200)
async def acknowledge(
    key: FromPath[str], data: JSONBody[AcknowledgeIn], request: Request[Any, Any, Any]
) -> Done:
    """Acknowledge for the post acted for. Twice changes nothing."""
    done(await caller_of(request).read(lambda r: r.acknowledge(key, data.state)))
    return Done()


@get("/api/products/{key:str}/receipts")
async def list_receipts(key: FromPath[str], request: Request[Any, Any, Any]) -> ReceiptsOut:
    """Which posts of partners displayed or acknowledged it: to its author, and to officers who see all of it."""
    rows = found(await caller_of(request).serve(lambda d: d.receipts(key)))
    return ReceiptsOut(
        tuple(ReceiptOut(r.member, r.post, r.state, print_iso(r.at), print_dtg(r.at)) for r in rows)
    )


@get("/api/products/{key:str}/explain")
async def explain_product(key: FromPath[str], request: Request[Any, Any, Any]) -> PreviewOut:
    """Why each portion is withheld from whom: to its author, and to officers who see all of it."""
    return encode_preview(found(await caller_of(request).serve(lambda d: d.explain(key))))


ROUTES = [list_products, get_product, acknowledge, list_receipts, explain_product]
