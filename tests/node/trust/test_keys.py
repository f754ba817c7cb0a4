# SPDX-License-Identifier: Apache-2.0
"""Keys: created private, loaded whole, never shown."""

import os
import pickle
import stat

import pytest

from tearline.core.errors import MalformedError, UsageError
from tearline.node.trust import (
    create_signing_keys,
    create_tls_key,
    load_signer,
    load_signing_keys,
    load_tls_key,
    make_signer,
    verify_signature,
)


def test_key_files_are_private_whatever_the_umask(tmp_path):
    """Key files get mode 0600 and their folder 0700 even under a careless umask."""
    before = os.umask(0)
    try:
        create_signing_keys(tmp_path / "keys", "KOR/node-1")
        create_tls_key(tmp_path / "tls" / "tls.key")
    finally:
        os.umask(before)
    for path in (tmp_path / "keys", tmp_path / "tls"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in path.iterdir()} == {0o600}


def test_loaded_keys_are_the_created_ones_and_differ_by_role(tmp_path):
    """Each role has a key of its own, under its own name, and signs what its public half verifies."""
    made = create_signing_keys(tmp_path, "KOR/node-1")
    keys = load_signing_keys(tmp_path, "KOR/node-1")
    signers = [keys.stream, keys.receipt, keys.witness, keys.anchor]
    assert [s.name for s in signers] == [
        f"KOR/node-1/{r}" for r in ("stream", "receipt", "witness", "anchor")
    ]
    assert len({s.public for s in signers}) == 4
    assert keys.stream.public == made.stream.public
    signature = keys.stream.sign(b"text")
    assert verify_signature(keys.stream.public, b"text", signature)
    assert not verify_signature(keys.receipt.public, b"text", signature)
    assert not verify_signature(keys.stream.public, b"texts", signature)
    assert not verify_signature(b"short", b"text", signature)


def test_an_existing_key_is_never_replaced(tmp_path):
    """Creating keys twice is refused and leaves the first ones."""
    first = create_signing_keys(tmp_path, "n")
    with pytest.raises(UsageError) as caught:
        create_signing_keys(tmp_path, "n")
    assert caught.value.code == "key-exists"
    assert load_signing_keys(tmp_path, "n").stream.public == first.stream.public


def test_a_key_that_others_may_read_is_refused(tmp_path):
    """A key file with group or world rights is not used."""
    create_signing_keys(tmp_path, "n")
    (tmp_path / "stream.key").chmod(0o640)
    with pytest.raises(UsageError) as caught:
        load_signing_keys(tmp_path, "n")
    assert caught.value.code == "key-exposed"


def test_broken_missing_and_wrong_keys_are_refused_without_quoting_them(tmp_path):
    """An unreadable key file gives a stable code and none of its bytes."""
    path = tmp_path / "x.key"
    with pytest.raises(UsageError):
        load_signer(path, "x")
    path.touch(mode=0o600)
    path.write_bytes(b"-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n")
    with pytest.raises(MalformedError) as caught:
        load_signer(path, "x")
    assert "c2VjcmV0" not in str(caught.value)
    assert caught.value.__suppress_context__
    create_tls_key(tmp_path / "tls.key")
    load_tls_key(tmp_path / "tls.key")
    with pytest.raises(MalformedError):
        load_signer(tmp_path / "tls.key", "x")


def test_a_signer_shows_its_name_only():
    """Neither repr nor pickle gives a key away; a seeded signer is the same in every run."""
    signer = make_signer("KOR/node-1/stream", bytes(32))
    assert repr(signer) == "Signer('KOR/node-1/stream')"
    assert signer.public == make_signer("other", bytes(32)).public
    with pytest.raises(UsageError):
        pickle.dumps(signer)
    with pytest.raises(UsageError):
        make_signer("n", b"short")
