# SPDX-License-Identifier: Apache-2.0
"""A restored node goes on only where that rewrites nothing (A2): whoever cosigned its anchors is asked what it saw last.

1. What was restored has to verify whole.
2. Each partner's witness is asked. One that saw more of the anchor log than stands here has seen what this backup lacks: the
   node then stays shut, for going on would make a second history.
3. Partners that don't answer are named, and accepted by name only.
4. A partner can't say what it saw of a log without an anchor: it counts as one that doesn't answer.
5. Before the accepted node opens its door it takes in what partners recalled meanwhile: see ``tearline.catch_up``.
6. The first entry that the node writes of its own says all of this.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec

from tearline.assembly import open_node
from tearline.backup import MARK, Mark, read_mark
from tearline.core.errors import IntegrityError, UsageError
from tearline.node.journal import replace_file


class Standing(msgspec.Struct, frozen=True):
    """Where a restored node stands: ``size`` ticks of its anchor log, and what each partner saw (None: no answer)."""

    size: int
    sound: bool
    seen: dict[str, int | None]

    @property
    def ahead(self) -> tuple[str, ...]:
        """Partners that saw more than stands here."""
        return tuple(m for m, size in self.seen.items() if size is not None and size > self.size)

    @property
    def silent(self) -> tuple[str, ...]:
        """Partners that did not answer."""
        return tuple(m for m, size in self.seen.items() if size is None)


def check_standing(folder: Path) -> Standing:
    """Verify the folder and ask every partner. Nothing is sent but the anchor log's own checkpoint."""
    return asyncio.run(_check(folder))


def check_sound(folder: Path) -> bool:
    """Whether what was restored verifies whole; nothing is asked of anybody."""
    node = open_node(folder)
    try:
        return node.verify().sound
    finally:
        node.close()


async def _check(folder: Path) -> Standing:
    node = open_node(folder)
    try:
        sound = (await asyncio.to_thread(node.verify)).sound
        seen = await node.ask_seen() if node.anchors.size() else dict.fromkeys(node.pullers)
        return Standing(node.anchors.size(), sound, {str(m): size for m, size in seen.items()})
    finally:
        await node.stop()


def accept(folder: Path, without: frozenset[str] = frozenset()) -> Standing:
    """Let a restored folder be served; ``IntegrityError`` or ``UsageError`` says why it must not be."""
    mark = read_mark(folder)
    if mark is None:
        raise UsageError(
            "not-restored", f"{folder} was not restored from a backup", "There is nothing to accept."
        )
    standing = check_standing(folder)
    if not standing.sound:
        raise IntegrityError(
            "unsound", "what was restored does not hold", f"Look with: tearline verify {folder}"
        )
    if standing.ahead:
        advice = "Restore a newer backup. Going on from here would make a second history."
        raise IntegrityError(
            "behind", f"{', '.join(standing.ahead)} cosigned more than this backup holds", advice
        )
    missing = sorted(set(standing.silent) - without)
    if missing:
        advice = f"Try again when they answer, or answer for it: --without {','.join(missing)}"
        raise UsageError("silent", f"{', '.join(missing)} did not say what they saw last", advice)
    accepted = Mark(mark.member, mark.made, accepted=True, silent=standing.silent)
    replace_file(folder / MARK, msgspec.json.encode(accepted))
    return standing
