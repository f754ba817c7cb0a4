# SPDX-License-Identifier: Apache-2.0
"""Writing: the preview of a draft, filing it, amending a product. A draft is the node's own ``DraftProduct``."""

from __future__ import annotations

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from tearline.edge.api.caller import caller_of
from tearline.edge.api.previews import PreviewOut, encode_preview
from tearline.edge.api.problems import AnyRequest, FindingOut, done, encode_finding, found
from tearline.edge.api.services import DRAFT_MAX_BYTES
from tearline.edge.api.shapes import Lang, check_time
from tearline.node.commands import DraftProduct, amend_product, file_product

SHORT_BYTES = 32 * 1024
"""A draft of so many bytes is looked through in a few milliseconds."""


class FileIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``replaces``: the key of a product that the desk sent back to be reworded."""

    draft: DraftProduct
    replaces: str = ""


class AmendIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All portions of the new revision."""

    draft: DraftProduct


class FiledOut(msgspec.Struct, frozen=True):
    """What became of a filing: released at once, or waiting on the desk."""

    key: str
    reference: str
    released: tuple[str, ...]
    pending: tuple[str, ...]
    findings: tuple[FindingOut, ...]


class AmendedOut(msgspec.Struct, frozen=True):
    """What became of an amendment, by member."""

    changed: tuple[str, ...]
    recalled: tuple[str, ...]
    unchanged: tuple[str, ...]
    pending: tuple[str, ...]


def check_draft(draft: DraftProduct) -> DraftProduct:
    """A draft whose time has a DTG."""
    if draft.dtg is not None:
        check_time(draft.dtg)
    return draft


@post("/api/preview", status_code=200, request_max_body_size=DRAFT_MAX_BYTES)
async def preview(data: JSONBody[DraftProduct], request: AnyRequest, *, lang: Lang = "en") -> PreviewOut:
    """Who would get what of a draft, text by text; nothing is kept. With findings that refuse it: of what has a sound label."""
    draft = check_draft(data)
    short = len(await request.body()) <= SHORT_BYTES
    found = await caller_of(request).serve(lambda d: d.preview(draft, lang), at_once=short)
    return encode_preview(done(found))


@post("/api/products", status_code=201, request_max_body_size=DRAFT_MAX_BYTES)
async def file(data: JSONBody[FileIn], request: AnyRequest) -> FiledOut:
    """File a draft. What no rule or delegation lets go at once waits on the desk."""
    draft = check_draft(data.draft)
    filed = done(
        await caller_of(request).command(
            lambda node, acting: file_product(node, acting, draft, replaces=data.replaces)
        )
    )
    findings = tuple(map(encode_finding, filed.findings))
    return FiledOut(filed.key, filed.reference, filed.released, filed.pending, findings)


@post("/api/products/{key:str}/amendments", status_code=200, request_max_body_size=DRAFT_MAX_BYTES)
async def amend(key: FromPath[str], data: JSONBody[AmendIn], request: AnyRequest) -> AmendedOut:
    """File a new revision of one's own product: each member is sent exactly what changed for it."""
    draft = check_draft(data.draft)
    made = done(
        await caller_of(request).command(lambda node, acting: amend_product(node, acting, key, draft))
    )
    return AmendedOut(made.changed, made.recalled, made.unchanged, made.pending)


@get("/api/products/{key:str}/draft")
async def get_written(key: FromPath[str], request: AnyRequest) -> DraftProduct:
    """One's own product as one wrote it, to amend it, or to reword what the desk sent back."""
    return found(await caller_of(request).serve(lambda d: d.written(key)))


ROUTES = [preview, file, amend, get_written]
