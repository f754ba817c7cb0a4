# SPDX-License-Identifier: Apache-2.0
"""Why a person sees a label, value by value (A3): "why do I see this". Of a label that they don't see it says nothing (N1).

The grounds are those of ``decide`` under the person's own policy: the label as it is, or carried there. Words come in the
languages of ``explain``; names of policies, tag sets and values are never translated.
"""

from __future__ import annotations

import msgspec

from tearline.core.labels.book import PolicyBook
from tearline.core.labels.decide import Decision
from tearline.core.labels.label import Label
from tearline.core.labels.policy import TagKind
from tearline.core.labels.sight import PersonSight, person_sees
from tearline.core.labels.translate import translate


class Ground(msgspec.Struct, frozen=True):
    """One thing that the label asks and the person has. Codes: public, carried, classification, codeword, audience."""

    code: str
    policy: str
    tag_set: str = ""
    values: tuple[str, ...] = ()
    held: tuple[str, ...] = ()


def list_grounds(label: Label, sight: PersonSight, book: PolicyBook) -> tuple[Ground, ...]:
    """Every ground, in the label's order; none where the person does not see the label."""
    if sight.national is None or not person_sees(label, sight, book).permitted:
        return ()
    if label.policy == book.public:
        return (Ground("public", label.policy),)
    carried = translate(label, sight.member.policy, book)
    if isinstance(carried, Decision):
        return ()
    policy = book.policies[carried.policy]
    grounds = [Ground("carried", policy.name, values=(label.policy,))] if label.policy != policy.name else []
    grounds.append(Ground("classification", policy.name, values=(carried.classification,)))
    for name, values in carried.categories:
        kind = policy.tag_sets[name].kind
        held = sight.national.values(name)
        if kind is TagKind.RESTRICTIVE:
            grounds.append(Ground("codeword", policy.name, name, values, values))
        elif kind is TagKind.PERMISSIVE:
            named = book.resolve(values, carried.epoch)
            reached = tuple(value for value in held if value in named)
            grounds.append(Ground("audience", policy.name, name, values, reached))
    return tuple(grounds)


_WORDS = {
    "en": {
        "public": "public: everyone may see it",
        "carried": "the originator's label under {values} was carried into {policy}",
        "classification": "you hold the classification {values}",
        "codeword": "you hold {values}",
        "audience": "{values} includes {held}, for which you act",
    },
    "fr": {
        "public": "public : chacun peut le voir",
        "carried": "l'étiquette de l'auteur selon {values} a été transposée dans {policy}",
        "classification": "vous détenez la classification {values}",
        "codeword": "vous détenez {values}",
        "audience": "{values} comprend {held}, pour qui vous agissez",
    },
    "ko": {
        "public": "공개: 누구나 볼 수 있음",
        "carried": "작성국의 {values} 표지를 {policy}(으)로 옮김",
        "classification": "{values} 등급을 보유함",
        "codeword": "{values} 암호명을 보유함",
        "audience": "{values}에 귀하가 대표하는 {held} 포함됨",
    },
    "ja": {
        "public": "公開: 誰でも見られる",
        "carried": "作成国の {values} によるラベルを {policy} に移した",
        "classification": "区分 {values} を保有している",
        "codeword": "{values} を保有している",
        "audience": "{values} にあなたが代表する {held} が含まれる",
    },
}


def explain_ground(ground: Ground, lang: str = "en") -> str:
    """One ground as a sentence without a full stop; English where the language is not known."""
    words = _WORDS.get(lang, _WORDS["en"])[ground.code]
    return words.format(values=", ".join(ground.values), held=", ".join(ground.held), policy=ground.policy)
