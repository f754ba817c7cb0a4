# SPDX-License-Identifier: Apache-2.0
"""Where what a class is shown lies: the positions of its renditions, kept in step by the finder.

- Made from what each class is shown, and from nothing else (N1): a coarse variant is its cell here, and the exact place does
  not exist. Nothing is guessed from prose; roles and times come from typed fields of the same rendition.
- In memory only and rebuilt with the index; a text that is gone leaves with the next refresh, before a purge is
  acknowledged (D4).
- With the positions lies what a line of the map says of their rendition, so that ten thousand of them are not rendered anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from tearline.core.errors import MalformedError
from tearline.core.instants import Instant, parse_iso
from tearline.core.labels import ClassId, Label
from tearline.core.products import Area, Envelope, Field, Geometry, PositionBody, find_geometry, make_touch
from tearline.core.renditions import Shown, check_of

if TYPE_CHECKING:
    from tearline.node.views.catalogue import Key

LAUNCH, IMPACT = "launch", "impact"
ROLE_FIELDS = {
    "launch_position": LAUNCH,
    "impact_position": IMPACT,
}
"""Fields by which a position says itself what it is the position of."""
STATED_FIELDS = {
    "impact_time": IMPACT,
    "impact_place": IMPACT,
    "launch_time": LAUNCH,
    "launch_place": LAUNCH,
}
"""Fields that tell it for the only position of a rendition; an impact has a launch before it, so it is asked for first."""
SYMBOL_FIELD, ACCURACY_FIELD = "symbol", "accuracy_m"
SYMBOL_DIGITS = 20
ACCURACY_MAX_M = 2_000_000


class Sighting(msgspec.Struct, frozen=True):
    """One position of a rendition. ``at``: when it was so, as the rendition states; None where it states no time."""

    tag: str
    geometry: Geometry
    text: str
    role: str
    at: Instant | None
    launched_at: Instant | None
    symbol: str
    accuracy_m: int | None
    label: Label


class Charted(msgspec.Struct, frozen=True):
    """A rendition with positions, as its line says it: its title, its check, and the distinct labels of all that is shown."""

    sightings: tuple[Sighting, ...]
    title: Shown | None
    check: str
    labels: tuple[Label, ...]


class Atlas:
    """Renditions with positions, by class and product. Call with the node's lock held."""

    def __init__(self) -> None:
        self._held: dict[ClassId, dict[Key, Charted]] = {}

    def forget(self, key: Key) -> None:
        """Nobody has positions of this product any more."""
        for held in self._held.values():
            held.pop(key, None)

    def hold(
        self, envelope: Envelope, key: Key, classes: Sequence[ClassId], shown: tuple[Shown, ...]
    ) -> None:
        """What these classes are shown of a product now."""
        found = find_sightings(shown)
        if found:
            title = next((s for s in shown if s.kind == "title"), None)
            labels = tuple(dict.fromkeys(s.label for s in shown))
            charted = Charted(found, title, check_of(envelope, shown), labels)
            for class_id in classes:
                self._held.setdefault(class_id, {})[key] = charted

    def list_in(
        self, class_id: ClassId, area: Area | None, keys: Collection[Key] = ()
    ) -> Iterator[tuple[Key, tuple[Sighting, ...]]]:
        """Products, or those of ``keys``, with those of their positions that touch the area."""
        touch = make_touch(area) if area is not None else None
        for key, charted in self._choose(class_id, keys):
            within = charted.sightings
            if touch is not None:
                within = tuple(s for s in within if touch(s.geometry))
            if within:
                yield key, within

    def list_seen(
        self, class_id: ClassId, view: Area, keys: Collection[Key] = ()
    ) -> Iterator[tuple[Key, tuple[Sighting, ...]]]:
        """Products of which some position touches what a map shows, with all of theirs: a track goes on beyond its edge."""
        touch = make_touch(view)
        for key, charted in self._choose(class_id, keys):
            if any(touch(s.geometry) for s in charted.sightings):
                yield key, charted.sightings

    def _choose(self, class_id: ClassId, keys: Collection[Key]) -> Iterable[tuple[Key, Charted]]:
        held = self._held.get(class_id, {})
        return ((key, held[key]) for key in keys if key in held) if keys else held.items()

    def get(self, class_id: ClassId, key: Key) -> Charted | None:
        """One rendition; None where it has no position."""
        return self._held.get(class_id, {}).get(key)


def find_sightings(shown: tuple[Shown, ...]) -> tuple[Sighting, ...]:
    """The positions of a rendition that can be drawn, in order."""
    read = [
        (s, g) for s in shown if isinstance(s.body, PositionBody) and (g := find_geometry(s.body.geojson))
    ]
    if not read:
        return ()
    stated: dict[str, str] = {}
    for field in (f for s in shown for f in s.fields):
        stated.setdefault(field.name, field.value)
    alone = len(read) == 1
    return tuple(_make_sighting(s, geometry, stated, alone=alone) for s, geometry in read)


def _make_sighting(shown: Shown, geometry: Geometry, stated: dict[str, str], *, alone: bool) -> Sighting:
    role = next((ROLE_FIELDS[f.name] for f in shown.fields if f.name in ROLE_FIELDS), "")
    if not role and alone:
        role = next((r for name, r in STATED_FIELDS.items() if name in stated), "")
    own = next((f.value for f in shown.fields if f.compare == "time"), None)
    launched_at = _read_time(stated.get("launch_time"))
    at = _read_time(own) or _read_time(stated.get(f"{role or LAUNCH}_time"))
    return Sighting(
        tag=shown.tag,
        geometry=geometry,
        text=shown.body.text if isinstance(shown.body, PositionBody) else "",
        role=role,
        at=at,
        launched_at=launched_at,
        symbol=_read_symbol(shown.fields),
        accuracy_m=_read_accuracy(shown.fields),
        label=shown.label,
    )


def _read_time(text: str | None) -> Instant | None:
    """Others' values: one that can't be read is none."""
    try:
        return None if text is None else parse_iso(text)
    except MalformedError:
        return None


def _read_symbol(fields: Sequence[Field]) -> str:
    text = next((f.value for f in fields if f.name == SYMBOL_FIELD), "")
    return text if text.isascii() and text.isdigit() and len(text) == SYMBOL_DIGITS else ""


def _read_accuracy(fields: Sequence[Field]) -> int | None:
    text = next((f.value for f in fields if f.name == ACCURACY_FIELD), "")
    if not (text.isascii() and text.isdigit()):
        return None
    return min(int(text[:12]), ACCURACY_MAX_M)
