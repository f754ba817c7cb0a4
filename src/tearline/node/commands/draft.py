# SPDX-License-Identifier: Apache-2.0
"""A draft as its author gives it, and the product it makes; what is found in it before it is filed.

Besides what the product alone shows (core.products.find_problems): the third-party rule (nothing received is used outside
the audience it was released to), ORCON (not quoted, paraphrased or cited), and labels above the author's own clearance.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tearline.core.canon import word_of
from tearline.core.errors import MalformedError
from tearline.core.ids import LANES, Member, Post, ProductId, Tag, check_id
from tearline.core.instants import Instant, print_iso
from tearline.core.labels import RESTRICTED_HANDLING, Label, TagKind, add_member, dominates, find_faults
from tearline.core.products import (
    KINDS,
    PORTIONS_MAX,
    Body,
    Envelope,
    Field,
    Finding,
    Portion,
    Product,
    Source,
    Variant,
    find_problems,
    print_reference,
    texts_of,
)
from tearline.core.renditions import share_portions
from tearline.node.commands.acting import Acting, Refused
from tearline.node.node import Node
from tearline.node.views.catalogue import Key, make_key

SHORT_TAGS = 100  # beyond so many portions, tags have three letters (core.ids)
QUOTE_MIN_CHARS = 24
"""A run of an ORCON portion this long, found in a draft, is a quotation."""


class DraftSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A portion this one derives from, by the key the author reads it under."""

    key: Key
    tag: Tag


class DraftVariant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One wording under its label."""

    label: Label
    body: Body
    fields: tuple[Field, ...] = ()


class DraftPortion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``tag`` empty: one is drawn."""

    kind: str
    variants: tuple[DraftVariant, ...]
    tag: str = ""
    sources: tuple[DraftSource, ...] = ()


NO_PRODUCT = ProductId("0" * 32)
"""Stands for a product that is not filed yet."""


class DraftProduct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an author writes. ``declared`` (unaltered, paraphrase) is said of PUBLIC material. ``dtg`` backdates holdings."""

    kind: str
    precedence: str
    policy: str
    portions: tuple[DraftPortion, ...]
    action: tuple[Post, ...] = ()
    info: tuple[Post, ...] = ()
    required: tuple[str, ...] = ()
    declared: str = ""
    dtg: Instant | None = None


def make_product(
    node: Node, draft: DraftProduct, *, product: ProductId, at: Instant, revision: int
) -> Product:
    """The product of a draft, with a reference of its filing; letters and missing tags are drawn."""
    code = KINDS[draft.kind].code if draft.kind in KINDS else "DOC"
    stem = print_reference(node.member, code, at, "").rstrip()
    letters = draw_letters(node, f"reference:{stem}", 4)
    envelope = Envelope(product, node.member, draft.kind, draft.precedence, f"{stem} {letters}", at)
    portions = make_portions(node, draft, product)
    required = tuple(Tag(tag) for tag in draft.required)
    return Product(
        envelope, revision, at, draft.policy, portions, draft.action, draft.info, required, draft.declared
    )


def draft_of(product: Product) -> DraftProduct:
    """A product as its author gave it, with the tags it has: to be written anew."""
    portions = tuple(
        DraftPortion(
            p.kind,
            tuple(DraftVariant(v.label, v.body, v.fields) for v in p.variants),
            p.tag,
            tuple(DraftSource(make_key(s.originator, s.product), s.tag) for s in p.sources),
        )
        for p in product.portions
    )
    envelope = product.envelope
    return DraftProduct(
        envelope.kind,
        envelope.precedence,
        product.policy,
        portions,
        product.action,
        product.info,
        product.required,
        product.declared,
    )


def try_product(
    node: Node, draft: DraftProduct, product: ProductId = NO_PRODUCT, revision: int = 1
) -> Product:
    """The product that a draft would make now; of a new one, under an id of nothing."""
    at = draft.dtg if draft.dtg is not None else node.clock.dtg()
    return make_product(node, draft, product=product, at=at, revision=revision)


def draw_letters(node: Node, purpose: str, count: int) -> str:
    """Random letters and digits that can be spoken."""
    return word_of(node.entropy.draw(node.member, "name", purpose, 16), count)


def make_portions(node: Node, draft: DraftProduct, product: ProductId) -> tuple[Portion, ...]:
    """Portions with distinct tags; sources as product ids."""
    taken = {p.tag for p in draft.portions if p.tag}
    out = []
    for n, portion in enumerate(draft.portions):
        tag = portion.tag or _draw_tag(node, f"tag:{product}:{n}", taken)
        taken.add(tag)
        variants = tuple(Variant(as_filed(node, v.label), v.body, v.fields) for v in portion.variants)
        sources = tuple(_source_of(s) for s in portion.sources)
        out.append(Portion(Tag(tag), portion.kind, variants, sources))
    return tuple(out)


def _source_of(source: DraftSource) -> Source:
    originator, _, product = source.key.partition(".")
    return Source(Member(originator), ProductId(product), source.tag)


def _draw_tag(node: Node, purpose: str, taken: set[str]) -> str:
    letters = "ABCDEFGHJKMNPQRSTUVWXYZ"
    for attempt in range(1_000):
        drawn = node.entropy.draw(node.member, "name", f"{purpose}:{attempt}", 3)
        tag = "".join(letters[b % len(letters)] for b in drawn[: 2 if len(taken) < SHORT_TAGS else 3])
        if tag not in taken:
            return tag
    raise AssertionError("no tag is left")


def _with_epoch(node: Node, label: Label) -> Label:
    """A label that names a lasting group means its members of today, and says so."""
    named = {value for _, values in label.categories for value in values}
    if label.epoch or not node.book.groups & named:
        return label
    return msgspec.structs.replace(label, epoch=print_iso(node.clock.dtg())[:10])


def as_filed(node: Node, label: Label) -> Label:
    """Filing, once a label is valid, adds the originating member to its audience (N3). An empty audience stays nobody's."""
    dated = _with_epoch(node, label)
    return dated if find_faults(dated, node.book) else add_member(dated, node.member, node.book)


