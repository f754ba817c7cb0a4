# SPDX-License-Identifier: Apache-2.0
"""Backups that a running node makes of itself: one at a time, beside other work, told and ended from outside.

A backup that could not be put on record is not kept.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from tearline.backup import BackupEndedError, Made, list_backups, make_backup
from tearline.core.instants import Instant

FOLDER = "backups"

_log = logging.getLogger(__name__)


class Progress(msgspec.Struct, frozen=True):
    """Of the backup under way or begun last, in bytes; ``name`` once it is made."""

    state: Literal["none", "running", "made", "ended", "failed"] = "none"
    done: int = 0
    total: int = 0
    name: str = ""


class Backups:
    """One backup at a time, into the node's own folder of backups."""

    def __init__(self, folder: Path, now: Callable[[], Instant]) -> None:
        self._folder, self._now = folder, now
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.progress = Progress()

    def list(self) -> tuple[Made, ...]:
        """Newest first."""
        return list_backups(self._folder / FOLDER)

    def begin(self, record: Callable[[Made], None]) -> bool:
        """Start one; False while another is being made. ``record`` is called, in its thread, with what was made."""
        with self._lock:
            if self.progress.state == "running":
                return False
            self._stop.clear()
            self.progress = Progress("running")
            self._thread = threading.Thread(target=self._run, args=(record,), name="backup", daemon=True)
            self._thread.start()
        return True

    def stop(self) -> None:
        """End the one under way soon; nothing of it stays."""
        self._stop.set()

    def close(self) -> None:
        """End the one under way, and wait for it."""
        self.stop()
        if self._thread is not None:
            self._thread.join()

    def _run(self, record: Callable[[Made], None]) -> None:
        try:
            made = make_backup(self._folder, self._folder / FOLDER, self._now(), self._tell)
            self._record(made, record)
        except BackupEndedError:
            self._finish(Progress("ended"))
        except Exception:  # noqa: BLE001 - the outermost call of a thread
            _log.exception("a backup failed")
            self._finish(Progress("failed"))
        else:
            self._finish(Progress("made", self.progress.total, self.progress.total, made.name))

    def _record(self, made: Made, record: Callable[[Made], None]) -> None:
        try:
            record(made)
        except BaseException:
            (self._folder / FOLDER / made.name).unlink(missing_ok=True)
            raise

    def _tell(self, done: int, total: int) -> bool:
        self._finish(Progress("running", done, total))
        return not self._stop.is_set()

    def _finish(self, progress: Progress) -> None:
        with self._lock:
            self.progress = progress
