# SPDX-License-Identifier: Apache-2.0
"""First-run set-up: a door that stands before there is a node, opened by a link that is printed once.

- Only who has the link's token gets anything. It travels in bodies, never in an address, and dies with the founding.
- It listens on this machine alone, and is asked under a name of this machine (no other name that somebody points here).
- What was chosen is kept between visits, passwords never; nothing of the node exists until it is founded whole.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Annotated, Protocol

import msgspec
from anyio.to_thread import run_sync
from litestar import Litestar, Response, get, post
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.params import FromPath, JSONBody

from tearline.core.errors import TearlineError
from tearline.core.instants import Instant, print_dtg
from tearline.core.labels import RECEIVER, Label, PolicyBook, TagKind, color_of, print_policy_mark
from tearline.edge.api.caller import ANONYMOUS, check_body, refuse_forged
from tearline.edge.api.exercise import is_local, name_of
from tearline.edge.api.headers import ASSET, HEADERS, PAGE, set_headers
from tearline.edge.api.landing import DoorOut, HealthOut
from tearline.edge.api.problems import AnyRequest, Problem, answer_failure, answer_http, answer_problem, found
from tearline.edge.api.services import BODY_MAX_BYTES
from tearline.edge.api.shapes import Done
from tearline.edge.api.strict import check_query, shape_of
from tearline.edge.screens import Screens
from tearline.node.commands import Reason

Short = Annotated[str, msgspec.Meta(max_length=120)]
ADMISSION_MAX_BYTES = 9 * 1024 * 1024  # the largest admission, in base64
LANGUAGES = ("en", "fr", "ko", "ja")


class SetupChosen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was chosen so far; ``step`` is where its person stopped.

    ``joins``: a network that is there already. Then ``host`` and ``port`` are where partners reach the node, and ``codewords``
    what the member applies to be cleared for.
    """

    title: Short = ""
    member: Short = ""
    ceiling: Short = ""
    languages: Annotated[tuple[Short, ...], msgspec.Meta(max_length=8)] = ()
    admin: Short = ""
    step: int = 0
    joins: bool = False
    host: Short = ""
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 0
    codewords: Annotated[tuple[Short, ...], msgspec.Meta(max_length=64)] = ()


class SetupToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the link ends with."""

    token: Short


class SetupSave(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Keep what was chosen."""

    token: Short
    chosen: SetupChosen


