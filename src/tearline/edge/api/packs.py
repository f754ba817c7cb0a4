# SPDX-License-Identifier: Apache-2.0
"""Policy packs: what another one would change over the holdings, and putting it in force. For administrators.

A pack comes as the bytes of its zip, each time: the node keeps none that it has not adopted.
"""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec
from anyio.to_thread import run_sync
from litestar import post
from litestar.params import JSONBody
from msgspec import Meta

from tearline.core.errors import TearlineError
from tearline.core.labels import PACK_MAX_BYTES, open_pack_zip
from tearline.edge.api.caller import VIEW_FIRST, caller_of
from tearline.edge.api.problems import CODES, AnyRequest, Problem, done, list_findings
from tearline.edge.api.uploads import read_file
from tearline.node.commands import AdoptPack, PackAdopted, Refused, WouldChange, adopt_pack, what_would_change

T = TypeVar("T")
PACK_MAX_LETTERS = (PACK_MAX_BYTES + 2) // 3 * 4
PACK_BODY_MAX_BYTES = PACK_MAX_LETTERS + 4_096


class PackIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The zip of a pack as base64."""

    file: Annotated[str, Meta(max_length=PACK_MAX_LETTERS)]


class AdoptIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same, with the digest of the pack that was tried and the letters that were shown with what it would change.

    ``accept_losses``: where the answer names words in use that the pack lacks, these are accepted; without it that refuses.
    """

    file: Annotated[str, Meta(max_length=PACK_MAX_LETTERS)]
    pack: Annotated[str, Meta(max_length=100)]
    check: Annotated[str, Meta(max_length=100)]
    accept_losses: bool = False


@post(
    "/api/policies/packs/try",
    status_code=200,
    request_max_body_size=PACK_BODY_MAX_BYTES,
    opt={VIEW_FIRST: "accounts"},
)
async def try_pack(data: JSONBody[PackIn], request: AnyRequest) -> WouldChange:
    """Who would gain and who would lose what. Nothing changes, but it is on record that it was tried."""
    caller = caller_of(request)
    files = await _open(data.file)
    return _taken(await caller.command(lambda node, a: what_would_change(node, a, files)))


@post(
    "/api/policies/packs",
    status_code=200,
    request_max_body_size=PACK_BODY_MAX_BYTES,
    opt={VIEW_FIRST: "accounts"},
)
async def put_in_force(data: JSONBody[AdoptIn], request: AnyRequest) -> PackAdopted:
    """Adopt the pack that was tried, if it would still change what was shown. It can't be undone but by another pack."""
    caller = caller_of(request)
    files = await _open(data.file)
    asked = AdoptPack(data.pack, data.check, data.accept_losses)
    return _taken(await caller.command(lambda node, a: adopt_pack(node, a, files, asked)))


async def _open(file: str) -> dict[str, bytes]:
    """The pack's files. ``VIEW_FIRST``: nobody's but an administrator's comes this far."""
    raw = read_file(file)
    try:
        return await run_sync(open_pack_zip, raw)
    except TearlineError as error:
        raise Problem("pack-refused", error.message) from error


def _taken(result: T | Refused) -> T:
    """The answer; a refusal that is the pack's own fault says what the fault is, and which test cases fail."""
    if isinstance(result, Refused) and result.code not in CODES:
        raise Problem("pack-refused", result.words, list_findings(result.findings))
    return done(result)


ROUTES = [try_pack, put_in_force]
