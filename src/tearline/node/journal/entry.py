# SPDX-License-Identifier: Apache-2.0
"""What every entry of a journal says."""

from __future__ import annotations

import msgspec

from tearline.core.ids import Person, Post
from tearline.core.instants import Instant


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="entry"):
    """Who, acting for which post, when, on what authority, under which policies."""

    at: Instant
    dtg: Instant
    actor: Person
    post: Post
    pack: str
    authority: str = ""
