# SPDX-License-Identifier: Apache-2.0
"""How the node stands, and backups: made beside its running, into its own folder, on record."""

from __future__ import annotations

import msgspec
from anyio.to_thread import run_sync
from litestar import get, post

from tearline.core.instants import Instant, print_dtg, print_iso
from tearline.edge.api.caller import caller_of
from tearline.edge.api.problems import AnyRequest, Problem, done
from tearline.edge.api.services import BackupFact, LogHealth
from tearline.node.commands import may_back_up, record_backup


class NodeHealthOut(msgspec.Struct, frozen=True):
    """Times are the system clock's; ``cosigned``: each partner, and how many anchors it cosigned last."""

    version: str
    now: str
    logs: tuple[LogHealth, ...]
    cosigned: dict[str, int]
    disk_free: int
    disk_total: int
    certificate_until: str
    directory_version: int
    directory_until: str


class BackupLine(msgspec.Struct, frozen=True):
    """A backup in the node's own folder; ``sha256`` is said when it was made just now."""

    name: str
    size: int
    sha256: str
    made: str
    made_dtg: str


class BackupsOut(msgspec.Struct, frozen=True):
    """Newest first; and how far the one under way has come, in parts."""

    items: tuple[BackupLine, ...]
    running: bool
    done: int
    total: int
    failed: str


@get("/api/node/health")
async def get_node_health(request: AnyRequest) -> NodeHealthOut:
    """For administration, security and audit."""
    caller = caller_of(request)
    await caller.list_view("health", lambda _: None)
    h = await run_sync(caller.services.health)
    return NodeHealthOut(
        h.version,
        print_iso(caller.services.clock.now()),
        h.logs,
        h.cosigned,
        h.disk_free,
        h.disk_total,
        _print(h.certificate_until),
        h.directory_version,
        _print(h.directory_until),
    )


def _print(at: Instant | None) -> str:
    return print_iso(at) if at else ""


@get("/api/backups")
async def list_backups(request: AnyRequest) -> BackupsOut:
    """Backups in the node's own folder: for administration."""
    caller = caller_of(request)
    await caller.list_view("accounts", lambda _: None)
    keeper = caller.services.backups
    items = await run_sync(keeper.list)
    p = keeper.progress
    running, parts, total, failed = (False, 0, 0, "") if p is None else (p.running, p.done, p.total, p.failed)
    return BackupsOut(tuple(map(_line, items)), running, parts, total, failed)


@post("/api/backups", status_code=200)
async def make_backup(request: AnyRequest) -> BackupLine:
    """Make one now; answered when it is on the disk and on record."""
    caller = caller_of(request)
    refused = await caller.command(may_back_up)
    if refused is not None:
        done(refused)
    made = await run_sync(caller.services.backups.make)
    if made is None:
        raise Problem("no-backup", "Another backup is being made, or there is no disk to make it on.")
    name, size, sha256 = made.name, made.size, made.sha256
    await caller.command(lambda node, a: record_backup(node, a, name=name, size=size, sha256=sha256))
    return _line(made)


def _line(made: BackupFact) -> BackupLine:
    return BackupLine(made.name, made.size, made.sha256, print_iso(made.made), print_dtg(made.made))


ROUTES = [get_node_health, list_backups, make_backup]
