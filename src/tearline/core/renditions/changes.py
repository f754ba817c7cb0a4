# SPDX-License-Identifier: Apache-2.0
"""What changed between two renditions of one product for one reader, portion by portion. Pure, and from renditions alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from tearline.core.renditions.render import RenditionPortion


class PortionChange(msgspec.Struct, frozen=True):
    """``what``: same, changed (other words or values), remarked (another marking on the same), added, removed."""

    tag: str
    kind: str
    what: str
    before: RenditionPortion | None
    after: RenditionPortion | None


def list_changes(
    before: Sequence[RenditionPortion], after: Sequence[RenditionPortion]
) -> tuple[PortionChange, ...]:
    """Every portion of both once, in the order of the later text; what was removed stands where it stood."""
    return tuple(_walk(before, after))


def _walk(before: Sequence[RenditionPortion], after: Sequence[RenditionPortion]) -> Iterator[PortionChange]:
    then = {p.tag: p for p in before}
    now = {p.tag for p in after}
    order = [p.tag for p in before]
    told: set[str] = set()
    for portion in after:
        if portion.tag in then:
            # What stood before this portion, and is gone, is told before it.
            for tag in order[: order.index(portion.tag)]:
                if tag not in now and tag not in told:
                    told.add(tag)
                    yield _remove(then[tag])
        yield _change(then.get(portion.tag), portion)
    for portion in before:
        if portion.tag not in now and portion.tag not in told:
            yield _remove(portion)


def _remove(before: RenditionPortion) -> PortionChange:
    return PortionChange(before.tag, before.kind, "removed", before, None)


def _change(before: RenditionPortion | None, after: RenditionPortion) -> PortionChange:
    return PortionChange(after.tag, after.kind, _judge(before, after), before, after)


def _judge(before: RenditionPortion | None, after: RenditionPortion) -> str:
    if before is None:
        return "added"
    if (before.kind, before.body, before.fields) != (after.kind, after.body, after.fields):
        return "changed"
    return "same" if before.mark == after.mark else "remarked"
