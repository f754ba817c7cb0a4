# SPDX-License-Identifier: Apache-2.0
"""Of the node itself: its people, posts, policies, mandates, backups and links."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from tearline.core.ids import Member, Person, Post
from tearline.core.instants import Instant
from tearline.node.journal.entry import Entry


class NodeOpened(Entry, frozen=True, tag="NodeOpened", kw_only=True):
    """The node started; ``version`` is the program's."""

    version: str


class PersonAdmitted(Entry, frozen=True, tag="PersonAdmitted", kw_only=True):
    """A person may act here. No password is in the journal. A later entry for the same person replaces this one.

    ``until``: when the clearance ends. ``terms``: posts that are held from one time until another (0: no end). What isn't
    stated (``UNSET``) is left out of the bytes, so that journals of older programs read the same.
    """

    person: Person
    codewords: tuple[str, ...]
    posts: tuple[Post, ...]
    duties: tuple[str, ...]
    cleared: bool
    name: str | UnsetType = UNSET
    until: Instant | UnsetType = UNSET
    terms: tuple[tuple[Post, Instant, Instant], ...] | UnsetType = UNSET
    second_factor: bool | UnsetType = UNSET


class ClearanceEnded(Entry, frozen=True, tag="ClearanceEnded", kw_only=True):
    """A person's clearance came to its end by date: the timer's entry, since no decision asks for the time."""

    person: Person


class PersonEnded(Entry, frozen=True, tag="PersonEnded", kw_only=True):
    """A person may act here no more."""

    person: Person
    reason: str


class CeilingSet(Entry, frozen=True, tag="CeilingSet", kw_only=True):
    """A person lowered a session of theirs to a classification, or raised it again (empty)."""

    person: Person
    ceiling: str


class PostSet(Entry, frozen=True, tag="PostSet", kw_only=True):
    """What a post is called, and which post is alerted when a FLASH stays unacknowledged for so many minutes (0: none)."""

    name: Post
    title: str
    alternate: Post
    flash_min: int


class PolicyTried(Entry, frozen=True, tag="PolicyTried", kw_only=True):
    """What another policy pack would change over the holdings was looked at; nothing changed."""

    candidate: str


class PolicyAdopted(Entry, frozen=True, tag="PolicyAdopted", kw_only=True):
    """Another policy pack is in force from here on, its windows decided as of ``dtg``; ``pack`` names the one before.

    Payload 0: the pack, as a zip. Payload 1: which members it would let have more of which products, for the desk.
    ``adopted`` names its policies as ``pack`` does in every entry; ``files`` is the digest of all its files.
    """

    adopted: str
    files: str


class WindowsTurned(Entry, frozen=True, tag="WindowsTurned", kw_only=True):
    """A validity window of the policies in force opened or shut: from here on they are decided as of ``dtg``.

    Payload 0: which members might have more of which products by that, for the desk.
    """


class BackupMade(Entry, frozen=True, tag="BackupMade", kw_only=True):
    """The node was copied into a file of this name and hash, whole, beside its running."""

    name: str
    size: int
    sha256: str


class NodeRestored(Entry, frozen=True, tag="NodeRestored", kw_only=True):
    """The node goes on from a backup that was made at ``made``; ``silent`` partners did not say what they had seen last."""

    made: Instant
    silent: tuple[Member, ...]


class DelegationIssued(Entry, frozen=True, tag="DelegationIssued", kw_only=True):
    """Payload 0: the delegation."""

    delegation: str


class RuleIssued(Entry, frozen=True, tag="RuleIssued", kw_only=True):
    """Payload 0: the standing rule."""

    rule: str


class AuthorityWithdrawn(Entry, frozen=True, tag="AuthorityWithdrawn", kw_only=True):
    """A delegation or rule holds no longer; rules under a withdrawn delegation are suspended at once."""

    withdrawn: str


class LinkPaused(Entry, frozen=True, tag="LinkPaused", kw_only=True):
    """Nothing goes over the link to this partner, FLASH neither, or comes over it, until it is resumed. Payload 0: why."""

    member: Member


class LinkResumed(Entry, frozen=True, tag="LinkResumed", kw_only=True):
    """The partner is served again, from where it stands."""

    member: Member


class BundleExported(Entry, frozen=True, tag="BundleExported", kw_only=True):
    """(lane, from, to) of a stream went into a file, durable before its first byte was given out."""

    member: Member
    lanes: tuple[tuple[str, int, int], ...]
    sha256: str


class BundleImported(Entry, frozen=True, tag="BundleImported", kw_only=True):
    """A file was brought: the ranges that it had, and ``code`` where it was refused. No member: nobody known signed it."""

    member: Member
    lanes: tuple[tuple[str, int, int], ...]
    sha256: str
    code: str
