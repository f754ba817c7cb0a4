# SPDX-License-Identifier: Apache-2.0
"""What a node's journal records, in the past tense. A node's state is a fold of these, in order (A1).

Headers hold names, numbers, labels of authority and times; whatever is content is a payload beside (salted, purgeable):
the n-th payload of an entry is named in its docstring. ``at`` is the system clock, ``dtg`` the operational one; ``actor``
acts for ``post``; ``authority`` is the delegation, rule or agreement relied on; ``pack`` names the policies in force.
"""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from tearline.core.canon import decode_canonical, encode_canonical
from tearline.core.ids import Member, Person, Post, ProductId, Tag
from tearline.core.instants import Instant
from tearline.node.journal.accesses import RenditionRead, SearchMade, TrailRead
from tearline.node.journal.entry import Entry
from tearline.node.journal.lives import (
    BackupMade,
    IncarnationAnnounced,
    IncarnationBegan,
    NodeOpened,
    NodeRestored,
    StreamRecovered,
)
from tearline.node.journal.watches import (
    PostAcknowledged,
    ProductAssigned,
    WarningPassedOn,
    WatchHandedOver,
    WatchRemarked,
    WatchTaken,
)


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


class FirstPasswordGiven(Entry, frozen=True, tag="FirstPasswordGiven", kw_only=True):
    """An administrator drew a password for somebody, before it was told: until it is replaced, either may sign in by it."""

    person: Person


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
    ``adopted`` names its policies as ``pack`` does in every entry; ``files`` is the digest of all its files. ``given_up``:
    words held or used here that it lacks, as whoever adopted it accepted.
    """

    adopted: str
    files: str
    given_up: tuple[str, ...] | UnsetType = UNSET


class WindowsTurned(Entry, frozen=True, tag="WindowsTurned", kw_only=True):
    """A validity window of the policies in force opened or shut: from here on they are decided as of ``dtg``.

    Payload 0: which members might have more of which products by that, for the desk.
    """


class DirectoryTried(Entry, frozen=True, tag="DirectoryTried", kw_only=True):
    """What another directory of the network would change here was looked at; nothing changed."""

    version: int
    sha256: str


class DirectoryTaken(Entry, frozen=True, tag="DirectoryTaken", kw_only=True):
    """A directory of the network is in force from here on: who is a member, cleared how far, reached where, agreed with whom.

    Payload 0: its exact signed bytes, of which ``sha256`` is the hash. Payload 1: which members it would let have more of
    which products, for the desk.
    """

    version: int
    sha256: str


class DelegationIssued(Entry, frozen=True, tag="DelegationIssued", kw_only=True):
    """Payload 0: the delegation."""

    delegation: str


class RuleIssued(Entry, frozen=True, tag="RuleIssued", kw_only=True):
    """Payload 0: the standing rule."""

    rule: str


class AuthorityWithdrawn(Entry, frozen=True, tag="AuthorityWithdrawn", kw_only=True):
    """A delegation or rule holds no longer; rules under a withdrawn delegation are suspended at once."""

    withdrawn: str


class ProductFiled(Entry, frozen=True, tag="ProductFiled", kw_only=True):
    """Payload 0: the product, whole. ``pending`` wait on the desk. ``scrubbed``: what attachments were freed of, by portion.

    ``of_draft``: digests of the name under which its draft was kept and of the draft, so that it is filed once.
    """

    product: ProductId
    revision: int
    reference: str
    kind: str
    pending: tuple[Member, ...]
    scrubbed: tuple[tuple[Tag, tuple[str, ...]], ...] | UnsetType = UNSET
    of_draft: tuple[str, str] | UnsetType = UNSET


class ProductReturned(Entry, frozen=True, tag="ProductReturned", kw_only=True):
    """The desk sent a draft back to be reworded. Payload 0: a ``ReturnNote``. ``refused`` names portions and members.

    Journals of older programs hold the comment alone, as a string.
    """

    product: ProductId
    refused: tuple[tuple[Tag, tuple[Member, ...]], ...]


class ReleaseRefused(Entry, frozen=True, tag="ReleaseRefused", kw_only=True):
    """The desk refused these members for good. Payload 0: the reason."""

    product: ProductId
    members: tuple[Member, ...]


class TextOpened(Entry, frozen=True, tag="TextOpened", kw_only=True):
    """An officer opened the text that a group of members would get; ``text`` is that text's check."""

    product: ProductId
    text: str


class ReleaseApproved(Entry, frozen=True, tag="ReleaseApproved", kw_only=True):
    """One officer approved texts for members, under a delegation that asks for another officer as well.

    ``texts`` holds (member, text): that text is approved and no other. The last approval is the release itself.
    """

    product: ProductId
    texts: tuple[tuple[Member, str], ...]


