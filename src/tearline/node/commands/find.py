# SPDX-License-Identifier: Apache-2.0
"""What is worth a second look before a text leaves: never a refusal, always with the rule it comes from (``code``).

Of the words and marks alone (``find_in_texts``, for author and desk): dirty words; traces of machines and people; characters
that hide; a whole without a sound label, or for fewer than any of its parts. Of what the register knows (``find_at_desk``,
for officers only, since an author may not know what others released): what a member gets for the first time, what was
taken from it before, and what a portion derives from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from tearline.core.ids import Member
from tearline.core.instants import print_dtg
from tearline.core.labels import RESTRICTED_HANDLING, ClassId, Label, NoLabel, roll_up
from tearline.core.products import Finding, MediaBody, Product, texts_of
from tearline.core.renditions import Share
from tearline.node.commands.authorise import level_of
from tearline.node.commands.release import sent_share
from tearline.node.node import Node
from tearline.node.views.catalogue import make_key
from tearline.node.views.releases import RecallStatus, RegisterFilter, Sent

_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_MACHINES = re.compile(
    r"""[A-Za-z]:\\[^\s"']+ | \\\\[\w.-]+\\[^\s"']+ | (?<!\w)/(?:home|Users|mnt|srv|var|tmp)/[^\s"']+
    | \b(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){2,3}\b | (?<![\w-])[\w-]{1,63}\.(?:local|lan|internal)\b""",
    re.VERBOSE,
)
FOUND_MAX = 20  # of one kind in one portion: a second look, no list of everything


class Noted(msgspec.Struct, frozen=True):
    """A finding of the desk: its rule, where, for whom, and the values that its words name."""

    code: str
    tag: str = ""
    members: tuple[Member, ...] = ()
    values: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """In English, for who has no table of words."""
        return f"{self.code.replace('-', ' ')}: {', '.join((*self.values, *self.members))}".rstrip(": ")


def find_in_texts(node: Node, shares: Mapping[Member, Share]) -> tuple[Noted, ...]:
    """Of words that would leave, and of their marks; by tag."""
    leaving = {
        (p.tag, text)
        for share in shares.values()
        for p in share.portions
        for v in p.variants
        for text in texts_of(v.body)
    }
    found = {note for tag, text in leaving for note in _find_in_text(node, tag, text)}
    ordered = sorted(found, key=lambda note: (note.tag, note.code, note.values))
    return (*ordered, *_find_in_marks(node, shares))


def as_findings(notes: Iterable[Noted]) -> tuple[Finding, ...]:
    """For the author's preview."""
    return tuple(
        Finding(
            n.code,
            n.tag,
            f"contains {n.values[0]}" if n.code == "dirty-word" else n.words,
            blocking=False,
            values=(*n.values, *n.members),
        )
        for n in notes
    )


def _find_in_text(node: Node, tag: str, text: str) -> Iterator[Noted]:
    folded = text.casefold()
    for word in node.book.dirty_words.get(node.member, ()):
        if word.casefold() in folded:
            yield Noted("dirty-word", tag, values=(word,))
    for character in sorted(set(_HIDDEN.findall(text)))[:FOUND_MAX]:
        yield Noted("hidden-character", tag, values=(f"U+{ord(character):04X}",))
    for trace in sorted(set(_MACHINES.findall(text)))[:FOUND_MAX]:
        yield Noted("metadata", tag, values=(trace[:80],))
    for person in sorted(node.people.persons):
        if person in text and re.search(rf"(?<![\w.]){re.escape(person)}(?![\w.])", text):
            yield Noted("metadata", tag, values=(person,))


def _find_in_marks(node: Node, shares: Mapping[Member, Share]) -> Iterator[Noted]:
    unsound: list[Member] = []
    narrow: list[Member] = []
    for member, share in shares.items():
        labels = [p.variants[0].label for p in share.portions]
        rolled = roll_up(labels, node.book)
        if isinstance(rolled, NoLabel):
            unsound.append(member)
        elif _is_narrower(node, rolled, labels):
            narrow.append(member)
    if unsound:
        yield Noted("no-label", members=tuple(unsound))
    if narrow:
        yield Noted("roll-up", members=tuple(narrow))


def _is_narrower(node: Node, rolled: Label, labels: list[Label]) -> bool:
    """Whether the whole names fewer than each of its parts does: together they say more than apart."""
    whole = node.book.audience(rolled)
    parts = [node.book.audience(label) for label in labels]
    return whole is not None and all(part is None or len(part) > len(whole) for part in parts)


def find_at_desk(
    node: Node, product: Product, class_id: ClassId, shares: Mapping[Member, Share]
) -> tuple[Noted, ...]:
    """What is found in the texts, what derives from others' portions, and what these members never got or lost before."""
    return (
        *find_in_texts(node, shares),
        *_find_recalls(node, product, shares),
        *_find_scrubs(node, product, shares),
        *_find_sources(node, product, class_id),
        *_find_orcon(shares),
        *_find_firsts(node, product, class_id, shares),
    )


