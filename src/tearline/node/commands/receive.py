# SPDX-License-Identifier: Apache-2.0
"""Take in a partner's stream: the Inbox port. Nothing from a peer is trusted before it is proved (DESIGN 11).

Steps of ``accept``: 1. the lane is not stopped, and an agreement stands. 2. the run extends what is held, under the peer's
signature. 3. every payload is the one its leaf commits to. 4. each entry is decided (core.exchange.decide_arrival). 5. in one
commit: the run (without what is not ours to hold), who is told of its recalls, alarms, and dispositions into our own stream.
6. what is recalled is purged where that goes at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import UNSET

from tearline.core.canon import encode_canonical
from tearline.core.errors import IntegrityError, MalformedError, TearlineError
from tearline.core.exchange import (
    DISPOSITION,
    Arrival,
    Body,
    Disposition,
    Ending,
    Held,
    Item,
    Recall,
    Receiver,
    Run,
    Standing,
    check_commitment,
    check_run,
    decide_arrival,
)
from tearline.core.ids import LANES, Member, ProductId
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
from tearline.node.commands.adopt import follow_windows
from tearline.node.commands.again import send_again
from tearline.node.commands.lives import announce_incarnation, give_back, take_announcement
from tearline.node.commands.standing import note_ahead
from tearline.node.commands.withdraw import add_honours, finish_withdrawals
from tearline.node.journal import (
    AlarmRaised,
    JournalStoppedError,
    NoticeSent,
    StreamReceived,
    StreamStopped,
    encode_payload,
    name_origin,
)
from tearline.node.node import NO_POST, THE_NODE, Node, Work
from tearline.node.views.custody import withdrawal_of

AGAIN_MAX = 1_000  # a carrier that strips everything does not fill the journal for ever
REFUSALS_ALARM = 5
"""So many refusals of one lane in a row are no accident of a carrier: somebody is to look."""


class NodeInbox:
    """The node as its mailbox sees it; one for all partners. Thread-safe. Starting, it finishes what a crash interrupted.

    ``find_note``: the newest note of an anchor log, by its origin, that this node cosigned; "" where there is none.
    """

    def __init__(self, node: Node, find_note: Callable[[str], str] = lambda _origin: "") -> None:
        self._node = node
        self._find_note = find_note
        self._refusals: dict[tuple[Member, str], int] = {}
        self._doubted: dict[tuple[Member, str], int] = {}  # a lane in doubt is asked for again from this size
        # Partners that asked since the start: whether they hold more than there is.
        self.asked: dict[Member, bool] = {}
        with node.lock:
            finish_withdrawals(node)

    def held(self, peer: Member) -> dict[str, Held]:
        """For each lane of peer→us: how many leaves are durable here, cosigned with the receipt key."""
        node = self._node
        with node.lock:
            return {
                lane: Held(self._doubted[peer, lane])
                if (peer, lane) in self._doubted
                else _hold(node, peer, lane)
                for lane in LANES
            }

    def accept(self, peer: Member, lane: str, start: int, items: Sequence[Item], checkpoint: str) -> int:
        """Check and journal a run; the new durable size. On a failure nothing is taken, and proof of a split view is kept."""
        node = self._node
        with node.lock:
            if (peer, lane) in node.streams.stopped:
                raise IntegrityError("lane-stopped", "this lane is stopped until a person decides")
            _check_lane(node, peer, lane)
            follow_windows(node)
            try:
                size = _accept(node, peer, lane, start=start, items=items, note=checkpoint)
            except JournalStoppedError:
                raise
            except TearlineError as error:
                self._refuse(peer, lane, error, checkpoint)
                raise
            self._settle_doubt(peer, lane, start + len(items))
            return size

    def _refuse(self, peer: Member, lane: str, error: TearlineError, checkpoint: str) -> None:
        if error.code == "split-view":
            _stop_lane(self._node, peer, lane, error, checkpoint)
            return
        if error.code == "other-root":
            self._doubted[peer, lane] = 0
        count = self._refusals[peer, lane] = self._refusals.get((peer, lane), 0) + 1
        if count == REFUSALS_ALARM:
            work = self._node.work(THE_NODE, NO_POST)
            detail = f"{peer} {lane}: {error.code}"
            work.add(AlarmRaised, code="lane-refused", person=THE_NODE, product="", detail=detail)
            work.commit()

    def _settle_doubt(self, peer: Member, lane: str, end: int) -> None:
        self._refusals.pop((peer, lane), None)
        doubted = self._doubted.get((peer, lane))
        if doubted is None or end <= doubted:
            return
        self._doubted[peer, lane] = end
        if end >= self._node.streams.incoming(peer, lane).size:
            del self._doubted[peer, lane]

    def acknowledge(self, peer: Member, held: dict[str, Held], incarnation: int = 1) -> None:
        """What ``peer`` says is durable there of one life of ours.

        A smaller size than before is ignored. A claim of more than there is, of a life that never was, or a cosignature on
        another lane than ours is an alarm: nothing more is handed over for that partner until it has been looked into.
        """
        node = self._node
        with node.lock:
            if peer not in node.directory.members:
                return  # it left while it was asking
            if incarnation < node.streams.incarnation:
                return
            claims = {lane: claim for lane, claim in held.items() if lane in LANES}
            more = incarnation > node.streams.incarnation or any(
                claim.size > node.streams.out(peer, lane).lane.size for lane, claim in claims.items()
            )
            good = {lane: _acknowledge(node, peer, lane, claim) for lane, claim in claims.items()}
            other = not all(good.values())
            self.asked[peer] = more or other or self.asked.get(peer, False)
            if more or other:
                note_ahead(node, peer)
            elif peer in node.ahead:
                node.ahead.discard(peer)
                node.hand_over(peer)

    def incarnation(self, peer: Member) -> int:
        """The life of the partner that is followed here."""
        with self._node.lock:
            return self._node.streams.incarnation_of(peer)

    def announce(self, peer: Member, incarnation: int) -> str:
        """The note that our present life began, for a partner that follows a former one; else empty."""
        with self._node.lock:
            return announce_incarnation(self._node, peer, incarnation)

    def begin(self, peer: Member, note: str) -> None:
        """A partner announces its next life: its lanes begin anew here. Raises where that is not to be believed."""
        node = self._node
        with node.lock:
            if not take_announcement(node, peer, note):
                return
            for lane in LANES:
                node.cosigned.pop((peer, lane), None)
                self._doubted.pop((peer, lane), None)
                self._refusals.pop((peer, lane), None)

    def standing(self, peer: Member) -> Standing:
        """What is held here of the partner's own history, with the notes that it signed."""
        streams, record = self._node.streams, self._node.directory.members[peer]
        with self._node.lock:
            notes = tuple(
                streams.checkpoints[peer, lane] for lane in LANES if (peer, lane) in streams.checkpoints
            )
            incarnation = streams.incarnation_of(peer)
            anchor = self._find_note(name_origin(f"{peer}/{record.node}/anchor", incarnation))
            return Standing(incarnation, streams.list_held(peer), notes, anchor)

    def give_back(self, peer: Member, incarnation: int, lane: str, start: int) -> Run | None:
        """A run of the partner's own stream as it is held here; None where nothing is held from there on."""
        return give_back(self._node, peer, incarnation, lane, start)


