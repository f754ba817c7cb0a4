# SPDX-License-Identifier: Apache-2.0
"""What differs between two directories of a network, in words: members with what changed of them, and agreements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from tearline.core.ids import Member
from tearline.core.instants import print_dtg
from tearline.node.node import Node
from tearline.node.trust import Agreement, Directory, MemberRecord, hash_key

KEYS = ("stream_key", "receipt_key", "witness_key", "anchor_key")
OWN = ("node", "address", "tls_key", *KEYS, "seal_key")
"""What a running node has bound, signed and listens with."""


class FieldDifference(msgspec.Struct, frozen=True):
    """What one thing was and would be; keys by the beginning of their hash. Empty: there was or would be none."""

    field: str  # name | node | address | policy | clearance | languages | posts | tls_key | … | parties | highest | …
    old: str
    new: str


class MemberDifference(msgspec.Struct, frozen=True):
    """A member that joins, leaves or changes. ``held``: our products that one who leaves was sent and goes on holding."""

    member: Member
    name: str
    what: str  # joins | leaves | changed
    fields: tuple[FieldDifference, ...]
    held: int


class AgreementDifference(msgspec.Struct, frozen=True):
    """An agreement that is begun, ended or changed; times by the operational clock."""

    id: str
    parties: tuple[Member, ...]
    what: str  # begun | ended | changed
    fields: tuple[FieldDifference, ...]


def compare_members(node: Node, new: Directory) -> Iterator[MemberDifference]:
    """By code; who stays as they are is left out."""
    old = node.directory
    for code in sorted(old.members.keys() | new.members.keys()):
        before, after = old.members.get(code), new.members.get(code)
        record = after or before
        fields = tuple(_differ(_describe(before), _describe(after)))
        if record is None or not fields:
            continue
        what = "joins" if before is None else "leaves" if after is None else "changed"
        held = _count_held(node, code) if after is None else 0
        yield MemberDifference(code, record.name, what, fields, held)


def compare_agreements(old: Directory, new: Directory) -> Iterator[AgreementDifference]:
    """By id; what stays as it is is left out."""
    was, now = {a.id: a for a in old.agreements}, {a.id: a for a in new.agreements}
    for name in sorted(was.keys() | now.keys()):
        before, after = was.get(name), now.get(name)
        found = after or before
        fields = tuple(_differ(_describe_agreement(before), _describe_agreement(after)))
        if found is None or not fields:
            continue
        what = "begun" if before is None else "ended" if after is None else "changed"
        yield AgreementDifference(name, found.parties, what, fields)


def list_own_changes(before: MemberRecord, after: MemberRecord) -> tuple[str, ...]:
    """What of a node's own record it can't change while it runs."""
    was, now = _describe(before), _describe(after)
    return tuple(field for field in OWN if was[field] != now[field])


def _count_held(node: Node, member: Member) -> int:
    records = (sent.get(member) for sent in node.releases.sent.values())
    return sum(record is not None and not record.withdrawn for record in records)


def _differ(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[FieldDifference]:
    for field in {**old, **new}:
        before, after = old.get(field, ""), new.get(field, "")
        if before != after:
            yield FieldDifference(field, before, after)


def _describe(record: MemberRecord | None) -> dict[str, str]:
    if record is None:
        return {}
    host = f"[{record.address.host}]" if ":" in record.address.host else record.address.host
    posts = () if record.posts is msgspec.UNSET else record.posts
    return {
        "name": record.name,
        "policy": record.policy,
        "clearance": " ".join((record.ceiling, *record.codewords)),
        "address": f"{host}:{record.address.port}",
        "node": record.node,
        "languages": ", ".join(record.languages),
        "posts": ", ".join(posts),
        "tls_key": record.spki_sha256.hex()[:16],
        **{role: hash_key(getattr(record, role)) for role in KEYS},
        "seal_key": "" if record.seal_key is msgspec.UNSET else hash_key(record.seal_key),
    }


def _describe_agreement(found: Agreement | None) -> dict[str, str]:
    if found is None:
        return {}
    return {
        "parties": ", ".join(sorted(found.parties)),
        "highest": ", ".join(f"{m}: {level}" for m, level in sorted(found.highest.items())),
        "valid_from": print_dtg(found.valid_from),
        "valid_to": print_dtg(found.valid_to),
        "third_party": "yes" if found.third_party else "no",
        "purge": ", ".join(f"{m}: {when}" for m, when in sorted(found.purge.items())),
        "equivalences": found.equivalences,
    }
