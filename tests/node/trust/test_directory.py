# SPDX-License-Identifier: Apache-2.0
"""The directory: exact signed bytes, versions that never go back, no two members with one key."""

import hashlib
import json

import msgspec
import pytest

from tearline.core.errors import IntegrityError, MalformedError, TearlineError, UsageError
from tearline.core.instants import DAY
from tearline.node.trust import (
    Address,
    Agreement,
    Directory,
    DirectoryFile,
    MemberRecord,
    make_signer,
    sign_directory,
    verify_directory,
)
from tearline.node.trust.directory import SignedDirectory, signed_message

NOW = 1_700_000_000_000_000
AUTHORITY = make_signer("authority", b"A" * 32)


def make_key(text):
    return make_signer("n", hashlib.sha256(text.encode()).digest()).public


def make_record(code, **changes):
    keys = {
        role: make_key(code + role) for role in ("stream_key", "receipt_key", "witness_key", "anchor_key")
    }
    record = MemberRecord(
        code=code,
        name=f"Nation {code}",
        node="node-1",
        address=Address("127.0.0.1", 4434),
        spki_sha256=hashlib.sha256(code.encode()).digest(),
        policy=f"{code} exercise",
        ceiling="SECRET",
        languages=("en",),
        **keys,
    )
    return msgspec.structs.replace(record, **changes)


AGREEMENT = Agreement(
    id="KOR-JPN 2016",
    parties=("KOR", "JPN"),
    highest={"KOR": "SECRET", "JPN": "CONFIDENTIAL"},
    valid_from=NOW,
    valid_to=NOW + DAY,
    third_party=False,
    purge={"KOR": "confirm", "JPN": "at_once"},
    equivalences="exnet-1",
)


def make_directory(**changes):
    directory = Directory(
        version=7,
        issued_at=NOW,
        expires_at=NOW + DAY,
        kind="exercise",
        policy="EXNET",
        packs=bytes(32),
        members={code: make_record(code) for code in ("KOR", "JPN", "USA")},
        agreements=(AGREEMENT,),
    )
    return msgspec.structs.replace(directory, **changes)


def sign_unchecked(inner):
    """What a careless or hostile authority would sign."""
    signature = AUTHORITY.sign(signed_message(inner))
    return msgspec.json.encode(SignedDirectory(msgspec.Raw(inner), signature), order="sorted")


def test_a_signed_directory_comes_back_equal():
    """What the authority signs is what a node reads, and it finds a peer by its pinned key only."""
    directory = make_directory()
    read = verify_directory(sign_directory(directory, AUTHORITY), AUTHORITY.public)
    assert read == directory
    assert read.find_peer(hashlib.sha256(b"JPN").digest()) == "JPN"
    assert read.find_peer(hashlib.sha256(b"PRK").digest()) is None
    assert not read.expired(NOW)
    assert read.expired(NOW + DAY)


def test_agreements_hold_between_their_parties_in_their_time():
    """An agreement counts for two different parties and from its first to before its last instant."""
    directory = make_directory()
    assert directory.agreements_between("KOR", "JPN", NOW) == [AGREEMENT]
    for giver, receiver, at in (
        ("KOR", "USA", NOW),
        ("KOR", "KOR", NOW),
        ("KOR", "JPN", NOW - 1),
        ("KOR", "JPN", NOW + DAY),
    ):
        assert directory.agreements_between(giver, receiver, at) == []


def test_every_changed_byte_is_refused():
    """No byte of a signed directory can be flipped, dropped or added."""
    raw = sign_directory(make_directory(), AUTHORITY)
    for at in range(0, len(raw), 7):
        for bad in (
            raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :],
            raw[:at] + raw[at + 1 :],
            raw[:at] + b" " + raw[at:],
        ):
            with pytest.raises(TearlineError):
                verify_directory(bad, AUTHORITY.public)


def test_another_authority_is_refused():
    """A well-formed directory under another key is an integrity failure."""
    raw = sign_directory(make_directory(), make_signer("other", b"B" * 32))
    with pytest.raises(IntegrityError) as caught:
        verify_directory(raw, AUTHORITY.public)
    assert caught.value.code == "directory-signature"