def _hold(node: Node, peer: Member, lane: str) -> Held:
    incoming = node.streams.incoming(peer, lane)
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


def _check_lane(node: Node, peer: Member, lane: str) -> None:
    if lane not in LANES or peer not in node.directory.members or peer == node.member:
        raise IntegrityError("unknown-lane", "no such lane from this peer")
    if node.agreement_with(peer) is None:
        raise IntegrityError("no-agreement", f"no agreement in force with {peer}: no stream")


def _accept(node: Node, peer: Member, lane: str, *, start: int, items: Sequence[Item], note: str) -> int:
    incoming = node.streams.incoming(peer, lane)
    fresh = check_run(incoming, start, items, note, lambda raw, origin: _verify(node, peer, raw, origin))
    if not fresh.items:
        return incoming.size
    leaves = _read_leaves(fresh.items)
    bound = [check_commitment(item) for item in fresh.items]
    arrivals = _decide(node, peer, lane, fresh.items)
    node.flush_access()  # who read what is lost is told below
    work = node.work(THE_NODE, NO_POST)
    kept = [_keep(*one) for one in zip(fresh.items, arrivals, bound, strict=True)]
    work.add(
        StreamReceived,
        payloads=tuple(payload for payload, _ in kept),
        bodies=tuple(body for _, body in kept),
        member=peer,
        lane=lane,
        start=fresh.start,
        leaves=leaves,
        codes=tuple(a.code for a in arrivals),
        checkpoint=note,
    )
    _add_follow_up(work, peer, lane, start=fresh.start, arrivals=arrivals)
    _add_again(work, peer, arrivals)
    _add_unsent(work, peer, arrivals)
    work.commit()
    if any(a.code == "recalled" for a in arrivals):
        finish_withdrawals(node)
    return incoming.size


def _read_leaves(items: Sequence[Item]) -> tuple[str, ...]:
    try:
        return tuple(item.leaf.decode() for item in items)
    except UnicodeDecodeError as error:
        raise MalformedError("leaf-unreadable", "this peer signed a leaf that is no text") from error


def _verify(node: Node, peer: Member, raw: str, origin: str) -> Checkpoint:
    record = node.directory.members[peer]
    verifier = make_verifier(f"{peer}/{record.node}/stream", record.stream_key)
    checkpoint = parse_checkpoint(verify_note(raw, [verifier]))
    if checkpoint.origin != origin:
        raise IntegrityError("other-origin", "a checkpoint of another lane")
    return checkpoint


