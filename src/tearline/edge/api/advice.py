# SPDX-License-Identifier: Apache-2.0
"""Release advice for one's own draft: other words, and the label they would have to be judged at. Nothing is kept."""

from __future__ import annotations

from litestar import post
from litestar.params import JSONBody

from tearline.edge.api.caller import caller_of
from tearline.edge.api.filing import check_draft
from tearline.edge.api.problems import AnyRequest, done
from tearline.edge.api.services import DRAFT_MAX_BYTES
from tearline.edge.api.shapes import Lang
from tearline.node.commands import Advice, DraftProduct, advise_draft


@post("/api/advice", status_code=200, request_max_body_size=DRAFT_MAX_BYTES)
async def advise(data: JSONBody[DraftProduct], request: AnyRequest, *, lang: Lang = "en") -> Advice:
    """What would let the next member have more, most members for a change first."""
    draft = check_draft(data)
    return done(
        await caller_of(request).command(lambda node, acting: advise_draft(node, acting, draft, lang))
    )


ROUTES = [advise]
