# SPDX-License-Identifier: Apache-2.0
"""Payloads are read and decoded once for all views, and nothing of them stays behind."""

import pytest

from tearline.core.canon import encode_canonical
from tearline.core.exchange import Recall
from tearline.core.ids import ProductId, Tag
from tearline.core.instants import Instant
from tearline.node.journal import Draft, encode_payload
from tearline.node.journal.memory import MemoryJournal
from tearline.node.views import payloads as module
from tearline.node.views.payloads import Payloads
from tests.faults.journals import ORIGIN, SIGNER, CountingEntropy

RECALL = Recall(ProductId("0" * 32), "KOR-DOC 1", (Tag("AA"),), "authority", Instant(1))


class CountingJournal(MemoryJournal):
    """A journal that counts its reads."""

    reads = 0

    def payload(self, position, index=0):
        self.reads += 1
        return super().payload(position, index)

    def stretch(self, position, index, limit):
        self.reads += 1
        return super().stretch(position, index, limit)


@pytest.fixture
def journal():
    return CountingJournal(ORIGIN, SIGNER, entropy=CountingEntropy())


def draft(n, *payloads):
    return Draft(encode_canonical({"n": n}), payloads)


def test_a_body_is_decoded_once_while_views_follow(journal):
    """Every view gets the same recall; a text is decoded by the one view that asks for it."""
    journal.append([draft(0, encode_payload("recall", b"salt", encode_canonical(RECALL)))])
    payloads = Payloads(journal)
    with payloads.following():
        first = payloads.body(0)
        assert first == RECALL
        assert payloads.body(0) is first
    assert journal.reads == 1
    assert payloads.body(0) is not first


def test_d4_nothing_outlives_the_commit(journal):
    """What was put and decoded while views followed is asked of the journal again, where it may be gone."""
    raw = encode_payload("recall", b"salt", encode_canonical(RECALL))
    journal.append([draft(0, raw)])
    payloads = Payloads(journal)

    def follow():
        with payloads.following():
            payloads.put(0, (raw,), (RECALL,))
            assert payloads.body(0) is RECALL
            assert payloads.raw(0) is raw
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        follow()
    assert journal.reads == 0
    journal.purge([(0, 0)])
    assert payloads.raw(0) is None
    assert payloads.body(0) is None


def test_nothing_is_read_into_an_empty_payload(journal):
    """Of what travelled without payload, or is of a kind that this program does not know, there is no body."""
    journal.append([draft(0, encode_payload("share", b"", b""), encode_payload("sealed", b"", b"{}"))])
    assert [Payloads(journal).body(0, n) for n in (0, 1)] == [None, None]


def test_reading_ahead_answers_as_reading_does(journal, monkeypatch):
    """In order, again, backwards, over purged and large payloads: the same bytes, for fewer questions."""
    monkeypatch.setattr(module, "AHEAD", 8)
    large = b"l" * 70_000
    journal.append([draft(n, b"%d" % n, large if n == 5 else b"") for n in range(12)])
    journal.purge([(3, 0), (4, 0), (4, 1), (11, 1)])
    plain = Payloads(journal)
    places = [(n, k) for n in range(12) for k in range(2)] + [(0, 0), (11, 0), (3, 0)]
    wanted = [plain.raw(*place) for place in places]
    ahead = Payloads(journal)
    journal.reads = 0
    with ahead.reading_ahead():
        assert [ahead.raw(*place) for place in places] == wanted
    assert journal.reads < len(places) / 2
