# SPDX-License-Identifier: Apache-2.0
"""What a partner says that it holds of our own history, weighed: only notes that we signed ourselves prove that we are behind.

A partner may claim anything. It can't make up a checkpoint of ours: one that is longer than what stands here, or another of the
same length, was signed by this node in a life, or by a copy, that this folder does not know (A2).
"""

from __future__ import annotations

from collections.abc import Iterator

from tearline.core.errors import TearlineError
from tearline.core.exchange import Standing
from tearline.core.ids import LANES, Member
from tearline.core.log import Checkpoint, Verifier, make_verifier, parse_checkpoint, verify_note
from tearline.node.journal import AlarmRaised, AnchorLog, Testimony, read_origin
from tearline.node.node import NO_POST, THE_NODE, Node

LANE_PARTS = 5  # member/node/receiver/lane/incarnation


def find_contradictions(node: Node, anchors: AnchorLog, peer: Member, standing: Standing) -> tuple[str, ...]:
    """Origins of which the partner holds more than stands here, or something else, under our own signature."""
    with node.lock:
        return tuple(dict.fromkeys(_contradictions(node, anchors, peer, standing)))


def is_claim(node: Node, peer: Member, standing: Standing) -> bool:
    """Whether a partner says, proved or not, that it holds more of our streams than stands here."""
    streams = node.streams
    with node.lock:
        return standing.incarnation > streams.incarnation or any(
            incarnation == streams.incarnation and size > streams.out(peer, lane).lane.size
            for incarnation, lane, size in standing.held
        )


def note_ahead(node: Node, peer: Member) -> None:
    """An alarm, once while it lasts: either the partner lies, or this node goes on from less than it signed.

    Nothing more is handed over for that partner: a checkpoint that is signed now might be a second history.
    """
    if peer in node.ahead:
        return
    node.ahead.add(peer)
    work = node.work(THE_NODE, NO_POST)
    work.add(AlarmRaised, code="partner-ahead", person=THE_NODE, product="", detail=str(peer))
    work.commit()


def testify(node: Node, peer: Member, standing: Standing) -> Testimony:
    """What goes on record of an answer: the note of our anchor log only where we signed it."""
    stated = _read(standing.anchor, _own_anchor_key(node))
    is_own = stated is not None and _anchor_base(node) == read_origin(stated.origin)[0]
    ticks = stated.size if stated is not None and is_own else 0
    return Testimony(peer, standing.incarnation, ticks, standing.anchor if is_own else "")


def _contradictions(node: Node, anchors: AnchorLog, peer: Member, standing: Standing) -> Iterator[str]:
    key = node.keys.stream
    for note in standing.notes:
        stated = _read(note, make_verifier(key.name, key.public))
        if stated is not None and _contradicts_lane(node, peer, stated):
            yield stated.origin
    stated = _read(standing.anchor, _own_anchor_key(node))
    if stated is not None and _contradicts_anchors(node, anchors, stated):
        yield stated.origin


def _contradicts_lane(node: Node, peer: Member, stated: Checkpoint) -> bool:
    parts = stated.origin.split("/")
    own = [node.member, node.settings.node, peer]
    if len(parts) != LANE_PARTS or parts[:3] != own or parts[3] not in LANES or not parts[4].isdecimal():
        return False
    incarnation, present = int(parts[4]), node.streams.incarnation
    if incarnation != present:
        return incarnation > present
    lane = node.streams.out(peer, parts[3]).lane
    return stated.size > lane.size or stated.root != lane.root_at(stated.size)


def _contradicts_anchors(node: Node, anchors: AnchorLog, stated: Checkpoint) -> bool:
    base, incarnation = read_origin(stated.origin)
    if base != _anchor_base(node):
        return False
    if incarnation != node.streams.incarnation:
        return incarnation > node.streams.incarnation
    return stated.size > anchors.size() or stated.root != anchors.root_at(stated.size)


def _anchor_base(node: Node) -> str:
    return f"{node.member}/{node.settings.node}/anchor"


def _own_anchor_key(node: Node) -> Verifier:
    key = node.keys.anchor
    return make_verifier(key.name, key.public)


def _read(note: str, key: Verifier) -> Checkpoint | None:
    """The checkpoint, where that key of ours signed it."""
    try:
        return parse_checkpoint(verify_note(note, [key])) if note else None
    except TearlineError:
        return None
