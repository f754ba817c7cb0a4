# SPDX-License-Identifier: Apache-2.0
"""A peer with valid keys and bad intentions (assurance B2, B3, B5): stable codes, alarms where due; everybody else goes on."""

import msgspec
import pytest

from tearline.core.canon import encode_canonical
from tearline.core.errors import TearlineError
from tearline.core.exchange import (
    DestructionRecord,
    Disposition,
    Item,
    Lane,
    Recall,
    Receipt,
    print_origin,
)
from tearline.core.labels import Label, make_label
from tearline.core.products import Source, TextBody, Variant, Wording
from tests.simulation.mallory import AT, CANARY, SEEN, SELF, VICTIM, Mallory, make_portion, make_share

P, Q = "a" * 32, "b" * 32
SECRET_OF_OTHERS = make_label("EXERCISE JPN", "GOKUHI", {"Releasable To": ["JPN", "USA"]})
TOP = make_label("EXERCISE JPN", "KIMITSU", {"Releasable To": ["JPN", "KOR"]})
UNKNOWN_POLICY = Label("EXERCISE FRA", "SECRET", (("Releasable To", ("KOR",)),))
INVALID = Label("EXERCISE JPN", "VERY SECRET", (("Releasable To", ("KOR",)),))
NOBODY = Label("EXERCISE JPN", "CHUI", (("Releasable To", ()),))
OTHER = make_portion(tag="BB", kind="paragraph", text="other")


def raw(old, new, share=None):
    return encode_canonical(share or make_share()).replace(old, new)


def empty(**_):
    return make_share(msgspec.structs.replace(make_portion(), variants=()), OTHER)


SHARES = {
    # What: (body, code, may it lie sealed on the disk)
    "another member's product": (make_share(originator="USA"), "refused:not-the-originator", False),
    "our own product": (make_share(originator="KOR"), "refused:not-the-originator", False),
    "a faster lane than it may": (make_share(precedence="ROUTINE"), "refused:wrong-lane", False),
    "not for us": (make_share(make_portion(SECRET_OF_OTHERS)), "refused:above-clearance", False),
    "above our ceiling": (make_share(make_portion(TOP)), "refused:above-clearance", False),
    "one of two above": (make_share(OTHER, make_portion(TOP)), "refused:above-clearance", False),
    "above, beside an invalid label": (
        make_share(make_portion(TOP), make_portion(INVALID, "x", "BB")),
        "refused:above-clearance",
        False,
    ),
    "above, of an unknown kind": (
        make_share(make_portion(TOP), kind="rumour"),
        "refused:above-clearance",
        False,
    ),
    "other policies": (
        msgspec.structs.replace(make_share(), packs="0" * 64),
        "quarantined:other-packs",
        True,
    ),
    "no word of policies": (
        msgspec.structs.replace(make_share(), packs=msgspec.UNSET),
        "quarantined:other-packs",
        True,
    ),
    "other policies, above our ceiling": (
        msgspec.structs.replace(make_share(make_portion(TOP)), packs="0" * 64),
        "refused:above-clearance",
        False,
    ),
    "unknown policy": (make_share(make_portion(UNKNOWN_POLICY)), "quarantined:invalid-label", True),
    "invalid label": (make_share(make_portion(INVALID)), "quarantined:invalid-label", True),
    "empty audience": (make_share(make_portion(NOBODY)), "quarantined:invalid-label", True),
    "unknown kind": (make_share(kind="rumour"), "quarantined:unknown-kind", True),
    "unknown precedence": (make_share(precedence="URGENT"), "quarantined:unknown-kind", True),
    "no portions": (msgspec.structs.replace(make_share(), portions=()), "quarantined:bad-portions", True),
    "a portion without variants": (empty(), "quarantined:bad-portions", True),
    "two portions of one tag": (make_share(make_portion(), make_portion()), "quarantined:bad-portions", True),
    "sources": (
        make_share(msgspec.structs.replace(make_portion(), sources=(Source("KOR", Q, "AA"),))),
        "quarantined:bad-portions",
        True,
    ),
    "a tag that is none": (make_share(make_portion(tag="../x")), "quarantined:bad-tag", True),
    "a reference with an escape": (make_share(reference="\x1b[2J"), "quarantined:bad-reference", True),
    "a reference as long as a book": (make_share(reference="R" * 9_999), "quarantined:bad-reference", True),
    "filed before time": (make_share(filed_at=-1), "quarantined:bad-time", True),
    "filed in the year 300000": (make_share(filed_at=2**63), "quarantined:bad-time", True),
    "unknown field": (raw(b'"changed_at"', b'"changed":1,"changed_at"'), "quarantined:unreadable", True),
    "not canonical": (raw(b'"action":', b'"action": '), "quarantined:not-canonical", True),
    "a key twice": (raw(b'"action":[]', b'"action":[],"action":[]'), "quarantined:not-canonical", True),
    "not a number": (raw(str(AT).encode(), b"NaN"), "quarantined:unreadable", True),
    "a number of 5000 digits": (raw(str(AT).encode(), b"9" * 5_000), "quarantined:unreadable", True),
    "half a surrogate": (raw(CANARY.encode(), CANARY.encode() + b"\\ud800"), "quarantined:unreadable", True),
    "not UTF-8": (raw(CANARY.encode(), CANARY.encode() + b"\xff"), "quarantined:unreadable", True),
    "nested without end": (b"[" * 100_000, "quarantined:unreadable", True),
    "nothing": (b"", "quarantined:unreadable", True),
}