class SetupFound(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Found the node, with its first administrator's password."""

    token: Short
    chosen: SetupChosen
    password: Annotated[str, msgspec.Meta(max_length=256)]


class SetupAdmission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer of the network's authority, in base64."""

    token: Short
    file: Annotated[str, msgspec.Meta(max_length=ADMISSION_MAX_BYTES)]


class SetupRequest(msgspec.Struct, frozen=True):
    """The application to hand to the network's authority; ``letters`` are compared with it over another way."""

    name: str
    file: bytes
    letters: str


class SetupNetwork(msgspec.Struct, frozen=True):
    """The network that an admission leads to, as its directory says; ``agreed``: members with an agreement with this one."""

    authority: str
    version: int
    expires: Instant
    members: tuple[str, ...]
    agreed: tuple[str, ...]


class SetupNetworkOut(msgspec.Struct, frozen=True):
    """``authority``: letters by which a person knows it, to be compared over another way."""

    authority: str
    version: int
    expires_dtg: str
    members: tuple[str, ...]
    agreed: tuple[str, ...]


class SetupLevel(msgspec.Struct, frozen=True):
    """A classification that the node may be limited to."""

    name: str
    words: str
    color: str
    ink: str


class SetupMember(msgspec.Struct, frozen=True):
    """A member that the pack knows, by its names; ``levels`` lowest first."""

    code: str
    names: dict[str, str]
    policy: str
    levels: tuple[SetupLevel, ...]
    codewords: tuple[str, ...]


class SetupOut(msgspec.Struct, frozen=True):
    """What may be chosen, and what was. ``pack`` is the version of the policies that come with the program."""

    chosen: SetupChosen
    pack: str
    kind: str
    members: tuple[SetupMember, ...]
    languages: tuple[str, ...] = LANGUAGES


class Joining(Protocol):
    """The way into a network: an application for what was chosen, and the admission that answers it."""

    def apply(self, chosen: SetupChosen) -> SetupRequest: ...
    def take(self, raw: bytes) -> SetupNetwork: ...


class Setup:
    """The state of one set-up. ``keep`` stores what was chosen; ``establish`` founds the node or raises ``TearlineError``."""

    def __init__(
        self,
        token: str,
        book: PolicyBook,
        chosen: SetupChosen,
        keep: Callable[[SetupChosen], None],
        establish: Callable[[SetupChosen, str], None],
        join: Joining | None = None,
    ) -> None:
        self._expected = hashlib.sha256(token.encode()).digest()
        self.book = book
        self.chosen = chosen
        self.keep = keep
        self.establish = establish
        self.join = join
        self.finished: Callable[[], None] = lambda: None
        self.done = False

    def check(self, token: str) -> None:
        """The link's token, while it lives; anything else finds nothing here."""
        given = hashlib.sha256(token.encode("utf-8", "replace")).digest()
        if not hmac.compare_digest(given, self._expected) or self.done:
            raise Problem("not-found")


def _setup_of(request: AnyRequest) -> Setup:
    setup: Setup = request.app.state["setup"]
    return setup


@get("/", opt={ANONYMOUS: True, HEADERS: PAGE}, media_type="text/html", include_in_schema=False)
async def show_page(request: AnyRequest) -> bytes:
    """The screens, which see at the door that there is no node yet."""
    screens: Screens = request.app.state["screens"]
    return await run_sync(screens.read_page) or b"The screens were not built. Use tearline init instead."


@get("/assets/{name:str}", opt={ANONYMOUS: True, HEADERS: ASSET}, include_in_schema=False)
async def get_file(name: FromPath[str], request: AnyRequest) -> Response[bytes]:
    """A file of the screens."""
    screens: Screens = request.app.state["screens"]
    asset = found(await run_sync(screens.find, name))
    return Response(asset.plain, media_type=asset.media_type)


@get("/api/door", opt={ANONYMOUS: True}, include_in_schema=False)
async def get_door() -> DoorOut:
    """There is no node yet."""
    return DoorOut("", "", "", "", LANGUAGES, {}, setup=True)


@get("/api/health", opt={ANONYMOUS: True}, include_in_schema=False)
async def get_health() -> HealthOut:
    """Set-up answers."""
    return HealthOut("setup")


@post("/api/setup", status_code=200, opt={ANONYMOUS: True})
async def get_setup(data: JSONBody[SetupToken], request: AnyRequest) -> SetupOut:
    """What may be chosen, and what was chosen so far."""
    setup = _setup_of(request)
    setup.check(data.token)
    return _describe(setup)


@post("/api/setup/save", status_code=200, opt={ANONYMOUS: True})
async def save_setup(data: JSONBody[SetupSave], request: AnyRequest) -> Done:
    """Keep what was chosen: whoever closes the page goes on where they were."""
    setup = _setup_of(request)
    setup.check(data.token)
    setup.chosen = data.chosen
    await run_sync(setup.keep, data.chosen)
    return Done()


@post("/api/setup/found", status_code=200, opt={ANONYMOUS: True})
async def found_node(data: JSONBody[SetupFound], request: AnyRequest) -> Done:
    """Found the node. The link is dead from here on; the node answers at the same address in a moment."""
    setup = _setup_of(request)
    setup.check(data.token)
    _check_chosen(setup.book, data.chosen)
    setup.done = True
    try:
        await run_sync(setup.establish, data.chosen, data.password)
    except TearlineError as error:
        setup.done = False
        raise Problem("setup-refused", error.message) from error
    setup.finished()
    return Done()


@post("/api/setup/application", status_code=200, opt={ANONYMOUS: True})
async def apply_to_join(data: JSONBody[SetupSave], request: AnyRequest) -> SetupRequest:
    """The application to a network's authority, for what was chosen; the node's keys stay where they are."""
    setup = _setup_of(request)
    setup.check(data.token)
    _check_chosen(setup.book, data.chosen)
    joining = found(setup.join)
    setup.chosen = data.chosen
    await run_sync(setup.keep, data.chosen)
    try:
        return await run_sync(joining.apply, data.chosen)
    except TearlineError as error:
        raise Problem("setup-refused", error.message) from error


@post(
    "/api/setup/admission", status_code=200, request_max_body_size=ADMISSION_MAX_BYTES, opt={ANONYMOUS: True}
)
async def take_admission(data: JSONBody[SetupAdmission], request: AnyRequest) -> SetupNetworkOut:
    """What an admission leads to; kept if it grants exactly what was applied for, refused with the reason if not."""
    setup = _setup_of(request)
    setup.check(data.token)
    joining = found(setup.join)
    try:
        raw = base64.b64decode(data.file, validate=True)
        made = await run_sync(joining.take, raw)
    except ValueError as error:
        raise Problem("malformed", "The file is not in base64.") from error
    except TearlineError as error:
        reason = Reason(error.code, error.message)
        raise Problem("admission-refused", error.message, reasons=(reason,)) from error
    expires = print_dtg(made.expires)
    return SetupNetworkOut(made.authority, made.version, expires, made.members, made.agreed)


def _check_chosen(book: PolicyBook, chosen: SetupChosen) -> None:
    member = book.members.get(chosen.member)
    if member is None:
        raise Problem("unknown-value", "Choose whose node this is.")
    if chosen.ceiling not in book.policies[member.policy].classifications:
        raise Problem("unknown-value", "Choose the highest classification that this node may hold.")
    if not set(chosen.codewords) <= set(_codewords_of(book, member.policy)):
        raise Problem("unknown-value", "Choose codewords of this member's policy.")
    if not chosen.languages or not set(chosen.languages) <= set(LANGUAGES):
        raise Problem("unknown-value", "Choose at least one language.")


def _codewords_of(book: PolicyBook, policy: str) -> tuple[str, ...]:
    sets = [s for s in book.policies[policy].tag_sets.values() if s.kind is TagKind.RESTRICTIVE]
    return tuple(value for s in sets for value in s.categories)


def _describe(setup: Setup) -> SetupOut:
    book = setup.book
    members = []
    for member in book.members.values():
        policy = book.policies[member.policy]
        ordered = sorted(policy.classifications.values(), key=lambda c: c.hierarchy)
        levels = []
        for level in ordered:
            label = Label(policy.name, level.name)
            colors = color_of(label, book)
            words = print_policy_mark(label, RECEIVER, "en", policy)
            levels.append(SetupLevel(level.name, words, colors.color, colors.ink))
        codewords = _codewords_of(book, policy.name)
        members.append(SetupMember(member.code, dict(member.names), policy.name, tuple(levels), codewords))
    return SetupOut(setup.chosen, book.digest()[:16], book.kind, tuple(members))


async def _check(request: AnyRequest) -> None:
    """As every door of ours: own pages, known parameters, strict bodies; and a name of this machine."""
    if not is_local(name_of(request.headers.get("host", ""))):
        raise Problem("not-found")
    shape = shape_of(request.route_handler)
    changes = request.method != "GET"
    if changes:
        refuse_forged(request.headers)
    check_query(request.scope["query_string"], shape.query)
    if changes:
        await check_body(request, shape.body)


ROUTES = [get_setup, save_setup, apply_to_join, take_admission, found_node]
"""Those that are described with the API; a node that runs has none of them."""


def make_setup_app(setup: Setup, screens: Screens) -> Litestar:
    """The door of a node to be."""
    return Litestar(
        [show_page, get_file, get_door, get_health, *ROUTES],
        state=State({"setup": setup, "screens": screens}),
        before_request=_check,
        before_send=[set_headers],
        exception_handlers={
            Problem: answer_problem,
            HTTPException: answer_http,
            Exception: answer_failure,
        },
        request_max_body_size=BODY_MAX_BYTES,
        openapi_config=None,
        logging_config=None,
    )
