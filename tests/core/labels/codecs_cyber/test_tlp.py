# SPDX-License-Identifier: Apache-2.0
"""TLP 2.0: the labels exactly, version 1 read, nothing else."""

import itertools

import pytest

from tearline.core.errors import LimitError, MalformedError
from tearline.core.labels.codecs.tlp import Tlp, join_tlp, parse_tlp, print_tlp


@pytest.mark.parametrize("text", ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"])
def test_a_label_is_read_and_printed_exactly(text):
    """Capitals, no blank."""
    assert print_tlp(parse_tlp(text)) == text
    assert parse_tlp(text).audience


def test_white_of_version_1_is_clear():
    """And is printed as version 2 has it."""
    assert print_tlp(parse_tlp("TLP:WHITE")) == "TLP:CLEAR"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "RED",
        "tlp:red",
        "TLP: RED",
        "TLP RED",
        "TLP:RED ",
        "TLP:AMBER STRICT",
        "TLP:AMBER +STRICT",
        "TLP:STRICT",
        "TLP:BLACK",
        "TLP:ROT",
        "TLP:RED//NOFORN",
        "TLP:RED\n",
        "TLP\u200b:RED",
        "TLP：RED",
        "\u202eDER:PLT",
        "ТLP:RED",
        "TLP:R\u0301ED",
    ],
)
def test_what_is_not_exactly_a_label_is_refused(text):
    """Never translated, never tidied."""
    with pytest.raises(MalformedError) as refused:
        parse_tlp(text)
    assert refused.value.code == "not-tlp"


def test_length_is_bounded():
    """Before anything else."""
    with pytest.raises(LimitError):
        parse_tlp("TLP:" * 10_000)


def test_the_strictest_wins_and_none_is_not_clear():
    """Every pair, in both orders."""
    order = [Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT, Tlp.RED]
    for (i, one), (j, other) in itertools.product(enumerate(order), repeat=2):
        assert join_tlp([one, other]) is order[max(i, j)]
    assert join_tlp([]) is None
