# SPDX-License-Identifier: Apache-2.0
"""``tearline label`` in the four languages: every phrase stands in each, names stay as the policy has them."""

import json
import string

import pytest

from tearline.cli.exits import UnusableError
from tearline.cli.label.batch import Shelf, answer_line
from tearline.cli.label.words import _WORDS, LANGUAGES, check_words_language, word
from tearline.core.labels import LANGUAGES as LIBRARY_LANGUAGES
from tests.cli.test_label import DALBIT, write
from tests.cli.test_label_verbs import HELD, HOME, spif

__all__ = ["spif"]
OTHERS = ("fr", "ko", "ja")
ABOVE = {"policy": "EXERCISE KOR", "classifications": ["III-KUP"], "categories": {"Releasable To": ["KOR"]}}
SECRET = {
    "policy": "EXERCISE KOR",
    "classification": "II-KUP",
    "categories": {"Releasable To": ["KOR", "JPN"], "Compartment": ["DALBIT"]},
}


def ask(op, **fields):
    return answer_line(json.dumps({"op": op, **fields}).encode(), Shelf())


def fields_of(words):
    return sorted(name for _, name, _, _ in string.Formatter().parse(words) if name)


@pytest.mark.parametrize("code", _WORDS)
def test_every_phrase_names_the_same_in_each_language(code):
    assert len(_WORDS[code]) == len(LANGUAGES) == len(LIBRARY_LANGUAGES)
    assert all(_WORDS[code])
    assert len({tuple(fields_of(words)) for words in _WORDS[code]}) == 1


def test_a_phrase_falls_back_to_english_and_an_explanation_does_not():
    assert word("yes", "de") == "yes"
    with pytest.raises(UnusableError, match="Known: en, fr, ko, ja"):
        check_words_language("de")


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize(
    "fields",
    [
        {"op": "decide", "clearance": ABOVE},
        {"op": "decide", "member": "USA"},
        {"op": "explain", "clearance": ABOVE},
        {"op": "explain", "member": "JPN"},
        {"op": "explain"},
        {"op": "validate", "label": {**SECRET, "classification": "IV-KUP"}},
        {"op": "validate", "label": {**SECRET, "categories": {"Colour": ["RED"]}}},
        {"op": "translate", "to": "PUBLIC"},
        {"op": "parse", "label": {**SECRET, "categories": {}}},
    ],
)
def test_a3_words_change_with_the_language_and_nothing_else_does(fields, lang):
    """What a program reads is the same in each language; what a person reads is in theirs, with every name kept."""

    def strip(value, words):
        if isinstance(value, dict):
            kept = {k: strip(v, words) for k, v in value.items() if k not in {"words", "step"}}
            words += [value[k] for k in ("words", "step") if k in value]
            return kept
        return [strip(v, words) for v in value] if isinstance(value, list) else value

    english, other = [], []
    plain = {"label": SECRET, **fields}
    assert strip(ask(**plain), english) == strip(ask(**plain, lang=lang), other)
    assert english != other
    assert len(english) == len(other)
    for name in ("IV-KUP", "Colour"):  # DALBIT is 달빛 on a Korean mark, as its policy says
        assert sum(name in words for words in english) == sum(name in words for words in other)


@pytest.mark.parametrize("lang", OTHERS)
def test_each_verb_answers_in_the_language(tearline, spif, lang):
    """On the terminal: the exit code is the same, no English sentence is left."""
    wrong = write({**HOME, "categories": {"RT": ["ZZZ"]}})
    label, held = write(HOME), write(HELD)
    common = ("--spif", spif, "--lang", lang)
    assert tearline("label", "validate", label, wrong, *common).out == (
        f"{word('valid', lang)}\n{word('not-valid', lang)}\n"
    )
    ended = tearline("label", "mark", wrong, *common)
    assert ended.err.startswith(word("not-valid", lang))
    assert "is no value of" not in ended.err
    assert tearline("label", "decide", label, "--clearance", held, *common).out == word("yes", lang) + "\n"
    assert tearline("label", "dominates", label, label, *common).out == word("yes", lang) + "\n"
    explained = tearline("label", "explain", label, "--clearance", held, *common)
    assert word("clearance-may", lang) in explained.out
    assert " is held" not in explained.out
    assert word("permissive", lang) in tearline("label", "policy", "show", "HOME", *common).out
    assert word("classifications", lang) in tearline("label", "policy", "show", "KOR", "--lang", lang).out


@pytest.mark.parametrize("lang", OTHERS)
def test_changes_of_a_policy_are_said_in_the_language(tearline, spif, tmp_path, lang):
    other = tmp_path / "other.xml"
    other.write_text(spif.read_text().replace("OPEN", "FREE"))
    ended = tearline("label", "policy", "diff", spif, other, "--lang", lang)
    assert ended.code == 3
    assert ended.out.splitlines()[0].split()[0] in {word(c, lang) for c in ("added", "removed", "changed")}
    assert word("honoured", lang) in tearline("label", "policy", "check", spif, "--lang", lang).out
    assert tearline("label", "policy", "diff", spif, other, "--lang", "xx").code == 2


@pytest.mark.parametrize("lang", OTHERS)
def test_n3_why_there_is_no_label_is_said_in_the_language(tearline, lang):
    """Two audiences that share nobody."""
    apart = [{**DALBIT, "categories": {"Releasable To": [code]}} for code in ("JPN", "USA")]
    assert ask("rollup", labels=apart)["result"]["why"] == "no member is in every audience"
    why = ask("rollup", labels=apart, lang=lang)["result"]["why"]
    assert why != "no member is in every audience"
    ended = tearline("label", "rollup", write(apart), "--lang", lang)
    assert ended.code == 3
    assert ended.err == f"{word('no-sound-label', lang)}: {why}\n"
