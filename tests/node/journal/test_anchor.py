# SPDX-License-Identifier: Apache-2.0
"""Anchor logs, and partners who watch them: A2 between nations."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tearline.core.errors import IntegrityError, UsageError
from tearline.core.instants import SECOND, Instant
from tearline.core.log import (
    make_cosignature_verifier,
    make_cosigner,
    make_signer,
    make_verifier,
    parse_note,
    parse_signatures,
    verify_signatures,
)
from tearline.node.journal import (
    Anchored,
    AnchorLog,
    FolderWitnessStore,
    MemoryWitnessStore,
    Witness,
    WitnessRefusalError,
)
from tearline.node.journal.memory import MemoryJournal
from tests.faults.journals import KEY, PUBLIC, CountingEntropy

ORIGIN = "KOR/n1/anchor"
NAME = "JPN/n1/witness"
JPN = Ed25519PrivateKey.from_private_bytes(bytes([5]) * 32)
JPN_PUBLIC = JPN.public_key().public_bytes_raw()
VERIFIERS = {ORIGIN: [make_verifier(ORIGIN, PUBLIC)]}
COSIGNATURES = make_cosignature_verifier(NAME, JPN_PUBLIC)


class StandingClock:
    def now(self):
        return Instant(1_700_000_000 * SECOND)

    dtg = now
    dtg_runs = False


def make_log(ticks, salt=0):
    entropy = CountingEntropy()
    entropy.drawn = salt
    log = AnchorLog(MemoryJournal(ORIGIN, make_signer(ORIGIN, PUBLIC, KEY.sign), entropy=entropy))
    for number in range(ticks):
        log.tick(f"journal {number}", f"access {number}")
    return log


@pytest.fixture(params=["memory", "folder"])
def store(request, tmp_path):
    return MemoryWitnessStore() if request.param == "memory" else FolderWitnessStore(tmp_path / "witness")


def make_witness(store):
    signer = make_cosigner(NAME, JPN_PUBLIC, JPN.sign)
    return Witness(signer, lambda origin: VERIFIERS.get(origin, []), store=store, clock=StandingClock())


def refuse(witness, note, old_size, proof=()):
    with pytest.raises(WitnessRefusalError) as refusal:
        witness.witness(note, old_size=old_size, proof=list(proof))
    return refusal.value.code, refusal.value.size


def test_a2_one_leaf_a_tick_and_nothing_else_shows():
    """Size counts ticks; equal checkpoints under fresh salts give unequal leaves; each says what it binds."""
    log = make_log(0)
    assert [log.tick("j", "a") for _ in range(4)] == [1, 2, 3, 4]
    assert log.anchored(3) == Anchored(access="a", journal="j")
    assert len({log._log.records(n, 1)[0].commitments for n in range(4)}) == 4
    assert len({log._log.records(n, 1)[0].entry for n in range(4)}) == 1
    assert b"j" not in log._log.records(0, 1)[0].entry.replace(b"journal", b"")


def test_a2_witness_follows_a_log_that_grows(store):
    """From nothing, by steps, and again at the same size: cosigned each time; the log keeps what was cosigned."""
    log, seen = make_log(1), 0
    for _ in range(9):
        witness = make_witness(store)  # a restart each time
        assert witness.seen(ORIGIN) == seen
        line = witness.witness(log.checkpoint(), old_size=seen, proof=log.consistency(seen, log.size()))
        seen = log.size()
        assert log.cosigned(line, size=seen, witness=COSIGNATURES) == 1_700_000_000
        text = parse_note(log.checkpoint()).text
        assert verify_signatures(text, parse_signatures(line), [COSIGNATURES])
        log.tick("j", "a")
        log.tick("j", "a")
    assert [one.size for one in log.cosignatures()] == list(range(1, 18, 2))
    line = make_witness(store).witness(log.checkpoint(), old_size=17, proof=log.consistency(17, log.size()))
    assert make_witness(store).witness(log.checkpoint(), old_size=log.size(), proof=[]) == line
    assert store.evidence(ORIGIN) == []


def test_a2_witness_refuses_a_rollback_and_keeps_the_evidence(store):
    """A log that shows fewer leaves than before is not cosigned, and both notes are kept."""
    log, witness = make_log(3), make_witness(store)
    early = log.checkpoint()
    log.tick("j", "a")
    late = log.checkpoint()
    witness.witness(late, old_size=0, proof=[])
    assert refuse(witness, early, 0) == ("witness-rollback", 4)
    assert refuse(witness, early, 4) == ("witness-rollback", 4)
    assert refuse(witness, early, 3) == ("witness-rollback", 4)
    assert store.evidence(ORIGIN) == [(late, early)]
    assert witness.seen(ORIGIN) == 4


def test_a2_witness_refuses_a_fork_and_keeps_the_evidence(store):
    """A second history, as long or longer, whatever proof it brings: not cosigned, and both notes are kept."""
    log, fork, witness = make_log(3), make_log(3, salt=100), make_witness(store)
    held = log.checkpoint()
    witness.witness(held, old_size=0, proof=[])
    same = fork.checkpoint()
    assert refuse(witness, same, 3) == ("witness-fork", 3)
    fork.tick("j", "a")
    longer = fork.checkpoint()
    assert refuse(witness, longer, 3, fork.consistency(3, 4)) == ("witness-proof", 3)
    log.tick("j", "a")
    assert refuse(witness, longer, 3, log.consistency(3, 4)) == ("witness-proof", 3)
    assert sorted(store.evidence(ORIGIN)) == sorted([(held, same), (held, longer)])
    witness.witness(log.checkpoint(), old_size=3, proof=log.consistency(3, 4))


def test_witness_follows_the_rules_of_tlog_witness(store):
    """Unknown logs, unknown keys, wrong old sizes, proofs that aren't: each with its code, and the size we saw."""
    log, witness = make_log(5), make_witness(store)
    note = log.checkpoint()
    stranger = Ed25519PrivateKey.from_private_bytes(bytes([9]) * 32)
    forged = MemoryJournal(
        ORIGIN,
        make_signer(ORIGIN, stranger.public_key().public_bytes_raw(), stranger.sign),
        entropy=CountingEntropy(),
    ).checkpoint()
    other = MemoryJournal(
        "USA/n1/anchor", make_signer(ORIGIN, PUBLIC, KEY.sign), entropy=CountingEntropy()
    ).checkpoint()
    assert refuse(witness, other, 0) == ("witness-unknown-log", 0)
    assert refuse(witness, forged, 0) == ("witness-signature", 0)
    assert refuse(witness, note.replace("\n5\n", "\n6\n"), 0) == ("witness-signature", 0)
    assert refuse(witness, note, 6) == ("witness-sizes", 0)
    assert refuse(witness, note, 2) == ("witness-conflict", 0)
    assert refuse(witness, note, 0, log.consistency(2, 5)) == ("witness-proof", 0)
    witness.witness(note, old_size=0, proof=[])
    log.tick("j", "a")
    assert refuse(witness, log.checkpoint(), 0) == ("witness-conflict", 5)
    assert refuse(witness, log.checkpoint(), 5) == ("witness-proof", 5)
    assert len(store.evidence(ORIGIN)) == 1


def test_evidence_is_bounded(store):
    """A hostile log can't fill our disk with evidence against itself."""
    witness = make_witness(store)
    witness.witness(make_log(1).checkpoint(), old_size=0, proof=[])
    for salt in range(1, 80):
        refuse(witness, make_log(1, salt).checkpoint(), 1)
    assert len(store.evidence(ORIGIN)) == 64


def test_a2_only_true_cosignatures_are_kept():
    """What isn't this partner's cosignature over that size is refused, and not kept."""
    log, witness = make_log(3), make_witness(MemoryWitnessStore())
    line = witness.witness(log.checkpoint(), old_size=0, proof=[])
    with pytest.raises(IntegrityError):
        log.cosigned(line, size=2, witness=COSIGNATURES)
    with pytest.raises(IntegrityError):
        log.cosigned(line[:-10] + "AAAAAAAA=\n", size=3, witness=COSIGNATURES)
    with pytest.raises(UsageError):
        log.cosigned(line, size=3, witness=make_cosignature_verifier(NAME, PUBLIC))
    with pytest.raises(UsageError):
        log.cosigned(line, size=9, witness=COSIGNATURES)
    assert log.cosignatures() == []
    log.close()