def _decide(node: Node, peer: Member, lane: str, items: Sequence[Item]) -> list[Arrival]:
    own = node.member_classes[node.member]
    newest = dict(node.streams.newest.get(peer, {}))
    receiver = Receiver(
        peer=peer,
        book=node.book,
        packs=node.packs,
        sees=lambda label: node.sights.sees_label(own, label),
        newest=newest,
        sent={lane: node.streams.out(peer, lane).lane.size for lane in LANES},
        released=lambda product: (
            node.streams.is_recovering(peer) or peer in node.releases.sent.get(product, {})
        ),
        incarnation=node.streams.incarnation,
    )
    arrivals = []
    for item in items:
        arrival = decide_arrival(item, lane, receiver)
        if arrival.leaf is not None and arrival.code in {"accepted", "recalled"}:
            newest[ProductId(arrival.leaf.product)] = arrival.leaf.revision
        arrivals.append(arrival)
    return arrivals


def _keep(item: Item, arrival: Arrival, bound: bool) -> tuple[bytes, Body | None]:
    """The payload that is kept of an entry, and what it brings, which was decoded from these very bytes."""
    kind = arrival.leaf.kind if arrival.leaf else "sealed"
    kept = arrival.code.startswith(("accepted", "recalled", "noted", "quarantined"))
    if not kept or not bound or item.body is None:
        # Not ours to hold, withdrawn meanwhile, or vouched for by nobody: it never reaches the disk.
        return encode_payload(kind, b"", b""), None
    if arrival.fault:
        return encode_payload(kind, b"", encode_canonical(arrival.body)), arrival.body  # opens no commitment
    return encode_payload(kind, item.salt, item.body), arrival.body


def _add_follow_up(work: Work, peer: Member, lane: str, *, start: int, arrivals: list[Arrival]) -> None:
    """Entries of the same commit: who is told of recalls, one alarm for each code, and the answer to the peer."""
    for arrival in arrivals:
        if isinstance(arrival.body, Recall) and arrival.leaf is not None:
            add_honours(work, withdrawal_of(peer, arrival.body, arrival.leaf.revision))
    faults: dict[str, list[int]] = {}
    for n, arrival in enumerate(arrivals):
        fault = arrival.fault or arrival.code
        if fault.startswith(("quarantined", "refused")):
            faults.setdefault(fault, []).append(start + n)
    for fault, found in faults.items():
        more = f" and {len(found) - 1} more" if found[1:] else ""
        detail = f"{peer} {lane} {found[0]}{more}"
        work.add(AlarmRaised, code=fault, person=THE_NODE, product="", detail=detail)
    if any(a.code != "noted" for a in arrivals):
        incarnation = work.node.streams.incarnation_of(peer)
        codes = tuple(a.code for a in arrivals)
        answer = Disposition(lane, start, codes, incarnation=incarnation if incarnation > 1 else UNSET)
        work.send(NoticeSent, peer, lane, DISPOSITION, answer)


def _add_again(work: Work, peer: Member, arrivals: list[Arrival]) -> None:
    """What arrived without its payload, though nothing superseded it here, was robbed of it on the way: it goes again."""
    streams = work.node.streams
    for answer in (a.body for a in arrivals if isinstance(a.body, Disposition)):
        out = streams.find_out(peer, answer.incarnation or 1, answer.lane)
        for position, code in enumerate(answer.codes, answer.start):
            if code == "superseded" and position < out.lane.size and position not in out.dropped:
                if streams.again.get(peer, 0) < AGAIN_MAX:
                    send_again(work, peer, answer.lane, out.items[position])
                else:
                    detail = f"{peer} {answer.lane} {position}"
                    work.add(AlarmRaised, code="payload-lost", person=THE_NODE, product="", detail=detail)
                streams.again[peer] = streams.again.get(peer, 0) + 1


def _add_unsent(work: Work, peer: Member, arrivals: list[Arrival]) -> None:
    """A partner says where it left our former lives: what it lacks of them goes again, in this one (N2)."""
    for ending in (a.body for a in arrivals if isinstance(a.body, Ending)):
        for lane, item in work.node.streams.list_unsent(peer, ending):
            send_again(work, peer, lane, item)


def _stop_lane(node: Node, peer: Member, lane: str, error: TearlineError, checkpoint: str) -> None:
    work = node.work(THE_NODE, NO_POST)
    evidence = (error.code, checkpoint, node.streams.checkpoints.get((peer, lane), ""))
    work.add(StreamStopped, payloads=(encode_canonical(evidence),), member=peer, lane=lane, code=error.code)
    work.commit()


def _acknowledge(node: Node, peer: Member, lane: str, claim: Held) -> bool:
    """Take over what is cosigned; False where the partner cosigned another lane. A key that is not known proves nothing."""
    out = node.streams.out(peer, lane)
    if not claim.cosignature or not out.acknowledged < claim.size <= out.lane.size:
        return True
    record = node.directory.members[peer]
    verifier = make_cosignature_verifier(f"{peer}/{record.node}/receipt", record.receipt_key)
    text = print_checkpoint(out.lane.checkpoint(claim.size))
    try:
        good = verify_signatures(text, parse_signatures(claim.cosignature), [verifier])
    except TearlineError as error:
        return error.code != "note-signature"
    if good:
        out.acknowledged = claim.size
        out.acknowledged_at = node.clock.now()
        out.cosignature = claim.cosignature
    return True