@pytest.mark.parametrize("what", SHARES)
def test_n5_a_bad_share_is_refused_or_sealed_and_the_lane_goes_on(what):
    body, code, sealed = SHARES[what]
    mallory = Mallory()
    good = make_share(make_portion(text="good"), product=Q)
    assert mallory.send(mallory.item(body), mallory.item(good, product=Q)) == 2
    assert mallory.codes() == [code, "accepted"]
    assert code in mallory.alarms()
    assert mallory.sweep() == set()
    assert sealed or not mallory.on_disk()
    mallory.check_neighbours()


LEAVES = {
    "a newer format": ({"format": 2}, "quarantined:newer-format"),
    "format zero": ({"format": 0}, "quarantined:unknown-entry"),
    "an unknown kind": ({"kind": "spell"}, "quarantined:unknown-entry"),
    "an unknown field": ({"extra": 1}, "quarantined:unreadable"),
    "revision 2^63": ({"revision": 2**63}, "quarantined:bad-revision"),
    "revision -1": ({"revision": -1}, "quarantined:bad-revision"),
    "revision 0": ({"revision": 0}, "quarantined:bad-revision"),
    "another product": ({"product": Q}, "quarantined:other-product"),
    "no product": ({"product": ""}, "quarantined:other-product"),
}


@pytest.mark.parametrize("what", LEAVES)
def test_n5_a_bad_leaf_is_sealed_and_does_not_poison_what_follows(what):
    changes, code = LEAVES[what]
    mallory = Mallory()
    mallory.send(mallory.item(make_share(), **changes))
    mallory.send(mallory.item(make_share(make_portion(text="again")), revision=1))
    assert mallory.codes() == [code, "accepted"]
    assert mallory.sweep() == set()
    mallory.check_neighbours()


def test_d2_a_rolled_back_or_replayed_revision_changes_nothing():
    mallory = Mallory()
    mallory.send(mallory.item(make_share(make_portion(text="third")), revision=3))
    mallory.send(mallory.item(make_share(), revision=2), mallory.item(make_share(), revision=3))
    assert mallory.codes() == ["accepted", "superseded", "superseded"]
    assert mallory.sweep() == set()
    assert not mallory.on_disk()  # D4: what nobody will read again does not stay


