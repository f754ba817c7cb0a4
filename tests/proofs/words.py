# SPDX-License-Identifier: Apache-2.0
"""The words of a loaded book as bits: a label, or a clearance, is one number, and comes back from it.

Every name that any policy of the book knows is one bit, the same in each tag set; one bit more is "a name that nobody
knows". Epochs are a small number: none, no day, or between which two days of the membership table.
"""

import bisect
import datetime as dt

from msgspec.structs import replace

from tearline.core.labels import Clearance, Label, TagKind, make_clearance, make_label

CLASS_BITS, EPOCH_BITS = 5, 6
NO_EPOCH, NO_DAY, FIRST_DAY = 0, 1, 2
UNKNOWN = "(unknown)"


class Words:
    """Which bit is which name, and which epoch is which number."""

    def __init__(self, book):
        self.book = book
        known = {value for p in book.policies.values() for t in p.tag_sets.values() for value in t.categories}
        known |= set(book.members) | {m.member for m in book.memberships} | book.groups
        self.names = [*sorted(known), UNKNOWN]
        self.bits = {name: 1 << i for i, name in enumerate(self.names)}
        self.width = len(self.names)
        self.all = (1 << self.width) - 1
        self.days = sorted({day for m in book.memberships for day in (m.since, m.until) if day})
        self.last_epoch = FIRST_DAY + len(self.days)
        self.groups = sorted(book.groups)
        assert all(len(p.classifications) < 2**CLASS_BITS for p in book.policies.values())
        assert self.last_epoch < 2**EPOCH_BITS

    def mask(self, names):
        """The names as bits."""
        out = 0
        for name in names:
            out |= self.bits.get(name, self.bits[UNKNOWN])
        return out

    def list_names(self, mask):
        return [name for name, bit in self.bits.items() if mask & bit]

    def number_epoch(self, epoch):
        if not epoch:
            return NO_EPOCH
        try:
            is_day = dt.date.fromisoformat(epoch).isoformat() == epoch
        except ValueError:
            is_day = False
        return FIRST_DAY + bisect.bisect_right(self.days, epoch) if is_day else NO_DAY

    def name_epoch(self, number):
        """A day in that stretch of the membership table."""
        if number in {NO_EPOCH, NO_DAY} or number > self.last_epoch:
            return "" if number == NO_EPOCH else "no day"
        return self.days[number - FIRST_DAY - 1] if number > FIRST_DAY else "0001-01-01"

    def list_rosters(self, group):
        """The members of a group as bits, for each number of an epoch that is a day."""
        rows = [m for m in self.book.memberships if m.group == group]
        days = [self.name_epoch(number) for number in range(FIRST_DAY, self.last_epoch + 1)]
        return [
            self.mask(m.member for m in rows if m.since <= day and (not m.until or day < m.until))
            for day in days
        ]


def label_bits(policy, words):
    return CLASS_BITS + EPOCH_BITS + 2 + len(policy.tag_sets) * (1 + words.width)


def clearance_bits(policy, words):
    return len(policy.classifications) + len(policy.tag_sets) * words.width


def pack_label(label, policy, words):
    """The label as a number: class, epoch, repeats something, has an unknown tag set, then each tag set."""
    levels = list(policy.classifications)
    level = levels.index(label.classification) if label.classification in levels else len(levels)
    names = [name for name, _ in label.categories]
    repeats = len(set(names)) < len(names) or any(len(set(v)) < len(v) for _, v in label.categories)
    alien = any(name not in policy.tag_sets for name in names)
    out, at = level, CLASS_BITS
    for size, number in ((EPOCH_BITS, words.number_epoch(label.epoch)), (1, repeats), (1, alien)):
        out |= int(number) << at
        at += size
    for name in policy.tag_sets:
        out |= int(name in names) << at
        out |= words.mask(label.values(name)) << (at + 1)
        at += 1 + words.width
    return out


def unpack_label(number, policy, words):
    """A label of that number; what the number says is unknown gets a name that nobody knows."""
    level, number = number % 2**CLASS_BITS, number >> CLASS_BITS
    epoch, number = number % 2**EPOCH_BITS, number >> EPOCH_BITS
    repeats, alien, number = number & 1, number >> 1 & 1, number >> 2
    categories = {"(alien)": (UNKNOWN,)} if alien else {}
    for name in policy.tag_sets:
        present, values, number = number & 1, number >> 1 & words.all, number >> (1 + words.width)
        if present:
            categories[name] = words.list_names(values)
    levels = list(policy.classifications)
    classification = levels[level] if level < len(levels) else UNKNOWN
    label = make_label(policy.name, classification, categories, words.name_epoch(epoch))
    again = label.categories[:1] or (("(alien)", ()), ("(alien)", ()))
    return replace(label, categories=label.categories + again) if repeats else label


