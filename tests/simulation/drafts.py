# SPDX-License-Identifier: Apache-2.0
"""Drawn drafts over the exercise pack: each variant's text has a token of its own, which is also a word to search for."""

import msgspec

from tearline.core.labels import Label, make_label
from tearline.core.products import TextBody, Wording
from tearline.node.commands import DraftPortion, DraftProduct, DraftVariant
from tests.oracle import policy
from tests.simulation.naive import make_token

EPOCH = "2023-07-12"
EXTRA = ("NATO", "AUS")


class Drafts:
    """Draws for authors of any member; ``codewords`` are the author's."""

    def __init__(self, rng, members):
        self.rng, self.members, self.count, self.drawn = rng, members, 0, set()

    def text(self):
        self.count += 1
        self.drawn.add(make_token(self.count).encode())
        return TextBody((Wording("en", f"line {make_token(self.count)} of report"),))

    def label(self, member, audience, *, top=4, codewords=()):
        home = policy.HOME[member]
        levels = [name for row, name in policy.ROWS[home].items() if row <= top]
        words = [w for w in codewords if w in policy.CODEWORDS[home] and self.rng.random() < 0.2]
        known = set(policy.words(home)["Releasable To"])
        categories = {
            "Releasable To": sorted(set(audience) & known),
            **({"Compartment": words} if words else {}),
        }
        epoch = EPOCH if "NATO" in audience else ""
        return make_label(home, self.rng.choice(levels), categories, epoch)

    def draft(self, member, codewords):
        """A report, warning, event or document; its title is for whoever sees anything."""
        rng = self.rng
        kind = rng.choice(("report", "report", "warning", "event", "document"))
        lane = rng.choice(("FLASH", "IMMEDIATE", "PRIORITY", "ROUTINE"))
        if kind == "document":
            public = DraftVariant(Label("PUBLIC", "UNMARKED"), self.text())
            portions = (
                DraftPortion("title", (public,)),
                DraftPortion("paragraph", (self.variant(public.label),)),
            )
            return DraftProduct(kind, lane, "PUBLIC", portions, declared=rng.choice(("unaltered", "")))
        audience = [
            *rng.sample(self.members, rng.randint(1, len(self.members))),
            *rng.sample(EXTRA, rng.randint(0, 2)),
        ]
        top = 2 if kind == "event" else rng.choice((2, 3, 4, 4))
        title = make_label(policy.HOME[member], min_level(member), *self._wide(member, audience))
        portions = [DraftPortion("title", (self.variant(title),))]
        for _ in range(rng.randint(0, 4)):
            portions.append(self.portion(member, audience, kind, top, codewords))
        posts = tuple(f"{m}-WATCH" for m in self.members) if kind == "warning" else ()
        return DraftProduct(kind, lane, policy.HOME[member], tuple(portions), action=posts)

    def _wide(self, member, audience):
        named = set(audience) & set(policy.words(policy.HOME[member])["Releasable To"])
        return {"Releasable To": sorted(named)}, EPOCH if "NATO" in named else ""

    def portion(self, member, audience, kind, top, codewords, tag=""):
        count = self.rng.choice((1, 1, 2, 3))
        variants = []
        for _ in range(count):
            part = self.rng.sample(audience, self.rng.randint(1, len(audience)))
            variants.append(self.variant(self.label(member, part, top=top, codewords=codewords)))
        return DraftPortion("remark" if kind == "event" else "paragraph", tuple(variants), tag)

    def variant(self, label):
        return DraftVariant(label, self.text())

    def amended(self, product, codewords):
        """A filed product's draft with something changed: words, a label, a portion more or less; or nothing."""
        rng, draft = self.rng, draft_of(product)
        portions, at = list(draft.portions), rng.randrange(len(draft.portions))
        title = draft.portions[0].variants[0].label
        audience = list(title.values("Releasable To")) or self.members
        how = rng.choice(
            ("words", "words", "label", "label", "label", "less", "less", "more", "swap", "nothing")
        )
        member = product.envelope.originator
        if how == "words":
            variants = list(portions[at].variants)
            n = rng.randrange(len(variants))
            variants[n] = msgspec.structs.replace(variants[n], body=self.text())
            portions[at] = msgspec.structs.replace(portions[at], variants=tuple(variants))
        elif how == "label" and at and title.policy != "PUBLIC":
            part = rng.sample(audience, rng.randint(1, len(audience)))
            variants = list(portions[at].variants)
            n = rng.randrange(len(variants))
            label = self.label(member, part, codewords=codewords)
            variants[n] = msgspec.structs.replace(variants[n], label=label)
            portions[at] = msgspec.structs.replace(portions[at], variants=tuple(variants))
        elif how == "label" and title.policy != "PUBLIC":
            part = dict.fromkeys(rng.sample(audience, rng.randint(1, len(audience))))
            label = make_label(title.policy, title.classification, *self._wide(member, part))
            portions = [
                DraftPortion(
                    "title", (msgspec.structs.replace(draft.portions[0].variants[0], label=label),), ""
                )
            ]
            portions[0] = msgspec.structs.replace(portions[0], tag=draft.portions[0].tag)
        elif how == "less" and at:
            del portions[at]
        elif how == "more" and title.policy != "PUBLIC":
            portions.append(self.portion(member, audience, draft.kind, 4, codewords))
        elif how == "swap" and at > 1:
            portions[at], portions[at - 1] = portions[at - 1], portions[at]
        return msgspec.structs.replace(draft, portions=tuple(portions))


def min_level(member):
    rows = policy.ROWS[policy.HOME[member]]
    return rows[min(rows)]


def draft_of(product):
    """A filed product as the draft that would make it again."""
    portions = tuple(
        DraftPortion(p.kind, tuple(DraftVariant(v.label, v.body, v.fields) for v in p.variants), p.tag)
        for p in product.portions
    )
    envelope = product.envelope
    return DraftProduct(
        envelope.kind,
        envelope.precedence,
        product.policy,
        portions,
        action=product.action,
        info=product.info,
        required=product.required,
        declared=product.declared,
    )