def test_n1_a_product_id_of_another_originator_is_another_product():
    mallory = Mallory()
    usa = mallory.network.sites["USA"]
    mallory.check_neighbours()
    stolen = next(
        h for h in mallory.victim.node.catalogue.holdings.values() if h.envelope.originator == "USA"
    )
    product = stolen.envelope.product
    mallory.send(mallory.item(make_share(product=product), product=product, revision=9))
    recall = Recall(product, "JPN-REP", ("AA",), "PL23", AT)
    mallory.send(mallory.item(recall, kind="recall", product=product, revision=10), lane="FLASH")
    assert mallory.codes() == ["accepted", "recalled"]
    assert f"USA.{product}" in mallory.victim.node.catalogue.holdings
    assert not mallory.victim.node.catalogue.holdings[f"USA.{product}"].withdrawn
    assert not mallory.on_disk()
    assert usa.node.releases.recalls == []
    mallory.check_neighbours()


RECALLS = {
    "of what was never sent": (Recall(P, "JPN-REP", ("AA",), "PL23", AT), {}, "recalled"),
    "of no product": (Recall("", "JPN-REP", (), "PL23", AT), {"product": ""}, "quarantined:bad-product"),
    "of a path": (Recall("../x", "JPN-REP", (), "PL23", AT), {"product": "../x"}, "quarantined:bad-product"),
    "with a tag that is none": (Recall(P, "JPN-REP", ("\x00",), "PL23", AT), {}, "quarantined:bad-tag"),
    "with a million tags": (Recall(P, "JPN-REP", ("AA",) * 10_000, "PL23", AT), {}, "quarantined:too-many"),
    "with a screen's control": (Recall(P, "\x1b[2J", (), "PL23", AT), {}, "quarantined:bad-reference"),
    "out of time": (Recall(P, "JPN-REP", (), "PL23", 2**62), {}, "quarantined:bad-time"),
}


@pytest.mark.parametrize("what", RECALLS)
def test_n5_a_bad_recall_does_no_harm(what):
    body, leaf, code = RECALLS[what]
    mallory = Mallory()
    mallory.send(mallory.item(body, kind="recall", **leaf), lane="FLASH")
    assert mallory.codes() == [code]
    mallory.sweep()
    mallory.check_neighbours()


@pytest.mark.parametrize("label", [TOP, INVALID, SECRET_OF_OTHERS])
def test_d4_a_recall_with_text_that_is_not_for_us_still_recalls(label):
    mallory = Mallory()
    mallory.send(mallory.item(make_share()))
    assert mallory.sweep() == {f"JPN.{P}"}
    rest = make_share(make_portion(label, "kq999998x"))
    recall = Recall(P, "JPN-REP", ("BB",), "PL23", AT, rest)
    mallory.send(mallory.item(recall, kind="recall", revision=2), lane="FLASH")
    assert mallory.codes() == ["accepted", "recalled"]
    assert mallory.sweep() == set()
    assert not mallory.on_disk("kq999998x")
    assert not mallory.on_disk()
    assert any(code.startswith(("refused", "quarantined")) for code in mallory.alarms())
    mallory.check_neighbours()


def test_d4_a_recall_takes_what_lay_sealed_of_its_product():
    mallory = Mallory()
    mallory.send(mallory.item(make_share(make_portion(INVALID))))
    assert mallory.on_disk()
    recall = Recall(P, "JPN-REP", ("AA",), "PL23", AT)
    mallory.send(mallory.item(recall, kind="recall", revision=2), lane="FLASH")
    assert not mallory.on_disk()


def record(product=P, **changes):
    values = {"reference": "R", "portions": ("AA",), "at": AT, "authority": "PL23", "what": ("payload",)}
    return DestructionRecord(product, 1, **{**values, **changes})


