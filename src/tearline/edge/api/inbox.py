# SPDX-License-Identifier: Apache-2.0
"""The inbox of a person and of their post: what waits, line by line, and what the person noted of it.

What was seen and done with is the person's own, by the clearance in use; what is assigned or acknowledged is the post's.
Notices of withdrawal are by reference only, and name nobody else.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from anyio.to_thread import run_sync
from litestar import get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, QueryParameter

from tearline.core.errors import LimitError
from tearline.core.ids import LANES
from tearline.core.instants import print_dtg, print_iso
from tearline.edge.accounts import SavedView
from tearline.edge.api.caller import Caller, caller_of
from tearline.edge.api.problems import AnyRequest, Problem, done, found
from tearline.edge.api.shapes import Done, Limit, Names, SummaryOut, encode_summary, parse_names
from tearline.node.commands import assign_products
from tearline.node.gate import INBOX_VIEWS, Ask, Inbox, Line, LineMark, LineMarks, Reading, Told

KEYS_MAX = 500
START_MAX = 10_000_000
NAME_MAX = 60
NOTED = {"read": ("read", True), "unread": ("read", False), "done": ("done", True), "open": ("done", False)}

View = Annotated[str, QueryParameter(description=", ".join(INBOX_VIEWS))]
Start = Annotated[int, QueryParameter(ge=0, le=START_MAX, description="How many lines come before.")]
Unread = Annotated[bool, QueryParameter(description="Only what this person has not seen as it now is.")]
Keys = Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=KEYS_MAX)]


class LineOut(SummaryOut, frozen=True, kw_only=True):
    """A line of the inbox. ``asked``: the post is still to acknowledge it; ``late``: who was asked first and did not.

    ``stands``: what became of what was filed here (waiting, returned, released, recalled), for who may know it; else empty.
    """

    came: str
    came_dtg: str
    revised: bool
    own: bool
    addressed: str
    unread: bool
    done: bool
    assigned: str
    post_state: str
    asked: bool
    late: str
    stands: str


class LinesOut(msgspec.Struct, frozen=True):
    """A stretch of the list, the last arrival first. ``total`` counts what this reader sees."""

    items: tuple[LineOut, ...]
    start: int
    total: int


class NoticeOut(msgspec.Struct, frozen=True):
    """Withdrawn by originator. ``key``: a text of it stands, as of ``now_dtg``, and is to be used; else nothing is.

    ``product``: under which key it was, for who comes back to its address and finds nothing there.
    """

    reference: str
    at: str
    at_dtg: str
    product: str
    key: str
    now: str
    now_dtg: str


class AlarmOut(msgspec.Struct, frozen=True):
    """Something to look at."""

    code: str
    product: str
    portions: tuple[str, ...]
    detail: str
    at: str
    at_dtg: str


class InboxOut(msgspec.Struct, frozen=True):
    """Warnings to acknowledge, how many lines each view has, withdrawals, alarms."""

    to_acknowledge: tuple[LineOut, ...]
    counts: dict[str, int]
    notices: tuple[NoticeOut, ...]
    alarms: tuple[AlarmOut, ...]


class MarksIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``mark``: read, unread, done or open. What does not exist for this person is passed over."""

    keys: Keys
    mark: str


class AcknowledgedIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``displayed`` or ``acknowledged`` by the post acted for. What does not exist for this person is passed over."""

    keys: Keys
    state: str = "acknowledged"


class AssignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose within the post they are to deal with; ``to`` empty: the whole post's again."""

    keys: Keys
    to: str = ""


class ViewName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A view of one's own."""

    name: str


class ViewsOut(msgspec.Struct, frozen=True):
    """A person's own views, by name."""

    items: tuple[SavedView, ...]


def encode_line(line: Line) -> LineOut:
    """One line."""
    summary = msgspec.structs.asdict(encode_summary(line.summary))
    return LineOut(
        **summary,
        came=print_iso(line.came_at),
        came_dtg=print_dtg(line.came_at),
        revised=line.revised,
        own=line.own,
        addressed=line.addressed,
        unread=line.unread,
        done=line.done,
        assigned=line.assigned,
        post_state=line.post_state,
        asked=line.asked,
        late=line.late,
        stands=line.stands,
    )


def encode_told(told: Told) -> NoticeOut:
    """One withdrawal."""
    at, now = told.at, told.version
    dated = ("", "") if now is None else (print_iso(now), print_dtg(now))
    return NoticeOut(told.reference, print_iso(at), print_dtg(at), told.product, told.key, *dated)


async def parse_ask(
    view: View = "all",
    kind: Names = "",
    originator: Names = "",
    precedence: Names = "",
    unread: Unread = False,
) -> Ask:
    """Which lines are asked for."""
    return check_ask(Ask(view, parse_names(kind), parse_names(originator), parse_names(precedence), unread))


def check_ask(ask: Ask) -> Ask:
    """An ask that this inbox understands."""
    if ask.view not in INBOX_VIEWS:
        raise Problem("bad-query", f"A view is one of: {', '.join(INBOX_VIEWS)}.")
    if not set(ask.precedences) <= set(LANES):
        raise Problem("bad-query", f"A precedence is one of: {', '.join(LANES)}.")
    for names in (ask.kinds, ask.originators):
        parse_names(",".join(names))
    return ask


