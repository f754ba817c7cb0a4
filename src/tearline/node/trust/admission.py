# SPDX-License-Identifier: Apache-2.0
"""How a node joins a network: it applies with its public keys, and the network's authority admits it with a new directory.

1. The node to be makes its keys, and an *application*: the record it asks to have in the directory, signed by its stream key.
2. Whoever keeps the authority compares the application's letters with the applicant over another way, and admits: a new version
   of the directory with that record, and a certificate for the applicant's TLS key. Private keys never move.
3. The applicant checks the *admission*: signed by the authority that it names, holding exactly what was applied for.

Which authority that is, no file can prove to somebody who has none yet: a person compares its letters (``print_authority``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import Meta

from tearline.core.canon import decode_canonical, digest, encode_canonical, word_of
from tearline.core.errors import IntegrityError, MalformedError, UsageError
from tearline.core.instants import Instant
from tearline.node.trust.authority import Authority, spki_sha256
from tearline.node.trust.directory import (
    Agreement,
    Directory,
    MemberRecord,
    Signs,
    check_record,
    verify_directory,
)
from tearline.node.trust.keys import verify_signature

ADMISSION_MAX_BYTES = 6 * 1024 * 1024  # the largest directory, in base64
APPLICATION_MAX_BYTES = 64 * 1024
LETTERS = 16
_Text = Annotated[str, Meta(max_length=20_000)]


class Application(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``record``: what the directory is to say; ``tls_key``: DER, as the certificate is to certify; ``packs``: the policies."""

    record: MemberRecord
    tls_key: Annotated[bytes, Meta(max_length=1_024)]
    packs: Annotated[bytes, Meta(min_length=32, max_length=32)]
    form: int = 1


class _Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    application: msgspec.Raw
    signature: Annotated[bytes, Meta(min_length=64, max_length=64)]


class Admission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The signed directory, a certificate, and by whom: the authority's own certificate and its public key."""

    directory: Annotated[bytes, Meta(max_length=ADMISSION_MAX_BYTES)]
    certificate: _Text
    authority_certificate: _Text
    authority_key: Annotated[bytes, Meta(min_length=32, max_length=32)]
    form: int = 1


def make_application(
    record: MemberRecord, tls: ec.EllipticCurvePublicKey, packs: bytes, signer: Signs
) -> bytes:
    """The application's bytes, signed by the stream key that stands in ``record``."""
    der = tls.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    inner = encode_canonical(Application(record, der, packs))
    return encode_canonical(_Signed(msgspec.Raw(inner), signer.sign(_message(inner))))


def read_application(raw: bytes) -> Application:
    """The application in ``raw``, whose signer holds its stream key; else MalformedError or IntegrityError."""
    signed: _Signed = decode_canonical(raw, _Signed, max_bytes=APPLICATION_MAX_BYTES)
    inner = bytes(signed.application)
    made: Application = decode_canonical(inner, Application, max_bytes=APPLICATION_MAX_BYTES)
    check_record(made.record)
    if not verify_signature(made.record.stream_key, _message(inner), signed.signature):
        raise IntegrityError("application-signature", "the application is not signed by the key it names")
    if spki_sha256(load_tls_public(made.tls_key)) != made.record.spki_sha256:
        raise IntegrityError("application-key", "the application pins another TLS key than it shows")
    return made


def print_application(raw: bytes) -> str:
    """Letters by which two people make sure over another way that they speak of the same application."""
    return word_of(digest("tearline/application", raw), LETTERS)


def print_authority(key: bytes) -> str:
    """Letters by which a person knows the network's authority."""
    return word_of(hashlib.sha256(key).digest(), LETTERS)


def admit_applicant(
    authority: Authority, current: Directory, raw: bytes, agreements: Sequence[Agreement], now: Instant
) -> tuple[bytes, bytes]:
    """The next directory and the admission; refused where the member is in the directory, or has other policies."""
    made = read_application(raw)
    member = made.record.code
    if member in current.members:
        advice = "Take its record out of the directory first, if this is a new node of the same member."
        raise UsageError("member-known", f"{member} is in the directory already", advice)
    if made.packs != current.packs:
        raise UsageError("other-packs", f"{member} applies with other policy packs than the network's")
    following = msgspec.structs.replace(
        current,
        version=current.version + 1,
        issued_at=now,
        members={**current.members, member: made.record},
        agreements=(*current.agreements, *agreements),
    )
    signed = authority.sign_directory(following)
    key = load_tls_public(made.tls_key)
    certificate = authority.issue_for(member, made.record.node, key=key, now=now).decode()
    admission = Admission(signed, certificate, authority.certificate.decode(), authority.public)
    return signed, encode_canonical(admission)


def name_packs(authority: Authority, current: Directory, packs: bytes, now: Instant) -> bytes:
    """The next directory, which names other policy packs: those that members are to adopt and applicants to have."""
    if packs == current.packs:
        raise UsageError("same-packs", "the directory names these policies already")
    following = msgspec.structs.replace(current, version=current.version + 1, issued_at=now, packs=packs)
    return authority.sign_directory(following)


def read_admission(raw: bytes, applied: Application, now: Instant) -> tuple[Admission, Directory]:
    """The admission in ``raw`` if it grants exactly what was applied for; IntegrityError or MalformedError says what not."""
    admission: Admission = decode_canonical(raw, Admission, max_bytes=ADMISSION_MAX_BYTES)
    directory = verify_directory(admission.directory, admission.authority_key)
    member = applied.record.code
    if directory.members.get(member) != applied.record:
        raise IntegrityError(
            "other-application", f"this admission is not the answer to this node's application as {member}"
        )
    if directory.packs != applied.packs:
        raise IntegrityError("other-packs", "the network runs other policies than came with this program")
    if directory.expired(now):
        raise IntegrityError("directory-expired", "the directory in this admission has expired")
    _check_certificate(admission, applied.tls_key)
    return admission, directory


def load_tls_public(der: bytes) -> ec.EllipticCurvePublicKey:
    """A TLS key on P-384."""
    try:
        key = serialization.load_der_public_key(der)
    except (ValueError, TypeError) as error:
        raise MalformedError("bad-key", "the TLS key can't be read") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP384R1):
        raise MalformedError("bad-key", "the TLS key is not on P-384")
    return key


def _check_certificate(admission: Admission, tls_key: bytes) -> None:
    try:
        own = x509.load_pem_x509_certificate(admission.certificate.encode())
        issuer = x509.load_pem_x509_certificate(admission.authority_certificate.encode())
        own.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature) as error:
        raise IntegrityError("bad-certificate", "the certificate is not one of this authority") from error
    shown = own.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    if shown != tls_key:
        raise IntegrityError("bad-certificate", "the certificate is of another key")


def _message(inner: bytes) -> bytes:
    return digest("tearline/application/1", inner)
