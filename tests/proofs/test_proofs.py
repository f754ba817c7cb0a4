# SPDX-License-Identifier: Apache-2.0
"""Proved with Z3 over every label, epoch and clearance of every shipped policy (docs/decisions: what is proved).

A counter-example is printed as the labels it consists of; it belongs into tests/vectors.
"""

import pytest

from tearline.core.labels import parse_spif
from tearline.machine import DATA
from tests.proofs import laws
from tests.proofs.laws import PACK_NAMES, make_formulas, read_book
from tests.properties.worlds import LONG

POLICIES = [(pack, policy) for pack in PACK_NAMES for policy in read_book(pack).policies]


def start(pack, name):
    formulas = make_formulas(pack)
    return formulas, formulas.book.policies[name]


def test_n5_no_shipped_policy_is_left_out():
    """Each SPIF that lies in a shipped pack, TLP and PUBLIC among them, and each pack that there is."""
    files = sorted((DATA / "packs").glob("*/*.spif.xml"))
    stated = {(path.parent.name, parse_spif(path.read_bytes()).name) for path in files}
    assert stated == set(POLICIES)
    assert len(stated) == len(files) == len(POLICIES)
    assert {path.name for path in (DATA / "packs").iterdir() if path.is_dir()} == set(PACK_NAMES)
    assert {"PUBLIC", "EXERCISE TLP", "EXERCISE EXNET", "EXERCISE NATO"} <= {name for _, name in stated}


@pytest.mark.slow
@pytest.mark.parametrize(("pack", "name"), POLICIES)
def test_n3_roll_up_is_sound(pack, name):
    """All pairs of labels: whoever sees the banner's label sees both, at every member, every person."""
    assert laws.refute_roll_up(*start(pack, name)) is None


@pytest.mark.slow
@pytest.mark.parametrize(("pack", "name"), POLICIES)
def test_n4_no_step_of_a_translation_widens(pack, name):
    """Nation to network, network to nation: the same members, and nobody who doesn't see the original, at any member.

    Every pair of policies follows: ``translate`` goes from nation to nation by these two steps (test_tie looks).
    """
    formulas, policy = start(pack, name)
    network = formulas.book.network
    for target in formulas.book.policies if name == network else (network,):
        assert laws.refute_translation(formulas, policy, target) is None, target


@pytest.mark.slow
@pytest.mark.skipif(not LONG, reason="the long form: every pair at once, without the argument of two steps")
@pytest.mark.parametrize(("pack", "name"), POLICIES)
def test_n4_no_translation_widens(pack, name):
    """Into every policy, and from there onwards to every member."""
    formulas, policy = start(pack, name)
    for target in formulas.book.policies:
        assert laws.refute_translation(formulas, policy, target) is None, target


@pytest.mark.slow
@pytest.mark.parametrize(("pack", "name"), POLICIES)
def test_n2_more_clearance_never_sees_less(pack, name):
    assert laws.refute_more_clearance(*start(pack, name)) is None


@pytest.mark.slow
@pytest.mark.parametrize(("pack", "name"), POLICIES)
def test_n3_more_restriction_never_shows_more(pack, name):
    assert laws.refute_more_restriction(*start(pack, name)) is None


@pytest.mark.slow
@pytest.mark.parametrize(("pack", "name"), POLICIES)
def test_n5_unknown_means_deny(pack, name):
    assert laws.refute_unknown(*start(pack, name)) is None
