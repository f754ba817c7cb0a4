# SPDX-License-Identifier: Apache-2.0
"""What the assembly gives the API, and the limits of its requests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import msgspec

from tearline.config import NodeConfig
from tearline.core.ids import Member
from tearline.core.instants import Instant
from tearline.core.labels import CaseResult
from tearline.edge.accounts import Accounts
from tearline.edge.screens import Screens
from tearline.node.gate import Gate
from tearline.node.ports import Clock, Courier

QUERY_MAX_BYTES = 8_192  # a search text of a thousand characters, escaped
BODY_MAX_BYTES = 64 * 1024  # every body but a draft
BUNDLE_MAX_BYTES = 66 * 1024 * 1024  # the largest bundle as text
DRAFT_MAX_BYTES = 16 * 1024 * 1024  # the largest product in the widest encoding


class Pace(msgspec.Struct, frozen=True):
    """Of event streams: a session that ended closes its stream within ``check_s``; heartbeats come on a fixed tick."""

    check_s: float = 0.5
    heartbeat_s: float = 15.0
    queued_max: int = 256  # a reader this far behind asks for the list again


class LinkFact(msgspec.Struct, frozen=True):
    """A link as the network side states it; times by the system clock.

    ``last_contact``: when we last heard the partner answer; ``asked``: when it last asked us.
    """

    member: Member
    state: str = "starting"
    last_contact: Instant | None = None
    last_error: str = ""
    lanes: dict[str, str] = {}
    asked: Instant | None = None
    asked_error: str = ""
    certificate_expires: Instant | None = None


class LogHealth(msgspec.Struct, frozen=True):
    """A log: its entries, and its bytes on the disk."""

    name: str
    entries: int
    size: int


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """How the machine and the logs stand. ``cosigned``: each partner, and how many anchors it cosigned last.

    ``ahead``: partners that claim more of this node's history than there is.
    """

    version: str = ""
    incarnation: int = 1
    ahead: tuple[Member, ...] = ()
    logs: tuple[LogHealth, ...] = ()
    cosigned: dict[str, int] = {}
    disk_free: int = 0
    disk_total: int = 0
    certificate_until: Instant | None = None
    directory_version: int = 0
    directory_until: Instant = Instant(0)


class BackupFact(Protocol):
    """A backup on the disk."""

    @property
    def name(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def sha256(self) -> str: ...
    @property
    def made(self) -> Instant: ...


class BackupProgress(Protocol):
    """Of what is under way or was begun last: ``none``, ``running``, ``made``, ``ended`` or ``failed``; in bytes.

    ``what`` is ``backup``, or ``trial`` of the one named, which ``holds`` or is ``broken``.
    """

    @property
    def state(self) -> str: ...
    @property
    def done(self) -> int: ...
    @property
    def total(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def what(self) -> str: ...


class BackupKeeper(Protocol):
    """Makes backups of the node and tries them, one at a time, beside other work."""

    @property
    def progress(self) -> BackupProgress: ...

    def list(self) -> Sequence[BackupFact]: ...

    def begin(self, record: Callable[[BackupFact], None]) -> bool:
        """Start one; False while there is other work, or no disk. What can't be recorded is not kept."""

    def begin_trial(self, name: str) -> bool:
        """Start to take one back aside and verify it; False while there is other work, or no such backup."""

    def stop(self) -> None: ...


class _NoProgress(msgspec.Struct, frozen=True):
    state: str = "none"
    done: int = 0
    total: int = 0
    name: str = ""
    what: str = "backup"


class NoBackups:
    """Where there is no disk."""

    progress: BackupProgress = _NoProgress()

    def list(self) -> Sequence[BackupFact]:
        """None."""
        return ()

    def begin(self, record: Callable[[BackupFact], None]) -> bool:  # noqa: ARG002 - nothing to record
        """None is made."""
        return False

    def begin_trial(self, name: str) -> bool:  # noqa: ARG002 - there is none of any name
        """None is tried."""
        return False

    def stop(self) -> None:
        """There is none to end."""


class Services(msgspec.Struct, frozen=True):
    """The assembly's: ``links`` state of links, ``verify`` the node's own verification, ``cases`` the pack's test cases."""

    gate: Gate
    accounts: Accounts
    config: NodeConfig
    clock: Clock
    links: Callable[[], list[LinkFact]]
    verify: Callable[[], dict[str, Any]]
    notice: str
    cases: Callable[[], tuple[CaseResult, ...]] = lambda: ()
    health: Callable[[], Health] = Health
    backups: BackupKeeper = NoBackups()
    pace: Pace = Pace()
    screens: Screens = Screens()
    courier: Courier | None = None
    certificate_expires: Callable[[], Instant | None] = lambda: None
