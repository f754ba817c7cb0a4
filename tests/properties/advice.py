# SPDX-License-Identifier: Apache-2.0
"""The law of release advice: a wording added at the advised labels reaches exactly the promised members, by the oracle."""

from msgspec.structs import replace

from tearline.core.labels import decide_sight
from tearline.core.products import Portion, find_problems
from tearline.core.renditions import Advisor, advise
from tests.oracle import policy as oracle
from tests.properties.worlds import draw_product, list_clearances, make_reader, make_variant, to_plain


def list_members(book):
    return {m: make_reader(book, m, list_clearances(m)[-1]) for m in oracle.HOME}


def make_advisor(book, members):
    def reach(label):
        return frozenset(m for m, r in members.items() if decide_sight(label, r.sight, book).permitted)

    def share_out(product):
        return {
            m: frozenset(p.tag for p in product.portions if any(m in reach(v.label) for v in p.variants))
            for m in members
        }

    return Advisor(book, reach, share_out)


def look(product, reader):
    """What a member has of each portion, as a naive reader of the standard would say."""
    sees = {v.label: reader.sees(to_plain(v.label)) for p in product.portions for v in p.variants}
    found = {p.tag: next((v.body for v in p.variants if sees[v.label]), None) for p in product.portions}
    return {tag: body for tag, body in found.items() if body is not None}


def reword(product, changes):
    """Made by hand, with words of its own."""
    portions = []
    for p in product.portions:
        added = [make_variant(c.label, f"other words {n}") for n, c in enumerate(changes) if c.tag == p.tag]
        portions.append(Portion(p.tag, p.kind, (*p.variants, *added), p.sources))
    return replace(product, portions=tuple(portions))


def blocking(product, book):
    return {(f.code, f.tag) for f in find_problems(product, book) if f.blocking}


def check_advice(world, count):
    """Exactly the promised members get more; nobody's text changes; nothing new refuses the filing (N2)."""
    members = list_members(world.book)
    advisor = make_advisor(world.book, members)
    seen = 0
    for _ in range(count):
        product = draw_product(world.rng, world.draw_set())
        before = {m: look(product, reader) for m, reader in members.items()}
        for suggestion in advise(product, advisor)[:4]:
            seen += 1
            made = reword(product, suggestion.changes)
            after = {m: look(made, reader) for m, reader in members.items()}
            gained = tuple(sorted(m for m in members if len(after[m]) > len(before[m])))
            assert gained == suggestion.members, (product, suggestion)
            assert not any(c.tag in before[m] for c in suggestion.changes for m in gained), (
                product,
                suggestion,
            )
            assert all(before[m].items() <= after[m].items() for m in members), (product, suggestion)
            assert blocking(made, world.book) <= blocking(product, world.book), (product, suggestion)
    return seen
