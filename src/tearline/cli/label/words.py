# SPDX-License-Identifier: Apache-2.0
"""What ``tearline label`` itself says, in four languages; reasons are the library's (``explain_reason``).

Names of policies, tag sets, values and members are never translated. ``--json`` keeps its keys and codes in every language:
only what is meant for reading (``words``, ``why``, ``step``) changes.
"""

from __future__ import annotations

from tearline.cli.exits import UnusableError

LANGUAGES = ("en", "fr", "ko", "ja")

_WORDS: dict[str, tuple[str, str, str, str]] = {
    "yes": ("yes", "oui", "예", "はい"),
    "no": ("no", "non", "아니요", "いいえ"),
    "valid": ("valid", "valide", "유효함", "有効"),
    "not-valid": ("not valid", "non valide", "유효하지 않음", "有効でない"),
    "refused": ("refused", "refusé", "거부됨", "拒否"),
    "lost": ("lost", "perdu", "소실", "失われた"),
    "no-sound-label": ("no sound label", "aucune étiquette sûre", "안전한 표지 없음", "安全なラベルがない"),
    "valid-under": ("valid under {policy}", "valide sous {policy}", "{policy}에서 유효함", "{policy} で有効"),
    "admits": ("admits", "admet", "배포 대상", "提供先"),
    "everyone": ("everyone", "tout le monde", "모두", "すべての者"),
    "read-under": ("read under {policy}", "lu sous {policy}", "{policy}에서 읽음", "{policy} で読む"),
    "clearance-may": (
        "this clearance may see it",
        "cette habilitation peut le voir",
        "이 인가로 볼 수 있음",
        "この適格性で閲覧できる",
    ),
    "member-may": (
        "member {member} may have it",
        "le membre {member} peut l'avoir",
        "회원 {member}이(가) 받을 수 있음",
        "構成員 {member} が受領できる",
    ),
    "person-may": (
        "this person may read it",
        "cette personne peut le lire",
        "이 사람이 읽을 수 있음",
        "この者が閲覧できる",
    ),
    "known": ("known to its policy", "connu de sa politique", "정책에 있는 말", "規則にある語"),
    "classification": ("classification", "classification", "등급", "区分"),
    "is-held": ("{values} is held", "{values} est détenu", "{values}: 보유함", "{values} を保有している"),
    "informs": (
        "{values} informs and does not decide",
        "{values} informe et ne décide pas",
        "{values}: 정보일 뿐 판단에 쓰이지 않음",
        "{values} は参考であり判断に用いない",
    ),
    "is-among": (
        "{held} is among {values}",
        "{held} figure parmi {values}",
        "{held}: {values}에 포함됨",
        "{held} は {values} に含まれる",
    ),
    "added": ("added", "ajouté", "추가", "追加"),
    "removed": ("removed", "retiré", "삭제", "削除"),
    "changed": ("changed", "modifié", "변경", "変更"),
    "honoured": ("honoured", "respectée", "온전히 적용됨", "すべて適用できる"),
    "cases": (
        "{cases} cases, {failed} failed",
        "{cases} cas, {failed} en échec",
        "사례 {cases}건, 실패 {failed}건",
        "事例 {cases} 件、失敗 {failed} 件",
    ),
    "case": (
        "{id}: expected {expected}, is {actual}",
        "{id} : attendu {expected}, obtenu {actual}",
        "{id}: 기대값 {expected}, 실제값 {actual}",
        "{id}: 期待 {expected}、実際 {actual}",
    ),
    "version": ("version {version}", "version {version}", "판 {version}", "版 {version}"),
    "classifications": ("classifications", "classifications", "등급", "区分"),
    "sent-as": ("sent as {names}", "envoyé comme {names}", "{names}(으)로 보냄", "{names} として送る"),
    "received-from": ("received from {names}", "reçu de {names}", "{names}에서 받음", "{names} から受ける"),
    "stays-home": ("stays at home", "reste au pays", "국내에만 둠", "国内に留まる"),
    "no-equivalent": (
        "without equivalent: {values}",
        "sans équivalent : {values}",
        "상응 없음: {values}",
        "相当なし: {values}",
    ),
    "network": ("network", "réseau", "망", "網"),
    "all": ("everyone", "tous", "모두", "全員"),
    "restrictive": ("restrictive", "restrictif", "제한", "制限"),
    "permissive": ("permissive", "permissif", "허용", "許可"),
    "informative": ("informative", "informatif", "정보", "参考"),
    "unread": (
        "{name} is of another vocabulary and enters no decision",
        "{name} relève d'un autre vocabulaire et n'entre dans aucune décision",
        "{name}: 다른 어휘에 속하며 판단에 쓰이지 않음",
        "{name} は別の語彙であり判断に用いない",
    ),
    "privacy-mark-unread": (
        "the privacy mark enters no decision",
        "la mention particulière n'entre dans aucune décision",
        "특별 표시는 판단에 쓰이지 않음",
        "特記は判断に用いない",
    ),
}


def check_words_language(lang: str) -> str:
    """The language, or ``unknown-language``: an explanation that nobody wrote is a slip, not English."""
    if lang not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise UnusableError("unknown-language", f"nothing is explained in {lang!r}", f"Known: {known}.")
    return lang


def word(code: str, lang: str, **names: object) -> str:
    """One phrase, with what it is about; English where the language is not one of ``LANGUAGES``."""
    return _WORDS[code][LANGUAGES.index(lang) if lang in LANGUAGES else 0].format(**names)
