# SPDX-License-Identifier: Apache-2.0
"""Copies: a numbered print or export of what this reader sees, on record before its first byte; who holds which; destroyed."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from tearline.core.ids import Person
from tearline.core.instants import print_dtg, print_iso
from tearline.edge.api.caller import caller_of, services_of
from tearline.edge.api.pages import PrintedCopy, print_page
from tearline.edge.api.papers import FileOut, Format, check_pdf, pack_file, print_pdf
from tearline.edge.api.problems import AnyRequest, Problem, done, found
from tearline.edge.api.shapes import Done, Language
from tearline.node.commands import destroy_copy, make_copy
from tearline.node.gate import RenditionPortion

FORMS = ("print", "export")
Holder = Annotated[str, QueryParameter(description="Who made the copy, where several carry its number.")]


class CopyIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``print`` or ``export``; of what make, whether its label comes beside it (an archive of both), its headings' language."""

    form: str = "print"
    format: Format = "html"
    sidecar: bool = False
    lang: Language = "en"


class CopiedRendition(msgspec.Struct, frozen=True):
    """What the copy shows."""

    reference: str
    version: str
    version_dtg: str
    check: str
    banner: str
    portions: tuple[RenditionPortion, ...]


class MadeCopy(msgspec.Struct, frozen=True):
    """The copy's number, what it shows, and the same as a page to print, or as the file that was asked for."""

    copy: int
    rendition: CopiedRendition
    html: str
    file: FileOut | None = None


class CopyOut(msgspec.Struct, frozen=True):
    """One copy on record."""

    copy: int
    post: str
    person: str
    portions: tuple[str, ...]
    at: str
    at_dtg: str
    destroyed: str | None
    destroyed_dtg: str | None


class CopiesOut(msgspec.Struct, frozen=True):
    """Copies of a product, oldest first."""

    items: tuple[CopyOut, ...]


@post("/api/products/{key:str}/copies", status_code=201)
async def copy_product(key: FromPath[str], data: JSONBody[CopyIn], request: AnyRequest) -> MadeCopy:
    """Make a copy. It names the post that holds it."""
    if data.form not in FORMS:
        raise Problem("malformed", "The form of a copy is print or export.")
    services = services_of(request)
    caller = caller_of(request)
    holder = caller.session.post or caller.session.person
    if data.format == "pdf":
        # Tried before it is on record: there is no copy that could not be made.
        check_pdf()
        tried = PrintedCopy(
            0, holder, found(await caller.read(lambda r: r.get(key))).rendition, services.notice, data.lang
        )
        await caller.press.run(lambda: print_pdf(tried))
    copied = done(await caller.command(lambda node, a: make_copy(node, a, key, data.form)))
    rendition = copied.rendition
    shown = CopiedRendition(
        rendition.envelope.reference,
        print_iso(rendition.version),
        print_dtg(rendition.version),
        rendition.check,
        rendition.banner,
        rendition.portions,
    )
    printed = PrintedCopy(copied.copy, holder, rendition, services.notice, data.lang)
    if data.format == "html" and not data.sidecar:
        return MadeCopy(copied.copy, shown, print_page(printed))
    labels = copied.labels if data.sidecar else None
    file = await caller.press.run(lambda: pack_file(printed, data.format, labels=labels))
    return MadeCopy(copied.copy, shown, "", file)


@get("/api/products/{key:str}/copies")
async def list_copies(key: FromPath[str], request: AnyRequest) -> CopiesOut:
    """Who holds which copies: for the security officer and auditors."""
    rows = await caller_of(request).list_view("copies", lambda d: d.copies(key))
    return CopiesOut(
        tuple(
            CopyOut(
                c.copy,
                c.post,
                c.person,
                c.portions,
                print_iso(c.at),
                print_dtg(c.at),
                print_iso(c.destroyed_at) if c.destroyed_at else None,
                print_dtg(c.destroyed_at) if c.destroyed_at else None,
            )
            for c in rows
        )
    )


@post("/api/products/{key:str}/copies/{copy:int}/destroyed", status_code=200)
async def record_destroyed(
    key: FromPath[str], copy: FromPath[int], request: AnyRequest, holder: Holder = ""
) -> Done:
    """The security officer records that a copy is destroyed; where it was recalled, its originator is told."""
    made_by = Person(holder)
    done(await caller_of(request).command(lambda node, a: destroy_copy(node, a, key, copy, holder=made_by)))
    return Done()


ROUTES = [copy_product, list_copies, record_destroyed]
