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


def has_after(product, members, suggestions):
    """Of which portions each member has words with all of these made."""
    made = reword(product, tuple(change for one in suggestions for change in one.changes))
    return {m: set(look(made, reader)) for m, reader in members.items()}


def check_relations(product, members, suggestions):
    """Of alternatives one is enough, whatever is no alternative isn't; what is said to give more besides does, nothing else."""
    for n, one in enumerate(suggestions):
        earlier = suggestions[:n]
        alone = has_after(product, members, (one,))
        for other in earlier:
            both = has_after(product, members, (other, one))
            apart = has_after(product, members, (other,))
            shared = set(one.members) & set(other.members)
            enough = bool(shared) and all(both[m] == apart[m] == alone[m] for m in shared)
            linked = one.either == other.either
            assert linked or not enough, (product, other, one)
            assert enough or not (linked and shared), (product, other, one)
            within = set(one.changes) <= set(other.changes) and shared == set(one.members)
            assert not within, (product, other, one)
        if earlier:
            named = {m for other in earlier for m in other.members} & set(one.members)
            so_far, then = (has_after(product, members, some) for some in (earlier, suggestions[: n + 1]))
            assert one.further == any(then[m] > so_far[m] for m in named), (product, earlier, one)
        else:
            assert not one.further


def check_advice(world, count):
    """Exactly the promised members get more; nobody's text changes; nothing new refuses the filing (N2)."""
    members = list_members(world.book)
    advisor = make_advisor(world.book, members)
    seen = 0
    for _ in range(count):
        product = draw_product(world.rng, world.draw_set())
        before = {m: look(product, reader) for m, reader in members.items()}
        suggestions = advise(product, advisor)
        check_relations(product, members, suggestions)
        for suggestion in suggestions[:4]:
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
