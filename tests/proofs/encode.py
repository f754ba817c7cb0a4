# SPDX-License-Identifier: Apache-2.0
"""decide, roll_up, translate and the sights once more, as Z3 formulas over every label there is.

Built from the loaded ``Policy`` objects, the membership table and the bridges; what these could say and the formulas don't
is refused (``Unsaid``), so a pack that begins to use it turns the proofs red instead of leaving them. ``test_tie`` compares
the formulas with the code on drawn labels. Mutants override single methods.
"""

from dataclasses import dataclass

from z3 import ULE, And, AtLeast, AtMost, BitVec, BitVecVal, BoolVal, Concat, Extract, If, Implies, Not, Or

from tearline.core.labels import TagKind
from tests.proofs.words import CLASS_BITS, EPOCH_BITS, FIRST_DAY, label_bits

NO, YES = BoolVal(val=False), BoolVal(val=True)


class Unsaid(Exception):  # noqa: N818  it ends the proof, it doesn't report a fault
    """The policy uses something that the formulas don't say."""


@dataclass(frozen=True)
class AnyLabel:
    """A label of one policy as formulas. ``values`` are none where ``present`` is false."""

    policy: object
    level: object
    epoch: object
    broken: object
    present: dict
    values: dict


@dataclass(frozen=True)
class AnyClearance:
    """Levels listed (one formula each, by name) and values held by tag set."""

    levels: dict
    held: dict


@dataclass(frozen=True)
class AnySight:
    """A member's sight, and with ``person`` that of somebody acting for it."""

    member: str
    national: AnyClearance
    network: AnyClearance
    person: AnyClearance | None = None


def choose(condition, yes, no):
    """One label or another of the same policy."""
    return AnyLabel(
        yes.policy,
        If(condition, yes.level, no.level),
        If(condition, yes.epoch, no.epoch),
        If(condition, yes.broken, no.broken),
        {name: If(condition, yes.present[name], no.present[name]) for name in yes.present},
        {name: If(condition, yes.values[name], no.values[name]) for name in yes.values},
    )


