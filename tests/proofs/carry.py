# SPDX-License-Identifier: Apache-2.0
"""translate, the sights and dominates as Z3 formulas, on top of ``encode``."""

from z3 import ULE, And, BitVecVal, If, Implies, Not, Or

from tearline.core.labels import PROVIDED_BY, TagKind, get_bridge
from tests.proofs.encode import NO, YES, AnyClearance, AnyLabel, AnySight, Formulas
from tests.proofs.words import CLASS_BITS, EPOCH_BITS


class Carrying(Formulas):
    """Labels into other policies, and who sees them there."""

    # --- translate -------------------------------------------------------------

    def translate(self, label, target):
        """Whether the label can be carried into the policy of that name, and how it arrives."""
        return self.keep(("carried", id(label), target), lambda: self.carry_all(label, target), label)

    def carry_all(self, label, target):
        book = self.book
        if label.policy.name == target:
            return self.valid(label), label
        arrives = AnyLabel(book.policies[target], *blank(book.policies[target], self.words))
        if book.public in {label.policy.name, target}:
            return NO, arrives
        if label.policy.name == book.network:
            exists, arrives = self.from_network(label, target)
            return And(self.valid(label), exists), arrives
        if target == book.network:
            exists, arrives = self.to_network(label)
            return And(self.valid(label), exists), arrives
        sent, between = self.translate(label, book.network)
        exists, arrives = self.from_network(between, target)
        return And(sent, exists), arrives

    def to_network(self, label):
        bridge, owner = get_bridge(label.policy.name, self.book), self.book.owner(label.policy.name)
        network = self.book.policies[self.book.network]
        if bridge is None or owner is None:
            return NO, AnyLabel(network, *blank(network, self.words))
        can, values, present = self.carry(label, bridge.values_up, network, bridge.discarded)
        present[PROVIDED_BY], values[PROVIDED_BY] = YES, self.bits([owner.code])
        return self.arrive(label, network, bridge.class_up, can, (present, values))

    def from_network(self, label, target):
        bridge, policy = get_bridge(target, self.book), self.book.policies[target]
        if bridge is None:
            return NO, AnyLabel(policy, *blank(policy, self.words))
        can, values, present = self.carry(label, bridge.values_down, policy, bridge.discarded)
        return self.arrive(label, policy, bridge.class_down, can, (present, values))

    def arrive(self, label, policy, levels, can, tags):
        here, there = list(label.policy.classifications), list(policy.classifications)
        level, known = BitVecVal(len(there), CLASS_BITS), []
        for name, other in levels.items():
            known.append(label.level == here.index(name))
            level = If(known[-1], BitVecVal(there.index(other), CLASS_BITS), level)
        named = Or([And(tags[0][name], self.names_group(values)) for name, values in tags[1].items()])
        epoch = If(named, label.epoch, BitVecVal(0, EPOCH_BITS))
        arrives = AnyLabel(policy, level, epoch, NO, *tags)
        return And(can, Or(known), self.valid(arrives)), arrives

    def carry(self, label, table, target, discarded):
        """Whether every value has a counterpart, and the counterparts."""
        can, values = [], dict.fromkeys(target.tag_sets, self.zero)
        into = {}  # which audience is named by which tag set there
        for tag_set in label.policy.tag_sets.values():
            name, present = tag_set.name, label.present[tag_set.name]
            if tag_set.kind is not TagKind.PERMISSIVE:
                dropped = {v for n, v in discarded if n == name and tag_set.kind is TagKind.INFORMATIVE}
                can.append(self.within(label.values[name], {*dropped, *list_values(table, name)}))
                for value, (other, counterpart) in list_values(table, name).items():
                    carried = If(self.has(label.values[name], value), self.bits([counterpart]), self.zero)
                    values[other] |= carried
                continue
            found = NO
            for named, other, words in self.list_names(label, tag_set, table, target):
                fits = And(present, named, Not(found))
                values[other] = If(fits, values[other] | words, values[other])
                into.setdefault(other, []).append((name, fits))
                found = Or(found, fits)
            can.append(Implies(present, found))
        for rows in into.values():
            ways = [Or([fits for n, fits in rows if n == name]) for name in dict.fromkeys(n for n, _ in rows)]
            can += [Not(And(a, b)) for i, a in enumerate(ways) for b in ways[:i]]
        return And(can), values, {name: found != 0 for name, found in values.items()}

    def list_names(self, label, tag_set, table, target):
        """Each way to name the audience of one tag set in the target's words, in the order of trying."""
        members = self.resolve(label.values[tag_set.name], label.epoch)
        ways = [tag_set.name, *(t.name for t in self.kind(label.policy, TagKind.PERMISSIVE))]
        for way in dict.fromkeys(ways):
            pairs = list_values(table, way)
            for other in dict.fromkeys(name for name, _ in pairs.values()):
                known = {value: there for value, (name, there) in pairs.items() if name == other}
                assert all(value == there for value, there in known.items()), "build_bridge refuses this"
                named, words = self.name_audience(members, target.tag_sets[other], label.epoch)
                yield And(members != 0, self.within(members, known), named), other, words

    # --- sights ----------------------------------------------------------------

    def node_clearance(self, member, ceiling, codewords):
        """``make_national_clearance``: downwards from a level's height, some codewords, the member itself."""
        policy = self.book.policies[self.book.members[member].policy]
        levels = {
            name: NO if level.obsolete else ULE(BitVecVal(level.hierarchy, 16), ceiling)
            for name, level in policy.classifications.items()
        }
        held = {}
        for tag_set in policy.tag_sets.values():
            held[tag_set.name] = self.zero
            if tag_set.kind is TagKind.PERMISSIVE and member in tag_set.categories:
                held[tag_set.name] = self.bits([member])
            if tag_set.kind is TagKind.RESTRICTIVE:
                held[tag_set.name] = codewords & self.bits(tag_set.categories)
        return AnyClearance(levels, held)

    def sight(self, member, ceiling, codewords, person=None):
        """``make_member_sight``; ``person`` is another ceiling and other codewords, for somebody acting for the member."""
        national = self.node_clearance(member, ceiling, codewords)
        bridge = get_bridge(self.book.members[member].policy, self.book)
        network = self.book.policies[self.book.network]
        levels, held = dict.fromkeys(network.classifications, NO), dict.fromkeys(network.tag_sets, self.zero)
        for there, here in bridge.class_down.items() if bridge else ():
            levels[there] = national.levels[here]
        for (tag_set, value), (name, here) in bridge.values_down.items() if bridge else ():
            holds = self.has(national.held[name], here)
            held[tag_set] |= If(holds, self.bits([value]), self.zero)
        of_person = self.node_clearance(member, *person) if person else None
        return AnySight(member, national, AnyClearance(levels, held), of_person)

    def sees(self, label, sight):
        """``decide_sight``: the one question."""
        key = ("sees", id(label), id(sight))
        return self.keep(key, lambda: self.find_sight(label, sight), label, sight)

    def find_sight(self, label, sight):
        home = self.book.members[sight.member].policy
        if label.policy.name == self.book.public:
            return self.valid(label)
        if label.policy.name == home:
            travels = self.decide(label, sight.national)
        else:
            sent, between = self.translate(label, self.book.network)
            marked, _ = self.translate(label, home)
            travels = And(sent, self.decide(between, sight.network), marked)
        if sight.person is None:
            return travels
        exists, carried = self.translate(label, home)
        return And(travels, exists, self.decide(carried, sight.person))

    def dominates(self, strict, loose):
        """``dominates`` of two labels of one policy."""
        if strict.policy.name == self.book.public:
            return And(self.valid(strict), self.valid(loose))
        needs = [self.valid(strict), self.valid(loose), ULE(self.rank(loose), self.rank(strict))]
        words = [t.name for t in self.kind(strict.policy, TagKind.RESTRICTIVE) if t.name != PROVIDED_BY]
        needs += [loose.values[name] & ~strict.values[name] == 0 for name in words]
        return And(*needs, self.audience(strict) & ~self.audience(loose) == 0)


def list_values(table, tag_set):
    """The counterparts of one tag set's values: tag set and value there."""
    return {value: there for (name, value), there in table.items() if name == tag_set}


def blank(policy, words):
    """What stands where there is no label."""
    return (
        BitVecVal(0, CLASS_BITS),
        BitVecVal(0, EPOCH_BITS),
        YES,  # a broken label admits nobody
        dict.fromkeys(policy.tag_sets, NO),
        dict.fromkeys(policy.tag_sets, BitVecVal(0, words.width)),
    )
