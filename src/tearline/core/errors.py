# SPDX-License-Identifier: Apache-2.0
"""Failures of the core. A refusal (not permitted) is a value; a failure is one of these.

TearlineError            stable ``code``, a message, and ``advice`` for the person who can mend it
├── MalformedError       something from outside can't be read: it is refused or quarantined whole
├── IntegrityError       bytes don't agree with what was signed or committed to: stop and ask
├── LimitError           something from outside is larger, deeper or more than is allowed
└── UsageError           the caller asked for something that can't be done as asked
"""

from __future__ import annotations


class TearlineError(Exception):
    """Base of all failures; ``code`` is stable and safe to show, ``advice`` says what to do."""

    def __init__(self, code: str, message: str, advice: str = "") -> None:
        super().__init__(f"{message}. {advice}" if advice else message)
        self.code = code
        self.message = message
        self.advice = advice


class MalformedError(TearlineError):
    """Something from outside can't be read."""


class IntegrityError(TearlineError):
    """Bytes do not agree with what was signed or committed to."""


class LimitError(TearlineError):
    """Something from outside exceeds a limit."""


class UsageError(TearlineError):
    """The caller asked for something that can't be done as asked."""
