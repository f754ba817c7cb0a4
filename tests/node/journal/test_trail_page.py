# SPDX-License-Identifier: Apache-2.0
"""A2: docs/reference/trail.md suffices. This verifier uses nothing of ours: hashes, Ed25519, JSON, and the page."""

import base64
import hashlib
import json

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tearline.node.journal import make_extract
from tests.node.journal.test_extract import AUTHORITY, source

__all__ = ["source"]


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def check(public, signature, message):
    Ed25519PublicKey.from_public_bytes(public).verify(signature, message)


def grow(peaks, start, leaves):
    """The root of a log whose first ``start`` entries left these peaks."""
    sizes = [1 << n for n in range(start.bit_length() - 1, -1, -1) if start >> n & 1]
    stack = list(zip(sizes, peaks, strict=True))
    for leaf in leaves:
        stack.append((1, sha(b"\0", leaf)))
        while len(stack) > 1 and stack[-1][0] == stack[-2][0]:
            (size, right), (_, left) = stack.pop(), stack.pop()
            stack.append((2 * size, sha(b"\1", left, right)))
    root = stack.pop()[1]
    while stack:
        root = sha(b"\1", stack.pop()[1], root)
    return root


def climb(leaf, at, size, path):
    last, root = size - 1, leaf
    for sibling in path:
        if at & 1 or at == last:
            root = sha(b"\1", sibling, root)
            while at & 1 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            root = sha(b"\1", root, sibling)
        at, last = at >> 1, last >> 1
    assert last == 0
    return root


def commitment(salt, body):
    return sha(b"tearline/commitment\0", len(salt).to_bytes(2, "big"), salt, body).hex()


def read_note(note):
    text, _, lines = note.rpartition("\n\n")
    return text + "\n", [line.split(" ")[1:] for line in lines.splitlines()]


def verify(raw, authority):
    lines = raw.split(b"\n")[:-1]
    head = json.loads(lines[0])
    directory = base64.b64decode(head["directory"])
    inner = directory[len(b'{"directory":') : directory.rindex(b',"signature":')]
    signature = base64.b64decode(json.loads(directory)["signature"])
    framed = b"".join(len(p).to_bytes(8, "big") + p for p in (b"tearline/directory/1", inner))
    check(authority, signature, sha(framed))
    members = json.loads(inner)["members"]
    own, name = members[head["member"]], f"{head['member']}/{head['node']}/anchor"
    count = head["end"] - head["start"]
    headers = lines[1 : 1 + count]
    assert len(headers) == count
    root = grow([bytes.fromhex(p) for p in head["peaks"]], head["start"], headers)
    text, signatures = read_note(head["checkpoint"])
    assert signatures[0][0] == name
    check(base64.b64decode(own["anchor_key"]), base64.b64decode(signatures[0][1])[4:], text.encode())
    origin, size, signed, _ = text.split("\n")
    assert (origin, int(size), head["consistency"]) == (head["origin"], head["end"], [])
    assert base64.b64decode(signed) == root
    for line in lines[1 + count :]:
        one = json.loads(line)
        entry = json.loads(headers[one["position"] - head["start"]])
        assert entry["commitments"][one["index"]] == commitment(
            bytes.fromhex(one["salt"]), base64.b64decode(one["body"])
        )
    return verify_anchor(head, members, name)


def verify_anchor(head, members, name):
    anchor = head["anchor"]
    (bound,) = json.loads(anchor["leaf"])["commitments"]
    assert bound == commitment(bytes.fromhex(anchor["salt"]), anchor["body"].encode())
    assert json.loads(anchor["body"])[head["log"]] == head["checkpoint"]
    path = [bytes.fromhex(p) for p in anchor["inclusion"]]
    root = climb(sha(b"\0", anchor["leaf"].encode()), anchor["position"], anchor["size"], path)
    assert root.hex() == anchor["root"]
    text = f"{name}\n{anchor['size']}\n{base64.b64encode(root).decode()}\n"
    vouched = []
    for line in anchor["cosignatures"]:
        _, who, value = line.strip().split(" ")
        raw = base64.b64decode(value)[4:]
        message = f"cosignature/v1\ntime {int.from_bytes(raw[:8], 'big')}\n{text}".encode()
        check(base64.b64decode(members[who[:3]]["witness_key"]), raw[8:], message)
        vouched.append(who)
    return sorted(vouched)


@pytest.mark.parametrize(("start", "end"), [(0, 40), (7, 40), (39, 40), (12, 30)])
def test_a2_the_page_on_trails_is_enough_to_verify_one(source, start, end):
    assert verify(make_extract(source, start, end), AUTHORITY.public) == [
        "AUS/node-1/witness",
        "JPN/node-1/witness",
    ]


def test_a2_the_same_verifier_finds_a_change(source):
    raw = make_extract(source, 7, 40)
    for other in (raw.replace(b"kor.analyst", b"kor.analysx", 1), raw.replace(b'"start":7', b'"start":6', 1)):
        with pytest.raises((AssertionError, InvalidSignature, ValueError)):
            verify(other, AUTHORITY.public)
    with pytest.raises(InvalidSignature):
        verify(raw, bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))
