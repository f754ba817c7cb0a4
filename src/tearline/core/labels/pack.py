# SPDX-License-Identifier: Apache-2.0
"""A policy pack: SPIFs, dated memberships, place names and dirty words, read from bytes and checked as one."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import msgspec

from tearline.core.errors import MalformedError
from tearline.core.ids import Member
from tearline.core.labels.book import MemberName, Membership, PolicyBook
from tearline.core.labels.bridge import get_bridge
from tearline.core.labels.codecs import parse_spif
from tearline.core.labels.label import Label
from tearline.core.labels.marking import PORTION, RECEIVER, print_policy_mark
from tearline.core.labels.policy import Policy, Required, TagKind
from tearline.core.labels.printer import BANNER


class _PolicyRow(msgspec.Struct):
    file: str
    policy: str


class _MemberRow(msgspec.Struct):
    code: str
    name: dict[str, str]
    policy: str
    nation: bool


class _GroupRow(msgspec.Struct):
    code: str
    lasting: bool
    shortcut: list[str] = []


class _Places(msgspec.Struct):
    joins: list[list[str]]


class _Manifest(msgspec.Struct):
    name: str
    kind: Literal["exercise", "real"]
    network: str
    public: str
    policies: list[_PolicyRow]
    members: list[_MemberRow]
    groups: list[_GroupRow] = []
    topics: list[Any] = []


def load_pack(files: Mapping[str, bytes]) -> PolicyBook:
    """The book a pack makes, or ``MalformedError``: a pack is taken whole or not at all."""
    manifest = _decode(files, "pack.json", _Manifest)
    policies: dict[str, Policy] = {}
    for row in manifest.policies:
        policy = parse_spif(_file(files, row.file))
        if policy.name != row.policy or policy.name in policies:
            raise MalformedError(
                "bad-pack", f"{row.file} states policy {policy.name!r}, the pack says {row.policy!r}"
            )
        policies[policy.name] = policy
    if len({m.code for m in manifest.members}) != len(manifest.members):
        raise MalformedError("bad-pack", "a member stands twice")
    book = PolicyBook(
        kind=manifest.kind,
        network=manifest.network,
        public=manifest.public,
        policies=policies,
        members={m.code: MemberName(Member(m.code), m.policy, m.nation, m.name) for m in manifest.members},
        memberships=_join_memberships(_read_memberships(files), policies),
        shortcuts={g.code: tuple(g.shortcut) for g in manifest.groups if not g.lasting},
        places=tuple(tuple(row) for row in _decode(files, "places.json", _Places).joins),
        dirty_words={
            m: tuple(w) for m, w in _decode(files, "dirty-words.json", dict[str, list[str]]).items()
        },
        topics=tuple(str(t) for t in manifest.topics),
    )
    _check(book)
    return book


def _file(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise MalformedError("bad-pack", f"the pack lacks {name}")
    return files[name]


def _decode(files: Mapping[str, bytes], name: str, shape: Any) -> Any:
    try:
        return msgspec.json.decode(_file(files, name), type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedError("bad-pack", f"{name}: {error}") from error


def _read_memberships(files: Mapping[str, bytes]) -> tuple[Membership, ...]:
    raw = _file(files, "memberships.csv")
    try:
        rows = csv.DictReader(raw.decode().splitlines(), strict=True)
        out = tuple(Membership(r["group"], r["member"], r["from"], r["to"] or "") for r in rows)
        for row in out:
            for day in (row.since, row.until or row.since):
                if date.fromisoformat(day).isoformat() != day:
                    raise MalformedError("bad-pack", f"memberships.csv: {day!r} is no day")
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise MalformedError("bad-pack", f"memberships.csv: {error}") from error
    return out


def _join_memberships(
    listed: tuple[Membership, ...], policies: Mapping[str, Policy]
) -> tuple[Membership, ...]:
    """The pack's list, and what its SPIFs state of other groups. Two lists of one group could only widen each other."""
    out = list(listed)
    for policy in policies.values():
        known = {row.group for row in out}
        for stated in policy.memberships:
            if stated.group in known:
                raise MalformedError(
                    "bad-pack",
                    f"{policy.name} states members of {stated.group}, which are stated elsewhere too",
                )
            out.append(Membership(stated.group, stated.member, stated.since, stated.until))
    return tuple(out)


def _check(book: PolicyBook) -> None:
    for needed in (book.network, book.public):
        if needed not in book.policies:
            raise MalformedError("bad-pack", f"the pack lacks the policy {needed!r}")
    if any(t.kind is not TagKind.INFORMATIVE for t in book.policies[book.public].tag_sets.values()):
        raise MalformedError(
            "bad-pack", f"{book.public} is everyone's and can't name codewords or an audience"
        )
    owned = [member.policy for member in book.members.values()]
    for member in book.members.values():
        if member.policy not in book.policies:
            raise MalformedError("bad-pack", f"{member.code} marks with the unknown policy {member.policy!r}")
        if owned.count(member.policy) > 1 or member.code in book.groups:
            raise MalformedError(
                "bad-pack", f"{member.code} shares its policy with a member, or its name with a group"
            )
    for name, policy in book.policies.items():
        if name == book.public:
            continue
        get_bridge(name, book)  # raises what can't be honoured
        _check_kind(policy, book)
        for level in policy.classifications.values():
            if not any(_asks_for_audience(required, policy) for required in level.required):
                raise MalformedError("bad-pack", f"{name} {level.name} would admit an absent audience")


def _asks_for_audience(required: Required, policy: Policy) -> bool:
    """True where the requirement can be met by naming an audience only."""
    audiences = [
        all(policy.tag_sets[name].kind is TagKind.PERMISSIVE for name in group.tag_sets)
        for group in required.groups
    ]
    return any(audiences) if required.operation == "all" else all(audiences)


EXERCISE = "EXERCISE"


def _check_kind(policy: Policy, book: PolicyBook) -> None:
    """Every mark of an exercise pack begins with EXERCISE, wherever and in whatever language; none of another pack does."""
    langs = dict.fromkeys(["en", *(m.lang for c in policy.classifications.values() for m in c.markings)])
    for level in policy.classifications:
        for place in (BANNER, PORTION, RECEIVER):
            for lang in langs:
                mark = print_policy_mark(Label(policy.name, level), place, lang, policy)
                if mark.startswith(EXERCISE) is not (book.kind == "exercise"):
                    what = f"{policy.name} marks {mark!r} at {place} in {lang or 'any language'}"
                    raise MalformedError("bad-pack", f"{what}, in a pack of the kind {book.kind}")
