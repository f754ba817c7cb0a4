# SPDX-License-Identifier: Apache-2.0
"""How the node stands, and backups: made beside its running, into its own folder, on record."""

from __future__ import annotations

import msgspec
from anyio.to_thread import run_sync
from litestar import delete, get, post
from litestar.params import FromPath

from tearline.core.instants import Instant, print_dtg, print_iso
from tearline.edge.api.caller import ALWAYS_UNATTENDED, Caller, caller_of
from tearline.edge.api.problems import AnyRequest, Problem, done
from tearline.edge.api.services import BackupFact, LogHealth
from tearline.edge.api.shapes import Done
from tearline.node.commands import may_back_up, record_backup


class NodeHealthOut(msgspec.Struct, frozen=True):
    """Times are the system clock's; ``cosigned``: each partner, and how many anchors it cosigned last.

    ``incarnation`` counts the node's lives. ``ahead``: partners that claim more of its history than there is.
    """

    version: str
    incarnation: int
    ahead: tuple[str, ...]
    now: str
    logs: tuple[LogHealth, ...]
    cosigned: dict[str, int]
    disk_free: int
    disk_total: int
    certificate_until: str
    directory_version: int
    directory_until: str


class BackupLine(msgspec.Struct, frozen=True):
    """A backup in the node's own folder."""

    name: str
    size: int
    made: str
    made_dtg: str


class BackupsOut(msgspec.Struct, frozen=True):
    """Newest first; and of what is under way or was begun last, what became of it: its bytes done and to do.

    ``what``: ``backup``, or the ``trial`` of one, ``name``. ``state``: ``none``, ``running``, ``made`` (then ``name`` says
    which), ``holds`` or ``broken`` (of a trial), ``ended`` or ``failed``.
    """

    items: tuple[BackupLine, ...]
    state: str
    done: int
    total: int
    name: str
    what: str


@get("/api/node/health")
async def get_node_health(request: AnyRequest) -> NodeHealthOut:
    """For administration, security and audit."""
    caller = caller_of(request)
    await caller.list_view("health", lambda _: None)
    h = await run_sync(caller.services.health)
    return NodeHealthOut(
        h.version,
        h.incarnation,
        tuple(h.ahead),
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


@get("/api/backups", opt={ALWAYS_UNATTENDED: True})
async def list_backups(request: AnyRequest) -> BackupsOut:
    """Backups in the node's own folder, and how far the one under way has come: for administration."""
    caller = caller_of(request)
    await caller.list_view("accounts", lambda _: None)
    return await _describe(caller)


@post("/api/backups", status_code=201)
async def begin_backup(request: AnyRequest) -> BackupsOut:
    """Begin one. It runs by itself, is kept only where it could be put on record, and may be ended."""
    caller = caller_of(request)
    refused = await caller.command(may_back_up)
    if refused is not None:
        done(refused)
    acting, node = await caller.acting(), caller.services.gate.node

    def record(made: BackupFact) -> None:
        record_backup(node, acting, name=made.name, size=made.size, sha256=made.sha256)

    if not caller.services.backups.begin(record):
        raise Problem("no-backup", "Another backup is being made, or there is no disk to make it on.")
    return await _describe(caller)


@post("/api/backups/{name:str}/trial", status_code=201)
async def begin_trial(name: FromPath[str], request: AnyRequest) -> BackupsOut:
    """Take one back into a folder aside, verify it whole, and remove the folder. It runs by itself and may be ended."""
    caller = caller_of(request)
    refused = await caller.command(may_back_up)
    if refused is not None:
        done(refused)
    if not await run_sync(caller.services.backups.begin_trial, name):
        raise Problem("no-trial", "There is no backup of that name, or another is being made or tried.")
    return await _describe(caller)


@delete("/api/backups", status_code=200)
async def end_backup(request: AnyRequest) -> Done:
    """End what is under way; nothing of it stays."""
    caller = caller_of(request)
    refused = await caller.command(may_back_up)
    if refused is not None:
        done(refused)
    caller.services.backups.stop()
    return Done()


async def _describe(caller: Caller) -> BackupsOut:
    keeper = caller.services.backups
    p = keeper.progress
    items = await run_sync(keeper.list)
    return BackupsOut(tuple(map(_line, items)), p.state, p.done, p.total, p.name, p.what)


def _line(made: BackupFact) -> BackupLine:
    return BackupLine(made.name, made.size, print_iso(made.made), print_dtg(made.made))


ROUTES = [get_node_health, list_backups, begin_backup, begin_trial, end_backup]
