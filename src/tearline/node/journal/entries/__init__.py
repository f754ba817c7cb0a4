# SPDX-License-Identifier: Apache-2.0
"""What a node's journal records, in the past tense. A node's state is a fold of these, in order (A1).

Headers hold names, numbers, labels of authority and times; whatever is content is a payload beside (salted, purgeable):
the n-th payload of an entry is named in its docstring. ``at`` is the system clock, ``dtg`` the operational one; ``actor``
acts for ``post``; ``authority`` is the delegation, rule or agreement relied on; ``pack`` names the policies in force.
"""

from __future__ import annotations

from tearline.core.canon import decode_canonical, encode_canonical
from tearline.node.journal.entries.access import (
    RenditionRead,
    SearchMade,
    TrailExported,
    TrailRead,
)
from tearline.node.journal.entries.custody import (
    AlarmRaised,
    CopyDestroyed,
    CopyMade,
    DestructionRecorded,
    PayloadPurged,
    ReadersTold,
)
from tearline.node.journal.entries.keeping import (
    AuthorityWithdrawn,
    BackupMade,
    BundleExported,
    BundleImported,
    CeilingSet,
    ClearanceEnded,
    DelegationIssued,
    LinkPaused,
    LinkResumed,
    NodeOpened,
    NodeRestored,
    PersonAdmitted,
    PersonEnded,
    PolicyAdopted,
    PolicyTried,
    PostSet,
    RuleIssued,
    WindowsTurned,
)
from tearline.node.journal.entries.products import (
    ProductFiled,
    ProductReturned,
    RegisterExported,
    ReleaseApproved,
    ReleaseRefused,
    ReleaseReviewed,
    TextOpened,
)
from tearline.node.journal.entries.streams import (
    NoticeSent,
    QuarantineOpened,
    ShareRecalled,
    ShareReleased,
    StreamReceived,
    StreamStopped,
)
from tearline.node.journal.entries.watch import (
    PostAcknowledged,
    ProductAssigned,
    WarningPassedOn,
    WatchHandedOver,
    WatchRemarked,
    WatchTaken,
)
from tearline.node.journal.entry import Entry

__all__ = [
    "AlarmRaised",
    "AnyEntry",
    "AuthorityWithdrawn",
    "BackupMade",
    "BundleExported",
    "BundleImported",
    "CeilingSet",
    "ClearanceEnded",
    "CopyDestroyed",
    "CopyMade",
    "DelegationIssued",
    "DestructionRecorded",
    "Entry",
    "LinkPaused",
    "LinkResumed",
    "NodeOpened",
    "NodeRestored",
    "NoticeSent",
    "PayloadPurged",
    "PersonAdmitted",
    "PersonEnded",
    "PolicyAdopted",
    "PolicyTried",
    "PostAcknowledged",
    "PostSet",
    "ProductAssigned",
    "ProductFiled",
    "ProductReturned",
    "QuarantineOpened",
    "ReadersTold",
    "RegisterExported",
    "ReleaseApproved",
    "ReleaseRefused",
    "ReleaseReviewed",
    "RenditionRead",
    "RuleIssued",
    "SearchMade",
    "ShareRecalled",
    "ShareReleased",
    "StreamAppended",
    "StreamReceived",
    "StreamStopped",
    "TextOpened",
    "TrailExported",
    "TrailRead",
    "WarningPassedOn",
    "WatchHandedOver",
    "WatchRemarked",
    "WatchTaken",
    "WindowsTurned",
    "decode_entry",
    "encode_entry",
]

AnyEntry = (
    NodeOpened
    | PersonAdmitted
    | ClearanceEnded
    | PersonEnded
    | CeilingSet
    | PostSet
    | PolicyTried
    | PolicyAdopted
    | WindowsTurned
    | BackupMade
    | NodeRestored
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
