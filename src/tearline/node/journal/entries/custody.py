# SPDX-License-Identifier: Apache-2.0
"""Of what is held: purges and their records, copies, who was told."""

from __future__ import annotations

from tearline.core.ids import Member, Person, Post, ProductId, Tag
from tearline.node.journal.entry import Entry


class PayloadPurged(Entry, frozen=True, tag="PayloadPurged", kw_only=True):
    """Written before the bytes go: (position, n) of every payload that is removed, and why.

    Payload 0: since when each class has had its rendition, which the removed texts can tell no more. Payload 1: what each
    class may still read of texts that it had before; a later purge of the product takes it and writes it anew.
    """

    targets: tuple[tuple[int, int], ...]
    member: Member
    product: ProductId
    portions: tuple[Tag, ...]
    reason: str


class DestructionRecorded(Entry, frozen=True, tag="DestructionRecorded", kw_only=True):
    """The bytes are gone; what remains outside the node's files. A copy recorded destroyed later is another entry.

    ``revision`` is the recall's, as its originator counts for us.
    """

    member: Member
    revision: int
    product: ProductId
    reference: str
    portions: tuple[Tag, ...]
    copies: tuple[str, ...]
    derived: tuple[str, ...]


class ReadersTold(Entry, frozen=True, tag="ReadersTold", kw_only=True):
    """Previous readers were told by reference: withdrawn by originator, do not use."""

    member: Member
    product: ProductId
    reference: str
    portions: tuple[Tag, ...]
    persons: tuple[Person, ...]
    posts: tuple[Post, ...]


class AlarmRaised(Entry, frozen=True, tag="AlarmRaised", kw_only=True):
    """Something a person must look at; ``person`` is empty where it is for the security officers."""

    code: str
    person: Person
    product: str
    portions: tuple[Tag, ...] = ()
    detail: str = ""


class CopyMade(Entry, frozen=True, tag="CopyMade", kw_only=True):
    """A print or export, durable before its first byte was given out."""

    member: Member
    product: ProductId
    reference: str
    portions: tuple[Tag, ...]
    copy: int
    form: str


class CopyDestroyed(Entry, frozen=True, tag="CopyDestroyed", kw_only=True):
    """A security officer recorded that a print or export, made by ``holder``, is destroyed."""

    member: Member
    product: ProductId
    copy: int
    holder: Person
