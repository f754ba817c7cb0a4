# SPDX-License-Identifier: Apache-2.0
"""Passkeys (Web Authentication, Level 2): what a browser hands over is checked by python-fido2, and here what it leaves to us.

The library reads the answer and checks it (sections 7.1 and 7.2): kind, challenge, origin, host, that the person was present
and verified, the signature. Ours are the origins that count, pages inside other pages, which keys are taken (ES256, Ed25519),
and the counter. No attestation is asked for: a key's origin says nothing here; that its holder was signed in when it was
enrolled does. A passkey belongs to a host name, so there are none where the node is reached by address.

The library is imported when the first passkey is looked at: it takes a third of a second, and most nodes start without one.
"""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import msgspec
from cryptography.exceptions import InvalidSignature

from tearline.edge.accounts.factors import Passkey

if TYPE_CHECKING:
    from fido2.server import Fido2Server
    from fido2.webauthn import CollectedClientData

ES256, ED25519 = -7, -8


class PasskeyError(Exception):
    """An answer that proves nothing. Says what was wrong, for tests; its sender is told that it failed."""


class NewAnswer(msgspec.Struct, frozen=True):
    """What a browser hands over of a new passkey, decoded."""

    credential: bytes
    client_data: bytes
    attestation: bytes


class Answer(msgspec.Struct, frozen=True):
    """What a browser hands over of a passkey in use, decoded."""

    credential: bytes
    client_data: bytes
    authenticator_data: bytes
    signature: bytes


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


def check_new(answer: NewAnswer, *, challenge: bytes, host: str, origin_host: str) -> Passkey:
    """A passkey that was just made for this host by the person before the screen."""
    from fido2.webauthn import (
        AttestationObject,
        AuthenticatorAttestationResponse,
        CollectedClientData,
        RegistrationResponse,
    )

    with _refusing():
        client = CollectedClientData(answer.client_data)
        made = AuthenticatorAttestationResponse(
            client_data=client, attestation_object=AttestationObject(answer.attestation)
        )
        response = RegistrationResponse(raw_id=answer.credential, response=made)
        data = _server(host, origin_host).register_complete(_state(challenge), response)
        _refuse_framed(client)
        found = data.credential_data
        if found is None or found.credential_id != answer.credential:
            raise PasskeyError("another credential")
        if found.public_key[3] not in {ES256, ED25519}:
            raise PasskeyError("a key of another kind")
        with suppress(
            InvalidSignature
        ):  # the library reads what was cut short without a word: no point of its curve
            found.public_key.verify(b"", b"")
        return Passkey(answer.credential, bytes(found), data.counter, host)


def check_use(answer: Answer, passkey: Passkey, *, challenge: bytes, origin_host: str) -> Passkey:
    """The passkey with its counter as of now. A counter that did not go up is a copy's."""
    from fido2.webauthn import (
        AttestedCredentialData,
        AuthenticationResponse,
        AuthenticatorAssertionResponse,
        AuthenticatorData,
        CollectedClientData,
    )

    with _refusing():
        client = CollectedClientData(answer.client_data)
        data = AuthenticatorData(answer.authenticator_data)
        used = AuthenticatorAssertionResponse(
            client_data=client, authenticator_data=data, signature=answer.signature
        )
        response = AuthenticationResponse(raw_id=answer.credential, response=used)
        known = [AttestedCredentialData(passkey.public_key)]
        _server(passkey.host, origin_host).authenticate_complete(_state(challenge), known, response)
        _refuse_framed(client)
        if (data.counter or passkey.sign_count) and data.counter <= passkey.sign_count:
            raise PasskeyError("the counter did not go up")
        return msgspec.structs.replace(passkey, sign_count=data.counter)


@contextmanager
def _refusing() -> Iterator[None]:
    """Whatever the library makes of an answer from outside, the answer proves nothing."""
    try:
        yield
    except PasskeyError:
        raise
    except Exception as error:
        raise PasskeyError(str(error) or type(error).__name__) from error


def _server(host: str, origin_host: str) -> Fido2Server:
    from fido2.server import Fido2Server
    from fido2.webauthn import AttestationConveyancePreference, PublicKeyCredentialRpEntity

    rp = PublicKeyCredentialRpEntity(id=host, name="tearline")
    none = AttestationConveyancePreference.NONE
    return Fido2Server(rp, attestation=none, verify_origin=lambda origin: _is_own(origin, origin_host))


def _state(challenge: bytes) -> dict[str, Any]:
    """As the library keeps it between question and answer; ours lies with the session, good for two minutes and once."""
    from fido2.utils import websafe_encode
    from fido2.webauthn import UserVerificationRequirement

    verified = UserVerificationRequirement.REQUIRED
    return {"challenge": websafe_encode(challenge), "user_verification": verified}


def _is_own(origin: str, origin_host: str) -> bool:
    """The page that was asked is of this host: reached by TLS, or on this machine."""
    scheme, _, where = origin.partition("://")
    local = where.partition(":")[0].rpartition(".")[2] == "localhost"
    return where == origin_host and (scheme == "https" or (scheme == "http" and local))


def _refuse_framed(client: CollectedClientData) -> None:
    if client.cross_origin:
        raise PasskeyError("answered inside another page")
