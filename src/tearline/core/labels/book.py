# SPDX-License-Identifier: Apache-2.0
"""The policies of a node, and what belongs to them: members, dated group memberships, names.

Which tag sets carry the audience follows from the SPIF: the permissive ones. Groups are resolved as of the epoch in the
label (never as of today), so that a nation which joins later gains nothing it was not given.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping

import msgspec

from tearline.core.canon import digest, encode_canonical
from tearline.core.errors import MalformedError
from tearline.core.ids import Member
from tearline.core.instants import FIRST_INSTANT, LAST_INSTANT, Instant
from tearline.core.labels.label import Label
from tearline.core.labels.policy import Policy, TagKind, as_of, list_windows

PROVIDED_BY = "Provided By"
"""The informative tag set by which a translated label names its originator (required once in the network policy)."""
RESTRICTED_HANDLING = "ORCON"
RELIDO = "RELIDO"
"""Releasable, and only by a person's decision: no standing rule releases it (DESIGN 7)."""
DISPLAY_ONLY = "DISPLAY ONLY"
"""May be shown to the members named and not given to them: it never enters a stream (DESIGN 7)."""


def carries(label: Label, word: str) -> bool:
    """Does the label have this word, as a value or as the name of a tag set? Looked for by every spelling of its case."""
    wanted = word.casefold()
    return any(
        name.casefold() == wanted or any(value.casefold() == wanted for value in values)
        for name, values in label.categories
    )


class Membership(msgspec.Struct, frozen=True):
    """``member`` belongs to ``group`` from ``since`` (a date) until ``until`` ('' : still)."""

    group: str
    member: str
    since: str
    until: str = ""


class MemberName(msgspec.Struct, frozen=True):
    """A member, the policy it marks with, and whether it is a nation (organisations are never printed first)."""

    code: Member
    policy: str
    nation: bool
    names: Mapping[str, str] = {}


class PolicyBook(msgspec.Struct, frozen=True, dict=True):
    """All that is needed to decide and to mark. ``network`` is the policy through which nations meet."""

    kind: str  # exercise | real
    network: str
    public: str
    policies: Mapping[str, Policy]
    members: Mapping[str, MemberName]
    memberships: tuple[Membership, ...] = ()
    shortcuts: Mapping[str, tuple[str, ...]] = {}
    places: tuple[tuple[str, ...], ...] = ()
    dirty_words: Mapping[str, tuple[str, ...]] = {}
    topics: tuple[str, ...] = ()

    def policy(self, name: str) -> Policy | None:
        """The policy of that exact name, if this node holds it."""
        return self.policies.get(name)

    def owner(self, policy: str) -> MemberName | None:
        """The member that marks with ``policy``; None for the network policy and PUBLIC."""
        return next((m for m in self.members.values() if m.policy == policy), None)

    @property
    def groups(self) -> frozenset[str]:
        """Names of lasting groups."""
        found: frozenset[str] | None = self.__dict__.get("_groups")
        if found is None:
            found = self.__dict__["_groups"] = frozenset(m.group for m in self.memberships)
        return found

    def resolve(self, values: Iterable[str], epoch: str) -> frozenset[str]:
        """The members that ``values`` name as of ``epoch``; a group without a known epoch is nobody."""
        named = frozenset(values)
        if self.groups.isdisjoint(named):
            return named  # members all: nothing to look up, and sets of them are many
        cache: dict[tuple[frozenset[str], str], frozenset[str]] = self.__dict__.setdefault("_resolved", {})
        key = (named, epoch)
        if key not in cache:
            cache[key] = self._resolve(key[0], epoch)
        return cache[key]

    def _resolve(self, values: frozenset[str], epoch: str) -> frozenset[str]:
        out: set[str] = set()
        for value in values:
            if value not in self.groups:
                out.add(value)
            elif epoch:
                rows = (m for m in self.memberships if m.group == value)
                out.update(m.member for m in rows if m.since <= epoch and (not m.until or epoch < m.until))
        return frozenset(out)

    def audience(self, label: Label) -> frozenset[str] | None:
        """The members a valid label admits; None for everyone (PUBLIC alone). Nobody where no audience is named."""
        if label.policy == self.public:
            return None
        policy = self.policies.get(label.policy)
        if policy is None:
            return frozenset()
        sets = [
            self.resolve(values, label.epoch)
            for name, values in label.categories
            if name in policy.tag_sets and policy.tag_sets[name].kind is TagKind.PERMISSIVE
        ]
        return frozenset.intersection(*sets) if sets else frozenset()

    def digest(self) -> str:
        """Names this version of all that decisions rest on; every decision in a journal cites it."""
        if "_digest" not in self.__dict__:
            parts = [encode_canonical((name, p.digest)) for name, p in sorted(self.policies.items())]
            parts.append(encode_canonical(self.memberships))
            parts.append(encode_canonical((self.network, self.public, self._owners())))
            self.__dict__["_digest"] = digest("tearline/policy-book", *parts).hex()
        out: str = self.__dict__["_digest"]
        return out

    def packs_digest(self) -> bytes:
        """The same as the network's directory names it."""
        return digest("tearline/packs", self.digest().encode())

    def _owners(self) -> list[tuple[str, str, bool]]:
        """Who marks with what: a decision about somebody acting for a member rests on it."""
        return [(code, m.policy, m.nation) for code, m in sorted(self.members.items())]


def book_as_of(book: PolicyBook, instant: Instant) -> PolicyBook:
    """The book with every policy's windows decided for an instant. Its digest stays: the policies are the same."""
    return msgspec.structs.replace(book, policies={n: as_of(p, instant) for n, p in book.policies.items()})


def find_stretch(book: PolicyBook, instant: Instant) -> tuple[Instant, Instant]:
    """The stretch of time around an instant, its end excluded, in which no window of the book opens or shuts."""
    turns = list_turns(book)
    at = bisect_right(turns, instant)
    return turns[at - 1] if at else FIRST_INSTANT, turns[at] if at < len(turns) else LAST_INSTANT


def list_turns(book: PolicyBook) -> list[Instant]:
    """Every instant from which on something comes into force or goes out of it, in order. A window holds both its ends."""
    windows = [w for p in book.policies.values() for w in list_windows(p)]
    opening = {w.not_before for w in windows if w.not_before is not None}
    shutting = {Instant(w.not_after + 1) for w in windows if w.not_after is not None}
    return sorted(opening | shutting)


def expand_shortcuts(values: Iterable[str], book: PolicyBook) -> tuple[str, ...]:
    """Values with composer's shortcuts (AP4) written out; what is not a shortcut stays."""
    out: list[str] = []
    for value in values:
        out.extend(book.shortcuts.get(value, (value,)))
    return tuple(dict.fromkeys(out))


def get_policy(book: PolicyBook, name: str) -> Policy:
    """The policy, or ``MalformedError`` naming it."""
    policy = book.policies.get(name)
    if policy is None:
        raise MalformedError("unknown-policy", f"this node holds no policy {name!r}", "Load its pack first.")
    return policy
