# SPDX-License-Identifier: Apache-2.0
"""D1 and D4 through power cuts: crash images of a journal at every kind of moment (assurance C3.1).

After each image: the journal opens, nothing acknowledged is lost, batches are whole, what was purged is in no file, the
shipped verification finds nothing, and the journal takes new entries.
"""

import os
from pathlib import Path

import pytest

from tearline.node.journal import Cosigned, verify_journal
from tearline.node.journal.purge import list_needles
from tests.faults.disk import Disk, Images, make_rng, write_image
from tests.faults.journals import VERIFIER, CountingEntropy, SqliteBench, make_body, make_draft

LONG = os.environ.get("TEARLINE_LONG") == "1"
IMAGES = 20_000 if LONG else 500
GONE = [(1, 0), (4, 0), (6, 1)]


def run_story(folder: Path):
    """Two lives of a journal: batches of several sizes, two purges, write-backs, a cosignature, a good end."""
    disk = Disk(folder / "journal.db.alive")
    bench = SqliteBench(folder, vfs=disk.name, exclusive=True, wal_pages=12)
    position, boundaries = 0, [0]

    def append(journal, count, size):
        nonlocal position
        drafts = [
            make_draft(n, make_body(n, size), make_body(1000 + n, 60))
            for n in range(position, position + count)
        ]
        boundaries.append(position + count)
        journal.append(drafts)
        position += count
        disk.mark(acked=position)

    disk.mark(acked=0, purge_begun=(), purged=(), boundaries=boundaries, needles={})
    journal = bench.open()
    for count, size in ((1, 2000), (3, 500), (1, 5000), (2, 2000)):
        append(journal, count, size)
    needles = {place: list_needles(*_read(journal, place)) for place in GONE}
    disk.mark(needles=needles, purge_begun=tuple(GONE[:2]))
    journal.purge(GONE[:2])
    disk.mark(purged=tuple(GONE[:2]))
    append(journal, 1, 12_000)
    journal.store_cosignature(Cosigned(8, "JPN/n1/witness", "— kept beside\n"))
    journal.close()
    journal = bench.open()
    append(journal, 2, 2000)
    disk.mark(purge_begun=tuple(GONE))
    journal.purge(GONE[2:])
    disk.mark(purged=tuple(GONE))
    append(journal, 1, 100)
    journal.close()
    return disk.events


def _read(journal, place):
    opening = journal.opening(*place)
    return opening.salt, opening.body


@pytest.fixture(scope="module")
def events(tmp_path_factory):
    return run_story(tmp_path_factory.mktemp("story"))


def choose_images(events, count):
    """(moment, mode, seed): every moment killed outright when there is time for it; else an even sample."""
    moments = [
        n for n, event in enumerate(events) if event[0] in ("write", "sync", "truncate", "delete", "mark")
    ]
    modes = ("mixed", "lost", "kept", "mixed")
    rng = make_rng("images", len(moments))
    start = rng.randrange(len(moments))
    # A step that is prime to most lengths visits all moments before any comes twice.
    chosen = [(moments[(start + n * 37) % len(moments)], modes[n % len(modes)], n) for n in range(count)]
    return sorted(chosen)


def check_image(folder, files, facts):
    """The oracle."""
    write_image(folder, files)
    bench = SqliteBench(folder)
    bench.entropy.drawn = 1_000_000
    for place in facts["purged"]:
        assert_gone(bench, facts["needles"][place])
    journal = bench.open()
    assert journal.suspicion == ""
    size = journal.size()
    assert size >= facts["acked"], "acknowledged entries were lost"
    assert size in facts["boundaries"], "half a batch"
    gone = set()
    for record in journal.records(0, 100):
        assert record.entry == make_draft(record.position).entry
        for index in (0, 1):
            body = journal.payload(record.position, index)
            if body is None:
                gone.add((record.position, index))
                assert_gone(bench, facts["needles"][record.position, index])
            else:
                assert body.startswith(b"CANARY-%d " % (record.position + 1000 * index))
    assert set(facts["purged"]) <= gone <= set(facts["purge_begun"])
    assert journal.append([make_draft(-1)]) == size
    journal.close()
    report = verify_journal(bench.path, [VERIFIER], is_purged=lambda *place: place in gone)
    assert [finding for finding in report.findings if finding.code != "cosignature-wrong"] == []
    assert report.entries == size + 1


def assert_gone(bench, needles):
    for needle in needles:
        assert bench.contains(needle.raw) == [], "a purged payload is still there"


@pytest.mark.slow
def test_d1_d4_power_cuts_lose_nothing_acknowledged_and_bring_nothing_back(events, memory_folder):
    """Images all over a journal's life, each with its own loss of un-synced writes."""
    images = Images(events)
    for moment, mode, seed in choose_images(events, IMAGES):
        images = images if images._at <= moment else Images(events)
        images.walk_to(moment)
        files = images.draw(make_rng("draw", seed), mode)
        try:
            check_image(memory_folder, files, images.facts)
        except BaseException as error:
            error.add_note(f"image {seed}: before event {moment} {events[moment][:2]}, {mode}")
            raise


def count_losses(events, folder):
    """How many of 40 images lose acknowledged entries."""
    losses, images = 0, Images(events)
    for moment, _, seed in choose_images(events, 40):
        images.walk_to(moment)
        try:
            check_image(folder, images.draw(make_rng("draw", seed), "lost"), images.facts)
        except AssertionError as error:
            losses += "acknowledged entries were lost" in str(error)
    return losses


def test_d1_the_images_would_show_a_missing_sync(events, memory_folder):
    """With the syncs of SQLite's log left out of the record, acknowledged entries vanish: the engine does find faults."""
    lazy = [event for event in events if event[:2] != ("sync", "journal.db-wal")]
    assert count_losses(lazy, memory_folder) >= 5


def test_entropy_of_a_second_life_differs():
    """The story's journals never draw the same alive mark twice, or the images would prove less."""
    entropy = CountingEntropy()
    assert entropy.draw("a", "b", "c", 8) != entropy.draw("a", "b", "c", 8)
