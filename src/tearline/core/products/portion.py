# SPDX-License-Identifier: Apache-2.0
"""Portions, their variants and bodies: the smallest labelled pieces (DESIGN 8).

Text is the author's: never normalised, never re-encoded. Numbers that are hashed are integers or strings; GeoJSON and STIX
are opaque text. ``fields`` are typed values that a portion states, for comparison between reports; they carry the label of
the variant that states them and are not searched.
"""

from __future__ import annotations

import msgspec

from tearline.core.ids import Member, ProductId, Tag
from tearline.core.labels import Label
from tearline.core.products.media import MediaType


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language of a text. ``lang`` '' is language-neutral; ``status`` original, official, courtesy or machine."""

    lang: str
    text: str
    status: str = "original"


class TextBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="text", tag_field="type"):
    """Words, in one or more languages; all are given to whoever sees any."""

    wordings: tuple[Wording, ...]


class PositionBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="position", tag_field="type"):
    """GeoJSON geometry (longitude first) and how it is read out. A coarse position is its grid cell, never a point."""

    geojson: str
    text: str


class TableBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="table", tag_field="type"):
    """Names and values, in order."""

    rows: tuple[tuple[str, str], ...]


class StixBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="stix", tag_field="type"):
    """STIX 2.1 patterns, one an indicator."""

    patterns: tuple[str, ...]


class GradingBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="grading", tag_field="type"):
    """Source reliability A–F and information credibility 1–6, judged apart (AJP-2.1)."""

    reliability: str
    credibility: int


class MediaBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="media", tag_field="type"):
    """An attachment, whole, as ``media.scrub`` leaves it: it travels, is recalled and destroyed with its portion.

    ``words`` say what it shows, for who can't see it.
    """

    name: str
    media_type: MediaType
    data: bytes
    words: str = ""


Body = TextBody | PositionBody | TableBody | StixBody | GradingBody | MediaBody


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A typed value stated by the portion: ``compare`` is time, number, place or none."""

    name: str
    value: str
    compare: str = "none"
    unit: str = ""


class Variant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One wording of a portion with its own label."""

    label: Label
    body: Body
    fields: tuple[Field, ...] = ()


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A portion of another product that this one derives from. Stays with the originator: it travels in no share."""

    originator: Member
    product: ProductId
    tag: Tag


class Portion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Variants in the author's order of preference: a reader gets the first they may see, or nothing at all."""

    tag: Tag
    kind: str
    variants: tuple[Variant, ...]
    sources: tuple[Source, ...] = ()


def texts_of(body: Body) -> tuple[str, ...]:
    """Every text that a reader of the body reads, for search, findings and canaries; nothing derived."""
    if isinstance(body, TextBody):
        return tuple(w.text for w in body.wordings)
    if isinstance(body, PositionBody):
        return (body.text,)
    if isinstance(body, TableBody):
        return tuple(f"{name} {value}" for name, value in body.rows)
    if isinstance(body, StixBody):
        return body.patterns
    if isinstance(body, MediaBody):
        said = body.data.decode("utf-8", "replace") if body.media_type == "text/plain" else ""
        return tuple(text for text in (body.name, body.words, said) if text)
    return (f"{body.reliability} / {body.credibility}",)