class Formulas:
    """The decisions over one book."""

    def __init__(self, book, words):
        self.book, self.words = book, words
        self.zero = BitVecVal(0, words.width)
        self.rosters = {group: words.list_rosters(group) for group in words.groups}
        self.group_mask = words.mask(words.groups)
        self._kept = {}

    # --- parts -----------------------------------------------------------------

    def keep(self, key, make, *held):
        """What ``make`` gives, made once; ``held`` are the objects whose ids stand in the key."""
        if key not in self._kept:
            self._kept[key] = (held, make())
        return self._kept[key][1]

    def bits(self, names):
        mask = self.words.mask(names)
        return self.keep(("bits", mask), lambda: BitVecVal(mask, self.words.width))

    def within(self, values, names):
        """Every value is one of the names."""
        mask = self.words.all & ~self.words.mask(names)
        return values & self.keep(("bits", mask), lambda: BitVecVal(mask, self.words.width)) == 0

    def has(self, values, name):
        return values & self.bits([name]) != 0

    def kind(self, policy, kind):
        return [t for t in policy.tag_sets.values() if t.kind is kind]

    def label(self, name, policy):
        """Any label of the policy: a number of ``pack_label``, and its formulas."""
        return self.keep(("label", name, policy.name), lambda: self.make_label(name, policy))

    def make_label(self, name, policy):
        number = BitVec(name, label_bits(policy, self.words))
        at = CLASS_BITS + EPOCH_BITS
        level, epoch = Extract(CLASS_BITS - 1, 0, number), Extract(at - 1, CLASS_BITS, number)
        broken = Extract(at + 1, at, number) != 0
        at += 2
        present, values = {}, {}
        for tag_set in policy.tag_sets:
            present[tag_set] = Extract(at, at, number) == 1
            found = Extract(at + self.words.width, at + 1, number)
            values[tag_set] = If(present[tag_set], found, self.zero)
            at += 1 + self.words.width
        return number, AnyLabel(policy, level, epoch, broken, present, values)

    def number(self, label, exists):
        """The formula of ``pack_label`` and one bit above it; all zero where there is no such label."""
        parts = [If(label.broken, BitVecVal(1, 2), BitVecVal(0, 2)), label.epoch, label.level]
        for name in label.policy.tag_sets:
            flag = If(label.present[name], BitVecVal(1, 1), BitVecVal(0, 1))
            parts[:0] = [label.values[name], flag]
        number = Concat(BitVecVal(1, 1), *parts)
        return If(exists, number, BitVecVal(0, number.size()))

    def clearance(self, name, policy):
        """Any list at all, as ``pack_clearance`` numbers it."""
        count = len(policy.classifications)
        number = BitVec(name, count + len(policy.tag_sets) * self.words.width)
        levels = {level: Extract(i, i, number) == 1 for i, level in enumerate(policy.classifications)}
        held, at = {}, count
        for tag_set in policy.tag_sets:
            held[tag_set] = Extract(at + self.words.width - 1, at, number)
            at += self.words.width
        return number, AnyClearance(levels, held)

    def roster(self, group, epoch):
        out = self.zero
        for i, mask in enumerate(self.rosters[group]):
            out = If(epoch == FIRST_DAY + i, BitVecVal(mask, self.words.width), out)
        return out

    def rosters_at(self, epoch):
        """The rosters of every group, once for each epoch."""
        key = ("rosters", epoch.get_id())
        return self.keep(key, lambda: {g: self.roster(g, epoch) for g in self.words.groups}, epoch)

    def resolve(self, values, epoch):
        key = ("members", values.get_id(), epoch.get_id())
        return self.keep(key, lambda: self.find_members(values, epoch), values, epoch)

    def find_members(self, values, epoch):
        out = values & BitVecVal(self.words.all & ~self.group_mask, self.words.width)
        for group, roster in self.rosters_at(epoch).items():
            out |= If(self.has(values, group), roster, self.zero)
        return out

    def audience(self, label):
        sets = [(label.present[t.name], t.name) for t in self.kind(label.policy, TagKind.PERMISSIVE)]
        out = BitVecVal(self.words.all, self.words.width)
        for present, name in sets:
            out = If(present, out & self.resolve(label.values[name], label.epoch), out)
        return If(Or([present for present, _ in sets]), out, self.zero)

    # --- decide ----------------------------------------------------------------

    def valid(self, label):
        return self.keep(("valid", id(label)), lambda: self.has_no_fault(label), label)

    def has_no_fault(self, label):
        policy = label.policy
        faults = [label.broken] if policy.window is None or policy.window.is_open else [YES]
        levels = list(policy.classifications.values())
        faults.append(Not(ULE(label.level, len(levels) - 1)))
        for i, level in enumerate(levels):
            unmet = [YES] if level.obsolete else [Not(self.met(r, label)) for r in level.required]
            faults.append(And(label.level == i, Or(unmet)))
        for tag_set in policy.tag_sets.values():
            faults += self.tag_faults(tag_set, label)
        return Not(Or(faults + self.epoch_faults(label)))

    def tag_faults(self, tag_set, label):
        values, live = label.values[tag_set.name], []
        most = 1 if tag_set.single_selection else tag_set.selection_max
        names = list(tag_set.categories)
        faults = [And(label.present[tag_set.name], values == 0)]
        if most and most < len(names):
            faults.append(Not(AtMost(*[self.has(values, name) for name in names], most)))
        if tag_set.selection_min > 1:
            enough = AtLeast(*[self.has(values, name) for name in names], tag_set.selection_min)
            faults.append(And(label.present[tag_set.name], Not(enough)))
        for name, category in tag_set.categories.items():
            if category.user_input:
                raise Unsaid(f"{label.policy.name}: {name} is completed by its writer")
            if not category.obsolete and (category.window is None or category.window.is_open):
                live.append(name)
            wrong = self.value_faults(category, label)
            if wrong:
                faults.append(And(self.has(values, name), Or(wrong)))
        return [*faults, Not(self.within(values, live))]

    def value_faults(self, category, label):
        levels = list(label.policy.classifications)
        wrong = [label.level == levels.index(name) for name in category.excluded_classes if name in levels]
        if category.required_class:
            wrong.append(label.level != levels.index(category.required_class))
        wrong += [Not(self.met(required, label)) for required in category.required]
        return wrong + [self.matches(group, label) for group in category.excluded]

    def matches(self, group, label):
        if group.completed:
            raise Unsaid(f"{label.policy.name}: {group.tag_set} {group.value} is completed by its writer")
        if group.value is None:
            return Or([label.values[name] != 0 for name in group.tag_sets])
        return self.has(label.values[group.tag_set], group.value)

    def met(self, required, label):
        groups = [self.matches(group, label) for group in required.groups]
        if required.operation == "onlyOne":
            return And(Or(groups), AtMost(*groups, 1))
        return Or(groups) if required.operation == "oneOrMore" else And(groups)

    def epoch_faults(self, label):
        permissive = [label.values[t.name] for t in self.kind(label.policy, TagKind.PERMISSIVE)]
        named, out = [], []
        for group, roster in self.rosters_at(label.epoch).items():
            here = Or([self.has(values, group) for values in permissive])
            named.append(here)
            out.append(And(here, roster == 0))  # no day has no roster
        return [*out, And(label.epoch != 0, Not(Or(named)))]

    def decide(self, label, clearance):
        held = [
            And(label.level == i, clearance.levels[name])
            for i, name in enumerate(label.policy.classifications)
        ]
        needs = [self.valid(label), Or(held)]
        words = [t.name for t in self.kind(label.policy, TagKind.RESTRICTIVE)]
        needs += [label.values[name] & ~clearance.held[name] == 0 for name in words]
        for tag_set in self.kind(label.policy, TagKind.PERMISSIVE):
            members = self.resolve(label.values[tag_set.name], label.epoch)
            needs.append(Implies(label.present[tag_set.name], members & clearance.held[tag_set.name] != 0))
        return And(needs)

    # --- naming, roll-up -------------------------------------------------------

    def name_audience(self, members, tag_set, epoch):
        """Whether the tag set has words for exactly the members, and which."""
        covered, groups = self.zero, self.zero
        for group, roster in self.rosters_at(epoch).items():
            if group in tag_set.categories:
                whole = And(epoch != 0, roster != 0, roster & ~members == 0)
                covered |= If(whole, roster, self.zero)
                groups |= If(whole, self.bits([group]), self.zero)
        owners = [m for m in self.book.members.values() if m.nation and self.uses(m.policy, tag_set)]
        codes = (members & ~covered) | (self.bits(m.code for m in owners) & members)
        return self.within(codes, tag_set.categories), codes | groups

    def uses(self, policy, tag_set):
        return tag_set.oid in {t.oid for t in self.book.policies[policy].tag_sets.values()}

    def names_group(self, values):
        return values & BitVecVal(self.group_mask, self.words.width) != 0

    def rank(self, label):
        levels = list(label.policy.classifications.values())
        if len({level.hierarchy for level in levels}) < len(levels):
            raise Unsaid(f"{label.policy.name}: two levels of one height")
        out = BitVecVal(0, 16)
        for i, level in enumerate(levels):
            out = If(label.level == i, BitVecVal(level.hierarchy, 16), out)
        return out

    def roll_up(self, labels):
        """Whether a sound label exists, and the label."""
        same = And([self.is_equal(labels[0], other) for other in labels[1:]])
        exists, joined = (NO, labels[0])
        if labels[0].policy.name != self.book.public:
            exists, joined = self.join(labels)
        valid = And([self.valid(label) for label in labels])
        return And(valid, Or(same, exists)), choose(same, labels[0], joined)

    def is_equal(self, a, b):
        pairs = [a.level == b.level, a.epoch == b.epoch, a.broken == b.broken]
        for name in a.policy.tag_sets:
            pairs += [a.present[name] == b.present[name], a.values[name] == b.values[name]]
        return And(pairs)

    def join(self, labels):
        policy, top, epoch = labels[0].policy, labels[0], labels[0].epoch
        present, values = {}, {}
        for label in labels[1:]:
            top = choose(ULE(self.rank(label), self.rank(top)), top, label)
            epoch = If(ULE(label.epoch, epoch), epoch, label.epoch)
        for tag_set in policy.tag_sets.values():
            name = tag_set.name
            present[name], values[name] = NO, self.zero  # an audience is named below
            if tag_set.kind is not TagKind.PERMISSIVE:
                present[name] = Or([label.present[name] for label in labels])
                values[name] = self.join_values(name, labels)
        members = self.join_audiences([self.audience(label) for label in labels])
        found, named_group = NO, NO
        for wanted, tag_set in self.tag_sets_for(members, labels, policy):
            named, words = self.name_audience(members, tag_set, epoch)
            fits = And(wanted, named, self.resolve(words, epoch) == members, Not(found))
            present[tag_set.name] = Or(present[tag_set.name], fits)
            values[tag_set.name] = If(fits, words, values[tag_set.name])
            named_group = Or(named_group, And(fits, self.names_group(words)))
            found = Or(found, fits)
        joined = AnyLabel(
            policy, top.level, If(named_group, epoch, BitVecVal(0, EPOCH_BITS)), NO, present, values
        )
        return And(members != 0, found, self.valid(joined)), joined

    def join_values(self, name, labels):
        out = self.zero
        for label in labels:
            out |= label.values[name]
        return out

    def join_audiences(self, audiences):
        out = audiences[0]
        for audience in audiences[1:]:
            out &= audience
        return out

    def tag_sets_for(self, members, labels, policy):
        """Each permissive tag set with when it is tried, in the order of trying: eyes only first where it must be."""
        permissive = self.kind(policy, TagKind.PERMISSIVE)
        widest = max((len(t.categories) for t in permissive), default=0)
        single = members & (members - 1) == 0
        first, last = [], []
        for tag_set in permissive:
            narrow = self.within(members, tag_set.categories) if len(tag_set.categories) < widest else NO
            used = Or([label.present[tag_set.name] for label in labels])
            first.append((And(narrow, Or(used, single)), tag_set))
            last.append((Not(narrow), tag_set))
        return first + last
