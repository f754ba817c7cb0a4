# SPDX-License-Identifier: Apache-2.0
"""What this node holds, and in what form each clearance class sees it.

A holding is a product of our own or a share received; it names the payload, never content. For each class an appearance
says since when exactly this rendition has been theirs: the version, the order and every tag of it come from there, so that
a change which a class can't see leaves no trace for it (N1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import ClassVar

import msgspec

from tearline.core.canon import decode_canonical, decode_trusted, digest, encode_canonical
from tearline.core.errors import TearlineError
from tearline.core.exchange import Item, Recall, open_leaf
from tearline.core.ids import Member, ProductId, Tag
from tearline.core.instants import Instant
from tearline.core.labels import RESTRICTED_HANDLING, ClassId, Label, Sights
from tearline.core.products import KINDS, Envelope
from tearline.core.renditions import Shown
from tearline.node.journal import (
    Entry,
    PayloadPurged,
    ProductFiled,
    QuarantineOpened,
    StreamReceived,
)
from tearline.node.views.arrivals import Arrivals
from tearline.node.views.contents import Appearance, Content, Contents, Looks, render_for
from tearline.node.views.histories import Former, Histories, KeptText, parts_of
from tearline.node.views.kept_index import name_document
from tearline.node.views.labelled import Labelled
from tearline.node.views.mentions import Mentions
from tearline.node.views.payloads import Payloads, Place

Key = str
"""``ORIGINATOR.product-id``: the same id from two originators names two things (assurance B5.11)."""


def make_key(originator: Member, product: ProductId) -> Key:
    """The name of a holding here, and its identifier in the API."""
    return f"{originator}.{product}"


def product_of(key: Key) -> ProductId:
    """The product that a key names; the empty one for what is no key."""
    return ProductId(key.partition(".")[2])


class Holding(msgspec.Struct, frozen=True):
    """Where the newest text of a product lies, and where older texts of it still lie."""

    key: Key
    envelope: Envelope
    own: bool
    revision: int
    changed_at: Instant
    target: Place
    older: tuple[Place, ...] = ()
    withdrawn: bool = False
    action: tuple[str, ...] = ()
    info: tuple[str, ...] = ()


class CatalogueView:
    """Holdings and appearances. ``changed`` collects (class, key) since it was last taken, for events and the index."""

    follows: ClassVar[tuple[type[Entry], ...]] = (
        PayloadPurged,
        ProductFiled,
        QuarantineOpened,
        StreamReceived,
    )

    def __init__(self, member: Member, sights: Sights, name_of: Callable[[ClassId], str] = str) -> None:
        self._member = member
        self._sights = sights
        self._name_of = name_of  # of a class, in what is kept
        self._at = Instant(0)
        self._dtg = Instant(0)
        self._former_sights: Sights | None = None  # while other policies are taken over
        self.contents = Contents()
        self.holdings: dict[Key, Holding] = {}
        self.appearances: dict[ClassId, dict[Key, Appearance]] = {}
        self.changed: list[tuple[ClassId, Key]] = []
        self.arrivals = Arrivals()
        self.histories = Histories()
        self.mentions = Mentions()
        self.labelled = Labelled()
        self.touched: dict[Key, None] = {}
        self.warned: dict[Key, None] = {}  # received, of a kind that each post must acknowledge
        self.addressed: dict[
            str, dict[Key, None]
        ] = {}  # received, by each post that the text now held is addressed to
        self.placed: set[Key] = set()  # holdings with a position
        self.restricted: set[Key] = set()  # received holdings with ORCON portions
        self.sealed: dict[Key, list[Place]] = {}  # payloads in quarantine, by the product their leaf names

    def apply(self, position: int, entry: Entry, payloads: Payloads) -> None:
        """Take over a product filed here or shares that arrived."""
        self.contents.payloads = payloads
        self._at = entry.at
        self._dtg = entry.dtg
        if isinstance(entry, ProductFiled):
            self._hold_own(position, entry)
        elif isinstance(entry, StreamReceived):
            for n, code in enumerate(entry.codes):
                if code in {"accepted", "recalled"}:
                    self._hold_received(entry.member, (position, n), code)
                elif code.startswith("quarantined"):
                    self._seal(entry.member, (position, n), entry.leaves[n])
        elif isinstance(entry, QuarantineOpened):
            for target in entry.targets:
                self._unseal(target)
                self._hold_received(entry.member, target, "accepted")
        elif isinstance(entry, PayloadPurged):
            self._restore(position, entry)

    def _seal(self, peer: Member, target: Place, leaf: str) -> None:
        try:
            product = open_leaf(Item(leaf.encode())).product
        except TearlineError:
            return
        if self.contents.raw(target) is None:
            return
        self.sealed.setdefault(make_key(peer, ProductId(product)), []).append(target)

    def _unseal(self, target: Place) -> None:
        for key, targets in list(self.sealed.items()):
            if target in targets:
                targets.remove(target)
                if not targets:
                    del self.sealed[key]

    def _hold_own(self, position: int, entry: ProductFiled) -> None:
        content = self.contents.load((position, 0), own=True)
        if content is None or content.product is None:
            self.labelled.miss(make_key(self._member, entry.product))
            return
        self._hold(content, target=(position, 0), revision=entry.revision)

    def _hold_received(self, peer: Member, target: Place, code: str) -> None:
        content = self.contents.load(target, own=False)
        if content is not None:
            self._hold(content, target=target)
        recall = self.contents.find_withdrawal(target) if code == "recalled" else None
        if recall is None:
            return
        if content is None:
            self._withdraw_whole(make_key(peer, recall.product), target)
        else:
            self._withdraw(make_key(peer, content.envelope.product), recall)

    def _withdraw_whole(self, key: Key, target: Place) -> None:
        held = self.holdings.get(key)
        if held is not None:
            older = (*held.older, held.target)
            left = msgspec.structs.replace(held, withdrawn=True, older=older, target=target)
            self.holdings[key] = left
            self.mentions.forget(key)
            self.labelled.release(key)
            self.placed.discard(key)
            self._appear(left, Looks(self._sights, left.envelope, None))

    def _withdraw(self, key: Key, recall: Recall) -> None:
        """What a recall withdrew leaves every history, also where words that took its place have come with it or before it."""
        for class_id, known in self.appearances.items() if recall.withdrawn else ():
            if key in known:
                now, text_of = self.shown(key, class_id), partial(self.former_text, key, class_id)
                self.histories.withdraw(class_id, key, recall.withdrawn, now, text_of)

    def _hold(self, content: Content, *, target: Place, revision: int = 0) -> None:
        envelope, own = content.envelope, content.product is not None
        key = make_key(envelope.originator, envelope.product)
        before = self.holdings.get(key)
        older = (*before.older, before.target) if before else ()
        self._unaddress(key)
        self.holdings[key] = holding = Holding(
            key,
            envelope,
            own,
            revision,
            content.changed_at,
            target,
            older,
            action=content.action,
            info=content.info,
        )
        looks = Looks(self._sights, envelope, content)
        names, placed = content.survey()
        self.mentions.hold(key, envelope.reference, names)
        self.labelled.hold(key, looks.numbers)
        if placed:
            self.placed.add(key)
        else:
            self.placed.discard(key)
        if not own:
            self._note_received(key, content)
        self._appear(holding, looks)

    def _note_received(self, key: Key, content: Content) -> None:
        for post in (*content.action, *content.info):
            self.addressed.setdefault(post, {})[key] = None
        kind = KINDS.get(content.envelope.kind)
        if kind is not None and kind.acknowledged:
            self.warned[key] = None
        if any(RESTRICTED_HANDLING in values for label in content.labels() for _, values in label.categories):
            self.restricted.add(key)

    def _unaddress(self, key: Key) -> None:
        before = self.holdings.get(key)
        for post in (*before.action, *before.info) if before is not None else ():
            self.addressed.get(post, {}).pop(key, None)

    def _appear(self, holding: Holding, looks: Looks) -> None:
        self.touched[holding.key] = None
        for class_id in self.appearances:
            self._appear_to(class_id, holding, looks, version=holding.changed_at, at=self._at)

    def _appear_to(
        self, class_id: ClassId, holding: Holding, looks: Looks, *, version: Instant, at: Instant
    ) -> None:
        key, known = holding.key, self.appearances[class_id]
        shown, found = looks.find(class_id)
        before = known.get(key)
        if not shown:
            if before is not None:
                del known[key]
                self.arrivals.remove(class_id, key)
                self.histories.drop(class_id, key)
                self.changed.append((class_id, key))
            return
        if before is None or before.digest != found:
            former = self._find_former(class_id, holding, before) if before is not None else None
            if former is not None:
                text_of = partial(self.former_text, key, class_id)
                self.histories.supersede(class_id, key, former, shown, text_of)
            first_at = before.first_at if before is not None else self._dtg
            same = looks.shared.get((found, first_at))  # one object for all classes to which it is the same
            if same is None:
                filed_at = holding.envelope.filed_at
                same = Appearance(key, version, found, filed_at, at, self._dtg, first_at)
                looks.shared[found, first_at] = same
            known[key] = same
            self.arrivals.put(class_id, key, at)
            self.changed.append((class_id, key))

    def _find_former(self, class_id: ClassId, holding: Holding, before: Appearance) -> Former | None:
        """The text that a class had until now: of the payload before, or of this one under other policies."""
        if self._former_sights is not None:
            was = render_for(self._former_sights, self.content(holding.key), class_id)
            return Former(before.version, holding.target, parts_of(was))
        if not holding.older:
            return None
        was = self._render(holding.older[-1], class_id, own=holding.own)
        return Former(before.version, holding.older[-1], parts_of(was))

    def adopt(self, before: Sights, *, dtg: Instant, at: Instant) -> None:
        """Other policies: each class has from now on what they let it have; ``before`` answers as it was until now."""
        self._dtg, self._at = dtg, at
        self._former_sights = before
        for key in list(self.labelled.find(self._sights.find_changed(before, self.appearances))):
            holding, changed = self.holdings[key], len(self.changed)
            looks = Looks(self._sights, holding.envelope, self.content(key))
            for class_id in self.appearances:
                self._appear_to(class_id, holding, looks, version=dtg, at=at)
            if len(self.changed) > changed:
                self.touched[key] = None
        self._former_sights = None

    def former_text(self, key: Key, class_id: ClassId, former: Former) -> tuple[Shown, ...]:
        """What is left of a text that this class had; never what its clearance would not show it today."""
        if former.row < 0:
            shown = self._render(former.target, class_id, own=self.holdings[key].own)
        else:
            raw = self.contents.raw(former.target)
            shown = decode_trusted(raw, list[KeptText])[former.row].shown if raw is not None else ()
        sees = partial(self._sights.sees_label, class_id)
        return tuple(s for s in shown if (s.tag, s.label) in former.parts and sees(s.label))

    def former_texts(self, key: Key) -> bytes:
        """What each class may still read of its former texts: kept with a purge, which takes where they lay."""
        return encode_canonical(
            [
                KeptText(
                    self._name_of(class_id),
                    former.version,
                    former.whole,
                    self.former_text(key, class_id, former),
                )
                for class_id, known in self.appearances.items()
                if key in known
                for former in self.histories.list(class_id, key)
            ]
        )

    def record_of(self, key: Key) -> bytes:
        """Since when each class has had its rendition of a product: kept with a purge, whose earlier texts can't tell again."""
        rows = [
            (self._name_of(class_id), a.version, a.digest.hex(), a.verified_at, a.came_at, a.first_at)
            for class_id, known in self.appearances.items()
            if (a := known.get(key)) is not None
        ]
        return encode_canonical(rows)

    def _restore(self, position: int, entry: PayloadPurged) -> None:
        raw = self.contents.raw((position, 0))
        key = make_key(entry.member, entry.product)
        classes: dict[str | int, ClassId] = {class_id: class_id for class_id in self.appearances}
        classes |= {self._name_of(class_id): class_id for class_id in self.appearances}
        for name, version, found, verified_at, came_at, first_at in (
            decode_canonical(raw, list[tuple[str | int, int, str, int, int, int]]) if raw else ()
        ):
            class_id = classes.get(name)
            known = {} if class_id is None else self.appearances[class_id]
            if class_id is not None and key in known and known[key].digest.hex() == found:
                known[key] = msgspec.structs.replace(
                    known[key],
                    version=Instant(version),
                    verified_at=Instant(verified_at),
                    came_at=Instant(came_at),
                    first_at=Instant(first_at),
                )
                self.arrivals.put(class_id, key, Instant(verified_at))
        texts = self.contents.raw((position, 1))
        if texts is not None:
            holding = [class_id for class_id, known in self.appearances.items() if key in known]
            kept = decode_trusted(texts, list[KeptText])
            self.histories.restore(key, (position, 1), kept, holding, classes)

    def add_class(self, class_id: ClassId, *, dtg: Instant, at: Instant) -> None:
        """A class that acts here from now on. What is held appears to it now: earlier changes may have been hidden from it."""
        if class_id in self.appearances:
            return
        self.appearances[class_id] = {}
        self._dtg = dtg
        for key, holding in self.holdings.items():
            looks = Looks(self._sights, holding.envelope, self.content(key))
            self._appear_to(class_id, holding, looks, version=dtg, at=at)
            self.touched[key] = None

    def list_renditions(self, key: Key) -> dict[bytes, tuple[ClassId, ...]]:
        """The distinct renditions of a holding, by digest, with the classes that have each."""
        found: dict[bytes, list[ClassId]] = {}
        for class_id, known in self.appearances.items():
            if key in known:
                found.setdefault(known[key].digest, []).append(class_id)
        return {rendition: tuple(classes) for rendition, classes in found.items()}

    def name_renditions(self) -> Iterator[tuple[Key, tuple[str, ...]]]:
        """What the index calls the renditions of each holding that some class sees."""
        for key in self.holdings:
            renditions = self.list_renditions(key)
            if renditions:
                yield key, tuple(name_document(key, *one) for one in renditions.items())

    def class_names(self) -> list[str]:
        """Who each class is, by number: a digest of what it sees by."""
        sights = self._sights.classes.values
        return [digest("tearline/class", encode_canonical(sight)).hex()[:16] for sight in sights]

    def appears(self, key: Key, class_id: ClassId) -> bool:
        """Whether a class is shown anything of it: one look, whether there is something to hide or nothing at all (A1.10)."""
        return key in self.appearances.get(class_id, ())

    def shown(self, key: Key, class_id: ClassId) -> tuple[Shown, ...]:
        """What a class is shown of a holding now; empty where nothing is, or nothing is left."""
        if class_id in self.appearances and not self.appears(key, class_id):
            return ()
        return render_for(self._sights, self.content(key), class_id)

    def _render(self, target: Place, class_id: ClassId, *, own: bool) -> tuple[Shown, ...]:
        """What a class is shown of one text of a product; empty where its payload is gone."""
        return render_for(self._sights, self.contents.load(target, own=own), class_id)

    def content(self, key: Key) -> Content | None:
        """A holding's text; None where it is withdrawn or its payload is gone."""
        holding = self.holdings.get(key)
        if holding is None or holding.withdrawn:
            return None
        return self.contents.load(holding.target, own=holding.own)

    def forget(self, targets: frozenset[Place]) -> None:
        """Drop decoded text of purged payloads from memory."""
        self.contents.forget(targets)

    def purgeable(self, key: Key) -> tuple[Place, ...]:
        """Where texts of a product lie that nobody is to have any more: superseded, withdrawn, sealed."""
        holding = self.holdings.get(key)
        older = holding.older if holding is not None else ()
        return (*older, *self.sealed.get(key, ()), *self.histories.records(key))

    def keep_only(self, key: Key) -> None:
        """After a purge: texts that are gone are named no more, nor is a product of which nothing is left."""
        self.sealed.pop(key, None)
        self.histories.keep_last(key)
        holding = self.holdings.get(key)
        if holding is None:
            return
        if holding.withdrawn:
            self._unaddress(key)
            self.labelled.release(key)
            del self.holdings[key]
            self.warned.pop(key, None)
            self.restricted.discard(key)
            return
        self.holdings[key] = msgspec.structs.replace(holding, older=())

    def tags(self, key: Key) -> frozenset[Tag]:
        """Tags of a holding's portions, for the node's own use."""
        content = self.content(key)
        return frozenset(p.tag for p in content.portions) if content else frozenset()

    def labels(self, key: Key) -> Iterator[Label]:
        """Labels of a holding's variants."""
        content = self.content(key)
        return iter(()) if content is None else content.labels()
