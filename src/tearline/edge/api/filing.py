# SPDX-License-Identifier: Apache-2.0
"""Writing: the preview of a draft, filing it, amending a product. A draft is the node's own ``DraftProduct``."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from tearline.edge.api.caller import caller_of
from tearline.edge.api.drafts import owner_of
from tearline.edge.api.previews import DraftPreviewOut, FilingOut, encode_draft_preview, encode_filing
from tearline.edge.api.problems import AnyRequest, FindingOut, done, encode_finding, found
from tearline.edge.api.services import DRAFT_MAX_BYTES
from tearline.edge.api.shapes import Lang, check_time
from tearline.node.commands import DraftProduct, Filed, amend_product, file_product

Own = Annotated[str, QueryParameter(max_length=100, description="The key of one's own product.")]
SHORT_BYTES = 32 * 1024
"""A draft of so many bytes is looked through in a few milliseconds."""


class FileIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``replaces``: the key of a product that the desk sent back to be reworded.

    ``draft_id``: under which the draft is kept; asked again with the same draft, the node answers with what it filed then.
    """

    draft: DraftProduct
    replaces: str = ""
    draft_id: Annotated[str, Meta(max_length=64)] = ""


class AmendIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All portions of the new revision."""

    draft: DraftProduct


class FiledOut(msgspec.Struct, frozen=True):
    """What became of a filing: released at once, or waiting on the desk; ``filing``: by what, and for whom."""

    key: str
    reference: str
    released: tuple[str, ...]
    pending: tuple[str, ...]
    findings: tuple[FindingOut, ...]
    filing: tuple[FilingOut, ...]


class AmendedOut(msgspec.Struct, frozen=True):
    """What became of an amendment, by member; ``filing``: by what, and for whom."""

    changed: tuple[str, ...]
    recalled: tuple[str, ...]
    unchanged: tuple[str, ...]
    pending: tuple[str, ...]
    filing: tuple[FilingOut, ...]


def check_draft(draft: DraftProduct) -> DraftProduct:
    """A draft whose time has a DTG."""
    if draft.dtg is not None:
        check_time(draft.dtg)
    return draft


def encode_filed(filed: Filed) -> FiledOut:
    """What became of a filing, in the API's shape."""
    findings = tuple(map(encode_finding, filed.findings))
    filing = tuple(map(encode_filing, filed.filing))
    return FiledOut(filed.key, filed.reference, filed.released, filed.pending, findings, filing)


@post("/api/preview", status_code=200, request_max_body_size=DRAFT_MAX_BYTES)
async def preview(
    data: JSONBody[DraftProduct],
    request: AnyRequest,
    *,
    lang: Lang = "en",
    replaces: Own = "",
    amends: Own = "",
) -> DraftPreviewOut:
    """Who would get what of a draft, text by text, and by whose decision; nothing is kept.

    With findings that refuse it: of what has a sound label. ``replaces``, ``amends``: as it would be filed in that place.
    """
    draft = check_draft(data)
    short = len(await request.body()) <= SHORT_BYTES
    found = await caller_of(request).serve(
        lambda d: d.preview(draft, lang, replaces=replaces, amends=amends), at_once=short
    )
    return encode_draft_preview(done(found))


@post("/api/products", status_code=201, request_max_body_size=DRAFT_MAX_BYTES)
async def file(data: JSONBody[FileIn], request: AnyRequest) -> FiledOut:
    """File a draft. What no rule or delegation lets go at once waits on the desk."""
    draft, caller = check_draft(data.draft), caller_of(request)
    name = f"{await owner_of(caller, data.draft_id)}/{data.draft_id}" if data.draft_id else ""
    filed = done(
        await caller.command(
            lambda node, acting: file_product(node, acting, draft, replaces=data.replaces, draft_name=name)
        )
    )
    return encode_filed(filed)


@post("/api/products/{key:str}/amendments", status_code=200, request_max_body_size=DRAFT_MAX_BYTES)
async def amend(key: FromPath[str], data: JSONBody[AmendIn], request: AnyRequest) -> AmendedOut:
    """File a new revision of one's own product: each member is sent exactly what changed for it."""
    draft = check_draft(data.draft)
    made = done(
        await caller_of(request).command(lambda node, acting: amend_product(node, acting, key, draft))
    )
    filing = tuple(map(encode_filing, made.filing))
    return AmendedOut(made.changed, made.recalled, made.unchanged, made.pending, filing)


@get("/api/products/{key:str}/draft")
async def get_written(key: FromPath[str], request: AnyRequest) -> DraftProduct:
    """One's own product as one wrote it, to amend it, or to reword what the desk sent back."""
    return found(await caller_of(request).serve(lambda d: d.written(key)))


ROUTES = [preview, file, amend, get_written]
