# SPDX-License-Identifier: Apache-2.0
"""Ask the originator about a product, or challenge its marking: a product of one's own that names it, for these two members.

- The title and the citation carry the title's label of what is asked about, in the asker's own policy, for the asker's member
  and the originator alone; so a citation is never labelled lower than the title it names (DESIGN 8).
- The words carry a label that the asker chose among those made here. It covers every portion they say they ask about; which
  these are stands beside the words and not in the title.
- It is filed as any other product: what no rule or delegation lets go at once waits on the desk.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from tearline.core.ids import Member, Post
from tearline.core.instants import HOUR, MINUTE, Instant, print_dtg, print_iso
from tearline.core.labels import Decision, Label, TagKind, dominates, translate
from tearline.core.products import Field, TextBody, Wording
from tearline.core.renditions import Shown
from tearline.node.commands.acting import Acting, Refused
from tearline.node.commands.draft import DraftPortion, DraftProduct, DraftVariant
from tearline.node.commands.file import Filed, file_product
from tearline.node.commands.labels import Choice, Described, describe_choice
from tearline.node.node import Node
from tearline.node.views.catalogue import Key

Purpose = Literal["question", "challenge"]
KIND_OF: dict[Purpose, tuple[str, str]] = {
    "question": ("rfi", "PRIORITY"),
    "challenge": ("comment", "PRIORITY"),
}
"""The kind of product, and its precedence."""

ADDRESSED: dict[Purpose, tuple[str, ...]] = {
    "question": ("DESK", "WATCH"),
    "challenge": ("SECURITY", "RELEASE", "WATCH"),
}
"""What the post is called that it goes to, if its asker names no other: the first that the originator has published."""

DUE_MAX_H = 720

UNKNOWN = Refused("unknown-product", "no product by that key")
TITLES: dict[Purpose, dict[str, str]] = {
    "question": {
        "en": "Question about {reference}",
        "fr": "Question sur {reference}",
        "ko": "{reference}에 대한 질문",
        "ja": "{reference} についての質問",
    },
    "challenge": {
        "en": "Marking of {reference} challenged",
        "fr": "Marquage de {reference} contesté",
        "ko": "{reference} 표지 이의 제기",
        "ja": "{reference} のマーキングへの異議",
    },
}


class Question(msgspec.Struct, frozen=True):
    """What is asked: about the portions ``tags`` (none: about all of it), in the words of ``text``, under ``label``.

    ``post`` is one of the originator's (empty: the usual one). ``due_h``: after so many hours the answer is of no more value
    (LTIOV); 0: no such time.
    """

    purpose: Purpose
    text: str
    lang: str
    label: Label
    tags: tuple[str, ...] = ()
    post: str = ""
    due_h: int = 0


class QuestionForm(msgspec.Struct, frozen=True):
    """Labels that the words may carry, lowest first; the ``suggested`` one covers what is asked about. It goes to ``to``.

    ``posts``: those that the originator publishes in the directory; ``usual``: where each purpose goes by itself.
    """

    to: Member
    options: tuple[Described, ...]
    suggested: int
    posts: tuple[Post, ...]
    usual: dict[Purpose, Post]


def prepare_question(
    node: Node, acting: Acting, key: Key, tags: tuple[str, ...], lang: str
) -> QuestionForm | Refused:
    """What a question about these portions (none: about anything shown) may be labelled."""
    with node.lock:
        shown = _shown(node, acting, key)
        if isinstance(shown, Refused):
            return shown
        options = _list_options(node, acting, key, shown, lang)
        asked = [s.label for s in shown if not tags or s.tag in tags]
        fit = (n for n, o in enumerate(options) if _covers(node, o.label, asked))
        suggested = next(fit, -1)
        if suggested < 0:
            return Refused("no-label", "no label of ours for these two members covers what is asked about")
        to = node.catalogue.holdings[key].envelope.originator
        usual = {purpose: _usual_post(node, to, purpose) for purpose in ADDRESSED}
        return QuestionForm(to, options, suggested, _posts_of(node, to), usual)


def _posts_of(node: Node, originator: Member) -> tuple[Post, ...]:
    """What a member publishes; of one that publishes nothing, the posts that every member is taken to have."""
    record = node.directory.members.get(originator)
    published = record.posts if record is not None and record.posts is not msgspec.UNSET else ()
    assumed = (f"{originator}-{names[0]}" for names in ADDRESSED.values())
    return tuple(Post(name) for name in published or assumed)


def _usual_post(node: Node, originator: Member, purpose: Purpose) -> Post:
    posts = _posts_of(node, originator)
    wanted = (Post(f"{originator}-{name}") for name in ADDRESSED[purpose])
    return next((post for post in wanted if post in posts), posts[0])


def ask_originator(node: Node, acting: Acting, key: Key, question: Question) -> Filed | Refused:
    """File the question."""
    with node.lock:
        shown = _shown(node, acting, key)
        if isinstance(shown, Refused):
            return shown
        if not question.text.strip():
            return Refused("no-comment", "say what is asked")
        to = node.catalogue.holdings[key].envelope.originator
        if question.post and question.post not in _posts_of(node, to):
            return Refused("unknown-value", "the originator publishes no such post")
        if not 0 <= question.due_h <= DUE_MAX_H:
            return Refused("bad-date", f"an answer is wanted within {DUE_MAX_H} hours, or without a time")
        asked = [s for s in shown if s.tag in question.tags]
        options = _list_options(node, acting, key, shown, question.lang)
        if question.label not in {o.label for o in options} or len(asked) != len(set(question.tags)):
            return Refused("third-party", "the label is not one that this question may carry")
        if not _covers(node, question.label, [s.label for s in asked]):
            return Refused("third-party", "a portion that is asked about is marked higher than the question")
        return file_product(node, acting, _draft(node, key, question, options[0].label))


def _shown(node: Node, acting: Acting, key: Key) -> tuple[Shown, ...] | Refused:
    if acting.class_id is None or key not in node.catalogue.appearances.get(acting.class_id, {}):
        return UNKNOWN
    return node.catalogue.shown(key, acting.class_id)


def _covers(node: Node, label: Label, asked: Iterable[Label]) -> bool:
    return all(dominates(label, other, node.book) for other in asked)


def _list_options(
    node: Node, acting: Acting, key: Key, shown: tuple[Shown, ...], lang: str
) -> tuple[Described, ...]:
    """Labels of our policy for the two members, from the title's level up, with the codewords of what is shown last."""
    home = node.book.policies[node.voice.policy]
    originator = node.catalogue.holdings[key].envelope.originator
    audience = tuple(dict.fromkeys((node.member, originator)))
    titles = [c for s in shown if s.kind == "title" for c in _carry(node, s.label)]
    words = tuple(dict.fromkeys(w for s in shown for c in _carry(node, s.label) for w in _codewords(node, c)))
    lowest = max((home.classifications[t.classification].hierarchy for t in titles), default=0)
    base = tuple(dict.fromkeys(w for t in titles for w in _codewords(node, t)))
    levels = sorted(home.classifications.values(), key=lambda c: c.hierarchy)
    found: dict[Label, Described] = {}
    for codewords in dict.fromkeys((base, words)):
        for level in levels:
            if level.hierarchy < lowest or level.obsolete:
                continue
            made = describe_choice(
                node, acting, Choice(home.name, level.name, audience, codewords=codewords), lang
            )
            if isinstance(made, Described) and _fits(node, acting, made, originator, titles):
                found.setdefault(made.label, made)
    return tuple(found.values())


