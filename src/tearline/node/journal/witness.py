# SPDX-License-Identifier: Apache-2.0
"""Watching partners' anchor logs, by the rules of c2sp.org/tlog-witness.

Guarantees:
- a cosignature says: this is the largest tree of this log that we have seen, and it extends all those before;
- the new checkpoint is durable before its cosignature is handed out; looking and storing are one step;
- a log that goes back, or shows a second history, is refused, and both notes are kept as evidence.

The witness key is not the receipt key: it cosigns anchors and nothing else.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from tearline.core.canon import encode_canonical
from tearline.core.errors import IntegrityError, TearlineError
from tearline.core.instants import SECOND
from tearline.core.log import (
    EMPTY_ROOT,
    Checkpoint,
    NoteSigner,
    Verifier,
    cosign,
    parse_checkpoint,
    parse_note,
    print_checkpoint,
    verify_consistency,
    verify_note,
)
from tearline.node.journal.alive import replace_file
from tearline.node.ports import Clock

EVIDENCE_MAX = 64
"""Pairs of notes kept for one log: more would let a hostile log fill our disk."""


class WitnessRefusalError(TearlineError):
    """Not cosigned; ``size`` is what we saw last.

    Codes, with the HTTP status that tlog-witness gives them: witness-unknown-log (404), witness-signature (403),
    witness-sizes (400), witness-conflict (409), witness-proof (422), and with evidence kept witness-rollback and
    witness-fork (409).
    """

    def __init__(self, code: str, message: str, size: int = 0) -> None:
        super().__init__(code, message)
        self.size = size


class WitnessStore(Protocol):
    """What a witness remembers, durably."""

    def load(self, origin: str) -> str:
        """The newest note that was cosigned; empty if there is none."""

    def store(self, origin: str, note: str) -> None:
        """Replace it; durable on return."""

    def keep_evidence(self, origin: str, notes: tuple[str, str]) -> None:
        """Keep two notes that contradict each other; the same pair again changes nothing."""

    def evidence(self, origin: str) -> list[tuple[str, str]]:
        """The pairs kept."""


class Witness:
    """``find_verifiers`` knows, for the origin of a log, the keys that may sign it; none for logs we don't watch."""

    def __init__(
        self,
        cosigner: NoteSigner,
        find_verifiers: Callable[[str], Sequence[Verifier]],
        *,
        store: WitnessStore,
        clock: Clock,
    ) -> None:
        self._cosigner, self._find_verifiers, self._store, self._clock = (
            cosigner,
            find_verifiers,
            store,
            clock,
        )
        self._lock = threading.Lock()

    def seen(self, origin: str) -> int:
        """The size that we cosigned last: the old size that the log has to start its proof from."""
        return self._load(origin).size

    def witness(self, note: str, *, old_size: int, proof: Sequence[bytes]) -> str:
        """Our cosignature line over the note's checkpoint. Raises ``WitnessRefusalError``."""
        with self._lock:
            new = self._verify_signature(note)
            old = self._load(new.origin)
            self._refuse_contradiction(old, new, note)
            if old_size > new.size:
                raise WitnessRefusalError(
                    "witness-sizes", f"{new.size} leaves are less than {old_size}", old.size
                )
            if old_size != old.size:
                raise WitnessRefusalError("witness-conflict", f"we saw {old.size} leaves last", old.size)
            self._verify_growth(old, new, note=note, proof=proof)
            self._store.store(new.origin, note)
            return cosign(print_checkpoint(new), self._cosigner, time_s=self._clock.now() // SECOND)

    def _verify_signature(self, note: str) -> Checkpoint:
        try:
            claimed = parse_checkpoint(parse_note(note).text)
            verifiers = self._find_verifiers(claimed.origin)
            if not verifiers:
                raise WitnessRefusalError("witness-unknown-log", f"we don't watch {claimed.origin}")
            return parse_checkpoint(verify_note(note, verifiers))
        except IntegrityError as error:
            raise WitnessRefusalError("witness-signature", f"not signed by a key we know: {error}") from error

    def _refuse_contradiction(self, old: Checkpoint, new: Checkpoint, note: str) -> None:
        if new.size > old.size or new.head == old.head:
            return
        self._store.keep_evidence(new.origin, (self._store.load(new.origin), note))
        if new.size < old.size:
            raise WitnessRefusalError(
                "witness-rollback", f"{new.origin} goes back from {old.size} to {new.size}", old.size
            )
        raise WitnessRefusalError(
            "witness-fork", f"{new.origin} has two histories of {new.size} leaves", old.size
        )

    def _verify_growth(self, old: Checkpoint, new: Checkpoint, *, note: str, proof: Sequence[bytes]) -> None:
        try:
            verify_consistency(old.head, new.head, proof=proof)
        except IntegrityError as error:
            if old.size:
                self._store.keep_evidence(new.origin, (self._store.load(new.origin), note))
            raise WitnessRefusalError("witness-proof", f"{new.origin}: {error}", old.size) from error

    def _load(self, origin: str) -> Checkpoint:
        note = self._store.load(origin)
        return parse_checkpoint(parse_note(note).text) if note else Checkpoint(origin, 0, EMPTY_ROOT)


class MemoryWitnessStore:
    """For simulation; the object outlives the witness, as a disk does."""

    def __init__(self) -> None:
        self._notes: dict[str, str] = {}
        self._evidence: dict[str, dict[tuple[str, str], None]] = {}

    def load(self, origin: str) -> str:
        """The newest note; empty if there is none."""
        return self._notes.get(origin, "")

    def store(self, origin: str, note: str) -> None:
        """Replace it."""
        self._notes[origin] = note

    def keep_evidence(self, origin: str, notes: tuple[str, str]) -> None:
        """Keep a pair."""
        kept = self._evidence.setdefault(origin, {})
        if len(kept) < EVIDENCE_MAX:
            kept[notes] = None

    def evidence(self, origin: str) -> list[tuple[str, str]]:
        """The pairs kept."""
        return list(self._evidence.get(origin, {}))


class FolderWitnessStore:
    """One file a log and one a pair of evidence. Names from partners never become names of files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def load(self, origin: str) -> str:
        """The newest note; empty if there is none."""
        path = self._folder / f"{_name(origin)}.note"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def store(self, origin: str, note: str) -> None:
        """Replace it, durably."""
        replace_file(self._folder / f"{_name(origin)}.note", note.encode())

    def keep_evidence(self, origin: str, notes: tuple[str, str]) -> None:
        """Keep a pair: the note we had, a line of dots, the note that contradicts it."""
        pair = _name(encode_canonical(notes).decode())
        path = self._folder / f"{_name(origin)}.{pair}.evidence"
        if not path.exists() and len(self._list_evidence(origin)) < EVIDENCE_MAX:
            replace_file(path, "...\n".join(notes).encode())

    def evidence(self, origin: str) -> list[tuple[str, str]]:
        """The pairs kept."""
        pairs = [
            path.read_text(encoding="utf-8").partition("\n...\n") for path in self._list_evidence(origin)
        ]
        return [(before + "\n", after) for before, _, after in pairs]

    def _list_evidence(self, origin: str) -> list[Path]:
        return sorted(self._folder.glob(f"{_name(origin)}.*.evidence"))


def _name(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
