# SPDX-License-Identifier: Apache-2.0
"""Every proof of every tree up to 33 leaves, and that nothing but the right proof is one."""

import pytest

from tearline.core.errors import IntegrityError, UsageError
from tearline.core.log import (
    Head,
    Tree,
    leaf_hash,
    make_consistency,
    make_inclusion,
    verify_consistency,
    verify_inclusion,
)

SIZE = 33
HASHES = [leaf_hash(b"leaf %d" % n) for n in range(SIZE)]
TREE = Tree(HASHES)
HEADS = [Head(size, TREE.root_at(size)) for size in range(SIZE + 1)]


def proves_inclusion(leaf, head, index, proof):
    try:
        verify_inclusion(leaf, head, index=index, proof=proof)
    except IntegrityError:
        return False
    return True


def proves_consistency(old, new, proof):
    try:
        verify_consistency(old, new, proof=proof)
    except IntegrityError:
        return False
    return True


def list_mutants(proof):
    """The proof with one thing wrong: a bit, a part missing, doubled, swapped, added, cut short."""
    for at, part in enumerate(proof):
        yield [*proof[:at], bytes([part[0] ^ 1]) + part[1:], *proof[at + 1 :]]
        yield [*proof[:at], part[:31], *proof[at + 1 :]]
        yield [*proof[:at], *proof[at + 1 :]]
        yield [*proof[:at], part, *proof[at:]]
        if at:
            yield [*proof[: at - 1], part, proof[at - 1], *proof[at + 1 :]]
    yield [*proof, HASHES[0]]
    yield [HASHES[0], *proof]
    yield [HASHES[0]] * 64
    if proof:
        yield []


@pytest.mark.parametrize("size", range(1, SIZE + 1))
def test_inclusion_is_proved_for_this_leaf_only(size):
    """Each leaf's proof holds for that leaf, place and size, and for no other."""
    for index in range(size):
        proof = make_inclusion(index, size, hash_at=TREE.hash_at)
        assert proves_inclusion(HASHES[index], HEADS[size], index, proof)
        for other in range(-1, SIZE + 1):
            assert proves_inclusion(HASHES[index], HEADS[size], other, proof) == (other == index)
        for other, leaf in enumerate(HASHES):
            assert proves_inclusion(leaf, HEADS[size], index, proof) == (other == index)
        for other in HEADS:
            assert proves_inclusion(HASHES[index], other, index, proof) == (other.size == size)


@pytest.mark.parametrize("size", range(1, SIZE + 1))
def test_mutated_inclusion_is_refused(size):
    """No mutant of an audit path proves anything."""
    for index in range(size):
        proof = make_inclusion(index, size, hash_at=TREE.hash_at)
        for mutant in list_mutants(proof):
            assert not proves_inclusion(HASHES[index], HEADS[size], index, mutant)


@pytest.mark.parametrize("new", range(SIZE + 1))
def test_a2_consistency_is_proved_for_these_two_heads_only(new):
    """Each pair's proof holds for that pair, and not when either head or root is another."""
    for old in range(new + 1):
        proof = make_consistency(old, new, hash_at=TREE.hash_at)
        assert proves_consistency(HEADS[old], HEADS[new], proof)
        if old:
            forged = Head(old, bytes(32))
            assert not proves_consistency(forged, HEADS[new], proof)
            assert not proves_consistency(HEADS[old], Head(new, bytes(32)), proof)
        for other in range(1, SIZE + 1):
            if proof and other not in (old, new):
                assert not proves_consistency(HEADS[other], HEADS[new], proof)
                assert not proves_consistency(HEADS[old], HEADS[other], proof)


@pytest.mark.parametrize("new", range(SIZE + 1))
def test_a2_mutated_consistency_is_refused(new):
    """No mutant of a consistency proof proves anything."""
    for old in range(1, new + 1):
        proof = make_consistency(old, new, hash_at=TREE.hash_at)
        for mutant in list_mutants(proof):
            assert not proves_consistency(HEADS[old], HEADS[new], mutant)


def test_a2_rewritten_history_has_no_proof():
    """A log that changed one early leaf can't be shown to extend the old one, by whatever proof it makes."""
    for changed in range(16):
        fork = Tree([*HASHES[:changed], leaf_hash(b"other"), *HASHES[changed + 1 :]])
        new = Head(SIZE, fork.root_at(SIZE))
        for old in range(changed + 1, SIZE):
            for source in (fork, TREE):
                assert not proves_consistency(
                    HEADS[old], new, make_consistency(old, SIZE, hash_at=source.hash_at)
                )


def test_impossible_proofs_are_not_made():
    """No proof is made of what a log of that size does not hold."""
    for index, size in ((0, 0), (5, 5), (-1, 3)):
        with pytest.raises(UsageError):
            make_inclusion(index, size, hash_at=TREE.hash_at)
    for old, new in ((-1, 3), (4, 3)):
        with pytest.raises(UsageError):
            make_consistency(old, new, hash_at=TREE.hash_at)
        assert not proves_consistency(Head(old, bytes(32)), HEADS[new], [])
