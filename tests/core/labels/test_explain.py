# SPDX-License-Identifier: Apache-2.0
"""A decision in the four languages of the partnership."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from tearline.core import labels as labels_package
from tearline.core.labels import NoLabel, Reason, explain, explain_no_label, explain_reason, refuse
from tearline.core.labels.decide import PERMIT
from tearline.core.labels.explain import _NO_LABEL, _WORDS, LANGUAGES


def fields_of(words):
    return sorted(name for _, name, _, _ in string.Formatter().parse(words) if name)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a3_every_reason_is_said_in_every_language(lang):
    """The same codes, naming the same things."""
    english = _WORDS["en"]
    assert _WORDS[lang].keys() == english.keys()
    for code, words in english.items():
        assert fields_of(_WORDS[lang][code]) == fields_of(words), code


def test_a3_names_are_never_translated():
    """Values, tag sets and policies stand as the policy has them."""
    reason = Reason("no-equivalent", "Compartment", ("DALBIT",), "EXERCISE EXNET")
    assert explain_reason(reason) == "DALBIT has no equivalent in EXERCISE EXNET"
    for lang in LANGUAGES:
        words = explain_reason(reason, lang)
        assert "DALBIT" in words
        assert "EXERCISE EXNET" in words
    assert re.search("[가-힣]", explain_reason(reason, "ko"))
    assert re.search("[ぁ-ん]", explain_reason(reason, "ja"))


def test_a3_reasons_are_joined_and_unknown_languages_are_english():
    """One line for a decision."""
    decision = refuse(Reason("no-agreement"), Reason("empty", "Releasable To"), Reason("no-agreement"))
    assert explain(decision, "fr") == "aucun accord en vigueur; Releasable To ne nomme personne"
    assert explain(decision, "xx") == explain(decision)
    assert explain(PERMIT, "ja") == "許可"


def test_a3_every_reason_for_no_label_is_said_in_every_language():
    """What ``NoLabel`` is made with anywhere in the library stands in the table, and nothing else does."""
    root = Path(labels_package.__file__).parent
    made = {w for file in root.rglob("*.py") for w in re.findall(r'NoLabel\("([^"]+)"\)', file.read_text())}
    assert made == set(_NO_LABEL)
    for why in made:
        said = {explain_no_label(NoLabel(why), lang) for lang in LANGUAGES}
        assert len(said) == len(LANGUAGES)
    assert explain_no_label(NoLabel("other"), "ko") == "other"
    assert explain_no_label(NoLabel("nothing to mark"), "xx") == "nothing to mark"
