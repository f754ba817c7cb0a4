# SPDX-License-Identifier: Apache-2.0
"""The journal's port: one suite for every backend."""

import threading

import pytest

from tearline.core.canon import commit, encode_canonical
from tearline.core.errors import LimitError, MalformedError, UsageError
from tearline.core.log import (
    EMPTY_ROOT,
    Frontier,
    Head,
    Tree,
    leaf_hash,
    make_signer,
    parse_checkpoint,
    verify_consistency,
    verify_inclusion,
    verify_note,
)
from tearline.node.journal import Cosigned, Draft
from tearline.node.journal.header import LIMITS
from tests.faults.journals import KEY, ORIGIN, PUBLIC, VERIFIER, make_body, make_draft


def read_head(journal):
    checkpoint = parse_checkpoint(verify_note(journal.checkpoint(), [VERIFIER]))
    assert checkpoint.origin == ORIGIN
    return checkpoint.head


def print_header(record):
    digests = [one.hex() for one in record.commitments]
    return b'{"commitments":%b,"entry":%b}' % (encode_canonical(digests), record.entry)


def test_an_empty_journal_states_that_it_is_empty(bench):
    """A new journal has no entries and a signed checkpoint saying so."""
    journal = bench.open()
    assert journal.size() == 0
    assert journal.suspicion == ""
    assert read_head(journal) == Head(0, EMPTY_ROOT)
    assert journal.records(0, 10) == []
    assert journal.append([]) == 0
    journal.close()


def test_d1_what_was_appended_is_there_after_reopening(bench):
    """Entries, payloads and the checkpoint survive a close, in order, densely numbered."""
    journal = bench.open()
    assert journal.append([make_draft(0, b"a", b"b"), make_draft(1)]) == 0
    assert journal.append([make_draft(2, b"")]) == 2
    before, head = journal.records(0, 10), read_head(journal)
    journal.close()
    journal = bench.open()
    assert journal.records(0, 10) == before
    assert [record.position for record in before] == [0, 1, 2]
    assert [len(record.commitments) for record in before] == [2, 0, 1]
    assert before[1].entry == make_draft(1).entry
    assert [journal.payload(0, 0), journal.payload(0, 1), journal.payload(2)] == [b"a", b"b", b""]
    assert read_head(journal) == head == Head(3, journal.root_at(3))
    assert journal.append([make_draft(3)]) == 3
    journal.close()


def test_a2_the_leaf_is_the_canonical_header(bench):
    """Root and commitments are what anybody computes from the entries with RFC 6962 and the salts."""
    journal = bench.open()
    for number in range(20):
        journal.append([make_draft(number, *[make_body(number)] * (number % 3))])
    frontier = Frontier()
    for record in journal.records(0, 100):
        header = print_header(record)
        assert header == encode_canonical(
            {
                "entry": {"entry": "ThingHappened", "number": record.position},
                "commitments": [c.hex() for c in record.commitments],
            }
        )
        frontier.append(header)
        for index, commitment in enumerate(record.commitments):
            opening = journal.opening(record.position, index)
            assert commit(opening.salt, opening.body) == commitment
    assert read_head(journal) == frontier.head()
    journal.close()


def test_equal_bodies_have_unequal_commitments(bench):
    """Each payload has a salt of its own."""
    journal = bench.open()
    journal.append([make_draft(1, b"same", b"same"), make_draft(1, b"same")])
    commitments = [c for record in journal.records(0, 9) for c in record.commitments]
    assert len(set(commitments)) == 3
    journal.close()


@pytest.mark.slow
@pytest.mark.parametrize("step", [1, 7, 100, 256])
def test_a2_roots_and_proofs_at_every_size(bench, step):
    """Whatever the batches: roots, inclusion and consistency across blocks are the tree's, also after reopening."""
    total = 700
    journal = bench.open()
    for start in range(0, total, step):
        journal.append([make_draft(n) for n in range(start, min(start + step, total))])
    for reopened in (False, True):
        if reopened:
            journal.close()
            journal = bench.open()
        tree = Tree(leaf_hash(print_header(record)) for record in journal.records(0, total))
        sizes = [0, 1, 2, 3, 100, 255, 256, 257, 300, 511, 512, 513, 699, 700]
        heads = {size: Head(size, journal.root_at(size)) for size in sizes}
        assert all(heads[size].root == tree.root_at(size) for size in sizes)
        for old in sizes:
            for new in sizes:
                if old <= new:
                    verify_consistency(heads[old], heads[new], proof=journal.consistency(old, new))
        for position in (0, 1, 255, 256, 298):
            proof = journal.inclusion(position, 300)
            verify_inclusion(tree.hash_at(0, position), heads[300], index=position, proof=proof)
    journal.close()


