# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a product, or worth a second look, before it is filed.

A ``blocking`` finding refuses the filing; others are shown to the author and the desk. Checked here: labels are valid and of
one policy (PUBLIC beside it); the title is visible to whoever sees anything, required portions to whoever sees the title;
tags are distinct; the kind's template; sizes. What needs other products (third party, ORCON) is node.commands' business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from tearline.core.errors import TearlineError
from tearline.core.labels import Label, PolicyBook, dominates, explain_reason, find_faults
from tearline.core.products.kinds import KINDS
from tearline.core.products.media import MEDIA_TOTAL_MAX_BYTES, scrub
from tearline.core.products.portion import (
    Body,
    GradingBody,
    MediaBody,
    Portion,
    PositionBody,
    TextBody,
    texts_of,
)
from tearline.core.products.product import Product

PORTIONS_MAX = 500
TEXT_MAX_CHARS = 2_000_000
CREDIBILITY_MAX = 6
FIELD_CHARS = (
    100  # what a field counts for beside its words: about as many may stand in a product as are ever compared
)
NAME_MAX_CHARS = 120  # of an attachment


class Finding(msgspec.Struct, frozen=True):
    """Something found: a stable code, the portion's tag, words for the author, and whether it refuses the filing.

    ``values`` are what the words name (a kind, a level, a reference), for words in other languages.
    """

    code: str
    tag: str
    words: str
    blocking: bool = True
    values: tuple[str, ...] = ()


def find_problems(product: Product, book: PolicyBook) -> tuple[Finding, ...]:
    """All findings that the product alone can give rise to."""
    return tuple(_find_problems(product, book))


def _find_problems(product: Product, book: PolicyBook) -> Iterator[Finding]:
    kind = KINDS.get(product.envelope.kind)
    if kind is None:
        kind_name = product.envelope.kind
        yield Finding("unknown-kind", "", f"no such kind of product: {kind_name}", values=(kind_name,))
        return
    if not product.portions or len(product.portions) > PORTIONS_MAX:
        words = f"a product has between 1 and {PORTIONS_MAX} portions"
        yield Finding("portions", "", words, values=(str(PORTIONS_MAX), str(len(product.portions))))
    tags = [p.tag for p in product.portions]
    if len(set(tags)) != len(tags):
        yield Finding("tag-twice", "", "two portions share a tag")
    for excess in find_excess(product.portions):
        yield Finding(excess, "", _EXCESSES[excess][0], values=(str(_EXCESSES[excess][1]),))
    for portion in product.portions:
        yield from _find_in_portion(portion, product, book)
        if kind.portions and portion.kind not in kind.portions:
            words = f"a {kind.name} has no portion of kind {portion.kind}"
            yield Finding("template", portion.tag, words, values=(kind.name, portion.kind))
    yield from _find_uncovered(product, book)


def _find_in_portion(portion: Portion, product: Product, book: PolicyBook) -> Iterator[Finding]:
    if not portion.variants:
        yield Finding("empty-portion", portion.tag, "a portion needs at least one variant")
    for variant in portion.variants:
        for fault in find_faults(variant.label, book):
            yield Finding("invalid-label", portion.tag, explain_reason(fault))
        if variant.label.policy not in {product.policy, book.public}:
            words = f"labelled under {variant.label.policy}, not {product.policy}"
            names = (variant.label.policy, product.policy)
            yield Finding("other-policy", portion.tag, words, values=names)
        body = variant.body
        if isinstance(body, TextBody) and not any(w.text.strip() for w in body.wordings):
            yield Finding("empty-text", portion.tag, "a text without words")
        unfit = find_fault_of_body(body)
        if unfit:
            yield Finding(unfit, portion.tag, _BODY_FAULTS[unfit])


_EXCESSES = {
    "too-long": (f"more than {TEXT_MAX_CHARS} characters of text", TEXT_MAX_CHARS),
    "attachments": (f"attachments of more than {MEDIA_TOTAL_MAX_BYTES} bytes", MEDIA_TOTAL_MAX_BYTES),
}


def find_excess(portions: Iterable[Portion]) -> Iterator[str]:
    """Of what there is more than any node takes, from its own people or a partner; positions and fields count as text."""
    variants = [variant for portion in portions for variant in portion.variants]
    bodies = [variant.body for variant in variants]
    beside = sum(len(body.geojson) for body in bodies if isinstance(body, PositionBody))
    beside += sum(len(f.name) + len(f.value) + FIELD_CHARS for variant in variants for f in variant.fields)
    if beside + sum(len(text) for body in bodies for text in texts_of(body)) > TEXT_MAX_CHARS:
        yield "too-long"
    if sum(len(body.data) for body in bodies if isinstance(body, MediaBody)) > MEDIA_TOTAL_MAX_BYTES:
        yield "attachments"


_BODY_FAULTS = {
    "bad-grading": "reliability is A to F, credibility 1 to 6",
    "attachment": "the attachment was not freed of its metadata by a node",
}


def find_fault_of_body(body: Body) -> str:
    """The code of what no node shows of a body, its own people's or a partner's; empty where there is nothing.

    A partner's word that an attachment was freed of its metadata is not taken for it: it could be of any size when unpacked,
    and of no such kind.
    """
    if isinstance(body, GradingBody):
        good = body.reliability in set("ABCDEF") and 1 <= body.credibility <= CREDIBILITY_MAX
        return "" if good else "bad-grading"
    if isinstance(body, MediaBody):
        return "" if _is_named(body.name) and _is_scrubbed(body) else "attachment"
    return ""


def _is_named(name: str) -> bool:
    """A file's name and no way to a folder."""
    return 0 < len(name) <= NAME_MAX_CHARS and name.isprintable() and not set(name) & set("/\\")


def _is_scrubbed(body: MediaBody) -> bool:
    try:
        found = scrub(body.data)
    except TearlineError:
        return False
    return (found.media_type, found.data) == (body.media_type, body.data)


def _find_uncovered(product: Product, book: PolicyBook) -> Iterator[Finding]:
    titles = [p for p in product.portions if p.kind == "title"]
    if len(titles) != 1:
        yield Finding("title", "", "a product has exactly one title")
        return
    for portion in product.portions:
        for variant in portion.variants:
            if not find_faults(variant.label, book) and not _is_covered(variant.label, titles[0], book):
                yield Finding(
                    "title-hidden", portion.tag, "somebody would see this portion without seeing a title"
                )
    for tag in product.required:
        needed = next((p for p in product.portions if p.tag == tag), None)
        if needed is None:
            yield Finding("required-missing", tag, "a required portion is missing")
        elif not all(_is_covered(variant.label, needed, book) for variant in titles[0].variants):
            yield Finding(
                "required-hidden", tag, "somebody would see the title without this required portion"
            )


def _is_covered(label: Label, by: Portion, book: PolicyBook) -> bool:
    return any(dominates(label, variant.label, book) for variant in by.variants)
