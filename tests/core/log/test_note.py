# SPDX-License-Identifier: Apache-2.0
"""Notes, checkpoints and cosignatures against published examples, and against tampering."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tearline.core.errors import IntegrityError, MalformedError
from tearline.core.log import (
    COSIGNATURE_V1,
    Checkpoint,
    cosign,
    make_cosignature_verifier,
    make_cosigner,
    make_signer,
    make_verifier,
    parse_checkpoint,
    parse_note,
    parse_signatures,
    parse_verifier,
    print_checkpoint,
    print_verifier,
    read_cosignature_time,
    sign_note,
    verify_note,
    verify_signatures,
)

# From the documentation of Go's golang.org/x/mod/sumdb/note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# From c2sp.org/tlog-cosignature.
SOFA = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/"
    "5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/"
    "zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
KEY, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
PUBLIC, OTHER_PUBLIC = (key.public_key().public_bytes_raw() for key in (KEY, OTHER))
SIGNER = make_signer("KOR/n1/journal", PUBLIC, KEY.sign)
VERIFIER = make_verifier("KOR/n1/journal", PUBLIC)
COSIGNER = make_cosigner("JPN/n1/witness", PUBLIC, KEY.sign)
COSIGNATURES = make_cosignature_verifier("JPN/n1/witness", PUBLIC)
TEXT = print_checkpoint(Checkpoint("KOR/n1/journal", 7, bytes(range(32))))


def test_go_key_and_note():
    """The key that Go's documentation publishes has the key id it states, and verifies the note it signed."""
    verifier = parse_verifier(GO_KEY)
    assert (verifier.name, verifier.key_id.hex()) == ("PeterNeumann", "c74f20a3")
    assert verify_note(GO_NOTE, [verifier]) == GO_NOTE[: GO_NOTE.index("\n\n") + 1]


def test_c2sp_example():
    """The specification's example checkpoint is read; its cosignature states the time that the text beside it names."""
    note = parse_note(SOFA)
    checkpoint = parse_checkpoint(note.text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert print_checkpoint(checkpoint) == note.text
    assert read_cosignature_time(note.signatures[1]) == 1679315147


def test_a2_no_byte_of_a_signed_note_can_change():
    """Whatever character is flipped, the note is refused."""
    raw = sign_note(TEXT, SIGNER)
    assert verify_note(raw, [VERIFIER]) == TEXT
    encoded = raw.encode()
    for at in range(len(encoded)):
        for bit in (0x01, 0x02, 0x04, 0x20, 0x80):
            mutant = encoded[:at] + bytes([encoded[at] ^ bit]) + encoded[at + 1 :]
            with pytest.raises((IntegrityError, MalformedError)):
                verify_note(mutant.decode(errors="surrogateescape"), [VERIFIER])


def test_unknown_keys_are_passed_over_and_wrong_ones_are_fatal():
    """One known right signature is needed; unknown ones don't count; a known wrong one refuses all."""
    stranger = make_signer("KOR/n1/journal", OTHER_PUBLIC, OTHER.sign)
    assert verify_note(sign_note(TEXT, stranger, SIGNER), [VERIFIER]) == TEXT
    with pytest.raises(IntegrityError, match="no known key"):
        verify_note(sign_note(TEXT, stranger), [VERIFIER])
    liar = make_signer("JPN/n1/x", OTHER_PUBLIC, KEY.sign)
    verifiers = [VERIFIER, make_verifier("JPN/n1/x", OTHER_PUBLIC)]
    with pytest.raises(IntegrityError, match="does not belong"):
        verify_note(sign_note(TEXT, SIGNER, liar), verifiers)


def test_cosignature_binds_text_and_time():
    """A cosignature is verified over its own time; no other text, time, or kind of signature passes."""
    line = cosign(TEXT, COSIGNER, time_s=1679315147)
    (signature,) = parse_signatures(line)
    assert verify_signatures(TEXT, [signature], [COSIGNATURES]) == [signature]
    assert read_cosignature_time(signature) == 1679315147
    for at in range(len(signature.value)):
        value = bytearray(signature.value)
        value[at] ^= 1
        with pytest.raises(IntegrityError):
            verify_signatures(TEXT, [signature.__replace__(value=bytes(value))], [COSIGNATURES])
    with pytest.raises(IntegrityError):
        verify_signatures(TEXT.replace("7", "8", 1), [signature], [COSIGNATURES])


def test_one_key_two_kinds_of_signature():
    """A note's signature never passes for a cosignature of the same name and key, nor the other way round."""
    assert COSIGNER.key_id != make_signer("JPN/n1/witness", PUBLIC, KEY.sign).key_id
    (plain,) = parse_note(sign_note(TEXT, SIGNER)).signatures
    (timed,) = parse_signatures(cosign(TEXT, COSIGNER, time_s=1))
    assert not COSIGNATURES.verify(TEXT.encode(), bytes(8) + plain.value)
    assert not VERIFIER.verify(TEXT.encode(), timed.value[8:])
    assert not VERIFIER.verify(TEXT.encode(), timed.value)


def test_printed_keys():
    """Both kinds of key are printed and read; a key id that belongs to something else is refused."""
    printed = print_verifier("JPN/n1/witness", PUBLIC, algorithm=COSIGNATURE_V1)
    assert parse_verifier(printed).key_id == COSIGNATURES.key_id
    assert parse_verifier(print_verifier("KOR/n1/journal", PUBLIC)).key_id == VERIFIER.key_id
    for bad in (
        printed.replace("JPN", "KOR"),
        printed[:-4],
        "x+00000000+",
        "",
        GO_KEY + "\n",
        GO_KEY.upper(),
    ):
        with pytest.raises(MalformedError):
            parse_verifier(bad)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\nno dash\n",
        "text\n\n— name AAAA\n",
        "text\n\n— name AAAAAAAA",
        "text\n\n— na+me AAAAAAAA\n",
        "text\n\n—  AAAAAAAA\n",
        "text\n\n— name AAAAAAB=\n",
        "text\n\n— name AAAAAA\n",
        "te\txt\n\n— name AAAAAAAA\n",
        "te\rxt\n\n— name AAAAAAAA\n",
        "text\n\n— name AAAAAAAA\n\n",
        "text\n\n- name AAAAAAAA\n",
        "t\udc80\n\n— name AAAAAAAA\n",
        "text\n\n" + "— name AAAAAAAA\n" * 65,
        "x" * 70_000 + "\n\n— name AAAAAAAA\n",
    ],
)
def test_malformed_notes_are_refused(raw):
    """What isn't a note isn't read."""
    with pytest.raises(MalformedError):
        parse_note(raw)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n1\n",
        "o\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "o\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "o\n+1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "o\n\u0661\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "o\n9999999999999999999\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n",
        "o\n1\nAAAA\n",
        "o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nextension\n",
        "\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "o o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "o" * 300 + "\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
    ],
)
def test_malformed_checkpoints_are_refused(text):
    """A checkpoint has one spelling."""
    with pytest.raises(MalformedError):
        parse_checkpoint(text)
