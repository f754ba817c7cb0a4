# SPDX-License-Identifier: Apache-2.0
"""Found an exercise network: an authority, and for each member a folder from which ``tearline.assembly`` builds its node."""

from __future__ import annotations

import secrets
from pathlib import Path

import msgspec

from tearline.config import CastPerson, Founding, MemberSpec, NetworkSpec, NodeConfig, store_config
from tearline.core.canon import word_of
from tearline.core.errors import UsageError
from tearline.core.ids import Member, Person
from tearline.core.instants import DAY, Instant
from tearline.core.labels import PolicyBook
from tearline.edge.accounts import CHEAP, Accounts
from tearline.machine import SystemClock, read_pack
from tearline.node.trust import (
    Address,
    Agreement,
    Authority,
    Directory,
    MemberRecord,
    SigningKeys,
    create_authority,
    create_seal_key,
    create_signing_keys,
    create_tls_key,
    load_opener,
    load_tls_key,
    spki_sha256,
)

DIRECTORY_LIFETIME = 365 * DAY
FOUNDING = "founding.json"
SEAL_KEY = Path("keys", "seal.pem")
PASSWORD_LETTERS = 12


def found_network(folder: Path, spec: NetworkSpec) -> dict[str, dict[str, str]]:
    """Make an authority and one folder a member in ``folder``; drawn passwords by member and person, shown once.

    Steps: 1. the authority. 2. keys and certificates of each node. 3. the signed directory. 4. settings, people, passwords.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UsageError("not-empty", f"{folder} is not empty", "Choose another folder, or remove it first.")
    book = read_pack(spec.pack)
    now = SystemClock().now()
    authority = create_authority(folder / "authority", now=now)
    records = {}
    for n, member in enumerate(spec.members):
        keys = _make_keys(folder / member.code.lower(), member, spec, authority)
        records[Member(member.code)] = _make_record(spec, member, n, keys=keys, book=book, folder=folder)
    directory = Directory(
        version=1,
        issued_at=now,
        expires_at=Instant(now + DIRECTORY_LIFETIME),
        kind="exercise",
        policy=book.network,
        packs=book.packs_digest(),
        members=records,
        agreements=tuple(msgspec.convert(a, Agreement) for a in spec.agreements),
    )
    signed = authority.sign_directory(directory)
    return {m.code: _furnish(folder / m.code.lower(), spec, m, n, signed) for n, m in enumerate(spec.members)}


def _make_keys(folder: Path, member: MemberSpec, spec: NetworkSpec, authority: Authority) -> SigningKeys:
    (folder / "tls").mkdir(parents=True)
    (folder / "tls").chmod(0o700)
    key = create_tls_key(folder / "tls" / "node.key")
    certificate = authority.issue_for(Member(member.code), spec.node, key=key, now=SystemClock().now())
    (folder / "tls" / "node.pem").write_bytes(certificate)
    (folder / "authority.pem").write_bytes(authority.certificate)
    (folder / "authority.pub").write_text(authority.public.hex())
    keys = create_signing_keys(folder / "keys", f"{member.code}/{spec.node}")
    create_seal_key(folder / SEAL_KEY)
    return keys


def _make_record(
    spec: NetworkSpec, member: MemberSpec, n: int, *, keys: SigningKeys, book: PolicyBook, folder: Path
) -> MemberRecord:
    code = Member(member.code)
    tls = load_tls_key(folder / member.code.lower() / "tls" / "node.key")
    return MemberRecord(
        code=code,
        name=member.name,
        node=spec.node,
        address=Address(spec.host, spec.port_base + 2 * n + 1),
        spki_sha256=spki_sha256(tls.public_key()),
        stream_key=keys.stream.public,
        receipt_key=keys.receipt.public,
        witness_key=keys.witness.public,
        anchor_key=keys.anchor.public,
        policy=book.members[code].policy,
        ceiling=member.ceiling,
        codewords=tuple(sorted({word for p in member.persons for word in p.codewords})),
        languages=member.languages,
        seal_key=load_opener(folder / member.code.lower() / SEAL_KEY).public,
        posts=tuple(sorted({post for p in member.persons for post in p.posts})),
    )


def _list_cast(member: MemberSpec) -> tuple[CastPerson, ...]:
    return tuple(
        CastPerson(p.id, p.posts, p.duties, (member.ceiling, *p.codewords) if p.cleared else ())
        for p in member.persons
        if p.id in member.cast
    )


def _furnish(folder: Path, spec: NetworkSpec, member: MemberSpec, n: int, signed: bytes) -> dict[str, str]:
    (folder / "directory.json").write_bytes(signed)
    founding = Founding(member.persons, member.delegations, member.rules, member.posts)
    (folder / FOUNDING).write_bytes(msgspec.json.encode(founding))
    config = NodeConfig(
        member=member.code,
        node=spec.node,
        host=spec.host,
        web_port=spec.port_base + 2 * n,
        languages=member.languages,
        pack=spec.pack,
        anchor_tick_s=spec.anchor_tick_s,
        cookie=f"tearline-{member.code.lower()}",
        title=spec.title,
        doors={
            m.code: f"http://{m.code.lower()}.localhost:{spec.port_base + 2 * i}"
            for i, m in enumerate(spec.members)
            if m.code != member.code
        },
        cast=_list_cast(member),
        story=spec.story,
    )
    store_config(folder, config)
    passwords = {p.id: word_of(secrets.token_bytes(16), PASSWORD_LETTERS) for p in member.persons}
    accounts = Accounts(folder / "accounts.db", cost=CHEAP)  # drawn with 60 bits: nothing to stretch
    for person, password in passwords.items():
        accounts.set_password(Person(person), password)
    accounts.close()
    return passwords
