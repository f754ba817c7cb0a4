# SPDX-License-Identifier: Apache-2.0
"""The journal's port and what belongs to every backend. Concrete backends are named by the assembly alone."""

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

__all__ = [
    "Cosigned",
    "Draft",
    "Journal",
    "JournalCopyError",
    "JournalStoppedError",
    "Opening",
    "PurgeBlockedError",
    "ReadInterruptedError",
    "Record",
]
