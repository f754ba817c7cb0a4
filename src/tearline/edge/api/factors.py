# SPDX-License-Identifier: Apache-2.0
"""Second factors: enrol and remove one's own, and give one at sign-in. Failures count by person, apart from passwords.

A passkey belongs to the host name under which the node is reached; by address there are none, and the answer says so.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from anyio.to_thread import run_sync
from litestar import get, post
from litestar.params import FromPath, JSONBody

from tearline.core.errors import LimitError
from tearline.core.instants import print_iso
from tearline.edge.accounts import TOTP_SECRET_BYTES, Factor, Passkey, find_step, totp_address, webauthn
from tearline.edge.api.caller import WHILE_OWING, Caller, caller_of
from tearline.edge.api.problems import AnyRequest, Problem, found
from tearline.edge.api.sessions import NOBODY, SessionOut, describe_session, is_password
from tearline.edge.api.shapes import Done

Text = Annotated[str, msgspec.Meta(max_length=4_096)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Code = Annotated[str, msgspec.Meta(max_length=10)]
TOTP, NEW_KEY, USE_KEY = "totp", "new passkey", "use passkey"
_ENROL = {WHILE_OWING: ("enrol",)}
_GIVE = {WHILE_OWING: ("factor",)}


class FactorOut(msgspec.Struct, frozen=True):
    """A factor: ``totp`` or ``passkey``."""

    id: str
    kind: str
    name: str
    added: str


class FactorsOut(msgspec.Struct, frozen=True):
    """One's own, oldest first. ``passkey_host``: the name that passkeys made here belong to; empty: none can be made."""

    items: tuple[FactorOut, ...]
    passkey_host: str
    required: bool


class TotpBegun(msgspec.Struct, frozen=True):
    """What goes into an authenticator: as an address, or typed. Shown now and never again."""

    secret: str
    address: str


class TotpIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first code of a new source, and the password in force."""

    name: Name
    code: Code
    password: Text = ""


class CodeIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code at sign-in."""

    code: Code


class PasskeyAsked(msgspec.Struct, frozen=True):
    """What the browser is asked with; bytes in base64url. ``known``: passkeys the person has for this host."""

    challenge: str
    host: str
    person: str
    user: str
    known: tuple[str, ...]


class NewPasskeyIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the browser made, in base64url, and the password in force."""

    name: Name
    credential: Text
    client_data: Text
    attestation: Text
    password: Text = ""


class PasskeyIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the browser signed, in base64url."""

    credential: Text
    client_data: Text
    authenticator_data: Text
    signature: Text


