# SPDX-License-Identifier: Apache-2.0
"""Honour a recall at the receiver (DESIGN 10; D4).

Access ends when the run that brings the recall is journalled, and in the same commit: 1. previous readers (a snippet counts)
and posts that acknowledged are told by reference. 2. authors of products that derive from what was lost get an alarm. Then:
3. where the agreement says so the bytes go at once, else when a security officer confirms: announced in the journal, out of
journal, index, caches; only then a destruction record is made and sent back. 4. a copy destroyed later is another record.
"""

from __future__ import annotations

from collections.abc import Iterator

from tearline.core.exchange import DISPOSITION, DestructionRecord, Disposition
from tearline.core.ids import FLASH, Member, Person, ProductId, Tag
from tearline.node.commands.acting import Acting, Refused
from tearline.node.commands.release import sent_share
from tearline.node.journal import (
    AlarmRaised,
    CopyDestroyed,
    DestructionRecorded,
    NoticeSent,
    PayloadPurged,
    PurgeBlockedError,
    ReadersTold,
)
from tearline.node.node import NO_POST, THE_NODE, Node, Work
from tearline.node.views.catalogue import Key, make_key
from tearline.node.views.custody import Withdrawal

NOBODY = Person("")
DESTROYED = ("payload", "index", "caches")


def add_honours(work: Work, withdrawal: Withdrawal) -> None:
    """Who is told of a recall, as entries beside the run that brings it: a crash loses both or neither."""
    _tell_readers(work, withdrawal)
    for person, product, tags in derived_from(work.node, withdrawal):
        work.add(
            AlarmRaised,
            authority=withdrawal.authority,
            code="source-withdrawn",
            person=person,
            product=product,
            portions=tags,
            detail=withdrawal.reference,
        )


def finish_withdrawals(node: Node) -> None:
    """Purge what the agreement says goes at once, and what a crash left half done. Called with the node's lock held.

    What can't be purged now raises an alarm and is tried again: at the next recall, at the next start, when confirmed.
    """
    for withdrawal in list(node.custody.waiting):
        agreement = node.agreement_with(withdrawal.member)
        at_once = agreement is not None and agreement.purge.get(node.member) == "at_once"
        if not (at_once or withdrawal.announced):
            continue
        try:
            purge_withdrawn(node, withdrawal, node.work(THE_NODE, NO_POST, authority=withdrawal.authority))
        except PurgeBlockedError as error:
            work = node.work(THE_NODE, NO_POST, authority=withdrawal.authority)
            detail = f"{withdrawal.reference}: {error.code}"
            work.add(AlarmRaised, code="purge-blocked", person=THE_NODE, product="", detail=detail)
            work.commit()


def _tell_readers(work: Work, withdrawal: Withdrawal) -> None:
    custody = work.node.custody
    posts = tuple(sorted(custody.acknowledged.get(withdrawal.key, {})))
    readers = custody.readers_of(withdrawal.key, withdrawal.lost)
    for shown, persons in (readers or ({withdrawal.lost: ()} if posts else {})).items():
        work.add(
            ReadersTold,
            authority=withdrawal.authority,
            member=withdrawal.member,
            product=withdrawal.product,
            reference=withdrawal.reference,
            portions=shown,
            persons=persons,
            posts=posts,
        )


def derived_from(node: Node, withdrawal: Withdrawal) -> list[tuple[Person, ProductId, tuple[Tag, ...]]]:
    """Own products with portions that name a lost portion as their source: (author, product, tags)."""
    out = []
    for key, holding in node.catalogue.holdings.items():
        content = node.catalogue.content(key) if holding.own else None
        tags = tuple(
            p.tag
            for p in (content.portions if content else ())
            if any(
                (s.originator, s.product) == (withdrawal.member, withdrawal.product)
                and s.tag in withdrawal.lost
                for s in p.sources
            )
        )
        if tags:
            item = node.desk.items[holding.envelope.product]
            out.append((item.author, holding.envelope.product, tags))
    return out


def purge_withdrawn(node: Node, withdrawal: Withdrawal, work: Work) -> None:
    """The bytes go, then the record is made: never the other way round."""
    targets = node.catalogue.purgeable(withdrawal.key)
    work.add(
        PayloadPurged,
        payloads=(
            node.catalogue.record_of(withdrawal.key),
            node.catalogue.former_texts(withdrawal.key),
        ),
        targets=targets,
        member=withdrawal.member,
        product=withdrawal.product,
        portions=withdrawal.lost,
        reason="recalled",
    )
    work.commit()
    purge_targets(node, targets, withdrawal.key)
    _record(node, withdrawal, node.work(work.actor, work.post, authority=work.authority))


