# SPDX-License-Identifier: Apache-2.0
"""Trees against the published roots of RFC 6962's reference leaves, and against the definition written plainly."""

import hashlib

import pytest

from tearline.core.errors import MalformedError, UsageError
from tearline.core.log import (
    EMPTY_ROOT,
    Frontier,
    Tree,
    decode_frontier,
    leaf_hash,
    list_peaks,
    make_frontier,
)

# The leaves and roots that Certificate Transparency's own implementations test with.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def define_root(leaves):
    """MTH as RFC 6962 section 2.1 writes it."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + define_root(leaves[:k]) + define_root(leaves[k:])).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size):
    """Frontier and tree give the roots that everybody else gives."""
    frontier = Frontier()
    frontier.extend(LEAVES[:size])
    assert frontier.root().hex() == ROOTS[size - 1]
    assert Tree(map(leaf_hash, LEAVES)).root_at(size).hex() == ROOTS[size - 1]


def test_root_of_nothing():
    """The empty log has the hash of nothing as its root."""
    assert Frontier().root() == Tree().root_at(0) == EMPTY_ROOT == define_root([])


def test_every_way_of_appending_is_the_definition():
    """One by one, in batches, copied, written and read again, rebuilt from peaks: the same roots at every size."""
    leaves = [bytes([n]) * n for n in range(70)]
    one, tree = Frontier(), Tree(map(leaf_hash, leaves))
    for size in range(len(leaves) + 1):
        batch = Frontier()
        batch.extend(leaves[: size // 3])
        batch = decode_frontier(batch.copy().encode())
        batch.extend(leaves[size // 3 : size])
        peaks = [tree.hash_at(level, index) for level, index in list_peaks(size)]
        roots = {one.root(), batch.root(), tree.root_at(size), make_frontier(size, peaks).root()}
        assert roots == {define_root(leaves[:size])}
        assert one.size == batch.size == size
        if size < len(leaves):
            one.append(leaves[size])


def test_a_copy_is_independent():
    """Appending to a copy changes nothing in the original."""
    frontier = Frontier()
    frontier.extend(LEAVES[:3])
    frontier.copy().extend(LEAVES)
    assert frontier.root().hex() == ROOTS[2]


@pytest.mark.parametrize("raw", [b"", b"\0" * 7, b"\0" * 7 + b"\1", b"\0" * 9, b"\xff" * (8 + 64 * 32)])
def test_damaged_frontiers_are_refused(raw):
    """A frontier of the wrong length, or longer than any log, is not read."""
    with pytest.raises(MalformedError):
        decode_frontier(raw)


def test_truncate_takes_back_leaves():
    """After a failed commit the tree is as it was before."""
    tree = Tree(map(leaf_hash, LEAVES))
    for size in range(8, -1, -1):
        tree.truncate(size)
        assert tree.size == size
        assert tree.root_at(size) == define_root(LEAVES[:size])
        again = Tree(tree.hash_at(0, index) for index in range(size))
        again.extend_hashes(map(leaf_hash, LEAVES[size:]))
        assert again.root_at(8).hex() == ROOTS[7]
        with pytest.raises(UsageError):
            tree.root_at(size + 1)
