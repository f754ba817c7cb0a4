# SPDX-License-Identifier: Apache-2.0
"""Texts of holdings, decoded, and how each looks to a clearance class: for the catalogue, which holds neither."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from tearline.core.canon import decode_trusted, digest, encode_canonical
from tearline.core.exchange import Recall
from tearline.core.ids import Member, ProductId
from tearline.core.instants import Instant
from tearline.core.labels import ClassId, Label, Sights
from tearline.core.products import Envelope, Portion, PositionBody, Product, find_references
from tearline.core.renditions import Share, Shown, render
from tearline.node.views.payloads import Payloads, Place

CONTENT_CACHE_MAX = 2_000
PASSING_MAX = 16
"""So many while a journal goes by: its texts are asked for once each, and are let go while the processor still has them."""


class Content(msgspec.Struct, frozen=True):
    """A holding's text, decoded: a product of our own, or a share."""

    envelope: Envelope
    changed_at: Instant
    portions: tuple[Portion, ...]
    action: tuple[str, ...]
    info: tuple[str, ...]
    product: Product | None = None

    def labels(self) -> Iterator[Label]:
        """Those of its variants, in order."""
        for portion in self.portions:
            for variant in portion.variants:
                yield variant.label

    def survey(self) -> tuple[dict[str, None], bool]:
        """The references that its wordings name, and whether one of them says where."""
        names: dict[str, None] = {}
        placed = False
        for portion in self.portions:
            for variant in portion.variants:
                placed = placed or isinstance(variant.body, PositionBody)
                for reference in find_references(variant.body):
                    names[reference] = None
        return names, placed


class Contents:
    """Texts by the payload they lie in; those that were asked for last stay decoded."""

    def __init__(self) -> None:
        self.payloads: Payloads | None = None  # from the first entry on
        self._kept: OrderedDict[Place, Content] = OrderedDict()
        self._kept_max = CONTENT_CACHE_MAX

    def raw(self, place: Place) -> bytes | None:
        """A payload's bytes; None once purged."""
        return self.payloads.raw(*place) if self.payloads is not None else None

    def find_withdrawal(self, place: Place) -> Recall | None:
        """The recall that an entry brought, if it brought one."""
        body = self.payloads.body(*place) if self.payloads is not None else None
        return body if isinstance(body, Recall) else None

    def load(self, place: Place, *, own: bool) -> Content | None:
        """A text; None where its payload is gone, or brings none."""
        if place in self._kept:
            self._kept.move_to_end(place)
            return self._kept[place]
        content = self._decode_product(place) if own else self._decode_share(place)
        if content is not None:
            self._kept[place] = content
            while len(self._kept) > self._kept_max:
                self._kept.popitem(last=False)
        return content

    @contextmanager
    def passing(self) -> Iterator[None]:
        """While inside, a journal goes by: hardly anything stays decoded."""
        self._kept_max = PASSING_MAX
        try:
            yield
        finally:
            self._kept_max = CONTENT_CACHE_MAX

    def forget(self, places: frozenset[Place]) -> None:
        """Drop the decoded text of purged payloads."""
        for place in places:
            self._kept.pop(place, None)

    def _decode_product(self, place: Place) -> Content | None:
        raw = self.raw(place)
        if raw is None:
            return None
        made = decode_trusted(raw, Product)
        return Content(_intern(made.envelope), made.changed_at, made.portions, made.action, made.info, made)

    def _decode_share(self, place: Place) -> Content | None:
        body = self.payloads.body(*place) if self.payloads is not None else None
        share = body.share if isinstance(body, Recall) else body
        if not isinstance(share, Share):
            return None
        return Content(_intern(share.envelope), share.changed_at, share.portions, share.action, share.info)


class Appearance(msgspec.Struct, frozen=True):
    """This class has had exactly this rendition (``digest``) since ``version``."""

    key: str
    version: Instant
    digest: bytes
    filed_at: Instant
    verified_at: Instant  # system clock: when the bytes it came with were checked here
    came_at: Instant  # operational clock: when this text came here
    first_at: Instant  # operational clock: when the first text of it that this class had came here

    @property
    def revised(self) -> bool:
        """Whether this class had another text of it before."""
        return self.came_at != self.first_at


class Looks:
    """How a holding looks to classes: rendered and hashed once for all that see the same of its labels."""

    def __init__(self, sights: Sights, envelope: Envelope, content: Content | None) -> None:
        self._envelope = envelope
        self._portions = content.portions if content is not None else ()
        labels = list(content.labels()) if content is not None else []
        self.numbers = tuple(map(sights.label_id, labels))
        """The label of each wording, by number."""
        self._labels = tuple(dict.fromkeys(self.numbers))
        self._answers = sights.answers_by_class(self._labels)
        self._number_of = dict(
            zip(map(id, labels), self.numbers, strict=True)
        )  # equal labels are other objects
        self._found: dict[bytes, tuple[tuple[Shown, ...], bytes]] = {}
        self.shared: dict[tuple[bytes, Instant], Appearance] = {}
        """What the caller made of it for the first class of several, by digest and first time."""

    def find(self, class_id: ClassId) -> tuple[tuple[Shown, ...], bytes]:
        """What the class is shown, and the digest of it."""
        answers = self._answers[class_id]
        found = self._found.get(answers)
        if found is None:
            seen = {number for number, answer in zip(self._labels, answers, strict=True) if answer}
            shown = render(self._portions, lambda label: self._number_of[id(label)] in seen)
            rendition = digest("tearline/appearance", encode_canonical((self._envelope, shown)))
            found = self._found[answers] = shown, rendition
        return found


def _intern(envelope: Envelope) -> Envelope:
    """Its words as one object each with those of other views: a node holds as many envelopes as products."""
    return Envelope(
        ProductId(sys.intern(envelope.product)),
        Member(sys.intern(envelope.originator)),
        sys.intern(envelope.kind),
        sys.intern(envelope.precedence),
        sys.intern(envelope.reference),
        envelope.filed_at,
    )


def render_for(sights: Sights, content: Content | None, class_id: ClassId) -> tuple[Shown, ...]:
    """What a class is shown of a text; nothing of none."""
    return (
        () if content is None else render(content.portions, lambda label: sights.sees_label(class_id, label))
    )
