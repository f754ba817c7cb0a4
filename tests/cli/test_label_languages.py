# SPDX-License-Identifier: Apache-2.0
"""What ``tearline label`` says in a language it says everywhere in it: the catalogue lacks no sentence and no code."""

import ast
import json
import re
from pathlib import Path

import pytest

from tearline.cli.label.batch import Shelf, answer_line
from tearline.cli.label.sentences import _read_catalogue, read_blocks, say_in
from tearline.core.labels import LANGUAGES, Reason, explain_reason
from tearline.core.labels import codecs as codecs_package
from tearline.core.labels.codecs.text import suggest

ROOT = Path(__file__).resolve().parents[2]
CODECS = Path(codecs_package.__file__).parent
PAGE = (ROOT / "docs/reference/label-batch.md").read_text(encoding="utf-8")
OTHERS = ("fr", "ko", "ja")
SAID = {"make_fault": 2, "_fault": 1, "refuse_text": 2, "_name": 2, "Loss": 1, "NoBanner": 0, "_refuse": 0}
"""Who says a sentence of the library, and as which of its arguments."""


def list_sentences():
    """Every sentence in the code of these codecs, with AA, BB … for what it is about."""
    for path in (*CODECS.glob("text/*.py"), *CODECS.glob("ism/*.py"), CODECS / "convert.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                place = SAID.get(call.func.id, 99)
                if place < len(call.args):
                    yield from read_words(call.args[place])


def read_words(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
        yield "".join(f"{chr(65 + n)}{chr(65 + n)}" if part is None else part for n, part in enumerate(parts))
    elif isinstance(node, ast.IfExp):
        yield from read_words(node.body)
        yield from read_words(node.orelse)


SENTENCES = sorted({text for text in list_sentences() if " " in text})


def test_there_are_as_many_sentences_as_rules():
    assert len(SENTENCES) > 120


@pytest.mark.parametrize("lang", OTHERS)
def test_every_sentence_of_the_library_is_in_the_catalogue(lang):
    """Faults of US, NATO, joint, foreign and ISM marks, and what a conversion loses or would lose."""
    names = {"SAR-MULTIPLE PROGRAMS", "AA CC"}  # names of controls; a word and what is wrong with it
    assert [text for text in SENTENCES if say_in(text, lang) == text and text not in names] == []


@pytest.mark.parametrize("lang", OTHERS)
def test_why_a_suggestion_differs_is_said_in_the_language(lang):
    """Of every word of old that a suggestion knows."""
    words = [
        *(
            "MOST SECRET",
            "Secret; Noforn",
            "LIMITED OFFICIAL USE",
            "OFFICIAL USE ONLY SECRET",
            "VERBATIM TEXT SECRET",
        ),
        *(
            "NO CLASSIFICATION MARKING",
            "SECRET CONFIDENTIAL",
            "OFFICIAL-INFORMAL SECRET",
            "SECRET NO FOREIGN DISSEM",
        ),
        *("TOP SECRET AUSTEO", "SECRET BACKGROUND USE ONLY", "SECRET PERSONAL", "IMMEDIATE SECRET"),
    ]
    whys = {change.why for text in words for s in suggest(text) for change in s.changes}
    assert len(whys) > 8
    assert [why for why in whys if say_in(why, lang) == why] == []


def test_every_code_of_the_page_is_explained():
    """Of the program and of the library; rules are named by their sentences."""
    part = PAGE.partition("## Codes of errors")[2].partition("Rules of a US")[0]
    codes = set(re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)*)`", part)) - {"created", "review"}
    plain = _read_catalogue()[0]
    assert len(codes) > 60
    assert sorted(code for code in codes if f"@{code}" not in plain) == []


LIBRARY = (*sorted(CODECS.parent.rglob("*.py")), *sorted((ROOT / "src/tearline/cli/label").glob("*.py")))
CODE_AT = {
    "Form": 1,
    "MimeParameters": 0,
    **dict.fromkeys(("expect_object", "expect_list", "expect_text"), 2),
    "refuse_others": 3,
}
"""Who is given the code of what it will refuse, and as which argument."""
MESSAGE_FIRST = {"UnknownWordError", "NotInPolicyError", "AttributeError", "ValueError", "SystemExit"}


def list_calls():
    """Every call in the library and its verbs, by name, with its arguments; names stand for what is put into them."""
    for path in LIBRARY:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        fixed = {
            node.targets[0].id: node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name | ast.Attribute):
                name = call.func.id if isinstance(call.func, ast.Name) else call.func.attr
                given = [fixed.get(a.id, a) if isinstance(a, ast.Name) else a for a in call.args]
                yield name, given, call


def list_codes():
    """Each stable code that something here can end in."""
    for name, given, _ in list_calls():
        place = CODE_AT.get(name, 0 if name.endswith("Error") and name not in MESSAGE_FIRST else 99)
        if place < len(given):
            yield from read_words(given[place])


def list_advice():
    """What an error tells to do: of errors the third word, and of forms as well."""
    for name, given, call in list_calls():
        if name == "Form" or (name.endswith("Error") and name not in MESSAGE_FIRST):
            keyed = [keyword.value for keyword in call.keywords if keyword.arg == "advice"]
            for node in (*given[2:3], *keyed):
                yield from (text for text in read_words(node) if text)


@pytest.mark.parametrize("lang", OTHERS)
def test_n5_every_code_that_is_raised_is_explained(lang):
    """In the library of labels and in its verbs: nothing that refuses an input says so in English alone."""
    plain = _read_catalogue()[0]
    codes = {code for code in list_codes() if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)}
    assert len(codes) > 70
    assert sorted(code for code in codes if f"@{code}" not in plain) == []
    assert [code for code in codes if not plain[f"@{code}"][OTHERS.index(lang)]] == []


def test_n5_every_reason_is_explained():
    """Why a label or a decision is refused: of each code a sentence of its own in each language."""
    codes = {
        word for name, given, _ in list_calls() if name == "Reason" and given for word in read_words(given[0])
    }
    codes = {code for code in codes if re.fullmatch(r"[a-z]+(-[a-z]+)*", code)}
    assert len(codes) > 20
    said = {
        (code, lang): explain_reason(Reason(code, "T", ("V",), "P"), lang)
        for code in codes
        for lang in LANGUAGES
    }
    assert [place for place, words in said.items() if words == place[0]] == []
    assert [
        place for place, words in said.items() if place[1] != "en" and words == said[place[0], "en"]
    ] == []


@pytest.mark.parametrize("lang", OTHERS)
def test_every_advice_is_in_the_catalogue(lang):
    advice = set(list_advice())
    assert len(advice) > 30
    assert sorted(text for text in advice if say_in(text, lang) == text) == []


def test_the_catalogue_is_whole():
    """Four lines each, no sentence twice, and what a sentence is about stands in each of them."""
    blocks = list(read_blocks())
    assert {len(block) for block in blocks} == {4}
    assert len({block[0] for block in blocks}) == len(blocks)
    for english, *others in blocks:
        for other in others:
            assert sorted(re.findall(r"\{\d\}", other)) == sorted(re.findall(r"\{\d\}", english)), english
            assert other != english or english.startswith("@"), english


def ask(**request):
    return answer_line(json.dumps(request).encode(), Shelf())


def speaks(text, lang):
    """Hangul, kana, or French words; never the English ones."""
    if lang == "ko":
        return re.search(r"[가-힣]", text) is not None
    if lang == "ja":
        return re.search(r"[ぁ-んァ-ン一-龥]", text) is not None
    return re.search(r"\b(l|le|la|les|un|une|n'est|ne|et|de|exige|figure|s'excluent|pas)\b", text) is not None


@pytest.mark.parametrize("lang", OTHERS)
def test_faults_losses_and_bad_input_are_said_in_the_language(lang):
    faults = ask(op="validate", label={"text": "SECRET//REL TO USA, GBR/NOFORN", "codec": "text"}, lang=lang)
    said = [fault["words"] for fault in faults["result"]["faults"]]
    assert said
    ism = {"ism:classification": "U", "ism:ownerProducer": "USA", "ism:disseminationControls": "NF OC"}
    said += [
        f["words"]
        for f in ask(op="validate", label={"json": ism, "codec": "ism-json"}, lang=lang).get(
            "result", {"faults": []}
        )["faults"]
    ]
    lost = ask(
        op="convert",
        label={"text": "TOP SECRET//SI-G ABCD//ORCON/NOFORN", "codec": "text"},
        to="ism",
        lang=lang,
    )
    assert lost["ok"]
    said += [words for loss in lost["result"]["losses"] for words in loss.values()]
    for request in (
        {"op": "mark"},
        {"op": "nothing"},
        {"op": "validate", "label": "<a>"},
        {"op": "validate", "label": {"text": "SECRET//WHAT", "codec": "text"}},
        {"op": "validate", "label": {"file": "/nonexistent"}},
        {"op": "convert", "label": {"text": "TLP:RED", "codec": "tlp"}, "to": "json"},
        {"op": "parse", "label": {"text": "EXERCISE NOTHING", "codec": "mark"}},
    ):
        answer = ask(**request, lang=lang)
        assert not answer["ok"]
        said.append(answer["error"]["message"])
    assert [text for text in said if not speaks(text, lang)] == []


@pytest.mark.parametrize(
    ("lang", "words"), [("fr", "fichier"), ("ko", "파일"), ("ja", "ファイル"), ("en", "there is no file")]
)
def test_a_verb_says_what_it_cannot_use_in_the_language_asked(tearline, lang, words):
    ended = tearline("label", "validate", "/nonexistent", "--lang", lang)
    assert ended.code == 2
    assert words in ended.err


def test_why_a_policy_is_not_honoured_is_said_in_the_language(tearline, tmp_path):
    """With the file's own element and path behind it."""
    spif = tmp_path / "bad.xml"
    spif.write_text("<SPIF/>")
    ended = tearline("label", "policy", "check", spif, "--lang", "fr")
    assert ended.code == 3
    assert "le SPIF ne peut être lu" in ended.err
    assert "/SPIF" in ended.err


def test_a_sentence_within_a_sentence_is_said_too():
    """A portion's fault in that of its banner; names stay."""
    said = say_in("a portion is not valid: REL and EYES need releasableTo (ISM-ID-00031)", "fr")
    assert said == "une partie n'est pas valide : REL et EYES exigent releasableTo (ISM-ID-00031)"
    assert say_in("nobody wrote this", "ja") == "nobody wrote this"
    assert say_in("a code stands twice", "xx") == "a code stands twice"
