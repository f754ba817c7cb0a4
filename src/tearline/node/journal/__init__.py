# SPDX-License-Identifier: Apache-2.0
"""The journal's port and what belongs to every backend. Concrete backends are named by the assembly alone."""

from tearline.node.journal.anchor import Anchored, AnchorLog
from tearline.node.journal.findings import Finding, Report, Severity
from tearline.node.journal.journal import (
    Cosigned,
    Draft,
    Journal,
    JournalCopyError,
    JournalStoppedError,
    Opening,
    PurgeBlockedError,
    ReadInterruptedError,
    Record,
)
from tearline.node.journal.verify import verify_anchors, verify_journal
from tearline.node.journal.witness import (
    FolderWitnessStore,
    MemoryWitnessStore,
    Witness,
    WitnessRefusalError,
    WitnessStore,
)

__all__ = [
    "AnchorLog",
    "Anchored",
    "Cosigned",
    "Draft",
    "Finding",
    "FolderWitnessStore",
    "Journal",
    "JournalCopyError",
    "JournalStoppedError",
    "MemoryWitnessStore",
    "Opening",
    "PurgeBlockedError",
    "ReadInterruptedError",
    "Record",
    "Report",
    "Severity",
    "Witness",
    "WitnessRefusalError",
    "WitnessStore",
    "verify_anchors",
    "verify_journal",
]
