# SPDX-License-Identifier: Apache-2.0
"""Who did what: the journal and the access log as one trail, newest first, for auditors (A1).

- A page looks through a bounded number of entries and says how far back it looked; its end is a place to go on from, so a
  rare filter costs many short looks and never a long one.
- A person who opens a map reads thousands of products at once: where asked, reads in a row within a minute are one row, which
  says how many and from where they can be listed one by one. Nothing is left out.
- What was opened and what was only listed (a line of a list, a place on a map, a piece that a search found) are two kinds.
- Each look is itself on record (``TrailRead``), with what was asked for.
- What an entry commits to is opened for search words and for what auditors asked, and for nothing else (N7).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import Any

import msgspec

from tearline.core.canon import decode_canonical, encode_canonical
from tearline.core.ids import Member, Person, Post, ProductId
from tearline.core.instants import MINUTE, Instant, print_dtg
from tearline.node.journal import (
    Entry,
    Journal,
    Record,
    RenditionRead,
    SearchMade,
    TrailRead,
    decode_entry,
    read_records,
)
from tearline.node.node import Node
from tearline.node.views.catalogue import make_key
from tearline.node.views.search import fold_reference, names_reference

LOOKED_MAX = 20_000
STEP = 500
FACT_MAX_CHARS = 300
LOG_NAMES = ("journal", "access")

ACTS: dict[str, tuple[str, ...]] = {
    "wrote": ("ProductFiled",),
    "released": (
        "ShareReleased",
        "ReleaseApproved",
        "ReleaseRefused",
        "ReleaseReviewed",
        "TextOpened",
        "ProductReturned",
    ),
    "recalled": (
        "ShareRecalled",
        "PayloadPurged",
        "DestructionRecorded",
        "ReadersTold",
        "CopyDestroyed",
    ),
    "opened": ("RenditionRead", "CopyMade", "PostAcknowledged"),
    "searched": ("SearchMade",),
    "exchanged": (
        "StreamReceived",
        "QuarantineOpened",
        "StreamStopped",
        "NoticeSent",
        "LinkPaused",
        "LinkResumed",
        "BundleExported",
        "BundleImported",
    ),
    "audited": ("TrailRead", "TrailExported", "RegisterExported"),
}
"""Kinds of acts that a filter names. What no other kind has is ``kept``: people, mandates, posts, starts, alarms."""
FOLDED = frozenset({"RenditionRead"})
LISTED = "listed"
LISTED_FORMS = frozenset({"list", "map", "snippet"})
"""Forms of ``RenditionRead`` in which a person was shown no more than a line, a place or a piece; any other was opened."""
KEPT = "kept"
TRAIL_KINDS = frozenset({*ACTS, LISTED, KEPT})
_KIND_OF = {entry: kind for kind, entries in ACTS.items() for entry in entries}
_COMMON = {"entry", "at", "dtg", "actor", "post", "pack", "authority", "member", "product", "reference"}
_LONG = {"leaf", "leaves", "checkpoint", "of_draft"}
_TIMES = {"review_due", "since", "until", "made", "terms"}


class TrailFilter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the trail is narrowed to; empty: everything. Times by the operational clock.

    ``product``: a key, a reference or the end of one (its letters), which may be that of several products.
    """

    person: str = ""
    post: str = ""
    product: str = ""
    member: str = ""
    kinds: tuple[str, ...] = ()
    since: Instant | None = None
    until: Instant | None = None


class TrailRow(msgspec.Struct, frozen=True):
    """One entry: who, for which post, what, when, on what authority, under which policies.

    ``facts``: the other fields. ``asked``: what a look at the trail asked for.
    """

    log: str
    position: int
    kind: str
    act: str
    at: Instant
    dtg: Instant
    person: Person
    post: Post
    member: str
    key: str
    reference: str
    authority: str
    pack: str
    facts: tuple[tuple[str, str], ...]
    asked: tuple[tuple[str, str], ...] = ()
    searched: str = ""
    folded: int = 1
    before: tuple[int, int] | None = None  # from where the same question lists each of what is folded


