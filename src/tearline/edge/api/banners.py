# SPDX-License-Identifier: Apache-2.0
"""The banner of what is now on the screen: rolled up here, never in the browser."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import post
from litestar.params import JSONBody

from tearline.edge.api.caller import caller_of
from tearline.edge.api.problems import AnyRequest
from tearline.node.gate import Label, ScreenBanner

SHOWN_MAX = 1_000
Keys = Annotated[tuple[str, ...], msgspec.Meta(max_length=SHOWN_MAX)]
Labels = Annotated[tuple[Label, ...], msgspec.Meta(max_length=SHOWN_MAX)]


class ShownIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Renditions shown whole, titles in lists, own products shown whole (desk, author), labels of text being written.

    ``histories``: products of which former texts are shown.
    """

    renditions: Keys = ()
    titles: Keys = ()
    whole: Keys = ()
    labels: Labels = ()
    histories: Keys = ()


class BannerOut(msgspec.Struct, frozen=True):
    """Empty ``text``: nothing marked is shown. ``ink`` is written on ``color``.

    ``missing``: keys that are nobody's here to see, or not any more; ``complete`` is false where there are any, or where a
    label could not be understood. A screen that shows something of these must not be marked by ``text``.
    """

    text: str
    color: str
    ink: str
    complete: bool
    missing: tuple[str, ...]


@post("/api/banner", status_code=200)
async def mark_screen(data: JSONBody[ShownIn], request: AnyRequest) -> BannerOut:
    """The banner of a screen. What does not exist for this person adds nothing to it, and is named."""
    caller = caller_of(request)
    made = await caller.serve(
        lambda d: d.banner(data.renditions, data.titles, data.whole, data.labels, data.histories)
    )
    shown = made.banner or ScreenBanner("", "", "")
    complete = made.understood and not made.missing
    return BannerOut(shown.text, shown.color, shown.ink, complete, made.missing)


ROUTES = [mark_screen]
