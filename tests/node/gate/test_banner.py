# SPDX-License-Identifier: Apache-2.0
"""The banner of a screen that shows texts under several policies."""

from tearline.core.labels import make_label
from tearline.core.renditions import Voice
from tearline.node.gate.banner import mark_screen
from tests.simulation.campaign import shared_book

KOR = Voice("EXERCISE KOR", ("ko", "en"))
OWN_EYES = make_label("EXERCISE KOR", "II-KUP", {"Eyes Only": ["KOR"]})
SHARED = make_label("EXERCISE KOR", "III-KUP", {"Releasable To": ["KOR", "JPN", "USA"]})
OF_JPN = make_label("EXERCISE JPN", "HI", {"Releasable To": ["JPN", "KOR", "USA"]})
OF_USA = make_label("EXERCISE USA", "SECRET", {"Releasable To": ["USA", "KOR", "JPN"]})


def banner(*labels):
    return mark_screen(frozenset(labels), KOR, shared_book()).text


def test_n3_our_own_eyes_only_stays_beside_what_others_provided():
    """KOR's eyes only, and what is left of a wider audience."""
    assert banner(OWN_EYES, OF_JPN) == "EXERCISE 군사II급비밀//일본 정부 제공//KOR 한정"
    assert banner(SHARED, OF_USA).endswith("//배포허용: KOR, JPN, USA")


def test_what_others_alone_provided_bears_the_receivers_mark():
    """Without an audience: it is not ours to give on."""
    assert banner(OF_JPN, OF_USA) == "EXERCISE 군사II급비밀//일본 정부 제공, 미국 정부 제공"
