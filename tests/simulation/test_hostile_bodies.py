# SPDX-License-Identifier: Apache-2.0
"""What a peer with valid keys puts into a portion, a reference, a date: no reader is shown what our own desk would refuse.

Assurance A5.4, A5.5, B1.12, B3.8, B5.2, B5.4.
"""

import struct
import zlib

import msgspec
import pytest

from tearline.core.exchange import Receipt
from tearline.core.exchange.arrival import LATEST
from tearline.core.ids import ProductId
from tearline.core.labels import Label
from tearline.core.products import (
    Field,
    GradingBody,
    MediaBody,
    Portion,
    PositionBody,
    TextBody,
    Variant,
    Wording,
)
from tearline.node.commands import DraftPortion, DraftProduct, DraftVariant, file_product, make_copy
from tests.simulation.mallory import AT, SEEN, Mallory, make_portion, make_share

P = "a" * 32


def make_body(body, kind):
    return make_share(make_portion(), Portion("CC", kind, (Variant(SEEN, body),)))


def attach(data, name="x.png", media_type="image/png"):
    return make_body(MediaBody(name, media_type, data), "attachment")


def make_png(width, height, *more):
    """A picture whose header says so; ``more`` names chunks beside it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(100))
    chunks = [(b"IHDR", header), *((name, b"MM") for name in more), (b"IDAT", pixels), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


TAGS = [(a, b) for a in "BCDE" for b in "BCDEFG"]

BAD = {
    "a page in the place of a picture": (attach(b"<html><script>"), "attachment"),
    "a picture that says where it was taken": (attach(make_png(4, 4, b"eXIf")), "attachment"),
    "a picture with a file behind it": (attach(make_png(4, 4) + b"PK\x03\x04"), "attachment"),
    "a picture that unpacks to gigabytes": (attach(make_png(60_000, 60_000)), "attachment"),
    "a picture beyond the size that is taken": (attach(bytes(1_000_001)), "attachment"),
    "a picture under a path": (attach(make_png(4, 4), "../../x.png"), "attachment"),
    "a picture whose name turns about": (attach(make_png(4, 4), "x\u202egnp.exe"), "attachment"),
    "text said to be a picture": (attach(b"words"), "attachment"),
    "more words than a product holds": (
        make_body(TextBody((Wording("en", "x" * 2_000_001),)), "body"),
        "too-long",
    ),
    "coast lines in the place of positions": (
        make_share(
            make_portion(),
            *(
                Portion(f"{a}{b}", "position", (Variant(SEEN, PositionBody("[" * 100_000, "")),))
                for a, b in TAGS
            ),
        ),
        "too-long",
    ),
    "fields without end": (
        make_share(
            Portion(
                "AA", "title", (Variant(SEEN, TextBody((Wording("en", "x"),)), (Field("", ""),) * 20_001),)
            )
        ),
        "too-long",
    ),
    "a grading of no scale": (make_body(GradingBody("A\u202e" * 99, 10**9), "grading"), "bad-grading"),
    "a reference of another member": (make_share(reference="USA-REP 120104Z JUL 23 K7QF"), "bad-reference"),
    "a reference that leads out of a folder": (
        make_share(reference="JPN-REP 120104Z JUL 23 K7QF/../../x"),
        "bad-reference",
    ),
    "filed at the end of the calendar": (make_share(filed_at=253_402_300_799_000_000), "bad-time"),
}


@pytest.mark.parametrize("what", BAD)
def test_n5_what_no_honest_node_would_have_filed_is_kept_sealed(what):
    body, code = BAD[what]
    mallory = Mallory()
    mallory.send(mallory.item(body))
    assert mallory.codes() == [f"quarantined:{code}"]
    assert mallory.sweep() == set()


def test_n2_a_scrubbed_picture_of_a_partner_is_taken():
    mallory = Mallory()
    mallory.send(mallory.item(attach(make_png(4, 4))))
    assert mallory.codes() == ["accepted"]
    assert mallory.sweep() == {f"JPN.{P}"}


def test_n5_a_reader_copies_whatever_a_partner_dated():
    """A label beside a copy counts ten years on from the text's own time: no time that is taken makes that fail."""
    mallory = Mallory()
    late = msgspec.structs.replace(make_share(filed_at=LATEST), changed_at=LATEST)
    mallory.send(mallory.item(late))
    assert mallory.codes() == ["accepted"]
    watch = mallory.victim.gate.act_as("kor.watch")
    assert make_copy(mallory.victim.node, watch, f"JPN.{P}").labels
    mallory.sweep()


def test_n5_a_partner_that_invents_posts_or_sends_rubbish_makes_no_page_endless(monkeypatch):
    """B5.6: what its stream makes longer is bounded where it is kept or shown, and never at another partner's cost."""
    monkeypatch.setattr("tearline.node.views.releases.RECEIPTS_MAX", 3)
    monkeypatch.setattr("tearline.node.gate.reading.ALARMS_MAX", 3)
    monkeypatch.setattr("tearline.node.gate.duty.LISTED_MAX", 3)
    mallory = Mallory()
    victim = mallory.victim
    watch = victim.gate.act_as("kor.watch")
    text = DraftVariant(Label("PUBLIC", "UNMARKED"), TextBody((Wording("en", "words"),)))
    portion = DraftPortion("title", (text,))
    draft = DraftProduct("document", "ROUTINE", "PUBLIC", (portion,), declared="unaltered")
    product = ProductId(file_product(victim.node, watch, draft).key.partition(".")[2])
    assert {"JPN", "USA"} <= set(victim.node.releases.sent[product])
    receipts = [Receipt(product, f"JPN-POST{n}", "displayed", AT) for n in range(9)]
    mallory.send(*(mallory.item(r, kind="receipt", product=product, revision=0) for r in receipts))
    for n in range(9):
        mallory.send(mallory.item(b"[", revision=n + 1))
    assert [r.post for r in victim.node.releases.receipts[product]] == [f"JPN-POST{n}" for n in range(3)]
    security = victim.gate.act_as("kor.security")
    assert len(victim.gate.reading(security).inbox().alarms) == 3
    assert [row[2] for row in victim.gate.duty(security).quarantine()] == [15, 16, 17]
    mallory.network.carry("KOR", "USA")
    usa = mallory.network.sites["USA"]
    acting = usa.gate.act_as("usa.watch")
    assert usa.gate.reading(acting).acknowledge(f"KOR.{product}", "acknowledged") is None
    mallory.network.carry("USA", "KOR")
    assert victim.node.releases.receipts[product][-1].member == "USA"
