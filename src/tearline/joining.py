# SPDX-License-Identifier: Apache-2.0
"""A node that joins a network at its first run: keys, the application, and the folder once an authority has admitted it.

Keys are made once and stay in the folder ``joining`` until the node is founded; what is applied for may change meanwhile.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec

from tearline.config import Founding, NodeConfig, PersonSpec, store_config
from tearline.core.errors import UsageError
from tearline.core.ids import Member, Person, check_id
from tearline.edge.accounts import Accounts
from tearline.edge.api import SetupChosen, SetupNetwork, SetupRequest
from tearline.founding import FOUNDING, SEAL_KEY
from tearline.machine import SystemClock, read_pack
from tearline.node.journal import replace_file
from tearline.node.trust import (
    Address,
    Admission,
    Directory,
    MemberRecord,
    check_record,
    create_seal_key,
    create_signing_keys,
    create_tls_key,
    load_opener,
    load_signing_keys,
    load_tls_key,
    make_application,
    print_application,
    print_authority,
    read_admission,
    read_application,
    spki_sha256,
)

JOINING = "joining"
PACK = "exercise"
NODE = "node-1"
_APPLICATION, _ADMISSION = "application.json", "admission.json"
_KEYS, _TLS = "keys", "tls"


def apply(folder: Path, chosen: SetupChosen, port: int) -> SetupRequest:
    """The application for what was chosen, with this folder's own keys. A changed one asks for another admission."""
    place = folder / JOINING
    _make_keys(place, chosen.member)
    book = read_pack(PACK)
    keys = load_signing_keys(place / _KEYS, f"{chosen.member}/{NODE}")
    tls = load_tls_key(place / _TLS / "node.key").public_key()
    code = Member(chosen.member)
    record = MemberRecord(
        code=code,
        name=book.members[code].names.get("en", code),
        node=NODE,
        address=Address(chosen.host or "127.0.0.1", chosen.port or port + 1),
        spki_sha256=spki_sha256(tls),
        stream_key=keys.stream.public,
        receipt_key=keys.receipt.public,
        witness_key=keys.witness.public,
        anchor_key=keys.anchor.public,
        policy=book.members[code].policy,
        ceiling=chosen.ceiling,
        codewords=tuple(sorted(chosen.codewords)),
        languages=chosen.languages,
        seal_key=load_opener(place / SEAL_KEY).public,
    )
    check_record(record)
    raw = make_application(record, tls, book.packs_digest(), keys.stream)
    replace_file(place / _APPLICATION, raw)
    return SetupRequest(f"tearline-{code}.application", raw, print_application(raw))


def take_admission(folder: Path, raw: bytes) -> SetupNetwork:
    """Check an admission against the application and keep it; ``TearlineError`` where it is not the answer to it."""
    place = folder / JOINING
    if not (place / _APPLICATION).is_file():
        raise UsageError("no-application", "this node has not applied yet", "Save the application first.")
    admission, directory = _read(place, raw)
    replace_file(place / _ADMISSION, raw)
    own = read_application((place / _APPLICATION).read_bytes()).record.code
    with_whom = sorted({m for a in directory.agreements if own in a.parties for m in a.parties} - {own})
    return SetupNetwork(
        print_authority(admission.authority_key),
        directory.version,
        directory.expires_at,
        tuple(sorted(str(m) for m in directory.members if m != own)),
        tuple(map(str, with_whom)),
    )


def join(folder: Path, fresh: Path, chosen: SetupChosen, password: str, port: int) -> Path:
    """The folder of the admitted node, made whole in ``fresh``."""
    place = folder / JOINING
    if not (place / _ADMISSION).is_file():
        raise UsageError(
            "no-admission", "there is no admission yet", "Bring the file that the authority made."
        )
    admission, _ = _read(place, (place / _ADMISSION).read_bytes())
    admin = check_id("person", chosen.admin)
    made = fresh / chosen.member.lower()
    made.mkdir(parents=True)
    for name in (_KEYS, _TLS):
        shutil.copytree(place / name, made / name)
    (made / _TLS / "node.pem").write_text(admission.certificate)
    (made / "authority.pem").write_text(admission.authority_certificate)
    (made / "authority.pub").write_text(admission.authority_key.hex())
    (made / "directory.json").write_bytes(admission.directory)
    person = PersonSpec(id=admin, duties=("administration",), cleared=False)
    (made / FOUNDING).write_bytes(msgspec.json.encode(Founding((person,))))
    accounts = Accounts(made / "accounts.db")
    accounts.set_password(Person(admin), password)
    accounts.close()
    cookie = f"tearline-{chosen.member.lower()}"
    store_config(
        made,
        NodeConfig(
            chosen.member, web_port=port, languages=chosen.languages, title=chosen.title, cookie=cookie
        ),
    )
    return made


def _read(place: Path, raw: bytes) -> tuple[Admission, Directory]:
    applied = read_application((place / _APPLICATION).read_bytes())
    return read_admission(raw, applied, SystemClock().now())


def _make_keys(place: Path, member: str) -> None:
    """Once; a start that was cut off begins anew, for nobody was told of its keys."""
    if (place / SEAL_KEY).is_file():
        return
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(mode=0o700, parents=True)
    (place / _TLS).mkdir(mode=0o700)
    create_tls_key(place / _TLS / "node.key")
    create_signing_keys(place / _KEYS, f"{member}/{NODE}")
    create_seal_key(place / SEAL_KEY)
