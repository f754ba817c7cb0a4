# SPDX-License-Identifier: Apache-2.0
"""A decision in words (A3), for those who may know: the originator's own people and its desk.

Every reason carries a stable code, so a language is a table. ``LANGUAGES`` are those of the partnership; names of policies, tag
sets and values are never translated.
"""

from __future__ import annotations

from tearline.core.labels.decide import Decision, Reason
from tearline.core.labels.label import NoLabel

_ENGLISH = {
    "no-clearance": "no clearance",
    "classification": "classification {values} is not held",
    "codeword": "{values} is not held",
    "audience": "not in the audience ({values})",
    "no-equivalent": "{values} has no equivalent in {policy}",
    "other-policy": "the label is of another policy than {policy}",
    "unknown-policy": "the policy {values} is not known here",
    "unknown-classification": "{values} is no classification of {policy}",
    "unknown-tag-set": "{tag_set} is no tag set of {policy}",
    "unknown-value": "{values} is no value of {tag_set} in {policy}",
    "unknown-epoch": "membership of {values} is not known",
    "needless-epoch": "a membership date ({values}) without a group",
    "empty": "{tag_set} names nobody",
    "repeated-value": "{tag_set} repeats a value",
    "repeated-tag-set": "a tag set stands twice",
    "selection": "{tag_set} has too many or too few values",
    "required": "exactly what is required of {tag_set} is missing or given twice",
    "obsolete": "{values} is obsolete",
    "window": "{values} is not in force, or not known to be",
    "privacy-mark": "{values} is no privacy mark of {policy}",
    "policy-window": "{policy} is not in force, or not known to be",
    "excluded-class": "{values} do not go together",
    "required-class": "{values} do not go together",
    "excluded": "{values} excludes {tag_set}",
    "ceiling": "{values} is above the ceiling",
    "agreement": "the agreement does not cover {values}",
    "no-agreement": "no agreement in force",
    "display-only": "{values} is shown by its own nation and given to nobody",
    "policy-disagrees": "{values} does not name {policy}",
    "tag-set-disagrees": "{values} does not name {tag_set} in {policy}",
}


_FRENCH = {
    "no-clearance": "aucune habilitation",
    "classification": "la classification {values} n'est pas détenue",
    "codeword": "{values} n'est pas détenu",
    "audience": "hors de l'audience ({values})",
    "no-equivalent": "{values} n'a pas d'équivalent dans {policy}",
    "other-policy": "l'étiquette relève d'une autre politique que {policy}",
    "unknown-policy": "la politique {values} n'est pas connue ici",
    "unknown-classification": "{values} n'est pas une classification de {policy}",
    "unknown-tag-set": "{tag_set} n'est pas un jeu de marques de {policy}",
    "unknown-value": "{values} n'est pas une valeur de {tag_set} dans {policy}",
    "unknown-epoch": "la composition de {values} n'est pas connue",
    "needless-epoch": "une date de composition ({values}) sans groupe",
    "empty": "{tag_set} ne nomme personne",
    "repeated-value": "{tag_set} répète une valeur",
    "repeated-tag-set": "un jeu de marques figure deux fois",
    "selection": "{tag_set} a trop ou trop peu de valeurs",
    "required": "ce qui est exigé de {tag_set} manque ou figure deux fois",
    "obsolete": "{values} est obsolète",
    "window": "{values} n'est pas en vigueur, ou pas connu comme tel",
    "privacy-mark": "{values} n'est pas une mention particulière de {policy}",
    "policy-window": "{policy} n'est pas en vigueur, ou pas connue comme telle",
    "excluded-class": "{values} ne vont pas ensemble",
    "required-class": "{values} ne vont pas ensemble",
    "excluded": "{values} exclut {tag_set}",
    "ceiling": "{values} dépasse le plafond",
    "agreement": "l'accord ne couvre pas {values}",
    "no-agreement": "aucun accord en vigueur",
    "display-only": "{values} est montré par sa propre nation et remis à personne",
    "policy-disagrees": "{values} ne désigne pas {policy}",
    "tag-set-disagrees": "{values} ne désigne pas {tag_set} dans {policy}",
}

_KOREAN = {
    "no-clearance": "비밀취급인가 없음",
    "classification": "{values} 등급을 보유하지 않음",
    "codeword": "{values} 암호명을 보유하지 않음",
    "audience": "배포 대상이 아님 ({values})",
    "no-equivalent": "{values}: {policy}에 상응하는 값 없음",
    "other-policy": "표지가 {policy}이(가) 아닌 다른 정책에 속함",
    "unknown-policy": "{values} 정책을 알 수 없음",
    "unknown-classification": "{values}: {policy}의 등급이 아님",
    "unknown-tag-set": "{tag_set}: {policy}의 표지 항목이 아님",
    "unknown-value": "{values}: {policy}의 {tag_set} 값이 아님",
    "unknown-epoch": "{values}의 구성원을 알 수 없음",
    "needless-epoch": "집단 없이 구성 기준일({values})만 있음",
    "empty": "{tag_set}에 대상이 없음",
    "repeated-value": "{tag_set}에 같은 값이 반복됨",
    "repeated-tag-set": "표지 항목이 두 번 나옴",
    "selection": "{tag_set}의 값이 너무 많거나 적음",
    "required": "{tag_set}에 필요한 것이 없거나 두 번 주어짐",
    "obsolete": "{values}: 폐지됨",
    "window": "{values}: 유효하지 않거나 유효 여부를 알 수 없음",
    "privacy-mark": "{values}: {policy}의 특별 표시가 아님",
    "policy-window": "{policy}: 유효하지 않거나 유효 여부를 알 수 없음",
    "excluded-class": "{values}: 함께 쓸 수 없음",
    "required-class": "{values}: 함께 쓸 수 없음",
    "excluded": "{values}: {tag_set}와(과) 함께 쓸 수 없음",
    "ceiling": "{values}: 상한을 넘음",
    "agreement": "협정이 {values}을(를) 포함하지 않음",
    "no-agreement": "유효한 협정 없음",
    "display-only": "{values}: 작성국이 보여 줄 뿐 누구에게도 제공하지 않음",
    "policy-disagrees": "{values}: {policy}을(를) 가리키지 않음",
    "tag-set-disagrees": "{values}: {policy}의 {tag_set}을(를) 가리키지 않음",
}

