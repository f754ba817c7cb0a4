# SPDX-License-Identifier: Apache-2.0
"""The laws of labels and renditions as plain functions: pytest calls them on many cases, the mutants on a few hundred.

Each takes a ``World`` and returns the number of distinct cases it looked at; a law that does not hold is an AssertionError
that shows the case.
"""

from tearline.core.canon import encode_canonical
from tearline.core.labels import (
    Decision,
    Label,
    MemberSight,
    NoLabel,
    decide_many,
    decide_sight,
    dominates,
    find_faults,
    make_label,
    roll_up,
    translate,
)
from tearline.core.products import Portion, Product
from tearline.core.renditions import Voice, content_of, make_share, print_rendition, render, share_portions
from tests.oracle import policy as oracle
from tests.oracle import share as oracle_share
from tests.properties.worlds import draw_product, list_clearances, make_reader, make_variant, spoil, to_plain


def mean(label):
    """What a label means, in the oracle's words, so that two ways of naming one audience are equal."""
    if label.policy == oracle.PUBLIC:
        return {"policy": oracle.PUBLIC}
    plain = to_plain(label)
    found = {name: oracle.values(plain, name) for name in ("Provided By", "Compartment", "Handling")}
    return {
        "policy": label.policy,
        "class": label.classification,
        "audience": oracle.audience(plain),
        **found,
    }


def admits(label, reader, book):
    return decide_sight(label, reader.sight, book).permitted


def check_decisions(world):
    """The fast engine and the oracle answer alike for every label and reader of the world (N2, N4, N5), kept or asked anew."""
    ids = [world.sights.label_id(label) for label in world.labels]
    plains = [to_plain(label) for label in world.labels]
    classes = dict(zip(world.classes, world.readers, strict=True))
    for number, reader in classes.items():
        row = decide_many(world.sights.row(number), ids)
        for label, plain, answer in zip(world.labels, plains, row, strict=True):
            assert bool(answer) == reader.sees(plain), (label, reader)
            assert decide_sight(label, reader.sight, world.book).permitted == bool(answer), (label, reader)
    return len(ids) * len(classes)


def check_banners(world, count, readers=5):
    """A banner means what the oracle says, and whoever sees its label sees every portion's, and the reverse (N3)."""
    seen = set()
    for _ in range(count):
        labels = world.draw_set()
        rolled, expected = roll_up(labels, world.book), oracle.roll_up([to_plain(label) for label in labels])
        seen.add(frozenset(labels))
        if isinstance(rolled, NoLabel):
            assert expected is None, (labels, rolled)
            continue
        assert not find_faults(rolled, world.book), (labels, rolled)
        assert mean(rolled) == expected, (labels, rolled)
        assert roll_up([rolled, *labels], world.book) == rolled, (labels, rolled)
        _check_eyes_only(rolled, labels)
        for number in world.rng.sample(range(len(world.readers)), readers):
            reader = world.readers[number]
            sees_all = all(map(world.sees(number), labels))
            assert admits(rolled, reader, world.book) == sees_all, (labels, rolled, reader)
    return len(seen)


def _check_eyes_only(rolled, labels):
    marked = [label for label in labels if label.policy != oracle.PUBLIC]
    if len(marked) > 1:
        members = oracle.audience(to_plain(rolled))
        narrow = len(members) == 1 or any(label.values("Eyes Only") for label in marked)
        possible = members <= oracle.words(rolled.policy)["Eyes Only"]
        assert bool(rolled.values("Eyes Only")) == (narrow and possible), (labels, rolled)


def check_translations(world, count, readers=3):
    """A carried label means what the oracle says, and admits nobody whom the original refuses (N4)."""
    seen = set()
    for _ in range(count):
        label, target = world.rng.choice(world.labels), world.rng.choice(list(oracle.ROWS))
        seen.add((label, target))
        plain, carried = to_plain(label), translate(label, target, world.book)
        expected = oracle.translate(plain, target)
        if isinstance(carried, Decision):
            assert expected is None, (label, target, carried)
            assert not carried.permitted, (label, target, carried)
            assert carried.reasons, (label, target, carried)
            continue
        assert expected is not None, (label, target, carried)
        assert mean(carried) == expected, (label, target, carried)
        for reader in world.rng.sample(world.readers, readers):
            if admits(carried, reader, world.book):
                assert reader.sees(plain), (label, carried, reader)
    return len(seen)


def check_renditions(world, count):
    """Shares and renditions are the oracle's; a rendition of a share is the rendition of the product (N2)."""
    people = [n for n, reader in enumerate(world.readers) if not isinstance(reader.sight, MemberSight)]
    for _ in range(count):
        product = draw_product(world.rng, world.draw_set())
        number = world.rng.choice(people)
        person = world.sees(number)
        member = _member_of(world, number)
        shared = share_portions(product.portions, member)
        plain = [(p.tag, [(v.label, v.body) for v in p.variants]) for p in product.portions]
        assert [(p.tag, [(v.label, v.body) for v in p.variants]) for p in shared] == oracle_share.share(
            plain, member
        )
        shown = render(product.portions, person)
        assert [(s.tag, s.body) for s in shown] == oracle_share.render(plain, person)
        assert render(shared, person) == shown, (product, world.readers[number])
        assert not any(portion.sources for portion in shared)
    return count