def test_records_are_read_from_anywhere(bench):
    """A start, a limit, and no more than there is; a limit beyond what one read returns is cut."""
    journal = bench.open()
    journal.append([make_draft(n) for n in range(5000)])
    assert [r.position for r in journal.records(3, 2)] == [3, 4]
    assert [r.position for r in journal.records(4998, 10)] == [4998, 4999]
    assert journal.records(5000, 10) == journal.records(3, 0) == []
    first = journal.records(0, 100_000)
    assert 0 < len(first) <= 5000
    assert [r.position for r in first] == list(range(len(first)))
    journal.close()


def test_what_never_was_is_an_error_and_what_was_purged_is_none(bench):
    """None means purged; a place that never held a payload is the caller's mistake."""
    journal = bench.open()
    journal.append([make_draft(0, b"a", b"b"), make_draft(1)])
    journal.purge([(0, 1)])
    assert journal.payload(0, 1) is None
    assert journal.opening(0, 1) is None
    assert journal.payload(0, 0) == b"a"
    for place in ((1, 0), (0, 2), (2, 0), (-1, 0), (0, -1), (0, 1 << 20)):
        with pytest.raises(UsageError):
            journal.payload(*place)
        with pytest.raises(UsageError):
            journal.purge([place])
    journal.close()


def test_a_stretch_has_what_is_there_in_order(bench):
    """From a place on, whether or not something lies there; purged payloads are left out, large ones not brought along."""
    journal = bench.open()
    large = bytes(LIMITS.stretch_body_max_bytes + 1)
    journal.append([make_draft(0, b"a", b"b"), make_draft(1), make_draft(2, b"c", large), make_draft(3, b"")])
    journal.purge([(0, 1)])
    whole = [(0, 0, b"a"), (2, 0, b"c"), (2, 1, None), (3, 0, b"")]
    assert journal.stretch(0, 0, 10) == whole
    assert journal.stretch(0, 1, 10) == journal.stretch(1, 0, 10) == whole[1:]
    assert journal.stretch(2, 1, 1) == whole[2:3]
    assert journal.stretch(4, 0, 10) == journal.stretch(0, 0, 0) == []
    journal.close()


def test_d4_purged_payloads_are_gone_and_proofs_stay_whole(bench):
    """Salt and body are nowhere; entries, commitments, root and checkpoint are as they were; twice does no harm."""
    journal = bench.open()
    journal.append([make_draft(n, make_body(n), make_body(1000 + n)) for n in range(50)])
    records, head = journal.records(0, 100), read_head(journal)
    targets = [(7, 0), (7, 1), (30, 1)]
    openings = [journal.opening(*target) for target in targets]
    assert all(bench.contains(opening.body[:40]) for opening in openings)
    journal.purge(targets)
    journal.purge(targets)
    for opening in openings:
        assert bench.contains(opening.salt) == bench.contains(opening.body[:40]) == []
        assert bench.contains(opening.body[-40:]) == []
    assert journal.records(0, 100) == records
    assert read_head(journal) == head
    assert journal.payload(7) is None
    assert journal.payload(30, 0) == make_body(30)
    journal.close()


def test_d4_the_same_words_elsewhere_stay(bench):
    """Purging one payload leaves another one with the same body, which can be purged as well."""
    journal = bench.open()
    journal.append([make_draft(n, make_body(1)) for n in range(5)])
    journal.purge([(2, 0)])
    assert [journal.payload(n) is None for n in range(5)] == [False, False, True, False, False]
    journal.purge([(n, 0) for n in range(5)])
    assert bench.contains(make_body(1)[:40]) == []
    journal.close()


