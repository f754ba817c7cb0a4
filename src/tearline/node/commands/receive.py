# SPDX-License-Identifier: Apache-2.0
"""Take in a partner's stream: the Inbox port. Nothing from a peer is trusted before it is proved (DESIGN 11).

Steps of ``accept``: 1. the lane is not stopped, and an agreement stands. 2. the run extends what is held, under the peer's
signature. 3. every payload is the one its leaf commits to. 4. each entry is decided (core.exchange.decide_arrival). 5. the
run is journalled whole: durable before anything else happens. 6. what exceeds the clearance is purged; recalls are honoured
(access has ended with step 5); dispositions go back in our own stream.
"""

from __future__ import annotations

from collections.abc import Sequence

from tearline.core.canon import encode_canonical
from tearline.core.errors import IntegrityError, LimitError, TearlineError
from tearline.core.exchange import (
    DISPOSITION,
    Arrival,
    Disposition,
    Held,
    Item,
    Receiver,
    check_commitment,
    check_run,
    decide_arrival,
    open_leaf,
)
from tearline.core.ids import LANES, Member, Post, ProductId
from tearline.core.labels import Label
from tearline.core.instants import SECOND
from tearline.core.log import (
    Checkpoint,
    cosign,
    make_cosignature_verifier,
    make_cosigner,
    make_verifier,
    parse_checkpoint,
    parse_signatures,
    print_checkpoint,
    verify_note,
    verify_signatures,
)
from tearline.node.commands.withdraw import honour_recalls
from tearline.node.journal.entries import (
    AlarmRaised,
    NoticeSent,
    StreamReceived,
    StreamStopped,
    encode_payload,
)
from tearline.node.node import THE_NODE, Node

STOPPING = {"split-view", "note-signature", "commitment", "checkpoint-size"}


class NodeInbox:
    """The node as its mailbox sees it; one for all partners. Thread-safe."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def held(self, peer: Member) -> dict[str, Held]:
        """For each lane of peer→us: how many leaves are durable here, cosigned with the receipt key."""
        node = self._node
        with node.lock:
            return {lane: _hold(node, peer, lane) for lane in LANES}

    def accept(self, peer: Member, lane: str, start: int, items: Sequence[Item], checkpoint: str) -> int:
        """Check and journal a run; the new durable size. On a failure nothing is taken, and the evidence is kept."""
        node = self._node
        with node.lock:
            if (peer, lane) in node.streams.stopped:
                raise IntegrityError("lane-stopped", "this lane is stopped until a person decides")
            try:
                return _accept(node, peer, lane, start=start, items=items, note=checkpoint)
            except (IntegrityError, LimitError) as error:
                _keep_evidence(node, peer, lane, error, checkpoint)
                raise

    def acknowledge(self, peer: Member, held: dict[str, Held]) -> None:
        """What ``peer`` says is durable there; a cosignature that doesn't match is ignored, and so is a smaller size."""
        node = self._node
        with node.lock:
            for lane, claim in held.items():
                if lane in LANES and claim.cosignature:
                    _acknowledge(node, peer, lane, claim)


