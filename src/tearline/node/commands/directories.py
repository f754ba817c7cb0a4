# SPDX-License-Identifier: Apache-2.0
"""A newer directory of the network: what it would change here, and taking it over while the node runs (DESIGN 10, 11).

As with policies, what takes effect is what was shown, and in one commit: the directory beside its entry; recalls of what
members lose by another clearance; what readers here lose and are told of; what they may have more, for the desk. Who is a
member anew is given nothing by that: a standing rule that covers them, or a backfill, does. To who left nothing goes any more.

A running node keeps its own name, address and keys: what changes those is taken over by a stopped one, as it starts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec

from tearline.core.canon import digest, encode_canonical, word_of
from tearline.core.errors import IntegrityError, TearlineError, UsageError
from tearline.core.ids import Member
from tearline.core.instants import print_dtg, print_iso
from tearline.node.books import Gains, encode_gains, has_words
from tearline.node.commands.acting import Acting, Reason, Refused
from tearline.node.commands.adopt import put_in_force
from tearline.node.commands.compare_directories import (
    AgreementDifference,
    MemberDifference,
    compare_agreements,
    compare_members,
    list_own_changes,
)
from tearline.node.commands.policies import CHECK_LETTERS, ReaderChange, sum_up_member, sum_up_people
from tearline.node.commands.trial import PackProblem, Trial
from tearline.node.journal import DirectoryTaken, DirectoryTried
from tearline.node.node import NO_POST, THE_NODE, Node, Work
from tearline.node.trust import Directory, check_successor

DIRECTORY = "directory"
"""The purpose of these recalls in the disclosure register."""
NO_DUTY = Refused("no-authority", "a directory is tried and taken over by an administrator")


class TakeDirectory(msgspec.Struct, frozen=True):
    """The hash of the directory that was tried, and the check of the answer, as typed."""

    sha256: str
    check: str


class DirectoryWouldChange(msgspec.Struct, frozen=True):
    """The whole answer; times by the system clock.

    ``sha256`` names the bytes that were looked at; ``check`` this answer: who takes the directory over types it, so that what
    takes effect is what was shown. ``named``: it names the policies in force here. ``problems``: clearances for which they
    have no words: such a member sees nothing until they do.
    """

    current: int
    candidate: int
    sha256: str
    check: str
    issued: str
    expires: str
    expires_dtg: str
    named: bool
    obstacles: tuple[Reason, ...]
    members: tuple[MemberDifference, ...]
    agreements: tuple[AgreementDifference, ...]
    problems: tuple[PackProblem, ...]
    readers: tuple[ReaderChange, ...]
    people: tuple[ReaderChange, ...]


class DirectoryInForce(msgspec.Struct, frozen=True):
    """What is in force now. Counted by product and member; ``opened``: what came out of quarantine."""

    version: int
    members: tuple[Member, ...]
    recalled: int
    proposed: int
    opened: int


class _Candidate(msgspec.Struct, frozen=True):
    raw: bytes
    directory: Directory

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()


def what_directory_would_change(node: Node, acting: Acting, raw: bytes) -> DirectoryWouldChange | Refused:
    """Who would join and leave, who could be told more and less, if this directory were taken over. Recorded as tried."""
    if "administration" not in acting.duties:
        return NO_DUTY
    with node.lock:
        candidate = _accept(node, raw)
        if isinstance(candidate, Refused):
            return candidate
        work = node.work(acting.person, acting.post)
        work.add(DirectoryTried, version=candidate.directory.version, sha256=candidate.sha256)
        work.commit()
        return _report(Trial(node, node.book, candidate.directory), candidate, acting)


def take_directory(
    node: Node, acting: Acting, raw: bytes, asked: TakeDirectory
) -> DirectoryInForce | Refused:
    """Put the directory in force, if it is the one that was tried and would still change what was shown."""
    if "administration" not in acting.duties:
        return NO_DUTY
    with node.lock:
        record_first_directory(node)
        candidate = _accept(node, raw)
        if isinstance(candidate, Refused):
            return candidate
        trial = Trial(node, node.book, candidate.directory)
        answer = _report(trial, candidate, acting)
        if answer.obstacles:
            return Refused(answer.obstacles[0].code, "; ".join(o.words for o in answer.obstacles))
        if (asked.sha256, asked.check.strip().upper()) != (answer.sha256, answer.check):
            words = "this is not the directory that was tried, it would change something else by now, or the check is mistyped"
            return Refused("other-answer", words)
        return _take(node.work(acting.person, acting.post), trial, candidate)


def follow_directory(node: Node) -> DirectoryInForce | None:
    """What a node does as it starts, before it serves anybody: it takes over the directory that it was brought meanwhile.

    The first one of a journal enters it as it stands. Where the journal has a newer one than the folder, the folder gets it.
    """
    with node.lock:
        raw, current = node.directory_source.found(), node.signed_directory()
        record_first_directory(node)
        if raw == current:
            return None
        brought = node.directory_source.prove(raw) if raw else None
        if brought is None or brought.version < node.directory.version:
            node.directory_source.keep(current)
            return None
        if brought.version == node.directory.version:
            _refuse_fork(brought)
        if node.member not in brought.members:
            raise UsageError("not-a-member", *_describe_gone(node, brought))
        return _take(node.work(THE_NODE, NO_POST), Trial(node, node.book, brought), _Candidate(raw, brought))


def _refuse_fork(brought: Directory) -> None:
    words = f"the folder has another directory {brought.version} than the one in force"
    advice = "Keep a copy for the authority, then remove directory.json: the node goes on with its own."
    raise IntegrityError("directory-fork", words, advice)


def _describe_gone(node: Node, directory: Directory) -> tuple[str, str]:
    return (
        f"directory {directory.version} does not know {node.member}",
        "Ask the network's authority for one that does.",
    )


def _accept(node: Node, raw: bytes) -> _Candidate | Refused:
    """Proved, newer, of the same network, and with this node in it."""
    if raw == node.signed_directory():
        return Refused("same-directory", "this directory is in force already")
    try:
        directory = node.directory_source.prove(raw)
    except TearlineError as error:
        advice = "" if error.advice else ". Is this the file that the authority made?"
        return Refused("directory-refused", f"{error}{advice}")
    try:
        check_successor(directory, node.directory, node.clock.now())
    except IntegrityError as error:
        return Refused(error.code, str(error))
    if node.member not in directory.members:
        return Refused("not-a-member", ". ".join(_describe_gone(node, directory)))
    return _Candidate(raw, directory)


def _report(trial: Trial, candidate: _Candidate, acting: Acting) -> DirectoryWouldChange:
    node, directory = trial.node, candidate.directory
    found = DirectoryWouldChange(
        current=node.directory.version,
        candidate=directory.version,
        sha256=candidate.sha256,
        check="",
        issued=print_iso(directory.issued_at),
        expires=print_iso(directory.expires_at),
        expires_dtg=print_dtg(directory.expires_at),
        named=directory.packs == node.book.packs_digest(),
        obstacles=tuple(_find_obstacles(node, directory)),
        members=tuple(compare_members(node, directory)),
        agreements=tuple(compare_agreements(node.directory, directory)),
        problems=tuple(p for p in trial.problems if not p.person and p.code != "unknown-level"),
        readers=tuple(filter(None, (sum_up_member(trial, m) for m in trial.partners))),
        people=tuple(filter(None, (sum_up_people(trial, acting, c) for c in trial.list_clearings()))),
    )
    check = word_of(digest("tearline/directory-tried", encode_canonical(found)), CHECK_LETTERS)
    return msgspec.structs.replace(found, check=check)


def _find_obstacles(node: Node, directory: Directory) -> Iterator[Reason]:
    own = directory.members[node.member]
    changed = list_own_changes(node.directory.members[node.member], own)
    if changed:
        words = (
            f"it changes this node's own {', '.join(changed)}: stop the node, bring it the directory"
            " (tearline directory FOLDER FILE), and start it"
        )
        yield Reason("own-node", words, changed)
    if not has_words(node.member, own.ceiling, node.book):
        words = f"the policies in force have no words for this node's own clearance ({own.ceiling}): adopt a pack that does"
        yield Reason("no-own-words", words, (own.ceiling,))


def _take(work: Work, trial: Trial, candidate: _Candidate) -> DirectoryInForce:
    """One commit; then the folder's file, which a restart rewrites if this is cut off."""
    made = put_in_force(work, trial, lambda gains: _add_entry(work, candidate, gains), purpose=DIRECTORY)
    work.node.directory_source.keep(candidate.raw)
    members = tuple(sorted(candidate.directory.members))
    return DirectoryInForce(candidate.directory.version, members, made.recalled, made.proposed, made.opened)


def record_first_directory(node: Node) -> None:
    """Put on record under which directory a journal begins: from then on nothing but the journal says which is in force."""
    if node.directory_at is not None:
        return
    work = node.work(THE_NODE, NO_POST)
    _add_entry(work, _Candidate(node.signed_directory(), node.directory), ())
    work.commit()


def _add_entry(work: Work, candidate: _Candidate, gains: Gains) -> None:
    work.add(
        DirectoryTaken,
        payloads=(candidate.raw, encode_gains(gains)),
        version=candidate.directory.version,
        sha256=candidate.sha256,
    )