ANSWERS = {
    "to what was never sent": Disposition("FLASH", 0, ("accepted",)),
    "below zero": Disposition("FLASH", -1, ("accepted",)),
    "beyond all numbers": Disposition("FLASH", 2**70, ("accepted",)),
    "in no lane": Disposition("FAST", 0, ()),
    "with a screen's control": Disposition("FLASH", 0, (), record(copies=("\x1b[2J",))),
    "with a million copies": Disposition("FLASH", 0, (), record(copies=("copy",) * 10_000)),
    "of a path": Disposition("FLASH", 0, (), record("../x")),
    "for another's post": Receipt(P, "USA-WATCH", "acknowledged", AT),
    "for our own post": Receipt(P, "KOR-WATCH", "acknowledged", AT),
    "in no known state": Receipt(P, "JPN-WATCH", "burnt", AT),
    "of what she was never sent": Receipt(P, "JPN-WATCH", "acknowledged", AT),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_a1_an_answer_that_makes_no_sense_is_never_noted(what):
    body = ANSWERS[what]
    kind = "receipt" if isinstance(body, Receipt) else "disposition"
    mallory = Mallory()
    mallory.send(mallory.item(body, kind=kind, product=P if kind == "receipt" else "", revision=0))
    assert mallory.codes()[0].startswith("quarantined:")
    releases = mallory.victim.node.releases
    assert releases.receipts == {}
    assert not any(codes for lanes in releases.dispositions.values() for codes in lanes.values())
    mallory.sweep()
    mallory.check_neighbours()


def test_a1_a_record_for_a_recall_that_was_never_made_is_no_record():
    mallory = Mallory()
    mallory.send(
        mallory.item(Disposition("FLASH", 0, (), record()), kind="disposition", product="", revision=0)
    )
    assert mallory.codes() == ["noted"]
    assert mallory.victim.node.releases.recalls == []


def refused(code, act, *args, **kwargs):
    with pytest.raises(TearlineError) as caught:
        act(*args, **kwargs)
    assert caught.value.code == code, caught.value


RUNS = {
    "a gap": ("gap", {"start": 5}),
    "a checkpoint of another lane": (
        "other-origin",
        {"origin": print_origin(SELF, "node-1", VICTIM, "FLASH")},
    ),
    "of another incarnation": (
        "other-origin",
        {"origin": print_origin(SELF, "node-1", VICTIM, "PRIORITY", 2)},
    ),
    "to another receiver": ("other-origin", {"origin": print_origin(SELF, "node-1", "USA", "PRIORITY")}),
    "of another sender": ("other-origin", {"origin": print_origin("USA", "node-1", VICTIM, "PRIORITY")}),
    "of another size": ("checkpoint-size", {"size": 9}),
    "of another root": ("other-root", {"root": bytes(32)}),
    "under the receipt key": ("note-unknown-key", {"role": "receipt"}),
    "under the anchor key": ("note-unknown-key", {"role": "anchor"}),
}


@pytest.mark.parametrize("what", RUNS)
def test_d2_a_run_that_proves_nothing_changes_nothing(what):
    code, changes = RUNS[what]
    mallory = Mallory()
    lane, item = Lane(print_origin(SELF, "node-1", VICTIM, "PRIORITY")), mallory.item(make_share())
    lane.append([item.leaf])
    size, root = changes.get("size", 1), changes.get("root", lane.root_at(1))
    note = mallory.sign(changes.get("origin", lane.origin), size, root, changes.get("role", "stream"))
    before = len(mallory.victim.journal_disk.headers)
    refused(code, mallory.victim.inbox.accept, SELF, "PRIORITY", changes.get("start", 0), [item], note)
    assert len(mallory.victim.journal_disk.headers) == before
    assert mallory.victim.node.streams.stopped == {}
    mallory.send(mallory.item(make_share()))  # the carrier was bad, not the lane
    assert mallory.sweep() == {f"JPN.{P}"}


def test_d2_what_is_no_lane_or_no_peer_is_refused():
    mallory = Mallory()
    accept = mallory.victim.inbox.accept
    refused("unknown-lane", accept, SELF, "FAST", 0, [], "")
    refused("unknown-lane", accept, "XXX", "FLASH", 0, [], "")
    refused("unknown-lane", accept, VICTIM, "FLASH", 0, [], "")
    refused("bad-note", accept, SELF, "FLASH", 0, [], "")


def test_d2_a_payload_that_its_leaf_does_not_bind_is_refused_and_told_of_when_it_goes_on():
    mallory = Mallory()
    item = mallory.item(make_share())
    lane = mallory.lane("PRIORITY")
    lane.append([item.leaf])
    note = mallory.sign(lane.origin, 1, lane.root_at(1))
    for body in (b"{}", item.body + b" ", item.body[:-1]):
        bad = Item(item.leaf, item.salt, body)
        refused("commitment", mallory.victim.inbox.accept, SELF, "PRIORITY", 0, [bad], note)
    assert mallory.alarms() == []
    for _ in range(5):
        refused("commitment", mallory.victim.inbox.accept, SELF, "PRIORITY", 0, [bad], note)
    assert mallory.alarms() == ["lane-refused"]  # once
    assert not mallory.on_disk()
    mallory.check_neighbours()


def test_n5_nothing_is_kept_of_a_payload_that_no_leaf_vouches_for():
    mallory = Mallory()
    item = mallory.item(make_share(), format=2)
    strange = Item(item.leaf.replace(b"commitment", b"committment"), item.salt, item.body)
    mallory.send(strange)
    assert mallory.codes() == ["quarantined:unreadable"]
    assert not mallory.on_disk()
    mallory.check_neighbours()


@pytest.mark.parametrize("leaf", [b"\xff\xfe", b"{" + b"a" * 2_000, b""])
def test_n5_a_leaf_that_is_no_text_or_too_long_is_never_kept(leaf):
    mallory = Mallory()
    before = len(mallory.victim.journal_disk.headers)
    if leaf:
        with pytest.raises(TearlineError):
            mallory.send(Item(leaf, b"", b""))
        assert len(mallory.victim.journal_disk.headers) == before
    else:
        mallory.send(Item(leaf, b"", b""))
        assert mallory.codes() == ["quarantined:unreadable"]
    mallory.check_neighbours()


def test_n5_an_item_beyond_all_measure_is_refused_before_anything_is_read():
    mallory = Mallory()
    huge = Item(b"{}", b"", bytes(17 * 1024 * 1024))
    refused("run-too-large", mallory.send, huge)
    mallory.lanes.clear()
    refused("run-too-large", mallory.send, *[Item(b"{}")] * 2_001)
    mallory.check_neighbours()


def fork(mallory):
    """A second view of the PRIORITY lane: a lane of hers that differs from its second leaf on."""
    first = mallory.item(make_share(make_portion(text="first")))
    mallory.send(first)
    mallory.send(mallory.item(make_share(make_portion(text="second")), revision=2))
    other = Lane(mallory.lane("PRIORITY").origin)
    items = [first, *(mallory.item(make_share(make_portion(text=f"fork {n}")), revision=n) for n in (2, 3))]
    other.append([item.leaf for item in items])
    return other, items


@pytest.mark.parametrize("how", ["same size", "smaller", "larger, from the start", "larger, asked for again"])
def test_d2_two_signed_views_stop_that_lane_only_and_both_are_kept(how):
    mallory = Mallory()
    other, items = fork(mallory)
    accept = mallory.victim.inbox.accept
    size = {"same size": 2, "smaller": 2}.get(how, 3)
    note = mallory.sign(other.origin, size, other.root_at(size))
    if how == "smaller":
        mallory.send(mallory.item(make_share(make_portion(text="third")), revision=3))
    if how == "larger, asked for again":
        refused(
            "other-root", accept, SELF, "PRIORITY", 2, items[2:], note
        )  # no proof yet: a carrier can do that
        assert mallory.victim.node.streams.stopped == {}
        assert mallory.victim.inbox.held(SELF)["PRIORITY"].size == 0
    refused("split-view", accept, SELF, "PRIORITY", 0, items[:size], note)
    assert list(mallory.victim.node.streams.stopped) == [(SELF, "PRIORITY")]
    assert "stream-stopped" in mallory.alarms()
    refused("lane-stopped", accept, SELF, "PRIORITY", 0, items[:size], note)
    kept = [o.body for o in mallory.victim.journal_disk.payloads.values() if b"split-view" in o.body]
    assert len(kept) == 1
    assert all(line in kept[0].decode() for line in note.splitlines() if line.startswith("—"))
    fast = make_share(product=Q, precedence="FLASH")
    mallory.send(mallory.item(fast, product=Q), lane="FLASH")  # her other lanes go on
    assert f"JPN.{Q}" in mallory.sweep()
    mallory.check_neighbours()
    assert list(mallory.victim.node.streams.stopped) == [(SELF, "PRIORITY")]  # a restart does not forget


def test_d2_a_lane_in_doubt_is_mended_by_what_is_carried_again():
    mallory = Mallory()
    items = [mallory.item(make_share(make_portion(text=str(n))), revision=n) for n in (1, 2, 3)]
    mallory.send(items[0])
    lane = mallory.lane("PRIORITY")
    lane.append([item.leaf for item in items[1:]])
    note, accept = mallory.sign(lane.origin, 3, lane.root_at(3)), mallory.victim.inbox.accept
    refused("other-root", accept, SELF, "PRIORITY", 1, [items[2], items[1]], note)
    assert mallory.victim.inbox.held(SELF)["PRIORITY"].size == 0
    first = mallory.sign(lane.origin, 1, lane.root_at(1))
    assert accept(SELF, "PRIORITY", 0, items[:1], first) == 1
    assert mallory.victim.inbox.held(SELF)["PRIORITY"].size == 1
    assert accept(SELF, "PRIORITY", 1, items[1:], note) == 3
    assert mallory.codes() == ["accepted"] * 3


def test_n5_two_thousand_bad_entries_raise_one_alarm():
    mallory = Mallory()
    mallory.send(*(mallory.item(b"[", revision=n + 1) for n in range(2_000)))
    assert mallory.alarms() == ["quarantined:unreadable"]
    mallory.check_neighbours()


def test_n5_texts_that_would_break_a_page_are_only_text():
    mallory = Mallory()
    texts = ["", "\u202eDETERRA", "<script>", "SECRET//REL ALL", "\x00\x1b[2J", "𝕏" * 50, "a" * 100_000]
    variants = tuple(Variant(SEEN, TextBody((Wording("xx", text),))) for text in texts)
    portions = (make_portion(), *(make_portion(tag=f"B{chr(65 + n)}", text=t) for n, t in enumerate(texts)))
    portions = (*portions, msgspec.structs.replace(OTHER, tag="ZZ", variants=variants))
    mallory.send(mallory.item(make_share(*portions)))
    assert mallory.codes() == ["accepted"]
    assert mallory.sweep() == {f"JPN.{P}"}
    mallory.check_neighbours()


def test_d3_an_older_text_that_comes_late_or_again_changes_nothing():
    """By the same lane, by a slower one, and once more: the newest stands, and the older ones never reach the disk."""
    mallory = Mallory()
    newer = make_share(make_portion(text="newer words"))
    older = make_share(make_portion(text="older words"))
    assert mallory.send(mallory.item(newer, revision=2), mallory.item(older, revision=1)) == 2
    mallory.send(mallory.item(older, revision=1), lane="ROUTINE")
    mallory.send(mallory.item(older, revision=2))
    assert mallory.codes() == ["accepted", "superseded", "superseded", "superseded"]
    assert mallory.on_disk("newer words")
    assert not mallory.on_disk("older words")
