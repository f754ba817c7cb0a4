# SPDX-License-Identifier: Apache-2.0
"""Exit codes, the same for every command, and the failures that the program itself finds.

Scripts rely on the numbers: they are part of what the program promises and change only with a major version.
"""

from __future__ import annotations

from tearline.core.errors import IntegrityError, LimitError, MalformedError, TearlineError, UsageError

DONE = 0
FAILED = 1
UNUSABLE = 2
REFUSED = 3
UNSOUND = 4
INTERRUPTED = 130

MEANINGS = {
    DONE: "done, or yes",
    FAILED: "it could not be done; the message says what to do",
    UNUSABLE: "unusable input or usage",
    REFUSED: "refused, or no",
    UNSOUND: "a check does not hold",
}


class UnusableError(UsageError):
    """What was typed or piped in can't be used; nothing was done."""


class RefusedError(TearlineError):
    """Somebody who decides said no; ``findings`` say to what, each as (where, words)."""

    def __init__(
        self, code: str, message: str, advice: str = "", *, findings: tuple[tuple[str, str], ...] = ()
    ) -> None:
        super().__init__(code, message, advice)
        self.findings = findings


def code_of(error: TearlineError) -> int:
    """The exit code of a failure."""
    if isinstance(error, RefusedError):
        return REFUSED
    if isinstance(error, IntegrityError):
        return UNSOUND
    return UNUSABLE if isinstance(error, UnusableError | MalformedError | LimitError) else FAILED
