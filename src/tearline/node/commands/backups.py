# SPDX-License-Identifier: Apache-2.0
"""Backups on record: that one was made, by whom; and that the node goes on from one."""

from __future__ import annotations

from tearline.core.ids import Member, Post
from tearline.core.instants import Instant
from tearline.node.commands.acting import Acting, Refused, act_again
from tearline.node.journal import BackupMade, NodeRestored
from tearline.node.node import THE_NODE, Node

NO_DUTY = Refused("no-duty", "backups are made by administrators, in a session that is not lowered")


def may_back_up(node: Node, acting: Acting) -> Refused | None:
    """Asked before the copying begins."""
    return None if "administration" in act_again(node, acting).duties else NO_DUTY


def record_backup(node: Node, acting: Acting, *, name: str, size: int, sha256: str) -> None:
    """A backup is on the disk."""
    with node.lock:
        work = node.work(acting.person, acting.post)
        work.add(BackupMade, name=name, size=size, sha256=sha256)
        work.commit()


def record_restored(node: Node, made: Instant, silent: tuple[Member, ...]) -> None:
    """The first entry after a restore."""
    with node.lock:
        work = node.work(THE_NODE, Post(""))
        work.add(NodeRestored, made=made, silent=silent)
        work.commit()