def keep_sound(node: Node, acting: Acting, product: Product) -> Product:
    """Of a draft that would be refused, what can be shown all the same: nothing of a draft that is too large or of no kind.

    A label that is unsound, of another policy, or beyond node or author is nobody's (N5), so its wording is left out.
    """
    own = {product.policy, node.book.public}
    if len(product.portions) > PORTIONS_MAX or product.envelope.kind not in KINDS:
        return msgspec.structs.replace(product, portions=())

    def sound(label: Label) -> bool:
        return (
            label.policy in own
            and not find_faults(label, node.book)
            and acting.class_id is not None
            and node.sights.sees_label(node.member_classes[node.member], label)
            and node.sights.sees_label(acting.class_id, label)
        )

    return msgspec.structs.replace(product, portions=share_portions(product.portions, sound))


def may_read_draft(node: Node, acting: Acting, draft: DraftProduct) -> bool:
    """Whether what was typed may still be shown to who typed it: a clearance that was cut is cut for one's own words too (N7).

    A label that isn't one yet, or not any more, hides nothing: it can't be filed, and its writer is to mend it.
    """
    labels = {as_filed(node, variant.label) for portion in draft.portions for variant in portion.variants}
    return all(
        acting.class_id is not None and node.sights.sees_label(acting.class_id, label)
        for label in labels
        if not find_faults(label, node.book)
    )


def refuse_findings(findings: tuple[Finding, ...]) -> Refused:
    """A refusal that names every blocking finding."""
    blocking = [f for f in findings if f.blocking]
    words = "; ".join(dict.fromkeys(f"{f.tag + ': ' if f.tag else ''}{f.words}" for f in blocking))
    return Refused(blocking[0].code, words, tuple((f.code, f.tag, f.words) for f in blocking))


