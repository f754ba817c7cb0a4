# SPDX-License-Identifier: Apache-2.0
"""What stands in a stream: a leaf for each entry, and the body that its salted commitment binds.

Each leaf names (product, revision) counted per receiver: the higher wins, whatever the lane (D3). A recall is a revision:
a withdrawal has no content, a narrowing brings the remaining text whole. Dispositions tell the sender what became of its
entries; receipts tell that a post displayed or acknowledged a product; an ending tells a restored sender how much of its
former lives is held here. Consent (ask, answer) has its place here later.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tearline.core.canon import commit, decode_canonical, decode_trusted, encode_canonical
from tearline.core.errors import IntegrityError, MalformedError
from tearline.core.exchange.frames import HELD_MAX, Item, LaneName, Size
from tearline.core.exchange.incarnation import Incarnation
from tearline.core.ids import Post, ProductId, Tag
from tearline.core.instants import Instant
from tearline.core.labels import Label
from tearline.core.renditions import Share

LEAVES_KEPT = 4_096
FORMAT = 1
SHARE, RECALL, DISPOSITION, RECEIPT, ENDING = "share", "recall", "disposition", "receipt", "ending"
ENTRY_KINDS = (SHARE, RECALL, DISPOSITION, RECEIPT, ENDING)
REVISION_MAX = 2**53


class Leaf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The leaf of a lane. It says nothing of a product but a random id and a count that the receiver has anyway."""

    format: int
    kind: str
    product: str
    revision: int
    commitment: str
    sent_at: Instant  # the sender's system clock: latency and evidence, never an order


class _Binding(msgspec.Struct, frozen=True):
    """What every leaf states, of whatever format."""

    commitment: str


class Recall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``lost`` portions are withdrawn; ``share`` is what remains, or None where nothing does.

    ``withdrawn`` names the wordings of them by portion and label. Both name what earlier recalls withdrew as well, until a
    record answers for them: they travel without payload.
    """

    product: ProductId
    reference: str
    lost: tuple[Tag, ...]
    authority: str
    at: Instant  # operational
    share: Share | None = None
    withdrawn: tuple[tuple[Tag, Label], ...] = ()


class DestructionRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was destroyed, when, on whose authority, and what remains: copies by number and holding post, derived products.

    ``revision`` is that of the recall which was honoured: it answers for the earlier ones that it superseded, too.
    """

    product: ProductId
    revision: int
    reference: str
    portions: tuple[Tag, ...]
    at: Instant  # operational
    authority: str
    what: tuple[str, ...]
    copies: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()


class Disposition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of entries [start, start + len(codes)) of one lane, or of a recall (``record``).

    ``incarnation``: of which life the lane is; the first one is left out of the bytes.
    """

    lane: str
    start: int
    codes: tuple[str, ...]
    record: DestructionRecord | None = None
    incarnation: Incarnation | UnsetType = UNSET


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A post, never a person, displayed or acknowledged a product."""

    product: ProductId
    post: Post
    state: str  # displayed | acknowledged
    at: Instant  # operational


class Ending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """To who announced ``incarnation``: (life, lane, size) of all that is held of its lives before. They are closed."""

    incarnation: Incarnation
    lanes: Annotated[tuple[tuple[Incarnation, LaneName, Size], ...], Meta(max_length=HELD_MAX)]


Body = Share | Recall | Disposition | Receipt | Ending
SHAPES: dict[str, type[Body]] = {
    SHARE: Share,
    RECALL: Recall,
    DISPOSITION: Disposition,
    RECEIPT: Receipt,
    ENDING: Ending,
}


def seal_entry(kind: str, body: Body, *, revision: int, salt: bytes, sent_at: Instant) -> Item:
    """A leaf and its payload. The salt must be fresh: it keeps equal bodies from being recognised."""
    raw = encode_canonical(body)
    product = "" if isinstance(body, Disposition | Ending) else _product_of(body)
    leaf = Leaf(FORMAT, kind, product, revision, commit(salt, raw).hex(), sent_at)
    return Item(encode_canonical(leaf), salt, raw)


def _product_of(body: Share | Recall | Receipt) -> ProductId:
    return body.envelope.product if isinstance(body, Share) else body.product


def open_leaf(item: Item) -> Leaf:
    """The leaf, canonical and of a known format and kind; a newer format is for the quarantine, never for guessing."""
    return _open_leaf(item.leaf)


@lru_cache(maxsize=LEAVES_KEPT)
def _open_leaf(raw: bytes) -> Leaf:
    """Remembered for the length of a run: its checks, the decision and the views each ask. A leaf holds no content."""
    leaf: Leaf = decode_canonical(raw, Leaf)
    if leaf.format > FORMAT:
        raise MalformedError("newer-format", f"stream format {leaf.format} is newer than {FORMAT}")
    if leaf.kind not in ENTRY_KINDS or leaf.format < 1:
        raise MalformedError("unknown-entry", f"an entry of unknown kind {leaf.kind[:40]!r}")
    if not 0 <= leaf.revision <= REVISION_MAX:
        raise MalformedError("bad-revision", "a revision that nobody can have counted to")
    return leaf


def check_commitment(item: Item) -> bool:
    """Whether the leaf binds the payload; ``IntegrityError`` where it binds another one.

    A leaf of a newer format is asked for its commitment too. Nothing vouches for the payload of a leaf that names none.
    """
    if item.body is None:
        return False
    try:
        bound: str = msgspec.json.decode(item.leaf, type=_Binding).commitment
    except msgspec.MsgspecError:
        return False
    if commit(item.salt, item.body).hex() != bound:
        raise IntegrityError("commitment", "a payload is not the one its leaf commits to")
    return True


def open_body(item: Item, leaf: Leaf) -> Body:
    """The body in its shape, about the product its leaf names."""
    if item.body is None:
        raise MalformedError("no-payload", "the payload was superseded or withdrawn")
    body: Body = decode_canonical(item.body, SHAPES[leaf.kind])
    if not isinstance(body, Disposition | Ending) and _product_of(body) != leaf.product:
        raise MalformedError("other-product", "a leaf and its payload name different products")
    if isinstance(body, Recall) and body.share is not None and body.share.envelope.product != body.product:
        raise MalformedError("other-product", "a recall brings the text of another product")
    return body


def read_kept_share(kind: str, body: bytes) -> Share | None:
    """The text that an entry brought, from bytes checked when they came in or went out; None for a withdrawal."""
    return decode_trusted(body, Recall).share if kind == RECALL else decode_trusted(body, Share)