class TrailPage(msgspec.Struct, frozen=True):
    """``next``: positions of (journal, access log) to go on below; None at the beginning of both. ``looked``: entries read."""

    rows: tuple[TrailRow, ...]
    next: tuple[int, int] | None
    looked: int
    back_to: Instant | None


def read_trail(
    node: Node, wanted: TrailFilter, before: tuple[int, int] | None, limit: int, *, fold: bool = False
) -> TrailPage:
    """Entries that match, newest first. The node's lock is held for names alone, never while a log is read."""
    node.flush_access()
    logs = {"journal": node.journal, "access": node.access}
    at = dict(zip(LOG_NAMES, before or (node.journal.size(), node.access.size()), strict=True))
    with node.lock:
        products = _find_products(node, wanted.product) if wanted.product else None
    rows: list[TrailRow] = []
    looked, back_to = 0, None
    merged = heapq.merge(*(_walk(name, logs[name], at[name]) for name in LOG_NAMES), key=_newest)
    for name, record, entry in merged:
        into = rows[-1] if rows and fold else None
        full = len(rows) >= limit and not (into and _may_go_on(into, entry))
        if full or looked >= LOOKED_MAX:
            break
        above = (at["journal"], at["access"])
        matches = _matches(entry, wanted, products)
        if matches and into and _folds(into, entry):
            rows[-1] = msgspec.structs.replace(into, folded=into.folded + 1)
        elif matches and len(rows) >= limit:
            break
        elif matches:
            made = _describe(node, name, logs[name], record, entry)
            rows.append(msgspec.structs.replace(made, before=above))
        at[name] = record.position
        looked += 1
        back_to = entry.at
    done = not any(at.values())
    return TrailPage(tuple(rows), None if done else (at["journal"], at["access"]), looked, back_to)


def _may_go_on(row: TrailRow, entry: Entry) -> bool:
    """Whether more of what is folded into the row could still come."""
    return row.act in FOLDED and row.at - entry.at <= MINUTE


def _folds(row: TrailRow, entry: Entry) -> bool:
    """The same kind of act of the same person for the same post, in a row, within a minute."""
    asked = (type(entry).__name__, _kind_of(entry), entry.actor, entry.post)
    same = (row.act, row.kind, row.person, row.post) == asked
    return same and _may_go_on(row, entry)


def note_trail_read(node: Node, person: Person, post: Post, asked: Any, hits: int) -> None:
    """The look itself is on record, with what was asked for."""
    entry = TrailRead(
        at=node.clock.now(),
        dtg=node.clock.dtg(),
        actor=person,
        post=post,
        pack=node.book.digest()[:16],
        hits=hits,
    )
    node.log_access(entry, (encode_canonical(asked),))


def _walk(name: str, log: Journal, before: int) -> Iterator[tuple[str, Record, Entry]]:
    """A log from its end to its beginning, in short reads."""
    end = min(before, log.size())
    while end > 0:
        start = max(0, end - STEP)
        for record in reversed(list(read_records(log, start, end))):
            yield name, record, decode_entry(record.entry)
        end = start


def _newest(found: tuple[str, Record, Entry]) -> tuple[int, str, int]:
    name, record, entry = found
    return -entry.at, name, -record.position


def _kind_of(entry: Entry) -> str:
    if isinstance(entry, RenditionRead) and entry.form in LISTED_FORMS:
        return LISTED
    return _KIND_OF.get(type(entry).__name__, KEPT)


def _matches(entry: Entry, wanted: TrailFilter, products: set[str] | None) -> bool:
    if wanted.kinds and _kind_of(entry) not in wanted.kinds:
        return False
    if wanted.since is not None and entry.dtg < wanted.since:
        return False
    if wanted.until is not None and entry.dtg >= wanted.until:
        return False
    if wanted.person and wanted.person not in _names(entry, ("actor", "person", "holder", "to", "persons")):
        return False
    if wanted.post and wanted.post not in _names(entry, ("post", "posts", "name")):
        return False
    if wanted.member and wanted.member not in _names(entry, ("member", "members", "pending")):
        return False
    return products is None or _names_product(entry, products)