def pack_clearance(clearance, policy, words):
    out = sum((name in clearance.classifications) << i for i, name in enumerate(policy.classifications))
    at = len(policy.classifications)
    for name in policy.tag_sets:
        out |= words.mask(clearance.values(name)) << at
        at += words.width
    return out


# --- drawing -------------------------------------------------------------------


def draw_label(rng, policy, words, spoilt=0.2):
    """A label, mostly valid, over every word that the policy has."""
    permissive = [t for t in policy.tag_sets.values() if t.kind is TagKind.PERMISSIVE]
    categories, epoch = {}, ""
    for tag_set in policy.tag_sets.values():
        if tag_set.kind is TagKind.PERMISSIVE or rng.random() < 0.5:
            continue
        values = list(tag_set.categories)
        categories[tag_set.name] = rng.sample(values, min(len(values), rng.choice((1, 1, 1, 2))))
    providers = [t for t in policy.tag_sets.values() if t.single_selection]
    if policy.name == words.book.network and providers:
        provider = providers[0]
        categories[provider.name] = [rng.choice(list(provider.categories))]
    for tag_set in rng.sample(permissive, min(len(permissive), 1)):
        values, homes = list(tag_set.categories), [m for m in words.book.members if m in tag_set.categories]
        chosen = set(rng.sample(homes, min(len(homes), rng.choice((1, 2, 3, 5, 7)))))
        chosen |= set(
            rng.sample(values, min(len(values), rng.choice((0, 0, 1, 4) if homes else (1, 1, 2, 3))))
        )
        chosen |= {g for g in words.groups if g in values and rng.random() < 0.35}
        if len(words.groups) and rng.random() < 0.05:
            chosen |= {m for m in words.list_names(words.list_rosters(words.groups[0])[-1]) if m in values}
        categories[tag_set.name] = chosen
        if chosen & set(words.groups):
            epoch = words.name_epoch(rng.randint(FIRST_DAY + 1, words.last_epoch))
    label = make_label(policy.name, rng.choice(list(policy.classifications)), categories, epoch)
    return rng.choice(list_spoilt(label, policy, rng)) if rng.random() < spoilt else label


def list_spoilt(label, policy, rng):
    """The label with one thing wrong, mostly; ways that change nothing are left in."""
    tags = dict(label.categories)

    def swap(**changes):
        names = {"policy": label.policy, "level": label.classification, "epoch": label.epoch, "tags": tags}
        names |= changes
        rows = tuple(sorted((n, tuple(v)) for n, v in names["tags"].items()))
        return Label(names["policy"], names["level"], rows, names["epoch"])

    some = rng.choice(list(policy.tag_sets) or ["Surprise"])
    other = rng.choice(list(policy.tag_sets) or ["Surprise"])
    value = rng.choice([v for t in policy.tag_sets.values() for v in t.categories] or ["KOR"])
    return [
        swap(level="secret"),
        swap(tags={**tags, some: (*tags.get(some, ()), "ZZZ")}),
        swap(tags={**tags, some: ()}),
        swap(tags={**tags, some: (value,)}),
        swap(tags={**tags, some: (*tags.get(some, ()), value, value)}),
        swap(tags={**tags, some: tuple(policy.tag_sets[some].categories) if policy.tag_sets else ("ZZZ",)}),
        swap(tags={n: v for n, v in tags.items() if n != other}),
        swap(tags={**tags, "Surprise": ("KOR",)}),
        swap(epoch=rng.choice(("2023-07-12", "1949-08-23", "20230712", "now"))),
        swap(epoch=""),
        Label(label.policy, label.classification, label.categories * 2, label.epoch),
    ]


def draw_clearance(rng, policy, words):
    """Any list at all: levels with gaps, any values, names that nobody knows."""
    levels = [name for name in policy.classifications if rng.random() < 0.75]
    held = {}
    for tag_set in policy.tag_sets.values():
        if rng.random() < 0.85:
            values = [*tag_set.categories, "ZZZ"]
            few = rng.choice((1, 2, 6)) if tag_set.kind is TagKind.PERMISSIVE else rng.randint(0, 2)
            homes = [m for m in words.book.members if m in values] or values
            held[tag_set.name] = {rng.choice(homes), *rng.sample(values, min(few, len(values)))}
    return make_clearance(policy.name, levels, held) if rng.random() < 0.97 else Clearance(policy.name, ())
