# SPDX-License-Identifier: Apache-2.0
"""TLS of links between members: 1.3 only, certificates at both ends, the peer's key pinned by the directory.

Guarantees:
- the authority's certificate is the only root; the machine's trust store and environment decide nothing;
- a caller looks at the listener's key at the end of the handshake and sends no request byte to another key
  (assurance B4.1, B4.3): another member's valid certificate is refused as a stranger's is;
- no session outlives its connection, so a removed peer can't resume one (B4.10).
"""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tearline.core.errors import UsageError
from tearline.core.instants import Instant, from_datetime


class TlsFiles(msgspec.Struct, frozen=True):
    """What a node's network side holds for its links: the authority's certificate, its own, and its key."""

    authority: Path
    certificate: Path
    key: Path


class WrongKeyError(ssl.SSLCertVerificationError):
    """Somebody else answers at a peer's address."""


@lru_cache(maxsize=1024)
def read_spki_sha256(certificate: bytes) -> bytes:
    """The hash of the public key in a certificate (DER): the whole of a peer's identity."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()


@lru_cache(maxsize=1024)
def read_expiry(certificate: bytes) -> Instant:
    """Until when a certificate (DER) holds."""
    return from_datetime(x509.load_der_x509_certificate(certificate).not_valid_after_utc)


def read_own_expiry(files: TlsFiles) -> Instant:
    """Until when the certificate that this node shows on its links holds."""
    found = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    return from_datetime(found.not_valid_after_utc)


def make_listening_context(files: TlsFiles) -> ssl.SSLContext:
    """For the federation listener: a client certificate of the authority is required."""
    context = _load(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), files)
    context.verify_mode = ssl.CERT_REQUIRED
    context.num_tickets = 0
    return context


def make_calling_context(files: TlsFiles, pin: Callable[[], bytes | None]) -> ssl.SSLContext:
    """For calling one peer; ``pin`` is asked at each handshake, so a changed directory holds at once."""
    context = _load(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), files)
    context.sslobject_class = _make_pinned(pin)
    return context


def _load(context: ssl.SSLContext, files: TlsFiles) -> ssl.SSLContext:
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_3
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT
    try:
        context.load_verify_locations(cafile=files.authority)
        context.load_cert_chain(files.certificate, files.key)
    except (OSError, ssl.SSLError) as error:
        advice = "Ask the authority for a certificate of this node's key."
        raise UsageError("tls-files", "the files for links can't be used", advice) from error
    return context


def _make_pinned(pin: Callable[[], bytes | None]) -> type[ssl.SSLObject]:
    class PinnedObject(ssl.SSLObject):
        """Ends a handshake with any key but the pinned one."""

        def do_handshake(self) -> None:
            super().do_handshake()
            certificate: Any = self.getpeercert(binary_form=True)
            if not certificate or read_spki_sha256(certificate) != pin():
                raise WrongKeyError("the listener's key is not the one in the directory")

    return PinnedObject
