# SPDX-License-Identifier: Apache-2.0
"""What stands on paper beside what is marked: headings and names of portions, in the languages of the screens.

Markings, references, DTGs and what people wrote are never translated. The names of portions are those of the screens
(tests/edge/test_product.py compares them).
"""

from __future__ import annotations

HEADINGS: dict[str, dict[str, str]] = {
    "en": {
        "copy": "copy",
        "as_of": "as of",
        "page": "page",
        "precedence": "precedence",
        "check": "check",
        "originator": "originator",
        "filed": "filed",
        "since": "this text since",
    },
    "fr": {
        "copy": "copie",
        "as_of": "état du",
        "page": "page",
        "precedence": "priorité",
        "check": "contrôle",
        "originator": "auteur",
        "filed": "déposé",
        "since": "ce texte depuis",
    },
    "ko": {
        "copy": "사본",
        "as_of": "기준",
        "page": "쪽",
        "precedence": "우선순위",
        "check": "확인 문자",
        "originator": "발신국",
        "filed": "제출",
        "since": "이 글의 시작",
    },
    "ja": {
        "copy": "写し",
        "as_of": "時点",
        "page": "ページ",
        "precedence": "優先順位",
        "check": "照合",
        "originator": "発信国",
        "filed": "提出",
        "since": "この文の始まり",
    },
}

PORTIONS: dict[str, dict[str, str]] = {
    "en": {
        "title": "title",
        "lead": "lead",
        "paragraph": "paragraph",
        "position": "position",
        "heading": "heading",
        "source": "source",
        "assessment": "assessment",
        "grading": "grading",
        "table": "table",
        "citation": "citation",
        "body": "body",
        "stix": "indicators",
        "remark": "remark",
        "time": "time",
        "topic": "topic",
        "question": "question",
        "answer": "answer",
        "ltiov": "answer wanted by (LTIOV)",
        "about": "about",
    },
    "fr": {
        "title": "titre",
        "lead": "chapeau",
        "paragraph": "paragraphe",
        "position": "position",
        "heading": "cap",
        "source": "source",
        "assessment": "appréciation",
        "grading": "cotation",
        "table": "tableau",
        "citation": "citation",
        "body": "texte",
        "stix": "indicateurs",
        "remark": "remarque",
        "time": "heure",
        "topic": "sujet",
        "question": "question",
        "answer": "réponse",
        "ltiov": "réponse souhaitée avant (LTIOV)",
        "about": "à propos de",
    },
    "ko": {
        "title": "제목",
        "lead": "요지",
        "paragraph": "문단",
        "position": "위치",
        "heading": "방위",
        "source": "출처",
        "assessment": "판단",
        "grading": "평가 등급",
        "table": "표",
        "citation": "인용",
        "body": "본문",
        "stix": "지표",
        "remark": "비고",
        "time": "시각",
        "topic": "주제",
        "question": "질문",
        "answer": "답변",
        "ltiov": "회신 기한 (LTIOV)",
        "about": "대상",
    },
    "ja": {
        "title": "表題",
        "lead": "要旨",
        "paragraph": "段落",
        "position": "位置",
        "heading": "方位",
        "source": "情報源",
        "assessment": "評価",
        "grading": "格付け",
        "table": "表",
        "citation": "引用",
        "body": "本文",
        "stix": "指標",
        "remark": "備考",
        "time": "時刻",
        "topic": "主題",
        "question": "質問",
        "answer": "回答",
        "ltiov": "回答期限 (LTIOV)",
        "about": "対象",
    },
}


def head(word: str, lang: str) -> str:
    """A heading in that language; English where it has none."""
    return HEADINGS.get(lang, HEADINGS["en"]).get(word, word)


def name_portion(kind: str, lang: str) -> str:
    """A kind of portion in words; other nodes' kinds keep their names."""
    return PORTIONS.get(lang, PORTIONS["en"]).get(kind, kind)
