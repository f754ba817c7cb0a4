# SPDX-License-Identifier: Apache-2.0
"""Second factors at the doors: enrolled with the password, asked for at each sign-in, good once; passkeys by host name."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256, ES384
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from tearline.core.instants import SECOND
from tearline.edge.accounts import Passkey, webauthn
from tearline.edge.accounts.factors import TOTP_STEP_S, totp_code
from tests.edge.driver import HOST, PASSWORD, Client, Door, Sync

NAME = HOST.partition(":")[0]
ORIGIN = f"http://{HOST}"


class Authenticator:
    """A passkey in software, as a browser would speak for it."""

    def __init__(self, host: str = NAME, origin: str = ORIGIN) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential = b"credential of a test"
        self.host, self.origin, self.count, self.flags = host, origin, 0, 0x05
        self.kind, self.framed = "webauthn.get", False

    def client(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.framed}
        return json.dumps(told).encode()

    def data(self, extra: int = 0, tail: bytes = b"") -> bytes:
        self.count += 1
        head = hashlib.sha256(self.host.encode()).digest() + bytes([self.flags | extra])
        return head + self.count.to_bytes(4, "big") + tail

    def make(self, challenge: str) -> dict[str, str]:
        kind = ES256 if isinstance(self.key.curve, ec.SECP256R1) else ES384
        public = kind.from_cryptography_key(self.key.public_key())
        tail = AttestedCredentialData.create(bytes(16), self.credential, public)
        data = AuthenticatorData(self.data(0x40, bytes(tail)))
        return {
            "credential": webauthn.encode(self.credential),
            "client_data": webauthn.encode(self.client("webauthn.create", challenge)),
            "attestation": webauthn.encode(bytes(AttestationObject.create("none", data, {}))),
        }

    def use(self, challenge: str) -> dict[str, str]:
        client, data = self.client(self.kind, challenge), self.data()
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return {
            "credential": webauthn.encode(self.credential),
            "client_data": webauthn.encode(client),
            "authenticator_data": webauthn.encode(data),
            "signature": webauthn.encode(signature),
        }


def enter(door: Door, person: str = "kor.watch") -> Sync:
    client = Client(door, person)
    sync = Sync(client)
    assert sync.sign_in().status == 200
    return sync


def enrol_passkey(client: Sync, authenticator: Authenticator) -> Any:
    asked = client.post("/api/factors/passkey/begin").json
    made = authenticator.make(asked["challenge"])
    return client.post("/api/factors/passkey", made | {"name": "Key", "password": PASSWORD})


def test_a_code_is_owed_at_sign_in_and_good_once(kor: Door) -> None:
    client = enter(kor)
    begun = client.post("/api/factors/totp/begin").json
    secret = base64.b32decode(begun["secret"])
    now = kor.network.clock.system // SECOND // TOTP_STEP_S
    body = {"name": "Phone", "code": totp_code(secret, now), "password": "wrong-password"}
    assert client.post("/api/factors/totp", body).json["code"] == "sign-in-failed"
    assert client.post("/api/factors/totp", body | {"password": PASSWORD}).status == 200
    again = enter(kor)
    assert again.get("/api/session").json["stage"] == "factor"
    assert again.get("/api/inbox").json["code"] == "owes-factor"
    assert again.post("/api/session/factor", {"code": totp_code(secret, now)}).json["code"] == "factor-failed"
    kor.network.clock.system += 60 * SECOND
    passed = again.post("/api/session/factor", {"code": totp_code(secret, now + 2)})
    assert (passed.json["stage"], passed.json["posts"]) == ("", ["KOR-WATCH"])
    assert again.get("/api/inbox").status == 200


def test_codes_are_throttled_as_passwords_are(kor: Door) -> None:
    client = enter(kor)
    secret = base64.b32decode(client.post("/api/factors/totp/begin").json["secret"])
    now = kor.network.clock.system // SECOND // TOTP_STEP_S
    body = {"name": "Phone", "code": totp_code(secret, now), "password": PASSWORD}
    assert client.post("/api/factors/totp", body).status == 200
    again = enter(kor)
    answers = [again.post("/api/session/factor", {"code": "000000"}).status for _ in range(6)]
    assert answers == [401] * 5 + [429]
    fresh = enter(kor)  # the password is right again, and buys no tries at the code
    assert fresh.post("/api/session/factor", {"code": "000000"}).status == 429


def test_a_passkey_signs_in_at_its_host_name(kor: Door) -> None:
    client, authenticator = enter(kor), Authenticator()
    assert client.get("/api/factors").json["passkey_host"] == NAME
    assert enrol_passkey(client, authenticator).status == 200
    again = enter(kor)
    asked = again.post("/api/session/passkey/begin").json
    assert asked["known"] == [webauthn.encode(authenticator.credential)]
    used = authenticator.use(asked["challenge"])
    assert again.post("/api/session/passkey", used).json["stage"] == ""
    third = enter(kor)
    third.post("/api/session/passkey/begin")
    assert third.post("/api/session/passkey", used).json["code"] == "factor-failed"  # another challenge


def test_by_address_there_are_no_passkeys(kor: Door) -> None:
    client = enter(kor)
    origin = {"host": "127.0.0.1:8470", "origin": "http://127.0.0.1:8470"}
    answer = client.ask("POST", "/api/factors/passkey/begin", headers=origin)
    assert answer.json["code"] == "no-passkeys"


def test_the_last_factor_of_who_must_have_one_stays(kor: Door) -> None:
    admin = enter(kor, "kor.admin")
    record = {"person": "kor.watch", "posts": ["KOR-WATCH"], "duties": ["watch"], "second_factor": True}
    assert admin.post("/api/people", record).status == 200
    client = enter(kor)
    assert client.get("/api/session").json["stage"] == "enrol"
    assert client.get("/api/inbox").json["code"] == "owes-enrol"
    assert enrol_passkey(client, Authenticator()).status == 200
    assert client.get("/api/inbox").status == 200
    (factor,) = client.get("/api/factors").json["items"]
    target = f"/api/factors/{factor['id']}/remove"
    assert client.post(target, {"password": PASSWORD}).json["code"] == "last-factor"
    assert client.post("/api/factors/none/remove", {"password": PASSWORD}).status == 404


def answer_of(made: dict[str, str]) -> webauthn.Answer:
    raw = {name: webauthn.decode(value) for name, value in made.items()}
    return webauthn.Answer(**raw)


def new_answer_of(made: dict[str, str]) -> webauthn.NewAnswer:
    raw = {name: webauthn.decode(value) for name, value in made.items()}
    return webauthn.NewAnswer(**raw)


CHALLENGE = b"c" * 32
ASKED = webauthn.encode(CHALLENGE)


@pytest.fixture
def passkey() -> tuple[Authenticator, Passkey]:
    authenticator = Authenticator()
    made = new_answer_of(authenticator.make(ASKED))
    return authenticator, webauthn.check_new(made, challenge=CHALLENGE, host=NAME, origin_host=HOST)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"host": "elsewhere.localhost"}, "RP ID"),
        ({"origin": "http://elsewhere.localhost:8470"}, "origin"),
        ({"origin": "http://kor.example:8470"}, "origin"),
        ({"flags": 0x01}, "(?i)verified"),
        ({"flags": 0x04}, "Present"),
        ({"count": 0}, "counter"),
        ({"framed": True}, "inside another page"),
        ({"credential": b"another"}, "credential"),
        ({"key": ec.generate_private_key(ec.SECP256R1())}, "signature"),
    ],
)
def test_n5_an_answer_that_proves_nothing_is_refused(
    passkey: tuple[Authenticator, Passkey], change: dict[str, Any], why: str
) -> None:
    authenticator, known = passkey
    for name, value in change.items():
        setattr(authenticator, name, value)
    with pytest.raises(webauthn.PasskeyError, match=why):
        webauthn.check_use(answer_of(authenticator.use(ASKED)), known, challenge=CHALLENGE, origin_host=HOST)


def test_n5_an_answer_to_another_question_is_refused(passkey: tuple[Authenticator, Passkey]) -> None:
    authenticator, known = passkey
    used = answer_of(authenticator.use(webauthn.encode(b"d" * 32)))
    with pytest.raises(webauthn.PasskeyError, match="challenge"):
        webauthn.check_use(used, known, challenge=CHALLENGE, origin_host=HOST)
    authenticator.kind = "webauthn.create"
    made = answer_of(authenticator.use(ASKED))
    with pytest.raises(webauthn.PasskeyError, match="type"):
        webauthn.check_use(made, known, challenge=CHALLENGE, origin_host=HOST)
    authenticator.kind = "webauthn.get"
    good = webauthn.check_use(
        answer_of(authenticator.use(ASKED)), known, challenge=CHALLENGE, origin_host=HOST
    )
    assert good.sign_count > known.sign_count


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"host": "elsewhere.localhost"}, "RP ID"),
        ({"origin": "https://elsewhere.example"}, "origin"),
        ({"flags": 0x01}, "(?i)verified"),
        ({"framed": True}, "inside another page"),
        ({"key": ec.generate_private_key(ec.SECP384R1())}, "another kind"),
    ],
)
def test_n5_a_new_passkey_that_proves_nothing_is_refused(change: dict[str, Any], why: str) -> None:
    authenticator = Authenticator()
    for name, value in change.items():
        setattr(authenticator, name, value)
    made = new_answer_of(authenticator.make(ASKED))
    with pytest.raises(webauthn.PasskeyError, match=why):
        webauthn.check_new(made, challenge=CHALLENGE, host=NAME, origin_host=HOST)


def test_n5_a_new_passkey_goes_by_the_name_it_says(passkey: tuple[Authenticator, Passkey]) -> None:
    authenticator, _ = passkey
    made = new_answer_of(authenticator.make(ASKED))
    for changed in (
        msgspec.structs.replace(made, credential=b"another"),
        msgspec.structs.replace(made, attestation=made.attestation[:-9]),
        msgspec.structs.replace(made, attestation=b""),
        msgspec.structs.replace(made, client_data=b"[" * 5_000),
    ):
        with pytest.raises(webauthn.PasskeyError):
            webauthn.check_new(changed, challenge=CHALLENGE, host=NAME, origin_host=HOST)


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("kor.localhost:8470", "kor.localhost"),
        ("KOR.example", "kor.example"),
        ("127.0.0.1:1", ""),
        ("[::1]:1", ""),
    ],
)
def test_passkeys_belong_to_host_names(header: str, host: str) -> None:
    assert webauthn.find_host(header) == host