def _find_scrubs(node: Node, product: Product, shares: Mapping[Member, Share]) -> Iterator[Noted]:
    """What each attachment that would leave was freed of, from the record of its filing; or that there is no record."""
    item = node.desk.items.get(product.envelope.product)
    scrubs = item.scrubs if item else {}
    leaving = {
        p.tag
        for s in shares.values()
        for p in s.portions
        if any(isinstance(v.body, MediaBody) for v in p.variants)
    }
    for tag in sorted(leaving):
        if tag not in scrubs:
            yield Noted("scrub-unknown", tag)
        elif scrubs[tag]:
            yield Noted("scrubbed", tag, values=scrubs[tag])
        else:
            yield Noted("scrub-clean", tag)


def _find_sources(node: Node, product: Product, class_id: ClassId) -> Iterator[Noted]:
    """Portions derived from another's that this officer sees. Of others not a word, or a source would be told (N1)."""
    for portion in product.portions:
        for source in portion.sources:
            key = f"{source.originator}.{source.product}"
            shown = next((s for s in node.catalogue.shown(key, class_id) if s.tag == source.tag), None)
            if shown is None or source.originator == node.member:
                continue
            audience = node.book.audience(shown.label)
            named = () if audience is None else sorted(m for m in audience if m in node.member_classes)
            name = f"{node.catalogue.holdings[key].envelope.reference}/{source.tag}"
            yield Noted("third-party", portion.tag, tuple(map(Member, named)), (name,))


def _find_orcon(shares: Mapping[Member, Share]) -> Iterator[Noted]:
    """Portions that leave under ORCON: who receives them may not quote, paraphrase or cite them."""
    carried: dict[str, list[Member]] = {}
    for member, share in shares.items():
        for portion in share.portions:
            if any(RESTRICTED_HANDLING in values for _, values in portion.variants[0].label.categories):
                carried.setdefault(portion.tag, []).append(member)
    for tag, members in carried.items():
        yield Noted("orcon", tag, tuple(members))


def _find_recalls(node: Node, product: Product, shares: Mapping[Member, Share]) -> Iterator[Noted]:
    """From whom words of it were taken, with nothing sent since: when, by whom and why, as the register says it."""
    found: dict[tuple[str, tuple[str, ...]], list[Member]] = {}
    for member in shares:
        last = node.releases.recalled_last(product.envelope.product, member)
        if last is None:
            continue
        code = "recalled" if node.releases.sent[last.product][member].withdrawn else "narrowed"
        found.setdefault((code, _say_recall(node, last)), []).append(member)
    for (code, values), members in found.items():
        yield Noted(code, "", tuple(members), values)


def _say_recall(node: Node, last: RecallStatus) -> tuple[str, str, str]:
    asked = RegisterFilter(product=last.product, whats=("recalled",), members=(last.member,))
    row = next((row for _, row in node.releases.find_rows(asked)), None)
    if row is None:  # its line was lost here, and the recall came back from the partner
        return print_dtg(last.at), node.member, ""
    return print_dtg(last.at), row.post or row.actor, row.purpose


def _find_firsts(
    node: Node, product: Product, class_id: ClassId, shares: Mapping[Member, Share]
) -> Iterator[Noted]:
    """An unusual audience: what this member was never sent by us before, be it the kind, the height, or from that post.

    Counted is what this officer sees whole: a release of something else must not show by what is called usual (N1).
    """
    given = [
        records
        for other, records in node.releases.sent.items()
        if other != product.envelope.product
        and all(
            node.sights.sees_label(class_id, label)
            for label in node.catalogue.labels(make_key(node.member, other))
        )
    ]
    found: dict[tuple[str, tuple[str, ...]], list[Member]] = {}
    for member, share in shares.items():
        before = [records[member] for records in given if member in records]
        for code, values in _list_firsts(node, product, share, before):
            found.setdefault((code, values), []).append(member)
    for (code, values), members in found.items():
        yield Noted(code, "", tuple(members), values)


def _list_firsts(
    node: Node, product: Product, share: Share, given: list[Sent]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    if not given:
        yield "first-release", ()
        return
    items = node.desk.items
    if all(node.releases.kinds.get(s.product) != product.envelope.kind for s in given):
        yield "first-kind", (product.envelope.kind,)
    author = items[product.envelope.product].author_post if product.envelope.product in items else ""
    if author and all(s.product not in items or items[s.product].author_post != author for s in given):
        yield "first-post", (author,)
    height = _height(node, share.labels())
    if not any(_height_given(node, s) >= height for s in reversed(given)):
        own = node.book.policies[node.voice.policy].classifications
        name = next((c.name for c in own.values() if c.hierarchy == height), str(height))
        yield "first-level", (name,)


def _height(node: Node, labels: Iterable[Label]) -> int:
    return max((level_of(label, node.voice.policy, node) or 0 for label in labels), default=0)


def _height_given(node: Node, record: Sent) -> int:
    """The highest level of what a member was sent last of a product; kept, since a share that was sent never changes."""
    at = (record.member, record.position)
    if at not in node.releases.heights:
        share = sent_share(node, record)
        node.releases.heights[at] = _height(node, share.labels()) if share else 0
    return node.releases.heights[at]
