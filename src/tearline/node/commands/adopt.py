# SPDX-License-Identifier: Apache-2.0
"""Adopt a policy pack that was tried: one journal entry, from which on everything here is decided by it (DESIGN 10).

In the same commit, so that a crash leaves the whole of it or nothing:
1. the pack itself, beside the entry. 2. what members lose is recalled, with the remaining text whole, in FLASH; what they may
have more waits on the desk. 3. readers here who lose what they were shown are told by reference. 4. what partners sent under
these policies before we had them is taken out of quarantine.

What takes effect is what was shown: the pack is named by its digest, the answer by the check that its administrator types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec
from msgspec import UNSET

from tearline.core.errors import UsageError
from tearline.core.exchange import DISPOSITION, Disposition, Item, Receiver, decide_arrival
from tearline.core.ids import LANES, Member, ProductId
from tearline.core.labels import book_as_of, make_pack_zip
from tearline.node.books import Gains, encode_gains
from tearline.node.commands.acting import Acting, Reason, Refused
from tearline.node.commands.amend import find_own_product
from tearline.node.commands.policies import (
    Candidate,
    WouldChange,
    accept_candidate,
    report,
    say_loss,
)
from tearline.node.commands.release import find_loss, recall_share, sent_share
from tearline.node.commands.trial import Trial
from tearline.node.journal import (
    NoticeSent,
    PolicyAdopted,
    QuarantineOpened,
    ReadersTold,
    StreamReceived,
    WindowsTurned,
    decode_entry,
    decode_payload,
)
from tearline.node.node import NO_POST, THE_NODE, Node, Work

LOSS_REASONS = {"codeword": "lost-codeword", "level": "lost-level", "label": "lost-label"}
POLICY = "policy"
"""The purpose of these recalls in the disclosure register."""


class Redecided(msgspec.Struct, frozen=True):
    """What followed from another decision. Counted by product and member; ``opened``: what came out of quarantine."""

    recalled: int
    proposed: int
    opened: int


class AdoptPack(msgspec.Struct, frozen=True):
    """The digest of the pack that was tried, the check of the answer as typed, and whether its losses are accepted."""

    pack: str
    check: str
    accept_losses: bool = False


class PackAdopted(msgspec.Struct, frozen=True):
    """What is in force now. Counted by product and member; ``opened``: what came out of quarantine."""

    pack: str
    policies: str
    recalled: int
    proposed: int
    opened: int


def adopt_pack(
    node: Node, acting: Acting, files: Mapping[str, bytes], asked: AdoptPack
) -> PackAdopted | Refused:
    """Put the pack in force, if it is the one that was tried and would still change what was shown."""
    if "administration" not in acting.duties:
        return Refused("no-authority", "a policy pack is adopted by an administrator")
    with node.lock:
        candidate = accept_candidate(node, files)
        if isinstance(candidate, Refused):
            return candidate
        if candidate.pack != asked.pack:
            return Refused("other-pack", "this is not the pack that was tried")
        trial = Trial(node, candidate.book)
        answer = report(trial, candidate, acting)
        refused = _refuse(answer, asked)
        if refused is not None:
            return refused
        lost = tuple(map(say_loss, answer.losses))
        return _adopt(node.work(acting.person, acting.post), trial, candidate, files, lost)


def record_first_pack(node: Node, files: Mapping[str, bytes]) -> None:
    """Put on record which pack a node was founded with: from then on nothing but its journal says what is in force."""
    with node.lock:
        candidate = accept_candidate(node, files)
        if isinstance(candidate, Refused):
            raise UsageError(candidate.code, candidate.words, "Correct the pack that this node is given.")
        work = node.work(THE_NODE, NO_POST)
        _add_entry(work, candidate, files, ())
        work.commit()


def _refuse(answer: WouldChange, asked: AdoptPack) -> Refused | None:
    if answer.obstacles:
        return Refused(answer.obstacles[0].code, "; ".join(o.words for o in answer.obstacles))
    if asked.check.strip().upper() != answer.check:
        return Refused(
            "other-answer", "the pack would change something else by now, or the check is mistyped"
        )
    if answer.losses and not asked.accept_losses:
        return Refused("losses", "; ".join(map(say_loss, answer.losses)), reasons=_name_losses(answer))
    return None


def _name_losses(answer: WouldChange) -> tuple[Reason, ...]:
    """Each loss as a reason, for words in other languages."""
    named = []
    for loss in answer.losses:
        who = loss.person or loss.member
        values = (loss.value, str(loss.wordings)) if loss.code == "label" else (who, loss.value)
        named.append(Reason(LOSS_REASONS[loss.code], say_loss(loss), values))
    return tuple(named)


def follow_windows(node: Node) -> bool:
    """Decide everything as of now where a window of the policies has opened or shut since they were decided.

    The timer asks for it, and whoever is about to read, write or receive anything. One entry for however many windows turned
    meanwhile, while the node was down for instance.
    """
    with node.lock:
        if not node.windows_turned():
            return False
        work = node.work(THE_NODE, NO_POST)
        book = book_as_of(node.book, work.dtg)
        put_in_force(work, Trial(node, book), lambda gains: _add_turn(work, gains), purpose=POLICY)
        return True


def _add_turn(work: Work, gains: Gains) -> None:
    work.add(WindowsTurned, payloads=(encode_gains(gains),))


def _adopt(
    work: Work, trial: Trial, candidate: Candidate, files: Mapping[str, bytes], lost: tuple[str, ...]
) -> PackAdopted:
    def add(gains: Gains) -> None:
        _add_entry(work, candidate, files, gains, lost)

    made = put_in_force(work, trial, add, purpose=POLICY)
    name = candidate.book.digest()[:16]
    return PackAdopted(candidate.pack, name, made.recalled, made.proposed, made.opened)


def put_in_force(work: Work, trial: Trial, add_entry: Callable[[Gains], None], *, purpose: str) -> Redecided:
    """The entry, and all that follows from it, in one commit. ``purpose``: of the recalls, in the disclosure register."""
    work.node.flush_access()  # who was shown what is lost is told below
    changes = [(member, change) for member in trial.partners for change in trial.list_member(member)]
    gains: dict[ProductId, tuple[Member, ...]] = {}
    for member, change in changes:
        if change.gained:
            product = change.holding.envelope.product
            gains[product] = (*gains.get(product, ()), member)
    add_entry(tuple(gains.items()))
    recalled = 0
    for member, change in changes:
        own = find_own_product(work.node, change.holding.key) if change.lost else None
        if own is not None:
            before = sent_share(work.node, work.node.releases.sent[own.envelope.product][member])
            left = trial.cut(member, change.holding)
            recall_share(work, own, member, find_loss(change.lost, before, left), left, purpose=purpose)
            recalled += 1
    _tell_readers(work, trial)
    opened = _open_quarantine(work, trial)
    work.commit()
    return Redecided(recalled, sum(map(len, gains.values())), opened)


def _add_entry(
    work: Work, candidate: Candidate, files: Mapping[str, bytes], gains: Gains, lost: tuple[str, ...] = ()
) -> None:
    work.add(
        PolicyAdopted,
        payloads=(make_pack_zip(files), encode_gains(gains)),
        adopted=candidate.book.digest()[:16],
        files=candidate.pack,
        given_up=lost or UNSET,
    )


def _tell_readers(work: Work, trial: Trial) -> None:
    """Who was shown a portion and is not any more hears of it by reference, as when its originator withdraws it."""
    node = work.node
    for clearing in trial.list_clearings():
        for change in trial.list_people(clearing):
            envelope = node.catalogue.holdings[change.key].envelope
            for shown, persons in node.custody.readers_of(change.key, change.lost).items():
                told = tuple(person for person in persons if person in clearing.persons)
                if told:
                    work.add(
                        ReadersTold,
                        member=envelope.originator,
                        product=envelope.product,
                        reference=envelope.reference,
                        portions=shown,
                        persons=told,
                        posts=(),
                    )


class _Sealed(msgspec.Struct, frozen=True, order=True):
    """Something in quarantine: where its payload lies, and where it stood in its lane."""

    target: tuple[int, int]
    member: Member
    lane: str
    position: int
    leaf: str


def _open_quarantine(work: Work, trial: Trial) -> int:
    """Decide again what lies sealed, oldest first; what is acceptable now is taken over, and its originator is told."""
    opened: dict[tuple[Member, str], list[_Sealed]] = {}
    for peer, rows in _list_sealed(work.node).items():
        if peer not in trial.directory.members:
            continue  # nobody to answer: it stays sealed
        receiver = _receiver(work.node, peer, trial)
        newest = dict(receiver.newest)
        receiver = msgspec.structs.replace(receiver, newest=newest)
        for row in rows:
            raw = work.node.payload(*row.target)
            payload = decode_payload(raw or b"")
            item = Item(row.leaf.encode(), payload.salt, payload.body)
            arrival = decide_arrival(item, row.lane, receiver)
            if arrival.code == "accepted" and arrival.leaf is not None:
                newest[ProductId(arrival.leaf.product)] = arrival.leaf.revision
                opened.setdefault((peer, row.lane), []).append(row)
    for (peer, lane), rows in opened.items():
        _take_over(work, peer, lane, rows)
    return sum(map(len, opened.values()))


def _list_sealed(node: Node) -> dict[Member, list[_Sealed]]:
    found: dict[Member, list[_Sealed]] = {}
    for position, n in sorted({t for targets in node.catalogue.sealed.values() for t in targets}):
        entry = decode_entry(node.journal.records(position, 1)[0].entry)
        if isinstance(entry, StreamReceived) and node.payload(position, n) is not None:
            row = _Sealed((position, n), entry.member, entry.lane, entry.start + n, entry.leaves[n])
            found.setdefault(entry.member, []).append(row)
    return found


def _receiver(node: Node, peer: Member, trial: Trial) -> Receiver:
    return Receiver(
        peer=peer,
        book=trial.book,
        packs={*node.packs, trial.book.digest()},
        sees=trial.own_sees(),
        newest=node.streams.newest.get(peer, {}),
        sent={lane: node.streams.out(peer, lane).lane.size for lane in LANES},
        released=lambda product: peer in node.releases.sent.get(product, {}),
        incarnation=node.streams.incarnation,
    )


def _take_over(work: Work, peer: Member, lane: str, rows: list[_Sealed]) -> None:
    work.add(
        QuarantineOpened,
        member=peer,
        lane=lane,
        positions=tuple(row.position for row in rows),
        targets=tuple(row.target for row in rows),
        leaves=tuple(row.leaf for row in rows),
    )
    lives: dict[int, list[int]] = {}
    for row in rows:
        lives.setdefault(work.node.streams.incarnation_at(peer, row.target[0]), []).append(row.position)
    for life, positions in lives.items():
        for start, codes in _join_runs(positions):
            answer = Disposition(lane, start, codes, incarnation=life if life > 1 else UNSET)
            work.send(NoticeSent, peer, lane, DISPOSITION, answer)


def _join_runs(positions: list[int]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Neighbours in one answer: (where it begins, a code for each)."""
    start = count = 0
    for position in sorted(positions):
        if count and position == start + count:
            count += 1
            continue
        if count:
            yield start, ("accepted",) * count
        start, count = position, 1
    if count:
        yield start, ("accepted",) * count