def find_marks(caller: Caller, reading: Reading) -> tuple[str, LineMarks]:
    """The clearance in use, and the person's marks under it. Call it in a thread."""
    clearance = reading.clearance()
    if not clearance:
        return "", LineMarks()
    return clearance, caller.services.accounts.find_marks(caller.session.person, clearance)


@get("/api/inbox")
async def get_inbox(request: AnyRequest) -> InboxOut:
    """What waits for the post acted for, and how much stands in each view."""
    caller = caller_of(request)

    def ask(reading: Reading) -> Inbox:
        return reading.inbox(find_marks(caller, reading)[1])

    inbox = await caller.read(ask)
    return InboxOut(
        tuple(map(encode_line, inbox.to_acknowledge)),
        inbox.counts,
        tuple(map(encode_told, inbox.notices)),
        tuple(
            AlarmOut(a.code, a.product, a.portions, a.detail, print_iso(a.at), print_dtg(a.at))
            for a in inbox.alarms
        ),
    )


@get("/api/inbox/lines", dependencies={"ask": Provide(parse_ask)})
async def list_lines(
    request: AnyRequest, ask: NamedDependency[Ask], *, start: Start = 0, limit: Limit = 50
) -> LinesOut:
    """A stretch of a view. By place, not by cursor, so that one can go anywhere in a long list at once."""
    caller = caller_of(request)
    page = await caller.read(lambda r: r.lines(ask, find_marks(caller, r)[1], start=start, limit=limit))
    return LinesOut(tuple(map(encode_line, page.items)), page.start, page.total)


@post("/api/inbox/marks", status_code=200)
async def note_lines(data: JSONBody[MarksIn], request: AnyRequest) -> Done:
    """Note lines as seen or not, done with or not: the person's own, for the text as it is now."""
    if data.mark not in NOTED:
        raise Problem("malformed", f"A mark is one of: {', '.join(NOTED)}.")
    caller = caller_of(request)
    await caller.read(lambda r: _note(caller, r, data))
    return Done()


def _note(caller: Caller, reading: Reading, data: MarksIn) -> None:
    clearance, marks = find_marks(caller, reading)
    name, value = NOTED[data.mark]
    made: dict[str, LineMark] = {}
    for key, version in reading.present(data.keys).items():
        before = marks.by_key.get(key)
        mark = before if before is not None and before.version == version else LineMark(version)
        made[key] = msgspec.structs.replace(mark, **{name: value, **({"read": True} if value else {})})
    try:
        caller.services.accounts.save_marks(caller.session.person, clearance, made)
    except LimitError as error:
        raise Problem("too-large", error.message) from error


@post("/api/inbox/acknowledge", status_code=200)
async def acknowledge_lines(data: JSONBody[AcknowledgedIn], request: AnyRequest) -> Done:
    """Acknowledge several for the post acted for, in one record. Twice changes nothing."""
    done(await caller_of(request).read(lambda r: r.acknowledge_all(data.keys, data.state)))
    return Done()


@post("/api/inbox/assign", status_code=200)
async def assign_lines(data: JSONBody[AssignIn], request: AnyRequest) -> Done:
    """Assign within the post acted for. On record; twice changes nothing."""
    done(await caller_of(request).command(lambda n, a: assign_products(n, a, data.keys, data.to)))
    return Done()


@get("/api/inbox/views")
async def list_views(request: AnyRequest) -> ViewsOut:
    """One's own views, under the clearance in use."""
    caller = caller_of(request)
    clearance = await caller.read(lambda r: r.clearance())
    return ViewsOut(
        tuple(await run_sync(caller.services.accounts.list_views, caller.session.person, clearance))
    )


@put("/api/inbox/views", status_code=200)
async def save_view(data: JSONBody[SavedView], request: AnyRequest) -> Done:
    """Save a view; the one of that name before it is replaced."""
    if not data.name.strip() or len(data.name) > NAME_MAX:
        raise Problem("malformed", f"A view has a name of {NAME_MAX} characters at most.")
    caller = caller_of(request)
    check_ask(data.ask)
    clearance = await caller.read(lambda r: r.clearance())
    try:
        await run_sync(caller.services.accounts.save_view, caller.session.person, clearance, data)
    except LimitError as error:
        raise Problem("too-large", error.message) from error
    return Done()


@post("/api/inbox/views/forget", status_code=200)
async def forget_view(data: JSONBody[ViewName], request: AnyRequest) -> Done:
    """Delete a view of one's own. Its name is words of theirs, so it stands in no address."""
    caller = caller_of(request)
    clearance = await caller.read(lambda r: r.clearance())
    there = await run_sync(caller.services.accounts.delete_view, caller.session.person, clearance, data.name)
    found(there or None)
    return Done()


ROUTES = [
    get_inbox,
    list_lines,
    note_lines,
    acknowledge_lines,
    assign_lines,
    list_views,
    save_view,
    forget_view,
]