def _names(entry: Entry, fields: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    for field in fields:
        value = getattr(entry, field, ())
        found.update((value,) if isinstance(value, str) else (v for v in value if isinstance(v, str)))
    return found


def _names_product(entry: Entry, products: set[str]) -> bool:
    own = getattr(entry, "product", "")
    if own:
        return own in products
    leaves = getattr(entry, "leaves", ())
    return any(product in leaf for product in products for leaf in leaves)


def _find_products(node: Node, text: str) -> set[str]:
    """Products by key, reference or the end of one. One that nobody knows matches nothing."""
    wanted, named = text.strip(), fold_reference(text)
    known = {(h.envelope.product, h.envelope.reference) for h in node.catalogue.holdings.values()}
    known |= node.releases.references.items()  # our own stand in both
    found = {str(product) for product, reference in known if names_reference(named, reference)}
    _, _, product = wanted.partition(".")
    return found or ({product} if product else {wanted})


def _describe(node: Node, name: str, log: Journal, record: Record, entry: Entry) -> TrailRow:
    product = getattr(entry, "product", "")
    member = getattr(entry, "member", "")
    owner = _owner(node, entry)
    return TrailRow(
        name,
        record.position,
        _kind_of(entry),
        type(entry).__name__,
        entry.at,
        entry.dtg,
        entry.actor,
        entry.post,
        member,
        make_key(owner, ProductId(product)) if product else "",
        _find_reference(node, entry, owner),
        entry.authority,
        entry.pack,
        tuple(_list_facts(entry)),
        tuple(_list_asked(_open_words(log, record, entry, TrailRead))),
        (_open_words(log, record, entry, SearchMade) or b"").decode("utf-8", "replace")[:FACT_MAX_CHARS],
    )


def _owner(node: Node, entry: Entry) -> Member:
    """Whose product an entry is about: of what we release ``member`` is the receiver, of what we read the originator."""
    ours = type(entry).__name__ in {"ShareReleased", "ShareRecalled"} or not getattr(entry, "member", "")
    return node.member if ours else Member(getattr(entry, "member", node.member))


def _find_reference(node: Node, entry: Entry, owner: Member) -> str:
    named = getattr(entry, "reference", "")
    product = ProductId(getattr(entry, "product", ""))
    if named or not product:
        return str(named)
    with node.lock:
        holding = node.catalogue.holdings.get(make_key(owner, product))
        return holding.envelope.reference if holding else node.releases.references.get(product, "")


def _open_words(log: Journal, record: Record, entry: Entry, kind: type[Entry]) -> bytes | None:
    """What was searched for, or what an auditor asked for; nothing else is opened. None once purged."""
    return log.payload(record.position, 0) if isinstance(entry, kind) and record.commitments else None


def _list_asked(raw: bytes | None) -> Iterator[tuple[str, str]]:
    for name, value in (decode_canonical(raw, dict[str, Any]) if raw else {}).items():
        yield name, _print(name, value)[:FACT_MAX_CHARS]


def _list_facts(entry: Entry) -> Iterator[tuple[str, str]]:
    for name, value in msgspec.to_builtins(entry).items():
        if name in _COMMON or name in _LONG or value in ("", [], (), None):
            continue
        yield name, _print(name, value)[:FACT_MAX_CHARS]
    leaves = getattr(entry, "leaves", None)
    if leaves is not None:
        yield "entries", str(len(leaves))


def _print(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and name in _TIMES:
        return print_dtg(Instant(value)) if value else "–"
    if isinstance(value, list | tuple):
        return ", ".join(
            " ".join(_print(name, part) for part in one)
            if isinstance(one, list | tuple)
            else _print(name, one)
            for one in value
        )
    return str(value)
