# SPDX-License-Identifier: Apache-2.0
"""Passkeys (Web Authentication, Level 2): what a browser hands over is checked here, with nothing but signatures and hashes.

Only what this node asks for is understood: ES256 and Ed25519 keys, no attestation. A key's origin says nothing here; that its
holder was signed in when it was enrolled does. A passkey belongs to a host name, so there are none where the node is reached
by address. Checked of each answer (sections 7.1 and 7.2): kind, challenge, origin, host, that its user was present and
verified, the signature, and that the counter went up where the passkey counts.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from tearline.edge.accounts.factors import Passkey

ES256, ED25519 = -7, -8
PRESENT, VERIFIED, WITH_CREDENTIAL = 0x01, 0x04, 0x40
HEAD_BYTES = 37  # host's hash, flags, counter
ID_START = HEAD_BYTES + 16 + 2  # after the authenticator's model and the length of the id
ID_MAX_BYTES = 1_023


class PasskeyError(Exception):
    """An answer that proves nothing. Says what was wrong, for tests; its sender is told that it failed."""


class Answer(msgspec.Struct, frozen=True):
    """What a browser hands over, decoded: of a new passkey (``public_key``) or of one in use (``signature``)."""

    credential: bytes
    client_data: bytes
    authenticator_data: bytes
    public_key: bytes = b""
    signature: bytes = b""


def find_host(host_header: str) -> str:
    """The host name that passkeys here belong to; empty where the node is reached by address."""
    name = host_header.rpartition("]")[0].lstrip("[") or host_header.partition(":")[0]
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name.lower()
    return ""


def decode(text: str) -> bytes:
    """Unpadded base64url, as browsers write it; ``PasskeyError`` where it isn't."""
    try:
        return base64.b64decode(text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise PasskeyError("not base64url") from error


def encode(raw: bytes) -> str:
    """The same, the other way."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def check_new(answer: Answer, *, challenge: bytes, host: str, origin_host: str) -> Passkey:
    """A passkey that was just made for this host by the person before the screen."""
    _check_client(answer.client_data, "webauthn.create", challenge, origin_host)
    counter = _check_authenticator(answer.authenticator_data, host, needs=WITH_CREDENTIAL)
    data = answer.authenticator_data
    length = int.from_bytes(data[HEAD_BYTES + 16 : ID_START], "big")
    if not 0 < length <= ID_MAX_BYTES or data[ID_START : ID_START + length] != answer.credential:
        raise PasskeyError("another credential")
    _load_key(answer.public_key)
    return Passkey(answer.credential, answer.public_key, counter, host)


def check_use(answer: Answer, passkey: Passkey, *, challenge: bytes, origin_host: str) -> Passkey:
    """The passkey with its counter as of now. A counter that did not go up is a copy's."""
    _check_client(answer.client_data, "webauthn.get", challenge, origin_host)
    counter = _check_authenticator(answer.authenticator_data, passkey.host)
    if not hmac.compare_digest(answer.credential, passkey.credential):
        raise PasskeyError("another credential")
    signed = answer.authenticator_data + hashlib.sha256(answer.client_data).digest()
    _check_signature(passkey.public_key, answer.signature, signed)
    if (counter or passkey.sign_count) and counter <= passkey.sign_count:
        raise PasskeyError("the counter did not go up")
    return msgspec.structs.replace(passkey, sign_count=counter)


def _check_client(raw: bytes, kind: str, challenge: bytes, origin_host: str) -> None:
    try:
        data: Any = json.loads(raw)
        told = (data["type"], decode(data["challenge"]), data["origin"])
    except (ValueError, KeyError, TypeError) as error:
        raise PasskeyError("client data can't be read") from error
    scheme, _, where = str(told[2]).partition("://")
    local = where.partition(":")[0].rpartition(".")[2] == "localhost"
    if told[0] != kind or not hmac.compare_digest(told[1], challenge):
        raise PasskeyError("another question was answered")
    if where != origin_host or (scheme != "https" and not (scheme == "http" and local)):
        raise PasskeyError("answered to another page")
    if data.get("crossOrigin"):
        raise PasskeyError("answered inside another page")


def _check_authenticator(data: bytes, host: str, *, needs: int = 0) -> int:
    """The counter."""
    if len(data) < HEAD_BYTES or not hmac.compare_digest(data[:32], hashlib.sha256(host.encode()).digest()):
        raise PasskeyError("another host")
    wanted = PRESENT | VERIFIED | needs
    if data[32] & wanted != wanted:
        raise PasskeyError("nobody was there, or nobody was verified")
    return int.from_bytes(data[33:HEAD_BYTES], "big")


def _load_key(raw: bytes) -> ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey:
    try:
        key = serialization.load_der_public_key(raw)
    except (ValueError, TypeError) as error:
        raise PasskeyError("no key") from error
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    raise PasskeyError("a key of another kind")


def _check_signature(public_key: bytes, signature: bytes, signed: bytes) -> None:
    key = _load_key(public_key)
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, signed)
        else:
            key.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise PasskeyError("not signed by this passkey") from error
