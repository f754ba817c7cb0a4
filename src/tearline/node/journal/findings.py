# SPDX-License-Identifier: Apache-2.0
"""What a verification found, in words for the person who has to act on it."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Severity(StrEnum):
    """ERROR: the log does not hold what it should. WARNING: look into it; nothing is proved wrong. NOTE: it explains itself."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong: a stable code, the place, what it means, and what to do."""

    severity: Severity
    code: str
    where: str
    explanation: str
    advice: str = ""


class Report(msgspec.Struct, frozen=True):
    """Everything found, and how much was looked at (so that "nothing found" is not "nothing looked at").

    ``lives``: (position, incarnation) where a later life of the node begins.
    """

    findings: tuple[Finding, ...]
    entries: int = 0
    payloads: int = 0
    purged: int = 0
    checkpoints: int = 0
    cosignatures: int = 0
    lives: tuple[tuple[int, int], ...] = ()

    @property
    def sound(self) -> bool:
        """Whether there is no error; warnings may remain."""
        return all(finding.severity is not Severity.ERROR for finding in self.findings)

    def has(self, code: str) -> bool:
        """Whether something with this code was found."""
        return any(finding.code == code for finding in self.findings)
