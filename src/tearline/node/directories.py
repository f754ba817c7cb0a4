# SPDX-License-Identifier: Apache-2.0
"""Which directory is in force: the one that an entry took over, from the journal.

It lies in the journal beside the entry ``DirectoryTaken``, so that a restart decides each entry under the directory of its
day, and a crash leaves the old one in force or the new one. The file in the node's folder only brings one to a node that is
stopped, and shows the one in force to who looks from outside.
"""

from __future__ import annotations

from tearline.core.errors import IntegrityError, UsageError
from tearline.node.books import find_first
from tearline.node.journal import DirectoryTaken, Journal
from tearline.node.trust import DirectorySource


def read_taken(raw: bytes | None) -> bytes:
    """The signed bytes of a directory that was taken over, from its payload. It was proved then."""
    if raw is None:
        raise IntegrityError(
            "directory-lost", "the journal lacks a directory that it took over", "Run tearline verify."
        )
    return raw


def find_founding_directory(journal: Journal, source: DirectorySource) -> bytes:
    """The signed bytes of the directory that a journal begins under: the first it has, else the one that was brought."""
    found = find_first(journal, DirectoryTaken)
    raw = source.found() if found is None else read_taken(journal.payload(found[0], 0))
    if not raw:
        raise UsageError(
            "no-directory", "this node has no directory yet", "Take one over from the authority."
        )
    return raw
