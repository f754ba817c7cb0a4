# SPDX-License-Identifier: Apache-2.0
"""A bundle's file: what is written comes back, and anything else is refused by name."""

import pytest

from tearline.core.errors import IntegrityError, LimitError, MalformedError
from tearline.core.exchange import (
    BUNDLE_LIMITS,
    Content,
    Held,
    Item,
    Run,
    Slip,
    digest_content,
    find_gap,
    list_ranges,
    make_context,
    open_bundle,
    pack_content,
    print_slip,
    unpack_content,
    write_bundle,
)
from tearline.core.log import make_signer, make_verifier, parse_note, sign_note, verify_note
from tearline.node.trust import make_opener, seal
from tearline.node.trust import make_signer as make_key

KEY = make_key("KOR/node-1/stream", bytes(32))
OPENER, OTHER = make_opener(bytes([1]) * 32), make_opener(bytes([2]) * 32)
RUN = Run(0, [Item(b"leaf", b"salt", b"body")], "note")
NEXT = Run(1, [Item(b"leaf 2")], "note 2")
CONTENT = Content({"FLASH": [RUN, NEXT]}, {"ROUTINE": Held(3, "line")})
CONTEXT = make_context("KOR/node-1", "JPN", 7, 1)


def make_bundle(content=CONTENT):
    sealed = seal(OPENER.public, pack_content(content), CONTEXT)
    slip = Slip("KOR/node-1", "JPN", 7, 1, sealed=True, digest=digest_content(sealed))
    return write_bundle(sign_note(print_slip(slip), make_signer(KEY.name, KEY.public, KEY.sign)), sealed)


def test_what_is_written_comes_back():
    """Slip and content, sealed and signed."""
    envelope, slip = open_bundle(make_bundle())
    assert (slip.member, slip.receiver, slip.made_at, slip.directory, slip.sealed) == (
        "KOR",
        "JPN",
        7,
        1,
        True,
    )
    assert verify_note(envelope.note, [make_verifier(KEY.name, KEY.public)]) == print_slip(slip)
    content = unpack_content(OPENER.open(envelope.content, CONTEXT))
    assert content == CONTENT
    assert list_ranges(content) == {"FLASH": (0, 2)}


def test_every_changed_byte_is_refused():
    """Wherever a byte is changed or the file is cut, the file, its signature or its seal says so."""
    good = make_bundle()
    for at in range(0, len(good), 7):
        with pytest.raises((IntegrityError, MalformedError, LimitError)):
            use(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        with pytest.raises((IntegrityError, MalformedError)):
            use(good[:at])


def use(raw):
    envelope, slip = open_bundle(raw)
    verify_note(envelope.note, [make_verifier(KEY.name, KEY.public)])
    context = make_context(slip.sender, slip.receiver, slip.made_at, slip.directory)
    return unpack_content(OPENER.open(envelope.content, context))


def test_it_opens_for_its_receiver_alone_and_under_its_own_slip():
    """Another key, or another slip around the same content, opens nothing."""
    envelope, _ = open_bundle(make_bundle())
    with pytest.raises(IntegrityError, match="sealed to another key"):
        OTHER.open(envelope.content, CONTEXT)
    with pytest.raises(IntegrityError, match="sealed to another key"):
        OPENER.open(envelope.content, make_context("KOR/node-1", "AUS", 7, 1))


def test_a_gap_is_named():
    """Inside a file, and between the file and what is held."""
    holed = Content({"FLASH": [RUN, Run(2, [Item(b"x")], "n")]}, {})
    with pytest.raises(IntegrityError, match="FLASH has a gap at 1"):
        unpack_content(pack_content(holed))
    later = Content({"FLASH": [Run(5, [Item(b"x")], "n")]}, {})
    assert find_gap(later, {"FLASH": 3}) == ("FLASH", 3, 5)
    assert find_gap(later, {"FLASH": 5}) is None
    assert find_gap(CONTENT, {}) is None


def test_nothing_expands_beyond_the_limit():
    """A file is refused by its size, a content by the size it claims."""
    with pytest.raises(LimitError):
        open_bundle(bytes(BUNDLE_LIMITS.file_max_bytes + 1))
    with pytest.raises(LimitError):
        pack_content(Content({"FLASH": [Run(0, [Item(b"", b"", bytes(2**24))] * 7, "")]}, {}))


def test_a_slip_poses_as_no_checkpoint():
    """Its text has seven lines; a checkpoint has three."""
    text = parse_note(open_bundle(make_bundle())[0].note).text
    assert text.count("\n") == 7