def purge_targets(node: Node, targets: tuple[tuple[int, int], ...], key: Key) -> None:
    """Out of the journal's files, the index and memory. Raises where something still holds old bytes."""
    node.catalogue.forget(frozenset(targets))
    node.journal.purge(targets)
    node.catalogue.keep_only(key)
    for rebuild in node.rebuilders:
        rebuild(key)


def _record(node: Node, withdrawal: Withdrawal, work: Work) -> None:
    copies = tuple(
        f"copy {c.copy}, {c.post}" for c in node.custody.copies_with(withdrawal.key, withdrawal.lost)
    )
    derived = tuple(_list_derived(node, withdrawal, told=False))
    told = tuple(_list_derived(node, withdrawal, told=True))
    record = DestructionRecord(
        withdrawal.product,
        withdrawal.revision,
        withdrawal.reference,
        withdrawal.lost,
        work.dtg,
        withdrawal.authority,
        DESTROYED,
        copies,
        told,
    )
    work.add(
        DestructionRecorded,
        member=withdrawal.member,
        revision=withdrawal.revision,
        product=withdrawal.product,
        reference=withdrawal.reference,
        portions=withdrawal.lost,
        copies=copies,
        derived=derived,
    )
    work.send(NoticeSent, withdrawal.member, FLASH, DISPOSITION, Disposition(FLASH, 0, (), record))
    work.commit()


def _list_derived(node: Node, withdrawal: Withdrawal, *, told: bool) -> Iterator[str]:
    """Derived portions that remain, by reference; ``told``: of those, what the originator was sent itself.

    A reference is of a nation's own product: to its originator's question what remains, one that it never was given is not an
    answer (N1). Else whoever releases something and takes it back learns what was made of it, for own eyes too. The journal
    has all of them, and each author has an alarm.
    """
    for _, product, tags in derived_from(node, withdrawal):
        record = node.releases.sent.get(product, {}).get(withdrawal.member)
        share = sent_share(node, record) if record is not None and not record.withdrawn else None
        given = {p.tag for p in share.portions} if share is not None else set[Tag]()
        reference = node.catalogue.holdings[make_key(node.member, product)].envelope.reference
        yield from (f"{reference}/{tag}" for tag in tags if not told or tag in given)


def confirm_purge(node: Node, acting: Acting, key: Key) -> int | Refused:
    """A security officer confirms: every withdrawal of this product that still waits is purged. How many were."""
    if "security" not in acting.duties:
        return Refused("no-authority", "a security officer confirms purges")
    with node.lock:
        waiting = [w for w in node.custody.waiting if w.key == key]
        for withdrawal in waiting:
            purge_withdrawn(
                node, withdrawal, node.work(acting.person, acting.post, authority=withdrawal.authority)
            )
        return (
            len(waiting)
            if waiting
            else Refused("unknown-withdrawal", "nothing by that key waits to be purged")
        )


def destroy_copy(
    node: Node, acting: Acting, key: Key, copy: int, *, holder: Person = NOBODY
) -> Refused | None:
    """A security officer records that a copy is destroyed; the originator of a recall gets a new record.

    Copies are numbered by clearance class, so two may share a number: then ``holder`` says who made it.
    """
    if "security" not in acting.duties:
        return Refused("no-authority", "a security officer records destroyed copies")
    with node.lock:
        left = [c for c in node.custody.copies.get(key, ()) if c.copy == copy and not c.destroyed_at]
        found = [c for c in left if holder in {"", c.person}]
        if not found:
            return Refused("unknown-copy", "no such copy")
        if len({c.person for c in found}) > 1:
            return Refused("ambiguous-copy", "several copies carry this number: say who made it")
        originator, _, product = key.partition(".")
        work = node.work(acting.person, acting.post)
        work.add(
            CopyDestroyed,
            member=Member(originator),
            product=ProductId(product),
            copy=copy,
            holder=found[0].person,
        )
        work.commit()
        for withdrawal in node.custody.destroyed:
            if withdrawal.key == key and set(withdrawal.lost) & set(found[0].portions):
                _record(
                    node, withdrawal, node.work(acting.person, acting.post, authority=withdrawal.authority)
                )
        return None