def test_d4_what_a_header_says_too_does_not_block_a_purge(bench):
    """Headers name products as bodies do: those bytes stay, and are no trace of the payload."""
    journal = bench.open()
    shared = "product " + "ab" * 16 + " reference KOR-REP 120105Z JUL 23 23F6 "
    said = Draft(encode_canonical({"entry": "ReadersTold", "said": shared * 4}))
    body = b"CANARY-X " + make_body(1)[:90] + (shared * 4).encode() + make_body(2)
    journal.append([make_draft(0, body), said, make_draft(1, make_body(3))])
    journal.purge([(0, 0)])
    assert bench.contains(b"CANARY-X ") == []
    assert journal.payload(0) is None
    journal.close()


def test_d1_concurrent_callers_get_distinct_runs(bench):
    """Eight threads append batches: positions are dense, each batch stands together and in its own order."""
    journal = bench.open()
    taken = {}

    def work(thread):
        for turn in range(25):
            drafts = [make_draft([thread, turn, n], b"%d" % thread) for n in range(1 + turn % 3)]
            taken[journal.append(drafts)] = drafts

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = [draft.entry for first in sorted(taken) for draft in taken[first]]
    records = journal.records(0, 4000)
    assert [record.entry for record in records] == expected
    assert [record.position for record in records] == list(range(len(expected)))
    assert min(taken) == 0
    assert read_head(journal) == Head(len(expected), journal.root_at(len(expected)))
    journal.close()


@pytest.mark.parametrize(
    "entry", [b"", b"{", b"[]", b"1", b'{"b":1,"a":2}', b'{"a": 1}', b'{"a":1}{"a":1}', b'{"a":1,"a":1}']
)
def test_only_canonical_entries_are_taken(bench, entry):
    """An entry that isn't canonical JSON of an object could make a header that says something else."""
    journal = bench.open()
    with pytest.raises(MalformedError):
        journal.append([make_draft(0), Draft(entry)])
    assert journal.size() == 0
    journal.close()


def test_too_large_is_refused_whole(bench):
    """A draft beyond the limits takes the whole call with it."""
    journal = bench.open()
    with pytest.raises(LimitError):
        journal.append([make_draft(0), Draft(encode_canonical({"a": "x" * 5_000_000}))])
    with pytest.raises(LimitError):
        journal.append([make_draft(0), make_draft(1, bytes(65 * 1024 * 1024))])
    assert journal.size() == 0
    journal.close()


def test_d1_a_signer_that_fails_takes_nothing(bench):
    """When the key can't be reached, the call fails, nothing was appended, and the next one goes through."""
    broken = []

    def sign(message):
        if broken:
            raise broken.pop()
        return KEY.sign(message)

    journal = bench.open(signer=make_signer(ORIGIN, PUBLIC, sign))
    journal.append([make_draft(0)])
    broken.append(OSError("the key is out"))
    with pytest.raises(OSError, match="the key is out"):
        journal.append([make_draft(1)])
    assert journal.size() == 1
    assert journal.append([make_draft(2)]) == 1
    assert [record.entry for record in journal.records(0, 9)] == [make_draft(0).entry, make_draft(2).entry]
    assert read_head(journal) == Head(2, journal.root_at(2))
    journal.close()


def test_sizes_beyond_the_journal_have_no_root(bench):
    """No root and no proof of what isn't there."""
    journal = bench.open()
    journal.append([make_draft(0)])
    for ask in (
        lambda: journal.root_at(2),
        lambda: journal.consistency(1, 2),
        lambda: journal.inclusion(0, 2),
    ):
        with pytest.raises(UsageError):
            ask()
    with pytest.raises(UsageError):
        journal.inclusion(1, 1)
    journal.close()


def test_cosignatures_lie_beside(bench):
    """They are kept, in order of size, once each, and change neither size nor root."""
    journal = bench.open()
    journal.append([make_draft(0)])
    head = read_head(journal)
    lines = [Cosigned(1, "JPN/n1/witness", "— x\n"), Cosigned(0, "USA/n1/witness", "— y\n")]
    for line in [*lines, *lines]:
        journal.store_cosignature(line)
    assert journal.cosignatures(0) == lines[::-1]
    assert journal.cosignatures(1) == lines[:1]
    assert read_head(journal) == head
    journal.close()
    journal = bench.open()
    assert journal.cosignatures(0) == lines[::-1]
    journal.close()
    journal.close()