def test_signed_but_not_canonical_is_refused():
    """Even under the right signature, doubled, unknown and reordered fields are not read (B3.1, B3.5)."""
    good = json.loads(msgspec.json.encode(make_directory(), order="sorted"))
    text = json.dumps(good, sort_keys=True, separators=(",", ":"))
    assert verify_directory(sign_unchecked(text.encode()), AUTHORITY.public)
    for bad in (
        json.dumps({**good, "note": "x"}, sort_keys=True, separators=(",", ":")),
        text.replace('"version":7', '"version":8,"version":7'),
        json.dumps(good, sort_keys=True),
        text.replace('"version":7', '"version":7.0'),
    ):
        with pytest.raises(MalformedError):
            verify_directory(sign_unchecked(bad.encode()), AUTHORITY.public)


@pytest.mark.parametrize(
    "changes",
    [
        {"members": {"KOR": make_record("JPN")}, "agreements": ()},
        {"members": {"kor": make_record("kor")}, "agreements": ()},
        {
            "members": {
                "KOR": make_record("KOR"),
                "JPN": make_record("JPN", stream_key=make_key("KORstream_key")),
            }
        },
        {"members": {"KOR": make_record("KOR", receipt_key=make_key("KORstream_key"))}, "agreements": ()},
        {
            "members": {
                "KOR": make_record("KOR"),
                "JPN": make_record("JPN", spki_sha256=hashlib.sha256(b"KOR").digest()),
            }
        },
        {"members": {"KOR": make_record("KOR", node="../x")}, "agreements": ()},
        {"members": {"KOR": make_record("KOR", address=Address("host\r\nx", 1))}, "agreements": ()},
        {"members": {"KOR": make_record("KOR", name="a\nb")}, "agreements": ()},
        {"members": {"KOR": make_record("KOR", codewords=("A\u202eB",))}, "agreements": ()},
        {"members": {"KOR": make_record("KOR")}},
        {"expires_at": NOW},
        {"agreements": (AGREEMENT, AGREEMENT)},
        {"agreements": (msgspec.structs.replace(AGREEMENT, parties=("KOR", "KOR")),)},
        {"agreements": (msgspec.structs.replace(AGREEMENT, highest={"KOR": "SECRET"}),)},
        {"agreements": (msgspec.structs.replace(AGREEMENT, valid_to=NOW),)},
    ],
)
def test_a_directory_that_contradicts_itself_is_neither_signed_nor_read(changes):
    """Shared keys, foreign names, unprintable text, half agreements: refused at both ends."""
    directory = make_directory(**changes)
    with pytest.raises(MalformedError):
        sign_directory(directory, AUTHORITY)
    with pytest.raises(MalformedError):
        verify_directory(sign_unchecked(msgspec.json.encode(directory, order="sorted")), AUTHORITY.public)


def test_versions_never_go_back(tmp_path):
    """A newer directory replaces, an older or a different one of the same version is refused, across restarts."""
    path = tmp_path / "directory.json"
    file = DirectoryFile(path, AUTHORITY.public)
    with pytest.raises(UsageError):
        file.current()
    seventh = sign_directory(make_directory(), AUTHORITY)
    assert file.take_over(seventh, NOW).version == 7
    assert file.take_over(seventh, NOW).version == 7
    file = DirectoryFile(path, AUTHORITY.public)
    for version, code in ((6, "directory-rollback"), (7, "directory-fork")):
        with pytest.raises(IntegrityError) as caught:
            file.take_over(sign_directory(make_directory(version=version, policy="OTHER"), AUTHORITY), NOW)
        assert caught.value.code == code
    assert file.take_over(sign_directory(make_directory(version=8), AUTHORITY), NOW).version == 8
    assert DirectoryFile(path, AUTHORITY.public).current().version == 8


def test_an_expired_directory_stays_in_force_but_admits_nobody(tmp_path):
    """Known links outlive the expiry; an expired newcomer changes nothing (DESIGN 11)."""
    path = tmp_path / "directory.json"
    DirectoryFile(path, AUTHORITY.public).take_over(sign_directory(make_directory(), AUTHORITY), NOW)
    later = NOW + 2 * DAY
    file = DirectoryFile(path, AUTHORITY.public)
    assert file.current().expired(later)
    with pytest.raises(IntegrityError) as caught:
        file.take_over(sign_directory(make_directory(version=8), AUTHORITY), later)
    assert caught.value.code == "directory-expired"
    assert file.current().version == 7


def test_a_torn_directory_file_stops_the_node(tmp_path):
    """Damage to the stored bytes is noticed at the next start."""
    path = tmp_path / "directory.json"
    DirectoryFile(path, AUTHORITY.public).take_over(sign_directory(make_directory(), AUTHORITY), NOW)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(MalformedError):
        DirectoryFile(path, AUTHORITY.public)
