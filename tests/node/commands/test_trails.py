# SPDX-License-Identifier: Apache-2.0
"""Auditors' looks and exports: on record, for auditors alone, and without clearance."""

import hashlib

import pytest

from tearline.core.ids import Person, Post
from tearline.node.commands import AdmitPerson, Refused, admit_persons, export_trail
from tearline.node.gate import TrailFilter
from tearline.node.journal import TrailExported, TrailRead, decode_entry
from tests.node.commands.world import World, draft, label, portion

AUDITOR = "kor.auditor"


def make_world():
    world = World()
    person = AdmitPerson(Person(AUDITOR), (), (Post("KOR-AUDIT"),), ("audit",), cleared=False)
    admit_persons(world.node("KOR"), [person])
    return world


@pytest.fixture
def world():
    return make_world()


def entries_of(log, shape):
    found = [decode_entry(record.entry) for record in log.records(0, 4_000)]
    return [entry for entry in found if isinstance(entry, shape)]


def test_a1_a_look_at_the_trail_is_on_record(world) -> None:
    """The page, and the proof of one entry."""
    duty = world.duty(AUDITOR)
    page = duty.trail(TrailFilter(person="kor.watch"), None, 10)
    assert duty.prove("journal", 0) is not None
    world.node("KOR").flush_access()
    looks = entries_of(world.node("KOR").access, TrailRead)
    assert [(look.actor, look.post, look.hits) for look in looks] == [
        (AUDITOR, "KOR-AUDIT", len(page.rows)),
        (AUDITOR, "KOR-AUDIT", 1),
    ]


@pytest.mark.parametrize("person", ["kor.admin", "kor.security", "kor.disclosure", "kor.watch"])
def test_n7_the_trail_is_for_auditors_and_nobody_else(world, person) -> None:
    """Administration and security verify; who did what they are not told."""
    duty = world.duty(person)
    assert duty.trail(TrailFilter(), None, 10).rows == ()
    assert duty.prove("journal", 0) is None
    refused = export_trail(world.node("KOR"), world.act(person), "journal", 0, 1)
    assert isinstance(refused, Refused)
    assert refused.code == "no-duty"
    world.node("KOR").flush_access()
    assert not entries_of(world.node("KOR").access, TrailRead)


def test_a1_an_export_is_on_record_with_the_digest_of_its_bytes(world) -> None:
    made = export_trail(world.node("KOR"), world.act(AUDITOR), "journal", 1, 4)
    with made.file as file:
        assert hashlib.sha256(file.read()).hexdigest() == made.sha256
    (entry,) = entries_of(world.node("KOR").journal, TrailExported)
    assert (entry.start, entry.end, entry.sha256) == (1, 4, made.sha256)
    assert export_trail(world.node("KOR"), world.act(AUDITOR), "journal", 4, 4).code == "no-such-range"
    assert export_trail(world.node("KOR"), world.act(AUDITOR), "anchors", 0, 1).code == "no-such-range"


def test_a1_every_entry_says_under_which_policies_and_on_what_authority(world) -> None:
    made = draft("KOR", portion(label("KOR", "III-KUP", "JPN", "KOR"), "words", kind="title"))
    filed = world.file("kor.watch", made)
    world.approve("kor.disclosure", filed.key, "JPN")
    rows = world.duty(AUDITOR).trail(TrailFilter(product=filed.key), None, 50).rows
    assert {row.act for row in rows} >= {"ProductFiled", "TextOpened", "ShareReleased"}
    pack = world.book.digest()[:16]
    assert {row.pack for row in rows} == {pack}
    (released,) = [row for row in rows if row.act == "ShareReleased"]
    assert (released.member, released.reference) == ("JPN", filed.reference)
    assert released.authority
    assert ("lane", "PRIORITY") in released.facts
    assert not any("words" in value for row in rows for _, value in row.facts)
