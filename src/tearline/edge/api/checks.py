# SPDX-License-Identifier: Apache-2.0
"""Checks of a range that run beside other work: each has a thread, says how far it is, and can be ended by who began it."""

from __future__ import annotations

import logging
import secrets
import threading
from collections import OrderedDict

from tearline.core.errors import TearlineError
from tearline.core.ids import Person
from tearline.edge.api.problems import Problem
from tearline.node.gate import RangeCheck, RangeResult

RUNNING_MAX = 4
KEPT_MAX = 64

_log = logging.getLogger(__name__)


class Check:
    """One check: ``state`` is running, holds, broken, ended or failed."""

    def __init__(self, person: Person, log: str, start: int, end: int) -> None:
        self.id = secrets.token_hex(12)
        self.person = person
        self.log = log
        self.start = start
        self.end = end
        self.done = 0
        self.state = "running"
        self.result: RangeResult | None = None
        self._stopped = threading.Event()

    def stop(self) -> None:
        """End it soon; what was found so far is dropped."""
        self._stopped.set()

    def run(self, check: RangeCheck) -> None:
        """In its own thread."""
        try:
            self.result = check(self._hear)
        except TearlineError:
            _log.exception("a check of a range failed")
            self.state = "failed"
            return
        except Exception:  # noqa: BLE001 - the outermost call of a thread
            _log.exception("a check of a range failed")
            self.state = "failed"
            return
        if self.result is None:
            self.state = "ended"
        else:
            self.state = "broken" if self.result.code else "holds"

    def _hear(self, done: int) -> bool:
        self.done = done
        return not self._stopped.is_set()


class Checks:
    """The checks of one application."""

    def __init__(self) -> None:
        self._checks: OrderedDict[str, Check] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, check: Check, work: RangeCheck) -> Check:
        """Start it, unless too many run already."""
        with self._lock:
            if sum(one.state == "running" for one in self._checks.values()) >= RUNNING_MAX:
                raise Problem("busy", "Several checks run already. Wait for one, or end one.")
            self._checks[check.id] = check
            for known in list(self._checks)[: -KEPT_MAX or None]:
                if self._checks[known].state != "running":
                    del self._checks[known]
        threading.Thread(target=check.run, args=(work,), name="check of a range", daemon=True).start()
        return check

    def find(self, check_id: str, person: Person) -> Check | None:
        """A person's own check."""
        found = self._checks.get(check_id)
        return found if found is not None and found.person == person else None
