# SPDX-License-Identifier: Apache-2.0
"""The fast engine against the oracle, and the laws, on drawn worlds: 60,000 cases, or 18 times as many in the long form.

Counted are distinct cases: a label and a reader of a different class, a set of labels, a label and a target.
"""

import pytest

from tests.properties import laws
from tests.properties.worlds import LONG, World

SEEDS = range(18 if LONG else 1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_n5_decisions_agree_with_the_oracle(seed, request):
    """N2, N4, N5: who sees what is the same, malformed labels among them, for members and for persons."""
    cases = laws.check_decisions(World(seed, labels=1300))
    request.node.user_properties.append(("distinct", cases))
    assert cases > 35_000


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_n3_a_banner_is_seen_by_exactly_those_who_see_all(seed, request):
    """N3: sound for every reader, never wider, never narrower; NoLabel exactly where the oracle has none."""
    cases = laws.check_banners(World(seed + 100, labels=500), 4000)
    request.node.user_properties.append(("distinct", cases))
    assert cases > 3000


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_n4_a_translation_admits_nobody_else(seed, request):
    """N4: the same meaning as the oracle's, and nobody sees the translation whom the original refuses."""
    cases = laws.check_translations(World(seed + 200, labels=2000), 6000)
    request.node.user_properties.append(("distinct", cases))
    assert cases > 4000


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_n2_a_rendition_of_a_share_is_the_rendition_of_the_product(seed):
    """N2: ``render(share(P, M), c) == render(P, c)``, both as the oracle has them, sources in neither."""
    assert laws.check_renditions(World(seed + 300), 2000) == 2000


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_n1_twin_products_are_one_to_who_may_not_see_the_difference(seed):
    """N1: equal share content, equal rendition bytes, equal check, banner and marks."""
    assert laws.check_twins(World(seed + 400), 1500) == 1500


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_n5_malformed_labels_admit_nobody(seed, request):
    """N5: every single fault in every field of a label, for readers who hold everything."""
    cases = laws.check_malformed(World(seed + 500), 80)
    request.node.user_properties.append(("distinct", cases))
    assert cases > 1500


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_n3_who_sees_the_stricter_sees_the_looser(seed, request):
    """N3: ``dominates`` is exactly the oracle's order within a policy, and implies sight at every reader."""
    cases = laws.check_order(World(seed + 600), 2500)
    request.node.user_properties.append(("distinct", cases))
    assert cases > 800
