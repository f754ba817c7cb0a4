# SPDX-License-Identifier: Apache-2.0
"""The policies that a question is asked under: a pack, or SPIFs alone.

SPIFs alone make a book without a network policy and without members: labels and clearances are compared as they are
listed, as the standards have it. A validity window is decided as of an instant: the one asked for, else now.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tearline.cli.exits import UnusableError

if TYPE_CHECKING:
    from tearline.core.instants import Instant
    from tearline.core.labels import Policy, PolicyBook

PACK_FILE_MAX_BYTES = 64 * 1024 * 1024
PACKS = Path(__file__).resolve().parents[2] / "data" / "packs"
SHIPPED = PACKS / "exercise"
PUBLIC_OID = "1.3.6.1.4.1.31778.12.2.1"


def read_pack_files(place: Path) -> dict[str, bytes]:
    """The files of a pack, from its folder or its zip; a shipped one is found by its name."""
    if not place.exists() and len(place.parts) == 1 and (PACKS / place / "pack.json").is_file():
        place = PACKS / place
    if place.is_file():
        from tearline.core.labels import open_pack_zip

        return open_pack_zip(read_bounded(place))
    if not (place / "pack.json").is_file():
        advice = "Give the folder or the zip that holds pack.json."
        raise UnusableError("no-pack", f"there is no policy pack in {place}", advice)
    return {
        path.name: path.read_bytes()
        for path in sorted(place.iterdir())
        if path.is_file() and path.stat().st_size <= PACK_FILE_MAX_BYTES
    }


def read_bounded(place: Path) -> bytes:
    """A file's bytes, one more than a pack may have at most."""
    from tearline.core.labels import PACK_MAX_BYTES

    with place.open("rb") as file:
        return file.read(PACK_MAX_BYTES + 1)


def load_shipped() -> PolicyBook:
    """The exercise pack that is shipped."""
    from tearline.core.labels import load_pack

    return load_pack(read_pack_files(SHIPPED))


def make_plain_book(policies: Iterable[Policy], *, groups: bool = False) -> PolicyBook:
    """A book of SPIFs alone. ``groups``: names of groups stand for the members that the SPIFs state, by date."""
    from tearline.core.labels import Membership, PolicyBook

    held = {policy.name: policy for policy in policies}
    stated = [m for policy in held.values() for m in policy.memberships] if groups else []
    return PolicyBook(
        kind="real",
        network="",
        public=next((p.name for p in held.values() if p.oid == PUBLIC_OID), "PUBLIC"),
        policies=held,
        members={},
        memberships=tuple(dict.fromkeys(Membership(m.group, m.member, m.since, m.until) for m in stated)),
    )


def has_network(book: PolicyBook) -> bool:
    """Is there a policy through which nations meet? Not where SPIFs alone were given."""
    return book.network in book.policies


def settle_windows(book: PolicyBook, at: Instant | None = None) -> PolicyBook:
    """The book as of an instant (now, where none is given); the same book where no policy has a window."""
    from tearline.core.labels import book_as_of

    if not any(_has_window(policy) for policy in book.policies.values()):
        return book
    return book_as_of(book, read_clock() if at is None else at)


def read_clock() -> Instant:
    """Now: a question on the command line is asked today unless it says otherwise."""
    from tearline.core.instants import Instant

    return Instant(time.time_ns() // 1_000)  # noqa: TID251  no node and no Clock port here


def _has_window(policy: Policy) -> bool:
    return policy.window is not None or any(
        category.window is not None
        for tag_set in policy.tag_sets.values()
        for category in tag_set.categories.values()
    )
