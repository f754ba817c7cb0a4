# SPDX-License-Identifier: Apache-2.0
"""Backups that a running node makes of itself, and tries: one at a time, beside other work, told and ended from outside.

A backup that could not be put on record is not kept. One is tried by the program that would restore it, in a process of its
own, into a folder that goes afterwards: what is verified is what would be served, and the node's memory is its own.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from tearline.backup import BackupEndedError, Made, list_backups, make_backup
from tearline.core.instants import Instant

FOLDER = "backups"
LOOK_S = 0.2
NICE = 10  # the node's readers come first
_FOUND: dict[int, Literal["holds", "broken"]] = {0: "holds", 2: "broken", 4: "broken"}
"""By the exit codes of ``tearline restore``."""

_log = logging.getLogger(__name__)


class Progress(msgspec.Struct, frozen=True):
    """Of the work under way or begun last: making a backup, in bytes, with ``name`` once it is made; or trying the one named.

    ``holds``, ``broken``: what a trial found.
    """

    state: Literal["none", "running", "made", "holds", "broken", "ended", "failed"] = "none"
    done: int = 0
    total: int = 0
    name: str = ""
    what: Literal["backup", "trial"] = "backup"


class Backups:
    """One backup at a time, into the node's own folder of backups."""

    def __init__(self, folder: Path, now: Callable[[], Instant]) -> None:
        self._folder, self._now = folder, now
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.progress = Progress()
        for pattern in (".new-*", ".try-*"):  # of a node that died at it: they hold its keys
            for left in (folder / FOLDER).glob(pattern):
                shutil.rmtree(left, ignore_errors=True)

    def list(self) -> tuple[Made, ...]:
        """Newest first."""
        return list_backups(self._folder / FOLDER)

    def begin(self, record: Callable[[Made], None]) -> bool:
        """Start one; False while there is other work. ``record`` is called, in its thread, with what was made."""
        return self._start(Progress("running"), lambda: self._run(record))

    def begin_trial(self, name: str) -> bool:
        """Start to take one of the list back into a scratch folder and verify it; False while there is other work."""
        if name not in {made.name for made in self.list()}:
            return False
        return self._start(Progress("running", name=name, what="trial"), lambda: self._try(name))

    def _start(self, progress: Progress, work: Callable[[], None]) -> bool:
        with self._lock:
            if self.progress.state == "running":
                return False
            self._stop.clear()
            self.progress = progress
            self._thread = threading.Thread(target=work, name=progress.what, daemon=True)
            self._thread.start()
        return True

    def stop(self) -> None:
        """End what is under way soon; nothing of it stays."""
        self._stop.set()

    def close(self) -> None:
        """End what is under way, and wait for it."""
        self.stop()
        self.wait()

    def wait(self) -> None:
        """Until what is under way is over."""
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

    def _try(self, name: str) -> None:
        state: Literal["holds", "broken", "ended", "failed"] = "failed"
        try:
            with tempfile.TemporaryDirectory(dir=self._folder / FOLDER, prefix=".try-") as scratch:
                code = self._restore(self._folder / FOLDER / name, Path(scratch) / "node")
            state = "ended" if code is None else _FOUND.get(code, "failed")
        except Exception:  # noqa: BLE001 - the outermost call of a thread
            _log.exception("the trial of a backup failed")
        self._finish(Progress(state, name=name, what="trial"))

    def _restore(self, backup: Path, folder: Path) -> int | None:
        """The exit code of a restore; None where it was ended."""
        command = [sys.executable, "-P", "-m", "tearline.cli", "restore", "--json", str(backup), str(folder)]
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet) as run:  # noqa: S603 - this very program
            os.setpriority(os.PRIO_PROCESS, run.pid, NICE)
            while run.poll() is None:
                if self._stop.wait(LOOK_S):
                    run.kill()
                    return None
        return run.returncode

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