def _hold(node: Node, peer: Member, lane: str) -> Held:
    incoming = node.streams.incoming(peer, lane, _node_of(node, peer))
    if not incoming.size:
        return Held(0)
    cached = node.cosigned.get((peer, lane))
    if cached is not None and cached.size == incoming.size:
        return cached
    key = node.keys.receipt
    signer = make_cosigner(key.name, key.public, key.sign)
    line = cosign(print_checkpoint(incoming.checkpoint()), signer, time_s=node.clock.now() // SECOND)
    node.cosigned[peer, lane] = Held(incoming.size, line)
    return node.cosigned[peer, lane]


def _node_of(node: Node, peer: Member) -> str:
    return node.directory.members[peer].node


def _accept(node: Node, peer: Member, lane: str, *, start: int, items: Sequence[Item], note: str) -> int:
    if lane not in LANES or peer not in node.directory.members or peer == node.member:
        raise IntegrityError("unknown-lane", "no such lane from this peer")
    if node.agreement_with(peer) is None:
        raise IntegrityError("no-agreement", f"no agreement in force with {peer}: no stream")
    incoming = node.streams.incoming(peer, lane, _node_of(node, peer))
    fresh = check_run(incoming, start, items, note, lambda raw, origin: _verify(node, peer, raw, origin))
    if not fresh.items:
        return incoming.size
    for item in fresh.items:
        _check_payload(item)
    arrivals = _decide(node, peer, lane, fresh.items)
    work = node.work(THE_NODE, Post(""))
    work.add(
        StreamReceived,
        payloads=tuple(_payload(item, arrival) for item, arrival in zip(fresh.items, arrivals, strict=True)),
        member=peer,
        lane=lane,
        start=fresh.start,
        leaves=tuple(item.leaf.decode() for item in fresh.items),
        codes=tuple(a.code for a in arrivals),
        checkpoint=note,
    )
    position = work.commit()
    _follow_up(node, peer, lane, position=position, start=fresh.start, arrivals=arrivals)
    return node.streams.incoming(peer, lane).size


def _verify(node: Node, peer: Member, raw: str, origin: str) -> Checkpoint:
    record = node.directory.members[peer]
    verifier = make_verifier(f"{peer}/{record.node}/stream", record.stream_key)
    checkpoint = parse_checkpoint(verify_note(raw, [verifier]))
    if checkpoint.origin != origin:
        raise IntegrityError("other-origin", "a checkpoint of another lane")
    return checkpoint


def _check_payload(item: Item) -> None:
    try:
        leaf = open_leaf(item)
    except TearlineError:
        return  # decided, and quarantined, below
    check_commitment(item, leaf)


def _decide(node: Node, peer: Member, lane: str, items: Sequence[Item]) -> list[Arrival]:
    own = node.member_classes[node.member]
    newest = dict(node.streams.newest.get(peer, {}))

    def sees(label: Label) -> bool:
        return node.sights.sees_label(own, label)

    arrivals = []
    for item in items:
        arrival = decide_arrival(item, lane, Receiver(peer, node.book, sees, newest))
        if arrival.leaf is not None and arrival.code in {"accepted", "recalled"}:
            newest[ProductId(arrival.leaf.product)] = arrival.leaf.revision
        arrivals.append(arrival)
    return arrivals


def _payload(item: Item, arrival: Arrival) -> bytes:
    kind = arrival.leaf.kind if arrival.leaf else "sealed"
    if arrival.code.startswith("refused") or item.body is None:
        return encode_payload(kind, b"", b"")  # what is not ours to hold never reaches the disk
    if arrival.code == "recalled" and (kept := encode_canonical(arrival.body)) != item.body:
        return encode_payload(kind, b"", kept)  # its text was refused: what is kept opens no commitment
    return encode_payload(kind, item.salt, item.body)


def _follow_up(
    node: Node, peer: Member, lane: str, *, position: int, start: int, arrivals: list[Arrival]
) -> None:
    recalls = [n for n, a in enumerate(arrivals) if a.code == "recalled"]
    if recalls:
        honour_recalls(node, peer, position, recalls)
    work = node.work(THE_NODE, Post(""))
    for n, arrival in enumerate(arrivals):
        if arrival.code.startswith(("quarantined", "refused")):
            work.add(
                AlarmRaised,
                code=arrival.code,
                person=THE_NODE,
                product="",
                detail=f"{peer} {lane} {start + n}",
            )
    if any(a.code != "noted" for a in arrivals):
        answer = Disposition(lane, start, tuple(a.code for a in arrivals))
        work.send(NoticeSent, peer, lane, DISPOSITION, answer)
    work.commit()


def _keep_evidence(node: Node, peer: Member, lane: str, error: TearlineError, checkpoint: str) -> None:
    if error.code not in STOPPING:
        return
    work = node.work(THE_NODE, Post(""))
    payload = encode_canonical(
        (error.code, checkpoint[:8_192], node.streams.checkpoints.get((peer, lane), ""))
    )
    work.add(StreamStopped, payloads=(payload,), member=peer, lane=lane, code=error.code)
    work.commit()


def _acknowledge(node: Node, peer: Member, lane: str, claim: Held) -> None:
    out = node.streams.out(peer, lane)
    root = out.roots.get(claim.size)
    if root is None or claim.size <= out.acknowledged:
        return
    record = node.directory.members[peer]
    verifier = make_cosignature_verifier(f"{peer}/{record.node}/receipt", record.receipt_key)
    text = print_checkpoint(Checkpoint(out.lane.origin, claim.size, root))
    try:
        good = verify_signatures(text, parse_signatures(claim.cosignature), [verifier])
    except TearlineError:
        good = []
    if good:
        out.acknowledged = claim.size
        out.cosignature = claim.cosignature
        for size in [s for s in out.roots if s < claim.size]:
            del out.roots[size]
