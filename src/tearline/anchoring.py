# SPDX-License-Identifier: Apache-2.0
"""Anchors of a running node, both ways: partners are asked to vouch for ours, and we vouch for theirs (A2).

A partner's anchor log is followed in the life that its stream is followed in: the log of an announced life is cosigned from
nothing, and the last that was seen of the one before stays as evidence. A former log is cosigned no more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence

from tearline.core.errors import TearlineError
from tearline.core.ids import Member
from tearline.core.log import (
    Verifier,
    make_cosignature_verifier,
    make_verifier,
    parse_checkpoint,
    parse_note,
)
from tearline.node.commands import NodeInbox
from tearline.node.journal import AnchorLog, Witness, WitnessRefusalError, read_origin
from tearline.node.trust import Directory

TRIES = 3
CONTRADICTED = {"there-witness-rollback", "there-witness-fork", "there-witness-proof"}


Ask = Callable[[Member, int, tuple[bytes, ...], str], Awaitable[tuple[int, str]]]
"""(partner, old size, consistency proof, checkpoint) to (size held there, cosignature; "" where the old size is another)."""


class Anchoring:
    """See the module. ``witness`` has to find its keys by ``find_keys``."""

    def __init__(self, anchors: AnchorLog, directory: Callable[[], Directory], inbox: NodeInbox) -> None:
        self._anchors, self._directory, self._inbox = anchors, directory, inbox
        self._seen: dict[Member, int] = {}
        self.contradicted: set[Member] = set()
        """Partners that saw more of our anchor log than there is, or another one."""

    # --- ours ---

    async def ask_all(self, partners: Iterable[Member], ask: Ask) -> None:
        """Every reachable partner's cosignature on the newest anchor."""
        if self._anchors.size():
            asked = [self._ask(peer, ask) for peer in partners]
            await asyncio.gather(*asked, return_exceptions=True)

    async def _ask(self, peer: Member, ask: Ask) -> None:
        try:
            await self._ask_until_settled(peer, ask)
        except TearlineError as error:
            if error.code in CONTRADICTED:
                self.contradicted.add(peer)
            raise
        self.contradicted.discard(peer)

    async def _ask_until_settled(self, peer: Member, ask: Ask) -> None:
        note = await asyncio.to_thread(self._anchors.checkpoint)
        size = parse_checkpoint(parse_note(note).text).size
        for _ in range(TRIES):
            old = self._seen.get(peer, 0)
            proof = await asyncio.to_thread(self._anchors.consistency, old, size) if 0 < old < size else []
            self._seen[peer], cosignature = await ask(peer, old, tuple(proof), note)
            if cosignature:
                await asyncio.to_thread(self._keep, peer, cosignature, size)
                return

    def _keep(self, peer: Member, line: str, size: int) -> None:
        record = self._directory().members[peer]
        verifier = make_cosignature_verifier(f"{peer}/{record.node}/witness", record.witness_key)
        self._anchors.cosigned(line, size=size, witness=verifier)

    # --- partners' ---

    def find_keys(self, origin: str) -> Sequence[Verifier]:
        """The key that may sign an anchor log: of a partner, in the life that we follow."""
        base, incarnation = read_origin(origin)
        member = Member(base.partition("/")[0])
        record = self._directory().members.get(member)
        if record is None or base != f"{member}/{record.node}/anchor":
            return ()
        if incarnation != self._inbox.incarnation(member):
            return ()
        return (make_verifier(base, record.anchor_key),)

    def cosign(
        self, witness: Witness, peer: Member, old: int, proof: tuple[bytes, ...], note: str
    ) -> tuple[int, str]:
        """The answer to a partner that asks for a cosignature on its own anchor log."""
        claimed = parse_checkpoint(parse_note(note).text)
        if not claimed.origin.startswith(f"{peer}/"):
            raise WitnessRefusalError("witness-unknown-log", "a partner asks for its own anchor only")
        try:
            return claimed.size, witness.witness(note, old_size=old, proof=proof)
        except WitnessRefusalError as refusal:
            if refusal.code == "witness-conflict":
                return refusal.size, ""
            raise
