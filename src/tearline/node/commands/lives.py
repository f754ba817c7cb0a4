# SPDX-License-Identifier: Apache-2.0
"""A node's next life after a restore, at both ends (DESIGN 9).

At home: an authority begins it, which is the first entry under the new origins, and every partner is told, for itself alone. At
a partner: the announcement closes the former lanes for good, what came by them stays, and what is held of them is said in the
stream back. What the restored node had destroyed at the partner's word its backup may hold again: those recalls go once more
(D4). What the backup lacked comes back by ``commands.recover``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import msgspec

from tearline.core.canon import encode_canonical
from tearline.core.errors import IntegrityError, LimitError
from tearline.core.exchange import (
    ENDING,
    INCARNATION_MAX,
    Announcement,
    Ending,
    Item,
    Run,
    check_kept,
    parse_announcement,
    print_announcement,
)
from tearline.core.ids import FLASH, LANES, Member, Person
from tearline.core.instants import MINUTE, Instant
from tearline.core.log import make_signer, make_verifier, parse_note, sign_note, verify_note
from tearline.node.commands.again import recall_again
from tearline.node.journal import (
    AlarmRaised,
    IncarnationAnnounced,
    IncarnationBegan,
    NoticeSent,
    StreamReceived,
    StreamStopped,
    Testimony,
    decode_entry,
    decode_payload,
)
from tearline.node.node import NO_POST, THE_NODE, Node

_YEAR_2020 = Instant(1_577_836_800_000_000)
_ANOTHER = "Ask its administrators: two copies of that node may be running."


# --- at home ---


class Beginning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an authority answers for: the person, why, and what each partner had seen of the life before."""

    person: Person
    reason: str
    made: Instant
    answered: tuple[Testimony, ...]
    silent: tuple[Member, ...]


