# SPDX-License-Identifier: Apache-2.0
"""One writing process a journal: a lock file beside it (assurance C3.14).

The lock is the kernel's (flock), so it ends with the process whatever the end was; the process id in the file is only for the
message. A child after ``fork`` shares the lock, so the journal looks at its process id as well.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from tearline.core.errors import UsageError


class LockFile:
    """Held from creation until ``release``."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(self._handle, 20).decode(errors="replace").strip() or "unknown"
            os.close(self._handle)
            raise UsageError(
                "journal-in-use",
                f"another process (id {holder}) writes the journal {path.stem}",
                "Stop that node first; two of them would sign two histories.",
            ) from error
        os.ftruncate(self._handle, 0)
        os.write(self._handle, f"{os.getpid()}\n".encode())

    @property
    def released(self) -> bool:
        """Whether the lock was let go."""
        return self._handle < 0

    def release(self) -> None:
        """Let go; releasing again does nothing."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