_JAPANESE = {
    "no-clearance": "適格性なし",
    "classification": "区分 {values} を保有していない",
    "codeword": "{values} を保有していない",
    "audience": "提供先に含まれない ({values})",
    "no-equivalent": "{values} に相当するものが {policy} にない",
    "other-policy": "ラベルは {policy} とは別の規則による",
    "unknown-policy": "規則 {values} はここでは知られていない",
    "unknown-classification": "{values} は {policy} の区分ではない",
    "unknown-tag-set": "{tag_set} は {policy} の項目ではない",
    "unknown-value": "{values} は {policy} の {tag_set} の値ではない",
    "unknown-epoch": "{values} の構成国が分からない",
    "needless-epoch": "集団がないのに構成の基準日 ({values}) がある",
    "empty": "{tag_set} は誰も指していない",
    "repeated-value": "{tag_set} に同じ値が重複している",
    "repeated-tag-set": "同じ項目が二度現れる",
    "selection": "{tag_set} の値が多すぎるか少なすぎる",
    "required": "{tag_set} に必要なものが欠けているか二重になっている",
    "obsolete": "{values} は廃止されている",
    "window": "{values} は有効でないか、有効かどうか分からない",
    "privacy-mark": "{values} は {policy} の特記ではない",
    "policy-window": "{policy} は有効でないか、有効かどうか分からない",
    "excluded-class": "{values} は併用できない",
    "required-class": "{values} は併用できない",
    "excluded": "{values} は {tag_set} と併用できない",
    "ceiling": "{values} は上限を超える",
    "agreement": "取決めは {values} を対象としない",
    "no-agreement": "有効な取決めがない",
    "display-only": "{values} は作成国が示すのみで誰にも提供しない",
    "policy-disagrees": "{values} は {policy} を指していない",
    "tag-set-disagrees": "{values} は {policy} の {tag_set} を指していない",
}

_WORDS = {"en": _ENGLISH, "fr": _FRENCH, "ko": _KOREAN, "ja": _JAPANESE}
_PERMITTED = {"en": "permitted", "fr": "permis", "ko": "허용됨", "ja": "許可"}
LANGUAGES = tuple(_WORDS)

_NO_LABEL = {
    "nothing to mark": ("rien à marquer", "표시할 것이 없음", "表示するものがない"),
    "a portion's label is not valid": (
        "l'étiquette d'une partie n'est pas valide",
        "한 부분의 표지가 유효하지 않음",
        "ある部分のラベルが有効でない",
    ),
    "PUBLIC labels that differ": (
        "des étiquettes PUBLIC qui diffèrent",
        "서로 다른 PUBLIC 표지",
        "異なる PUBLIC ラベル",
    ),
    "portions of several policies": (
        "des parties relevant de plusieurs politiques",
        "여러 정책의 부분들",
        "複数の規則にわたる部分",
    ),
    "the joined label is not valid": (
        "l'étiquette réunie n'est pas valide",
        "합친 표지가 유효하지 않음",
        "まとめたラベルが有効でない",
    ),
    "no member is in every audience": (
        "aucun membre ne figure dans toutes les audiences",
        "모든 배포 대상에 공통된 회원이 없음",
        "すべての提供先に共通する構成員がない",
    ),
    "the policy has no words for the members that remain": (
        "la politique n'a pas de mot pour les membres qui restent",
        "정책에 남은 회원을 나타낼 말이 없음",
        "残る構成員を表す語が規則にない",
    ),
    "marked as the originator's only": (
        "marqué pour l'auteur seul",
        "작성자 전용으로 표시됨",
        "作成者限りと表示されている",
    ),
}
"""Why there is no label: in English as ``NoLabel.why`` has it, then in the other languages in their order."""


def explain_reason(reason: Reason, lang: str = "en") -> str:
    """One reason as a sentence without a full stop; English where the language is not one of ``LANGUAGES``."""
    words = _WORDS.get(lang, _ENGLISH).get(reason.code, reason.code)
    return words.format(values=", ".join(reason.values), tag_set=reason.tag_set, policy=reason.policy)


def explain(decision: Decision, lang: str = "en") -> str:
    """``permitted``, or the reasons joined, in one of ``LANGUAGES``."""
    if decision.permitted:
        return _PERMITTED.get(lang, _PERMITTED["en"])
    return "; ".join(dict.fromkeys(explain_reason(reason, lang) for reason in decision.reasons))


def explain_no_label(none: NoLabel, lang: str = "en") -> str:
    """Why no sound label exists; English where the language is not one of ``LANGUAGES``."""
    if lang == "en" or lang not in LANGUAGES or none.why not in _NO_LABEL:
        return none.why
    return _NO_LABEL[none.why][LANGUAGES.index(lang) - 1]