def choose_incarnation(before: int, answered: Sequence[Testimony], now: Instant) -> int:
    """Above every life that anybody knows, and at least the minute of the system clock, counted from 2020.

    A node may be restored twice from one backup, and of the life between only a silent partner may have heard, or a bundle on
    its way: so no number is used twice, and none after a higher one.
    """
    known = 1 + max([before, *(one.incarnation for one in answered)])
    found = max(known, (now - _YEAR_2020) // MINUTE)
    if found > INCARNATION_MAX:
        raise LimitError("too-many-lives", f"a node has no incarnation {found}", "Found it anew.")
    return found


def begin_incarnation(node: Node, beginning: Beginning, incarnation: int) -> None:
    """The first entry of a life; nothing else may be written between the restore and this."""
    with node.lock:
        before = node.streams.incarnation
        node.journal.renew(incarnation)
        work = node.work(beginning.person, NO_POST)
        work.add(
            IncarnationBegan,
            payloads=(encode_canonical(beginning.reason),),
            incarnation=incarnation,
            before=before,
            made=beginning.made,
            answered=beginning.answered,
            silent=beginning.silent,
        )
        work.commit()
        node.access.renew(incarnation)


def announce_incarnation(node: Node, peer: Member, known: int) -> str:
    """The signed note for a partner that follows the life ``known``; empty where that is the present one."""
    began = node.streams.began
    if began is None or known >= node.streams.incarnation:
        return ""
    announcement = Announcement(
        f"{node.member}/{node.settings.node}",
        peer,
        began.incarnation,
        began.before,
        began.at,
        began.dtg,
        node.streams.kept.get(peer, ()),
        node.streams.followed.get(peer, 1),
        {lane: size for lane in LANES if (size := node.streams.had.get((peer, lane), 0))},
    )
    keys = [make_signer(k.name, k.public, k.sign) for k in (node.keys.anchor, node.keys.stream)]
    return sign_note(print_announcement(announcement), *keys)


# --- at a partner ---


def take_announcement(node: Node, peer: Member, note: str) -> bool:
    """A partner goes on as another incarnation; whether that is new here. Raises where it is not to be believed.

    Steps: 1. an agreement stands. 2. both of its keys signed it, for us. 3. it is later than the life followed here. 4. what it
    still holds is the beginning of what we received. 5. in one commit: its lanes are closed, and we say what we hold of them.
    """
    with node.lock:
        announcement = _verify_announcement(node, peer, note)
        renewal = node.streams.renewals.get(peer)
        known = node.streams.incarnation_of(peer)
        if renewal is not None and parse_note(renewal.note).text == parse_note(note).text:
            return False
        if announcement.incarnation < known:
            raise IntegrityError("incarnation-over", f"{peer} is followed as incarnation {known} already")
        if announcement.incarnation == known:
            _stop(node, peer, LANES, "incarnation-conflict", (note, renewal.note if renewal else ""))
            raise IntegrityError("incarnation-conflict", f"{peer} began incarnation {known} twice", _ANOTHER)
        _check_history(node, peer, announcement, note)
        _follow(node, peer, announcement, note)
        return True


def _verify_announcement(node: Node, peer: Member, note: str) -> Announcement:
    record = node.directory.members.get(peer)
    if record is None or node.agreement_with(peer) is None:
        raise IntegrityError("no-agreement", f"no agreement in force with {peer}: no stream")
    name = f"{peer}/{record.node}"
    text = verify_note(note, [make_verifier(f"{name}/anchor", record.anchor_key)])
    verify_note(note, [make_verifier(f"{name}/stream", record.stream_key)])
    announcement = parse_announcement(text)
    if announcement.sender != name or announcement.receiver != node.member:
        raise IntegrityError("other-announcement", "this announcement is from or for somebody else")
    return announcement


def _check_history(node: Node, peer: Member, announcement: Announcement, note: str) -> None:
    streams = node.streams
    for kept in announcement.kept:
        try:
            check_kept(kept, streams.received_lane(peer, kept.incarnation, kept.lane))
        except IntegrityError as error:
            evidence = (note, streams.checkpoints.get((peer, kept.lane), ""))
            _stop(node, peer, (kept.lane,), error.code, evidence)
            raise


def _stop(node: Node, peer: Member, lanes: Sequence[str], code: str, evidence: tuple[str, str]) -> None:
    """Two histories: the lanes stop, both notes are kept, a person decides."""
    fresh = [lane for lane in lanes if (peer, lane) not in node.streams.stopped]
    work = node.work(THE_NODE, NO_POST)
    for lane in fresh:
        work.add(
            StreamStopped, payloads=(encode_canonical((code, *evidence)),), member=peer, lane=lane, code=code
        )
    work.commit()


def _follow(node: Node, peer: Member, announcement: Announcement, note: str) -> None:
    streams = node.streams
    kept = {(one.incarnation, one.lane): one.size for one in announcement.kept}
    known = streams.incarnation_of(peer)
    sizes = {lane: streams.incoming(peer, lane).size - kept.get((known, lane), 0) for lane in LANES}
    lacks = tuple((lane, count) for lane, count in sizes.items() if count > 0)
    work = node.work(THE_NODE, NO_POST)
    work.add(
        IncarnationAnnounced,
        member=peer,
        incarnation=announcement.incarnation,
        before=announcement.before,
        began_dtg=announcement.dtg,
        note=note,
        kept=tuple((life, lane, size) for (life, lane), size in kept.items()),
        lacks=lacks,
        forgot=_count_forgotten(node, peer, announcement),
    )
    detail = f"{peer} {announcement.incarnation}"
    work.add(AlarmRaised, code="partner-restored", person=THE_NODE, product="", detail=detail)
    work.send(NoticeSent, peer, FLASH, ENDING, Ending(announcement.incarnation, streams.list_held(peer)))
    for undone in node.releases.list_undone(peer, kept):
        recall_again(work, peer, undone)
    work.commit()


def _count_forgotten(node: Node, peer: Member, announcement: Announcement) -> tuple[tuple[str, int], ...]:
    """Of our present lanes, what it had and has no more: all of them where its backup follows a former life of ours."""
    streams = node.streams
    held = announcement.held if announcement.followed == streams.incarnation else {}
    sizes = {lane: streams.out(peer, lane).acknowledged - held.get(lane, 0) for lane in LANES}
    return tuple((lane, count) for lane, count in sizes.items() if count > 0)


def give_back(node: Node, peer: Member, incarnation: int, lane: str, start: int) -> Run | None:
    """A run of the partner's own stream as it was received; None where nothing is held from there on.

    What was refused, recalled or purged here goes back as its leaf alone.
    """
    with node.lock:
        runs = node.streams.runs.get((peer, incarnation, lane), [])
        if not 0 <= start < node.streams.received_lane(peer, incarnation, lane).size:
            return None
        _, position = runs[bisect_right(runs, (start, 1 << 62)) - 1]
    entry = decode_entry(
        node.journal.records(position, 1)[0].entry
    )  # without the lock: nobody waits for this peer
    if not isinstance(entry, StreamReceived):
        raise IntegrityError("not-a-run", f"entry {position} is no run", "Run tearline verify.")
    items = [
        _item(leaf, node.journal.payload(position, n))
        for n, leaf in enumerate(entry.leaves)
        if entry.start + n >= start
    ]
    return Run(start, items, entry.checkpoint)


def _item(leaf: str, raw: bytes | None) -> Item:
    payload = decode_payload(raw) if raw is not None else None
    if payload is None or not payload.salt:
        return Item(leaf.encode())
    return Item(leaf.encode(), payload.salt, payload.body)
