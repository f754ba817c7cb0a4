# SPDX-License-Identifier: Apache-2.0
"""Bundles: a stretch of our stream as a sealed and signed file, and a partner's file taken in. For administration and security.

Guarantees:
- only what was released to the member, and stands in its stream, can enter its file (N1): it is taken from the spool;
- the file is on record (``BundleExported``) before its first byte is given out, and so is each file that is brought, whole
  or refused (``BundleImported``);
- from whom a file is, and for whom, is proved before any of it is used; then every run is proved as if a link had brought it,
  so that lost, repeated and reordered files lose, double and widen nothing (D2);
- over a one-way link nobody gives receipts: begin with what was in no bundle yet, and again from the start where one was lost.
"""

from __future__ import annotations

import hashlib

import msgspec

from tearline.core.errors import IntegrityError, LimitError, TearlineError
from tearline.core.exchange import (
    BUNDLE_LIMITS,
    Content,
    Delivered,
    Envelope,
    Slip,
    digest_content,
    list_ranges,
    make_context,
    open_bundle,
    pack_content,
    print_slip,
    unpack_content,
    write_bundle,
)
from tearline.core.ids import LANES, Member
from tearline.core.instants import Instant
from tearline.core.log import make_signer, make_verifier, sign_note, verify_note
from tearline.node.commands.acting import Acting, Refused
from tearline.node.commands.links import LINK_DUTIES, NO_DUTY, check_keeper
from tearline.node.journal import BundleExported, BundleImported
from tearline.node.node import Node
from tearline.node.ports import Courier
from tearline.node.trust import seal

SINCE = ("acknowledged", "exported", "start")
NOBODY = Member("")
_ASK = "Ask for the file again."


class Exported(msgspec.Struct, frozen=True):
    """A file: its bytes, what is in it by lane (from, to), and whether something is left for another."""

    member: Member
    file: bytes
    sha256: str
    made_at: Instant
    lanes: tuple[tuple[str, int, int], ...]
    more: bool


class Imported(msgspec.Struct, frozen=True):
    """A file that was taken in: from whom, made when, and what became of each lane."""

    member: Member
    sha256: str
    made_at: Instant
    lanes: tuple[Delivered, ...]


def export_bundle(
    node: Node, courier: Courier, acting: Acting, member: Member, since: str = SINCE[0]
) -> Exported | Refused:
    """Steps: 1. who may. 2. what waits, FLASH first. 3. sealed to the member, signed with the stream key. 4. on record."""
    with node.lock:
        refused = check_keeper(node, acting, member) or _check_member(node, member, since)
        if refused is not None:
            return refused
        starts = {lane: _begin(node, member, lane, since) for lane in LANES}
    collected = courier.collect(member, starts)
    content = collected.content
    if not content.runs and not content.held and not content.announced:
        return Refused("nothing-to-export", f"nothing waits for {member} from there on")
    file, made_at = _write(node, member, collected.content)
    lanes = _print_ranges(collected.content)
    sha256 = hashlib.sha256(file).hexdigest()
    with node.lock:
        work = node.work(acting.person, acting.post)
        work.add(BundleExported, member=member, lanes=lanes, sha256=sha256)
        work.commit()
    return Exported(member, file, sha256, made_at, lanes, collected.more)


def _check_member(node: Node, member: Member, since: str) -> Refused | None:
    if since not in SINCE:
        return Refused("bad-start", f"a bundle begins at one of: {', '.join(SINCE)}")
    if node.agreement_with(member) is None:
        return Refused("no-agreement", f"no agreement in force with {member}: nothing is sent")
    if node.directory.members[member].seal_key is msgspec.UNSET:
        return Refused("no-seal-key", f"the directory has no key of {member} to seal to")
    return None


def _begin(node: Node, member: Member, lane: str, since: str) -> int:
    if since == "start":
        return 0
    if since == "exported":
        return node.links.exported.get((member, lane), 0)
    return node.streams.out(member, lane).acknowledged


def _write(node: Node, member: Member, content: Content) -> tuple[bytes, Instant]:
    sender, made_at, version = f"{node.member}/{node.settings.node}", node.clock.now(), node.directory.version
    public = node.directory.members[member].seal_key
    if public is msgspec.UNSET:
        raise IntegrityError("no-seal-key", f"the directory has no key of {member} to seal to")
    sealed = seal(public, pack_content(content), make_context(sender, member, made_at, version))
    slip = Slip(sender, member, made_at, version, sealed=True, digest=digest_content(sealed))
    key = node.keys.stream
    file = write_bundle(sign_note(print_slip(slip), make_signer(key.name, key.public, key.sign)), sealed)
    if len(file) > BUNDLE_LIMITS.file_max_bytes:
        raise LimitError("bundle-too-large", f"{len(file)} bytes are no bundle", "Send this by the link.")
    return file, made_at


def import_bundle(node: Node, courier: Courier, acting: Acting, raw: bytes) -> Imported | Refused:
    """Steps: 1. who may. 2. whose file it is and for whom, proved. 3. opened. 4. run by run into the inbox. 5. on record."""
    if LINK_DUTIES.isdisjoint(acting.duties):
        return NO_DUTY
    sha256 = hashlib.sha256(raw).hexdigest()
    member = NOBODY
    try:
        envelope, slip = open_bundle(raw)
        member = _prove(node, envelope, slip)
        content = unpack_content(_unseal(node, envelope, slip))
        delivered = courier.deliver(member, content)
    except TearlineError as error:
        _record(node, acting, member, sha256=sha256, lanes=(), code=error.code)
        return Refused("bundle-refused", f"{error.message}. {error.advice}".rstrip(), ((error.code, "", ""),))
    code = next((lane.code for lane in delivered if lane.code), "")
    _record(node, acting, member, sha256=sha256, lanes=_print_ranges(content), code=code)
    return Imported(member, sha256, slip.made_at, delivered)


def _prove(node: Node, envelope: Envelope, slip: Slip) -> Member:
    """The member whose stream key signed it; ``IntegrityError`` where that is nobody known, or it is not for us."""
    record = node.directory.members.get(slip.member)
    if record is None or slip.member == node.member or slip.sender != f"{slip.member}/{record.node}":
        raise IntegrityError("bundle-stranger", "the directory does not know the node that this is from")
    verify_note(envelope.note, [make_verifier(f"{slip.sender}/stream", record.stream_key)])
    if slip.receiver != node.member:
        raise IntegrityError("bundle-elsewhere", f"this file is for {slip.receiver[:20]}", "Take it there.")
    return slip.member


def _unseal(node: Node, envelope: Envelope, slip: Slip) -> bytes:
    if not slip.sealed:
        return envelope.content
    if node.opener is None:
        raise IntegrityError("no-seal-key", "this node has no key to open sealed files with")
    context = make_context(slip.sender, slip.receiver, slip.made_at, slip.directory)
    return node.opener.open(envelope.content, context)


def _record(
    node: Node,
    acting: Acting,
    member: Member,
    *,
    sha256: str,
    lanes: tuple[tuple[str, int, int], ...],
    code: str,
) -> None:
    with node.lock:
        work = node.work(acting.person, acting.post)
        work.add(BundleImported, member=member, lanes=lanes, sha256=sha256, code=code)
        work.commit()


def _print_ranges(content: Content) -> tuple[tuple[str, int, int], ...]:
    return tuple((lane, start, end) for lane, (start, end) in sorted(list_ranges(content).items()))
