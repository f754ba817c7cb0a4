# SPDX-License-Identifier: Apache-2.0
"""The exercise's authority: vouches for TLS keys and signs the directory.

Guarantees:
- a member's certificate serves both ends of its links, names the node (``tearline://kor/node-1``) for people's
  eyes, and can't sign another; who a peer is follows from its key in the directory, never from a name (B4.1);
- a directory is checked as its readers check it before it is signed.

The authority never sees a member's private key. Its own two keys lie in one folder that no node needs.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tearline.core.errors import MalformedError, UsageError
from tearline.core.ids import Member, check_id
from tearline.core.instants import DAY, HOUR, Instant, to_datetime
from tearline.node.trust.directory import Directory, sign_directory
from tearline.node.trust.keys import (
    Signer,
    create_signing_key,
    create_tls_key,
    load_signer,
    load_tls_key,
)

CA_LIFETIME = 3650 * DAY
CERTIFICATE_LIFETIME = 365 * DAY
CLOCK_SKEW = HOUR

_CA_KEY, _CA_CERTIFICATE, _DIRECTORY_KEY = "ca.key", "ca.pem", "directory.key"


class Authority:
    """One CA and one directory key; every node is given ``certificate`` (PEM) and ``public`` by hand."""

    def __init__(
        self, ca_key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate, signer: Signer
    ) -> None:
        if certificate.public_key() != ca_key.public_key():
            raise UsageError("wrong-key", "the authority's certificate belongs to another key")
        self._key = ca_key
        self._certificate = certificate
        self._signer = signer
        self.certificate = certificate.public_bytes(serialization.Encoding.PEM)
        self.public = signer.public

    def issue(
        self,
        member: Member,
        node: str,
        *,
        key: ec.EllipticCurvePublicKey,
        not_before: Instant,
        not_after: Instant,
    ) -> bytes:
        """The certificate (PEM) of a member's TLS key, for listening and for calling."""
        if not isinstance(key.curve, ec.SECP384R1):
            raise MalformedError("bad-key", f"the TLS key of {member} is not on P-384")
        place = check_id("member", member).lower()
        builder = _begin(f"{member} {node}", key, not_before=not_before, not_after=not_after)
        for extension, critical in _leaf_extensions(place, node):
            builder = builder.add_extension(extension, critical=critical)
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = builder.issuer_name(self._certificate.subject).add_extension(identifier, critical=False)
        return builder.sign(self._key, hashes.SHA384()).public_bytes(serialization.Encoding.PEM)

    def issue_for(self, member: Member, node: str, *, key: ec.EllipticCurvePublicKey, now: Instant) -> bytes:
        """A certificate for the usual time, with an hour's grace for clocks that lag."""
        not_after = Instant(now + CERTIFICATE_LIFETIME)
        return self.issue(member, node, key=key, not_before=Instant(now - CLOCK_SKEW), not_after=not_after)

    def sign_directory(self, directory: Directory) -> bytes:
        """The signed bytes of a directory; MalformedError if it doesn't hold together."""
        return sign_directory(directory, self._signer)


def create_authority(folder: Path, *, now: Instant) -> Authority:
    """A fresh authority in ``folder``; refused where there is one already."""
    create_tls_key(folder / _CA_KEY)
    create_signing_key(folder / _DIRECTORY_KEY)
    certificate = _self_sign(load_tls_key(folder / _CA_KEY), now)
    (folder / _CA_CERTIFICATE).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return load_authority(folder)


def load_authority(folder: Path) -> Authority:
    """The authority whose files lie in ``folder``."""
    try:
        certificate = x509.load_pem_x509_certificate((folder / _CA_CERTIFICATE).read_bytes())
    except (OSError, ValueError) as error:
        raise UsageError("no-authority", "the authority's certificate can't be read") from error
    return Authority(
        load_tls_key(folder / _CA_KEY),
        certificate,
        load_signer(folder / _DIRECTORY_KEY, "authority/directory"),
    )


def spki_sha256(key: ec.EllipticCurvePublicKey) -> bytes:
    """The hash that pins a TLS key in the directory."""
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).digest()


def _self_sign(key: ec.EllipticCurvePrivateKey, now: Instant) -> x509.Certificate:
    name = _name("exercise authority")
    usage = _usage(signs_certificates=True)
    not_after = Instant(now + CA_LIFETIME)
    builder = _begin(
        "exercise authority", key.public_key(), not_before=Instant(now - CLOCK_SKEW), not_after=not_after
    )
    return (
        builder.issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA384())
    )


def _begin(
    name: str, key: ec.EllipticCurvePublicKey, *, not_before: Instant, not_after: Instant
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_whole_second(not_before))
        .not_valid_after(_whole_second(not_after))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _leaf_extensions(place: str, node: str) -> list[tuple[x509.ExtensionType, bool]]:
    names: list[x509.GeneralName] = [
        x509.UniformResourceIdentifier(f"tearline://{place}/{node}"),
        x509.DNSName(f"{place}.localhost"),
        x509.DNSName("localhost"),
        x509.IPAddress(ip_address("127.0.0.1")),
        x509.IPAddress(ip_address("::1")),
    ]
    both = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
    return [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_usage(signs_certificates=False), True),
        (both, False),
        (x509.SubjectAlternativeName(names), False),
    ]


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "tearline exercise"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _whole_second(instant: Instant) -> datetime:
    return to_datetime(instant).replace(microsecond=0)
