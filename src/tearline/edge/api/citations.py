# SPDX-License-Identifier: Apache-2.0
"""What a product cites and by what it is cited, as far as this reader sees both ends."""

from __future__ import annotations

import msgspec
from litestar import get
from litestar.params import FromPath

from tearline.edge.api.caller import caller_of
from tearline.edge.api.problems import AnyRequest, found
from tearline.edge.api.shapes import SummaryOut, encode_summary
from tearline.node.gate import Citation


class CitationOut(msgspec.Struct, frozen=True):
    """``tag``: the portion that names the other product; it stands in this product, or in the one that cites it."""

    tag: str
    product: SummaryOut


class CitationsOut(msgspec.Struct, frozen=True):
    """What it cites, in the order of its text; what cites it, filed last first."""

    cites: tuple[CitationOut, ...]
    cited_by: tuple[CitationOut, ...]


@get("/api/products/{key:str}/citations")
async def list_citations(key: FromPath[str], request: AnyRequest) -> CitationsOut:
    """References in texts that this reader has, to and from products that this reader has."""
    made = found(await caller_of(request).read(lambda r: r.citations(key)))
    return CitationsOut(tuple(map(_encode, made.cites)), tuple(map(_encode, made.cited_by)))


def _encode(citation: Citation) -> CitationOut:
    return CitationOut(citation.tag, encode_summary(citation.summary))


ROUTES = [list_citations]
