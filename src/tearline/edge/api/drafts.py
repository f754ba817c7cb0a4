# SPDX-License-Identifier: Apache-2.0
"""One's own drafts: saved as they are, seen by nobody else, deleted for good. And those of the post one acts for.

A draft of a post is kept under the post and the clearance in use: it exists for those who act for the post with that very
clearance, and for nobody else (N1; docs/decisions/0017). Its id begins with ``post_`` and the post's name: who acts for
another post by then saves nothing into that one's drafts.

What the clearance in use covers no more stays kept and is not shown, to its own writer neither (N7).
"""

from __future__ import annotations

import re
from functools import partial
from typing import Annotated

import msgspec
from anyio.to_thread import run_sync
from litestar import delete, get, put
from litestar.params import FromPath, JSONBody, QueryParameter

from tearline.core.errors import LimitError
from tearline.core.ids import Person
from tearline.core.instants import print_iso
from tearline.edge.accounts import SavedDraft
from tearline.edge.api.caller import Caller, caller_of, services_of
from tearline.edge.api.draft_news import DraftChanged
from tearline.edge.api.problems import AnyRequest, Problem, found
from tearline.edge.api.services import DRAFT_MAX_BYTES
from tearline.edge.api.shapes import Done
from tearline.node.commands import DraftProduct
from tearline.node.gate import Label, TextBody

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
TITLE_MAX_CHARS = 120
POSTS = "post_"
"""What the id of a post's draft begins with."""

Over = Annotated[
    str | None,
    QueryParameter(description="The digest of what this replaces; empty: nothing is kept under that id yet."),
]


class DraftOut(msgspec.Struct, frozen=True):
    """A draft as it was saved; the time is the system clock's. ``digest`` names this state of it.

    ``hand``: who of the post saved it last, where it is the post's.
    """

    id: str
    saved: str
    draft: DraftProduct
    digest: str
    hand: str = ""


class DraftLine(msgspec.Struct, frozen=True):
    """A draft in the list. ``title``: its first title's first words; ``label`` is theirs, where they have one."""

    id: str
    saved: str
    kind: str
    portions: int
    title: str = ""
    label: Label | None = None
    hand: str = ""


class DraftsOut(msgspec.Struct, frozen=True):
    """One's own drafts and those of one's post, each saved last first."""

    items: tuple[DraftLine, ...]


class SavedOut(msgspec.Struct, frozen=True):
    """It is on disk; ``digest`` names this state of it."""

    id: str
    saved: str
    digest: str


@get("/api/drafts")
async def list_drafts(request: AnyRequest) -> DraftsOut:
    """One's own drafts, then the post's."""
    caller = caller_of(request)
    owners = (caller.drafts_owner, await caller.post_drafts_owner())
    rows = [row for o in owners if o for row in await run_sync(caller.services.accounts.list_drafts, o)]
    drafts = await run_sync(lambda: tuple(map(_open, rows)))
    shown = await caller.serve(lambda d: d.readable(drafts))
    return DraftsOut(
        tuple(_line(row, draft) for row, draft, may in zip(rows, drafts, shown, strict=True) if may)
    )


async def owner_of(caller: Caller, draft_id: str) -> Person:
    """Whose draft that id names."""
    if not draft_id.startswith(POSTS):
        return caller.drafts_owner
    theirs = draft_id.startswith(f"{POSTS}{caller.session.post}_")
    return found(await caller.post_drafts_owner() if theirs else None)


def _hand(caller: Caller, draft_id: str) -> str:
    """Who is named to the post; nobody where a draft is one's own."""
    return caller.session.person if draft_id.startswith(POSTS) else ""


def _open(row: SavedDraft) -> DraftProduct:
    return msgspec.json.decode(row.body, type=DraftProduct)


def _line(row: SavedDraft, draft: DraftProduct) -> DraftLine:
    variant = next((p.variants[0] for p in draft.portions if p.kind == "title" and p.variants), None)
    body = variant.body if variant is not None else None
    words = [w.text for w in body.wordings if w.text.strip()] if isinstance(body, TextBody) else []
    title = " ".join(words[0].split())[:TITLE_MAX_CHARS] if words else ""
    label = variant.label if variant is not None and title and variant.label.classification else None
    return DraftLine(row.id, print_iso(row.saved), draft.kind, len(draft.portions), title, label, row.hand)


@get("/api/drafts/{draft_id:str}")
async def get_draft(draft_id: FromPath[str], request: AnyRequest) -> DraftOut:
    """One of one's own drafts, or of the post's; kept and not shown where the clearance in use covers it no more (N7)."""
    services, caller = services_of(request), caller_of(request)
    owner = await owner_of(caller, draft_id)
    row = found(await run_sync(services.accounts.find_draft, owner, draft_id))
    draft = await run_sync(_open, row)
    found((await caller.serve(lambda d: d.readable((draft,))))[0] or None)
    return DraftOut(row.id, print_iso(row.saved), draft, row.digest, row.hand)


@put("/api/drafts/{draft_id:str}", status_code=200, request_max_body_size=DRAFT_MAX_BYTES)
async def save_draft(
    draft_id: FromPath[str], data: JSONBody[DraftProduct], request: AnyRequest, *, over: Over = None
) -> SavedOut:
    """Save a draft under an id of one's own choosing; answered when it is on disk.

    With ``over`` only where it stands as its writer saw it last, else ``draft-changed``: two windows don't undo each other,
    nor do two people of a post.
    """
    if not _ID.match(draft_id):
        raise Problem("malformed", "A draft's id is made of letters, digits, - and _, 64 at most.")
    services = services_of(request)
    now = services.clock.now()
    caller = caller_of(request)
    person = await owner_of(caller, draft_id)
    hand = _hand(caller, draft_id)
    try:
        save = partial(services.accounts.save_draft, over=over, hand=hand)
        digest = await run_sync(save, person, draft_id, msgspec.json.encode(data), now)
    except LimitError as error:
        raise Problem("too-large", error.message) from error
    if digest is None:
        raise Problem(
            "draft-changed", "Another window, or somebody else of your post, has saved this draft since."
        )
    caller.draft_news.tell(person, DraftChanged(draft_id, digest, hand))
    return SavedOut(draft_id, print_iso(now), digest)


@delete("/api/drafts/{draft_id:str}", status_code=200)
async def delete_draft(draft_id: FromPath[str], request: AnyRequest) -> Done:
    """Delete a draft for good."""
    caller = caller_of(request)
    owner = await owner_of(caller, draft_id)
    gone = await run_sync(caller.services.accounts.delete_draft, owner, draft_id)
    found(gone or None)
    caller.draft_news.tell(owner, DraftChanged(draft_id, "", _hand(caller, draft_id)))
    return Done()


ROUTES = [list_drafts, get_draft, save_draft, delete_draft]