class Remove(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The password in force."""

    password: Text


def _out(factor: Factor) -> FactorOut:
    return FactorOut(factor.id, factor.kind, factor.name, print_iso(factor.added))


@get("/api/factors", opt=_ENROL)
async def list_factors(request: AnyRequest) -> FactorsOut:
    """One's own second factors."""
    caller = caller_of(request)
    person = caller.session.person
    items = await run_sync(caller.services.accounts.list_factors, person)
    required = await run_sync(caller.services.gate.must_have_factor, person)
    return FactorsOut(tuple(map(_out, items)), _host(request), required)


@post("/api/factors/totp/begin", status_code=200, opt=_ENROL)
async def begin_totp(request: AnyRequest) -> TotpBegun:
    """A fresh secret for an authenticator; good for two minutes, until its first code is given."""
    caller = caller_of(request)
    now = caller.services.clock.now()
    secret = caller.services.accounts.begin(caller.session.name, TOTP, now, TOTP_SECRET_BYTES)
    address = totp_address(secret, caller.session.person, f"tearline {caller.member}")
    return TotpBegun(address.partition("secret=")[2].partition("&")[0], address)


@post("/api/factors/totp", status_code=200, opt=_ENROL)
async def add_totp(data: JSONBody[TotpIn], request: AnyRequest) -> FactorOut:
    """Enrol the source of codes whose first code this is."""
    caller = caller_of(request)
    await _check_owner(caller, request, data.password)
    accounts, now = caller.services.accounts, caller.services.clock.now()
    secret = accounts.look(caller.session.name, TOTP, now)
    if secret is None or find_step(secret, data.code.replace(" ", ""), now) is None:
        raise Problem("factor-failed")
    accounts.take(caller.session.name, TOTP, now)
    return await _add(caller, lambda: accounts.add_totp(caller.session.person, data.name, secret, now))


@post("/api/factors/passkey/begin", status_code=200, opt=_ENROL)
async def begin_passkey(request: AnyRequest) -> PasskeyAsked:
    """What the browser is asked to make a passkey with."""
    return await _ask(caller_of(request), request, NEW_KEY)


@post("/api/factors/passkey", status_code=200, opt=_ENROL)
async def add_passkey(data: JSONBody[NewPasskeyIn], request: AnyRequest) -> FactorOut:
    """Enrol a passkey that the browser just made."""
    caller, host = caller_of(request), _host(request)
    await _check_owner(caller, request, data.password)
    accounts, now = caller.services.accounts, caller.services.clock.now()
    challenge = accounts.take(caller.session.name, NEW_KEY, now)
    try:
        answer = webauthn.NewAnswer(
            webauthn.decode(data.credential),
            webauthn.decode(data.client_data),
            webauthn.decode(data.attestation),
        )
        passkey = webauthn.check_new(
            answer, challenge=challenge or _nothing(), host=host, origin_host=request.headers.get("host", "")
        )
    except webauthn.PasskeyError as error:
        raise Problem("factor-failed") from error
    return await _add(caller, lambda: accounts.add_passkey(caller.session.person, data.name, passkey, now))


@post("/api/factors/{factor_id:str}/remove", status_code=200)
async def remove_factor(factor_id: FromPath[str], data: JSONBody[Remove], request: AnyRequest) -> Done:
    """Remove one of one's own factors; the last one stays where the record asks for a second factor."""
    caller = caller_of(request)
    person = caller.session.person
    await _check_owner(caller, request, data.password)
    factors = await run_sync(caller.services.accounts.list_factors, person)
    found(next((f for f in factors if f.id == factor_id), None))
    if len(factors) == 1 and await run_sync(caller.services.gate.must_have_factor, person):
        raise Problem("last-factor")
    await run_sync(caller.services.accounts.remove_factor, person, factor_id)
    return Done()


@post("/api/session/factor", status_code=200, opt=_GIVE)
async def give_code(data: JSONBody[CodeIn], request: AnyRequest) -> SessionOut:
    """Finish signing in with a code; each is good once."""
    caller = caller_of(request)
    accounts, now, person = caller.services.accounts, caller.services.clock.now(), caller.session.person
    address = _count(caller, request)
    if not await run_sync(accounts.check_code, person, data.code.replace(" ", ""), now):
        raise Problem("factor-failed")
    accounts.forgive_tries(_codes_of(caller), address)
    return await _pass(caller)


@post("/api/session/passkey/begin", status_code=200, opt=_GIVE)
async def ask_passkey(request: AnyRequest) -> PasskeyAsked:
    """What the browser is asked to sign."""
    return await _ask(caller_of(request), request, USE_KEY)


@post("/api/session/passkey", status_code=200, opt=_GIVE)
async def give_passkey(data: JSONBody[PasskeyIn], request: AnyRequest) -> SessionOut:
    """Finish signing in with a passkey."""
    caller = caller_of(request)
    accounts, now, person = caller.services.accounts, caller.services.clock.now(), caller.session.person
    address = _count(caller, request)
    challenge = accounts.take(caller.session.name, USE_KEY, now)
    known = await run_sync(accounts.list_passkeys, person, _host(request))
    try:
        factor_id, used = _find_used(data, known, challenge or _nothing(), request.headers.get("host", ""))
    except webauthn.PasskeyError as error:
        raise Problem("factor-failed") from error
    await run_sync(accounts.count_use, person, factor_id, used)
    accounts.forgive_tries(_codes_of(caller), address)
    return await _pass(caller)


def _find_used(
    data: PasskeyIn, known: dict[str, Passkey], challenge: bytes, origin_host: str
) -> tuple[str, Passkey]:
    answer = webauthn.Answer(
        webauthn.decode(data.credential),
        webauthn.decode(data.client_data),
        webauthn.decode(data.authenticator_data),
        signature=webauthn.decode(data.signature),
    )
    for factor_id, passkey in known.items():
        if passkey.credential == answer.credential:
            return factor_id, webauthn.check_use(
                answer, passkey, challenge=challenge, origin_host=origin_host
            )
    raise webauthn.PasskeyError("no such passkey")


def _nothing() -> bytes:
    raise webauthn.PasskeyError("nothing was asked, or too long ago")


def _host(request: AnyRequest) -> str:
    return webauthn.find_host(request.headers.get("host", ""))


def _count(caller: Caller, request: AnyRequest) -> str:
    """One more try of this person's codes and of the address, until it turns out right.

    Counted apart from passwords: who knows the password gets no new tries at the code by giving it again.
    """
    address = request.client.host if request.client else NOBODY
    wait = caller.services.accounts.count_try(_codes_of(caller), address, caller.services.clock.now())
    if wait is not None:
        raise Problem("too-many-tries", wait_s=wait.wait_s)
    return address


def _codes_of(caller: Caller) -> str:
    return f"codes of {caller.session.person}"


async def _check_owner(caller: Caller, request: AnyRequest, password: str) -> None:
    """Whoever finds an open session can't make it theirs. At enrolment the password was given a moment ago."""
    if caller.session.stage:
        return
    session = caller.session
    if not await is_password(caller.services, request, session.person, password, session.id):
        raise Problem("sign-in-failed")


async def _ask(caller: Caller, request: AnyRequest, purpose: str) -> PasskeyAsked:
    host = _host(request)
    if not host:
        raise Problem("no-passkeys", "This node is reached by address. Open it by its name to use passkeys.")
    accounts, session = caller.services.accounts, caller.session
    challenge = accounts.begin(session.name, purpose, caller.services.clock.now())
    known = await run_sync(accounts.list_passkeys, session.person, host)
    return PasskeyAsked(
        webauthn.encode(challenge),
        host,
        session.person,
        webauthn.encode(session.person.encode()),
        tuple(webauthn.encode(p.credential) for p in known.values()),
    )


async def _add(caller: Caller, add: Any) -> FactorOut:
    try:
        factor: Factor = await run_sync(add)
    except LimitError as error:
        raise Problem("too-many", error.message) from error
    if caller.session.stage:
        caller.services.accounts.pass_stage(caller.session.name, "")
    return _out(factor)


async def _pass(caller: Caller) -> SessionOut:
    caller.services.accounts.pass_stage(caller.session.name, "")
    session = msgspec.structs.replace(caller.session, stage="")
    return found(await run_sync(describe_session, caller.services, session))


ROUTES = [
    list_factors,
    begin_totp,
    add_totp,
    begin_passkey,
    add_passkey,
    remove_factor,
    give_code,
    ask_passkey,
    give_passkey,
]