def _member_of(world, number):
    sees, class_id = world.sights.sees_label, world.sights.class_id(world.readers[number].sight.member)
    return lambda label: sees(class_id, label)


def check_twins(world, count):
    """Two products that differ only in what a reader may not see are one to that reader, to the byte (N1)."""
    for _ in range(count):
        product = draw_product(world.rng, world.draw_set())
        number = world.rng.randrange(len(world.readers))
        twin = make_twin(product, world, world.sees(number))
        assert look(product, world, number) == look(twin, world, number), (
            product,
            twin,
            world.readers[number],
        )
    return count


def look(product, world, number):
    """Everything that a product gives to a reader: share (for a member), rendition with its check, as bytes."""
    reader, sees = world.readers[number], world.sees(number)
    share = make_share(product, reader.member, sees) if isinstance(reader.sight, MemberSight) else None
    shown = render(product.portions, sees)
    voice = Voice(oracle.HOME[reader.member])
    rendition = print_rendition(product.envelope, product.changed_at, shown, voice, world.book)
    return share and content_of(share), encode_canonical(rendition) if shown else b""


def make_twin(product, world, sees):
    """The product with other hidden things in other places: variants, whole portions, sources, revision, others' posts."""
    rng = world.rng
    hidden = [label for label in world.labels if not sees(label)]
    portions = []
    for portion in product.portions:
        variants = [v for v in portion.variants if sees(v.label)]
        if variants and hidden:
            variants.insert(
                rng.randint(0, len(variants)), make_variant(rng.choice(hidden), f"other {rng.random()}")
            )
        if variants:
            portions.append(Portion(portion.tag, portion.kind, tuple(variants)))
    if hidden:
        secret = Portion("ZZ", "paragraph", (make_variant(rng.choice(hidden), "wholly hidden"),))
        portions.insert(rng.randint(0, len(portions)), secret)
    posts = tuple(dict.fromkeys((*product.action, "FRA-WATCH")))
    return Product(
        product.envelope, 9, product.changed_at, product.policy, tuple(portions), posts, ("FRA-DESK",)
    )


def check_malformed(world, count):
    """Whatever is wrong with a label, nobody sees it, no banner covers it, it goes nowhere and covers nothing (N5)."""
    readers = [make_reader(world.book, member, list_clearances(member)[-1]) for member in oracle.HOME]
    sound = [label for label in world.labels if oracle.is_valid(to_plain(label))][:count]
    seen = set()
    for label in sound:
        for broken in spoil(label):
            seen.add(broken)
            assert find_faults(broken, world.book), broken
            assert isinstance(roll_up([label, broken], world.book), NoLabel), broken
            assert isinstance(translate(broken, world.book.network, world.book), Decision), broken
            assert not dominates(broken, label, world.book), broken
            assert not dominates(label, broken, world.book), broken
            for reader in readers:
                assert not admits(broken, reader, world.book), (broken, reader)
    return len(seen)


def tighten(label, rng):
    """A label stricter in one way: a higher level, one codeword more, or one member less."""
    rows, tags = oracle.ROWS[label.policy], dict(label.categories)
    way = rng.choice(["level", "word", "member"])
    row = oracle.row_of(to_plain(label))
    level = rows[min((r for r in rows if r > row), default=row)] if way == "level" else label.classification
    if way == "word" and oracle.CODEWORDS[label.policy]:
        tags["Compartment"] = {
            *tags.get("Compartment", ()),
            rng.choice(sorted(oracle.CODEWORDS[label.policy])),
        }
    if way == "member" and len(tags.get("Releasable To", ())) > 1:
        tags["Releasable To"] = rng.sample(tags["Releasable To"], len(tags["Releasable To"]) - 1)
    return make_label(
        label.policy, level, tags, label.epoch if "NATO" in tags.get("Releasable To", ()) else ""
    )


def check_order(world, count, readers=4):
    """Who sees a label sees every looser one; ``dominates`` says nothing else (no widening by comparison)."""
    sound = [
        label for label in world.labels if oracle.is_valid(to_plain(label)) and label.policy != oracle.PUBLIC
    ]
    seen = set()
    for _ in range(count):
        loose = world.rng.choice(sound)
        strict = world.rng.choice(
            [tighten(loose, world.rng), tighten(loose, world.rng), world.rng.choice(sound)]
        )
        carried = translate(strict, world.rng.choice(list(oracle.ROWS)), world.book)
        strict = world.rng.choice([strict, carried]) if isinstance(carried, Label) else strict
        strict, loose = (strict, loose) if world.rng.random() < 0.7 else (loose, strict)
        if strict.policy == loose.policy and oracle.is_valid(to_plain(strict)):
            assert dominates(strict, loose, world.book) == _is_stricter(strict, loose), (strict, loose)
        if dominates(strict, loose, world.book):
            seen.add((strict, loose))
            for reader in world.rng.sample(world.readers, readers):
                assert not admits(strict, reader, world.book) or admits(loose, reader, world.book), (
                    strict,
                    loose,
                    reader,
                )
    return len(seen)


def _is_stricter(strict, loose):
    strict, loose = to_plain(strict), to_plain(loose)
    return (
        oracle.row_of(strict) >= oracle.row_of(loose)
        and oracle.values(strict, "Compartment") >= oracle.values(loose, "Compartment")
        and oracle.audience(strict) <= oracle.audience(loose)
    )