class RegisterExported(Entry, frozen=True, tag="RegisterExported", kw_only=True):
    """Lines of the disclosure register were saved as a file, durable before its first byte was given out."""

    form: str
    rows: int
    sha256: str


class ShareReleased(Entry, frozen=True, tag="ShareReleased", kw_only=True):
    """One member's share entered its stream. Payload 0: salt and body of the stream entry."""

    member: Member
    lane: str
    position: int
    leaf: str
    product: ProductId
    author_revision: int
    revision: int
    agreement: str
    review_due: Instant = Instant(0)
    purpose: str = ""


class ShareRecalled(Entry, frozen=True, tag="ShareRecalled", kw_only=True):
    """A recall or narrowing entered a stream. Payload 0: salt and body of the stream entry.

    ``purpose``: why it was ordered, as a code; left out of the bytes where an amendment brought it about.
    """

    member: Member
    lane: str
    position: int
    leaf: str
    product: ProductId
    author_revision: int
    revision: int
    lost: tuple[Tag, ...]
    purpose: str | UnsetType = UNSET


class NoticeSent(Entry, frozen=True, tag="NoticeSent", kw_only=True):
    """Dispositions, destruction records and receipts entered a stream. Payload 0: salt and body of the stream entry."""

    member: Member
    lane: str
    position: int
    leaf: str


class StreamReceived(Entry, frozen=True, tag="StreamReceived", kw_only=True):
    """A verified run of a partner's stream. Payload n: salt and body of item n, empty where it travelled without.

    ``codes`` says what became of each item; ``checkpoint`` is the partner's signed note over the lane at this end.
    """

    member: Member
    lane: str
    start: int
    leaves: tuple[str, ...]
    codes: tuple[str, ...]
    checkpoint: str


class QuarantineOpened(Entry, frozen=True, tag="QuarantineOpened", kw_only=True):
    """What a partner sent under policies that this node holds only now, taken over from quarantine.

    ``positions`` are those of the lane; ``targets`` the payloads of its ``StreamReceived``.
    """

    member: Member
    lane: str
    positions: tuple[int, ...]
    targets: tuple[tuple[int, int], ...]
    leaves: tuple[str, ...]


class StreamStopped(Entry, frozen=True, tag="StreamStopped", kw_only=True):
    """A partner's lane can't be continued (gap, split view, bad signature). Payload 0: the evidence."""

    member: Member
    lane: str
    code: str


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


class ReleaseReviewed(Entry, frozen=True, tag="ReleaseReviewed", kw_only=True):
    """A watch post's release was reviewed within its time."""

    product: ProductId
    outcome: str


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


class TrailExported(Entry, frozen=True, tag="TrailExported", kw_only=True):
    """An auditor took a range of a log as a file that verifies by itself; durable before its first byte."""

    log: str
    start: int
    end: int
    sha256: str


AnyEntry = (
    NodeOpened
    | PersonAdmitted
    | ClearanceEnded
    | PersonEnded
    | FirstPasswordGiven
    | CeilingSet
    | PostSet
    | PolicyTried
    | PolicyAdopted
    | WindowsTurned
    | DirectoryTried
    | DirectoryTaken
    | BackupMade
    | NodeRestored
    | IncarnationBegan
    | IncarnationAnnounced
    | StreamRecovered
    | DelegationIssued
    | RuleIssued
    | AuthorityWithdrawn
    | ProductFiled
    | ProductReturned
    | ReleaseRefused
    | TextOpened
    | ReleaseApproved
    | RegisterExported
    | ShareReleased
    | ShareRecalled
    | NoticeSent
    | StreamReceived
    | QuarantineOpened
    | StreamStopped
    | PayloadPurged
    | DestructionRecorded
    | ReadersTold
    | AlarmRaised
    | PostAcknowledged
    | ProductAssigned
    | WarningPassedOn
    | CopyMade
    | CopyDestroyed
    | ReleaseReviewed
    | WatchRemarked
    | WatchHandedOver
    | WatchTaken
    | LinkPaused
    | LinkResumed
    | BundleExported
    | BundleImported
    | TrailExported
    | TrailRead
    | RenditionRead
    | SearchMade
)
StreamAppended = ShareReleased | ShareRecalled | NoticeSent


def encode_entry(entry: Entry) -> bytes:
    """Canonical bytes of an entry."""
    return encode_canonical(entry)


def decode_entry(raw: bytes) -> AnyEntry:
    """The entry, or ``MalformedError``: a journal of a newer program is not guessed at."""
    entry: AnyEntry = decode_canonical(raw, AnyEntry)
    return entry