def _fits(node: Node, acting: Acting, made: Described, originator: Member, titles: list[Label]) -> bool:
    """Valid, within the asker's own clearance, seen by the originator, and not lower than the title."""
    sees = acting.class_id is not None and node.sights.sees_label(acting.class_id, made.label)
    reaches = originator == node.member or originator in made.members
    return not made.faults and sees and reaches and _covers(node, made.label, titles)


def _carry(node: Node, label: Label) -> tuple[Label, ...]:
    """The label in our own policy; none for what is public."""
    if label.policy == node.book.public:
        return ()
    carried = label if label.policy == node.voice.policy else translate(label, node.voice.policy, node.book)
    return () if isinstance(carried, Decision) else (carried,)


def _codewords(node: Node, label: Label) -> tuple[str, ...]:
    sets = node.book.policies[label.policy].tag_sets
    return tuple(v for name, vs in label.categories if sets[name].kind is TagKind.RESTRICTIVE for v in vs)


def _draft(node: Node, key: Key, question: Question, lowest: Label) -> DraftProduct:
    envelope = node.catalogue.holdings[key].envelope
    kind, precedence = KIND_OF[question.purpose]
    titles = TITLES[question.purpose]
    spoken = [Wording("en", titles["en"].format(reference=envelope.reference))]
    if question.lang in titles and question.lang != "en":
        own = titles[question.lang].format(reference=envelope.reference)
        spoken = [Wording(question.lang, own), msgspec.structs.replace(spoken[0], status="official")]
    portions = [
        _portion("title", lowest, *spoken),
        _portion("citation", lowest, Wording("", envelope.reference)),
        _portion("question", question.label, Wording(question.lang, question.text)),
    ]
    if question.tags:
        portions.append(_portion("about", question.label, Wording("", ", ".join(question.tags))))
    if question.due_h:
        portions.append(_due(node, question))
    action = (Post(question.post) or _usual_post(node, envelope.originator, question.purpose),)
    return DraftProduct(kind, precedence, node.voice.policy, tuple(portions), action=action)


def _due(node: Node, question: Question) -> DraftPortion:
    """Latest time information is of value: a whole minute, under the label of what is asked."""
    due = Instant((node.clock.dtg() + question.due_h * HOUR) // MINUTE * MINUTE)
    field = Field("ltiov", print_iso(due), "time")
    said = TextBody((Wording("", print_dtg(due)),))
    return DraftPortion("ltiov", (DraftVariant(question.label, said, (field,)),))


def _portion(kind: str, label: Label, *wordings: Wording) -> DraftPortion:
    return DraftPortion(kind, (DraftVariant(label, TextBody(wordings)),))
