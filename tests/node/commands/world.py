# SPDX-License-Identifier: Apache-2.0
"""The exercise's members as nodes in memory, with an honest carrier, and short words for what a test does with them."""

import functools

from tearline.core.labels import Label, make_label
from tearline.core.products import TextBody, Wording
from tearline.node.commands import (
    DraftPortion,
    DraftProduct,
    DraftVariant,
    Refused,
    approve_release,
    file_product,
    open_text,
)
from tearline.node.views.releases import RegisterFilter
from tests.oracle import policy
from tests.simulation.network import Network, load_book, load_script

PUBLIC = Label("PUBLIC", "UNMARKED")


@functools.cache
def shared_book():
    return load_book()


def label(member, level, *audience, codewords=(), handling=(), epoch=""):
    """A label of a member's own policy, by the level's name."""
    categories = {"Releasable To": audience, "Compartment": codewords, "Handling": handling}
    return make_label(policy.HOME[member], level, {k: v for k, v in categories.items() if v}, epoch)


def variant(of, text="text"):
    return DraftVariant(of, TextBody((Wording("en", text),)))


def portion(of, text="text", tag="", kind="paragraph"):
    return DraftPortion(kind, (variant(of, text),), tag)


def draft(member, *portions, kind="report", lane="PRIORITY", **more):
    home = "PUBLIC" if portions[0].variants[0].label == PUBLIC else policy.HOME[member]
    return DraftProduct(kind, lane, home, tuple(portions), **more)


class World(Network):
    """Everyone of the script, or only some."""

    def __init__(self, *members):
        script = load_script()
        if members:
            script["members"] = [m for m in script["members"] if m["code"] in members]
        super().__init__(script, book=shared_book())

    def node(self, member):
        return self.sites[member].node

    def act(self, person, post=""):
        member = "NHQ" if post.startswith("NHQ") else person[:3].upper()
        found = self.sites[member].gate.act_as(person, post)
        assert found is not None
        return found

    def reading(self, person, post=""):
        acting = self.act(person, post)
        return self.sites[acting.member].gate.reading(acting)

    def duty(self, person, post=""):
        acting = self.act(person, post)
        return self.sites[acting.member].gate.duty(acting)

    def file(self, person, made, post="", **how):
        acting = self.act(person, post)
        return file_product(self.node(acting.member), acting, made, **how)

    def register(self, person):
        """The register as an officer reads it, oldest first."""
        return [row for _, row in reversed(self.duty(person).register(RegisterFilter(), 10_000))]

    def open_all(self, officer, key, post=""):
        acting = self.act(officer, post)
        for group in self.duty(officer, post).desk_item(key).groups:
            assert not isinstance(open_text(self.node(acting.member), acting, key, group.text), Refused)

    def approve(self, officer, key, *members, post="", delegation=""):
        self.open_all(officer, key, post)
        acting = self.act(officer, post)
        return approve_release(self.node(acting.member), acting, key, members, delegation=delegation)

    def tags(self, person, key, post=""):
        """What a reader is shown, as tags; without being recorded as a reader."""
        acting = self.act(person, post)
        if acting.class_id is None:
            return ()
        return tuple(s.tag for s in self.node(acting.member).catalogue.shown(key, acting.class_id))

    def share(self, member, key):
        """What a member holds: ``{tag: number of variants}``; None where it holds nothing."""
        content = self.node(member).catalogue.content(key)
        return {p.tag: len(p.variants) for p in content.portions} if content else None

    def lanes(self, sender, receiver):
        """How many entries each lane has."""
        sent = self.node(sender).streams.sent
        return {
            lane: out.lane.size
            for (member, lane), out in sent.items()
            if member == receiver and out.lane.size
        }

    def change_agreement(self, *agreements):
        """A new directory in force at every node."""
        self.change_directory(agreements=agreements)

    def change_directory(self, **changes):
        """The network's next directory, in force at every member's node; what followed there, by member."""
        self.bring(**changes)
        return {m: self.sites[m].follow() for m in self.directory.members if m in self.sites}
