# SPDX-License-Identifier: Apache-2.0
"""Inclusion and consistency proofs: made as RFC 6962 section 2.1 has them, verified as RFC 9162 section 2.1 has it.

Guarantees:
- ``verify_*`` raise ``IntegrityError`` unless the proof shows exactly what was asked: this leaf at this index of this
  head, or this head grown out of that one. Too short, too long, too big, empty: refused (assurance B2.4).
- nothing is verified against a head that the proof itself brought along.
"""

from __future__ import annotations

from collections.abc import Sequence

from tearline.core.errors import IntegrityError, UsageError
from tearline.core.log.tree import HASH_BYTES, HashAt, Head, fold_peaks, list_peaks, node_hash, split_size

PROOF_MAX_HASHES = 63


def make_inclusion(index: int, size: int, *, hash_at: HashAt) -> list[bytes]:
    """The audit path of leaf ``index`` in the tree of ``size`` leaves, from the leaf upwards."""
    if not 0 <= index < size:
        raise UsageError("no-such-leaf", f"a log of {size} leaves has no leaf {index}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split_size(end - start)
        if index < middle:
            path.append(hash_range(middle, end, hash_at=hash_at))
            end = middle
        else:
            path.append(hash_range(start, middle, hash_at=hash_at))
            start = middle
    return path[::-1]


def make_consistency(old: int, new: int, *, hash_at: HashAt) -> list[bytes]:
    """The proof that the tree of ``new`` leaves starts with the tree of ``old``; empty for equal sizes and for none."""
    if not 0 <= old <= new:
        raise UsageError("no-such-size", f"a log of {new} leaves did not grow out of {old}")
    if old in (0, new):
        return []
    path: list[bytes] = []
    start, end = 0, new
    while old != end:
        middle = start + split_size(end - start)
        if old <= middle:
            path.append(hash_range(middle, end, hash_at=hash_at))
            end = middle
        else:
            path.append(hash_range(start, middle, hash_at=hash_at))
            start = middle
    if start > 0:  # at start 0 the verifier holds this hash already: it is the old root
        path.append(hash_range(start, end, hash_at=hash_at))
    return path[::-1]


def hash_range(start: int, end: int, *, hash_at: HashAt) -> bytes:
    """The root over leaves [start, end), where ``start`` is a multiple of the power of two at or above the width."""
    peaks = list_peaks(end - start)
    return fold_peaks([hash_at(level, (start >> level) + index) for level, index in peaks])


def verify_inclusion(leaf: bytes, head: Head, *, index: int, proof: Sequence[bytes]) -> None:
    """Raise unless ``leaf`` (a leaf hash) stands at ``index`` in the log with this head (RFC 9162, 2.1.3.2)."""
    _check_shape(proof)
    if not 0 <= index < head.size:
        raise _refusal("inclusion-index", f"no leaf {index} in {head.size}")
    number, last, root = index, head.size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise _refusal("inclusion-length", "the proof is too long")
        if number & 1 or number == last:
            root = node_hash(sibling, root)
            while number & 1 == 0 and number:
                number, last = number >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        number, last = number >> 1, last >> 1
    if last != 0:
        raise _refusal("inclusion-length", "the proof is too short")
    if root != head.root:
        raise _refusal("inclusion-root", "the proof leads to another root")


def verify_consistency(old: Head, new: Head, *, proof: Sequence[bytes]) -> None:
    """Raise unless the log with head ``new`` starts with the one with head ``old`` (RFC 9162, 2.1.4.2)."""
    _check_shape(proof)
    if not 0 <= old.size <= new.size:
        raise _refusal("consistency-sizes", f"{new.size} leaves did not grow out of {old.size}")
    if old.size in (0, new.size):
        if proof:
            raise _refusal("consistency-length", "no proof belongs between these sizes")
        if old.root != (fold_peaks([]) if old.size == 0 else new.root):
            raise _refusal("consistency-root", "two different roots for one size")
        return
    path = list(proof) if old.size & (old.size - 1) else [old.root, *proof]
    if not path:
        raise _refusal("consistency-length", "the proof is empty")
    old_root, new_root = _walk(old.size - 1, new.size - 1, path)
    if old_root != old.root or new_root != new.root:
        raise _refusal("consistency-root", "the proof leads to other roots")


def _walk(number: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    while number & 1:
        number, last = number >> 1, last >> 1
    old_root = new_root = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise _refusal("consistency-length", "the proof is too long")
        if number & 1 or number == last:
            old_root, new_root = node_hash(sibling, old_root), node_hash(sibling, new_root)
            while number & 1 == 0 and number:
                number, last = number >> 1, last >> 1
        else:
            new_root = node_hash(new_root, sibling)
        number, last = number >> 1, last >> 1
    if last != 0:
        raise _refusal("consistency-length", "the proof is too short")
    return old_root, new_root


def _check_shape(proof: Sequence[bytes]) -> None:
    if len(proof) > PROOF_MAX_HASHES or any(len(part) != HASH_BYTES for part in proof):
        raise _refusal("proof-shape", f"a proof has at most {PROOF_MAX_HASHES} hashes of {HASH_BYTES} bytes")


def _refusal(code: str, message: str) -> IntegrityError:
    return IntegrityError(
        code, f"not proved: {message}", "Keep both checkpoints as evidence and ask the log's owner."
    )