def find_in_draft(node: Node, acting: Acting, draft: DraftProduct, product: Product) -> tuple[Finding, ...]:
    """Everything found; blocking ones refuse the filing."""
    found = list(find_problems(product, node.book))
    if draft.precedence not in LANES:
        words = f"no such precedence: {draft.precedence}"
        found.append(Finding("precedence", "", words, values=(draft.precedence,)))
    found.extend(_find_bad_names(draft))
    if not any(f.blocking for f in found):
        found.extend(_find_above(node, acting, product))
        found.extend(_find_used(node, acting, draft))
        found.extend(_find_quotes(node, acting, product))
    return tuple(found)


def _find_bad_names(draft: DraftProduct) -> Iterator[Finding]:
    for kind, value in [("tag", p.tag) for p in draft.portions if p.tag] + [
        ("post", p) for p in draft.action + draft.info
    ]:
        try:
            check_id(kind, value)
        except MalformedError as error:
            yield Finding("bad-name", "", error.message, values=(value,))


def _find_above(node: Node, acting: Acting, product: Product) -> Iterator[Finding]:
    own = node.member_classes[node.member]
    for portion in product.portions:
        for variant in portion.variants:
            if not node.sights.sees_label(own, variant.label):
                words = f"{variant.label.classification} is above this node's ceiling or not ours to hold"
                yield Finding("above-ceiling", portion.tag, words, values=(variant.label.classification,))
            elif acting.class_id is not None and not node.sights.sees_label(acting.class_id, variant.label):
                yield Finding("above-clearance", portion.tag, "the author is not cleared for this label")


def _find_used(node: Node, acting: Acting, draft: DraftProduct) -> Iterator[Finding]:
    """Third party and ORCON, by the sources that the author declares."""
    for portion in draft.portions:
        for source in portion.sources:
            yield from _find_source(node, acting, portion, source)


def _find_source(node: Node, acting: Acting, portion: DraftPortion, source: DraftSource) -> Iterator[Finding]:
    shown = node.catalogue.shown(source.key, acting.class_id) if acting.class_id is not None else ()
    used = next((s for s in shown if s.tag == source.tag), None)
    if used is None:
        yield Finding("unknown-source", portion.tag, "a source that is not held, or not by that tag")
        return
    holding = node.catalogue.holdings[source.key]
    name = f"{holding.envelope.reference}/{source.tag}"
    if not holding.own and any(RESTRICTED_HANDLING in values for _, values in used.label.categories):
        words = f"ORCON: {name} may not be quoted, paraphrased or cited"
        yield Finding("orcon", portion.tag, words, values=(name,))
    for variant in portion.variants:
        if not holding.own and not dominates(as_filed(node, variant.label), used.label, node.book):
            audience = audience_words(node, used.label)
            words = f"{name} was released to {audience}"
            yield Finding("third-party", portion.tag, words, values=(name, audience))
            return


def audience_words(node: Node, label: Label) -> str:
    """Whom a label names, as its policy lists them."""
    policy = node.book.policies[label.policy]
    words = []
    for name, tag_set in policy.tag_sets.items():
        if tag_set.kind is TagKind.PERMISSIVE:
            words += [value for value in tag_set.categories if value in label.values(name)]
    return ", ".join(words)


def _find_quotes(node: Node, acting: Acting, product: Product) -> Iterator[Finding]:
    """ORCON text found word for word, whether declared or not; only what the author sees, or a guess would be answered (N1)."""
    restricted = [
        (node.catalogue.holdings[key].envelope.reference, portion.tag, text)
        for key in node.catalogue.restricted
        if (content := node.catalogue.content(key)) is not None
        for portion in content.portions
        for variant in portion.variants
        if acting.class_id is not None and node.sights.sees_label(acting.class_id, variant.label)
        if any(RESTRICTED_HANDLING in values for _, values in variant.label.categories)
        for text in texts_of(variant.body)
        if len(text) >= QUOTE_MIN_CHARS
    ]
    for portion in product.portions:
        texts = [text for variant in portion.variants for text in texts_of(variant.body)]
        for reference, tag, quoted in restricted:
            if any(quoted[:QUOTE_MIN_CHARS] in text or quoted in text for text in texts):
                name = f"{reference}/{tag}"
                yield Finding("orcon", portion.tag, f"ORCON: quotes {name}", values=(name,))
