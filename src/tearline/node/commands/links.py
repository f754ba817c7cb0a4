# SPDX-License-Identifier: Apache-2.0
"""Take a link off line on purpose, and bring it back: for administration and security, with a reason, on record.

The pause is of the connection, both ways and FLASH too; what is released meanwhile waits in the spool, in order. A bundle is
another carrier and is not held up by it. Each is durable before the network side hears of it, and holds after a restart.
"""

from __future__ import annotations

from tearline.core.canon import encode_canonical
from tearline.core.ids import Member
from tearline.node.commands.acting import Acting, Refused
from tearline.node.journal import LinkPaused, LinkResumed
from tearline.node.node import Node

LINK_DUTIES = frozenset({"administration", "security"})
REASON_MAX_CHARS = 500
NO_DUTY = Refused("no-duty", "links are kept by administration and security")


def pause_link(node: Node, acting: Acting, member: Member, reason: str) -> Refused | None:
    """Nothing is sent to this partner over the link or fetched from it until it is resumed."""
    with node.lock:
        refused = check_keeper(node, acting, member)
        if refused is not None:
            return refused
        words = reason.strip()
        if not words or len(words) > REASON_MAX_CHARS:
            return Refused("no-reason", f"say why, in at most {REASON_MAX_CHARS} characters")
        if member in node.links.paused:
            return Refused("paused-before", f"the link to {member} is paused already")
        work = node.work(acting.person, acting.post)
        work.add(LinkPaused, payloads=(encode_canonical(words),), member=member)
        work.commit()
        node.switch_link(member, is_open=False)
        return None


def resume_link(node: Node, acting: Acting, member: Member) -> Refused | None:
    """Serve the partner again, from where it stands."""
    with node.lock:
        refused = check_keeper(node, acting, member)
        if refused is not None:
            return refused
        if member not in node.links.paused:
            return Refused("not-paused", f"the link to {member} is not paused")
        work = node.work(acting.person, acting.post)
        work.add(LinkResumed, member=member)
        work.commit()
        node.switch_link(member, is_open=True)
        return None


def check_keeper(node: Node, acting: Acting, member: Member) -> Refused | None:
    """Whether this person keeps links, and there is such a partner; None where both hold."""
    if LINK_DUTIES.isdisjoint(acting.duties):
        return NO_DUTY
    if member == node.member or member not in node.directory.members:
        return Refused("unknown-member", "no member by that name")
    return None
