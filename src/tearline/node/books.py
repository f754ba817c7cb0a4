# SPDX-License-Identifier: Apache-2.0
"""Which policies are in force: the pack that an entry adopted, and what members see in a book's words.

A pack lies in the journal, beside the entry that adopted it, and nowhere else: a crash leaves the old one in force or the
new one, a restart finds it where the rest of the node's state is, and a program that ships another pack changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from tearline.core.canon import decode_canonical, encode_canonical
from tearline.core.errors import IntegrityError
from tearline.core.ids import Member, ProductId
from tearline.core.instants import FIRST_INSTANT, LAST_INSTANT, Instant
from tearline.core.labels import (
    MemberSight,
    PersonSight,
    PolicyBook,
    book_as_of,
    list_turns,
    load_pack,
    make_clearance,
    make_member_sight,
    make_national_clearance,
    open_pack_zip,
)
from tearline.node.journal import (
    DirectoryTaken,
    Entry,
    Journal,
    PolicyAdopted,
    WindowsTurned,
    decode_entry,
)
from tearline.node.trust import Directory

READ_RECORDS = 1_000
Gains = tuple[tuple[ProductId, tuple[Member, ...]], ...]
"""Products of our own, and the members that may have more of them than before."""


def read_adopted(raw: bytes | None, dtg: Instant) -> PolicyBook:
    """The book of a pack that was adopted at ``dtg``, from its payload. It was judged then; a journal decides nothing twice."""
    if raw is None:
        raise IntegrityError(
            "pack-lost", "the journal lacks a policy pack that it adopted", "Run tearline verify."
        )
    return book_as_of(load_pack(open_pack_zip(raw)), dtg)


def find_undecided_stretch(book: PolicyBook) -> tuple[Instant, Instant]:
    """For how long a book holds that comes without the instant it was decided for: always without windows, else never."""
    return (LAST_INSTANT, FIRST_INSTANT) if list_turns(book) else (FIRST_INSTANT, LAST_INSTANT)


def find_first_pack(journal: Journal) -> PolicyBook | None:
    """The book of the first pack that a journal has: what came before it was decided by the same. None where it has none."""
    found = find_first(journal, PolicyAdopted)
    return None if found is None else read_adopted(journal.payload(found[0], 0), found[1].dtg)


def find_first(journal: Journal, shape: type[Entry]) -> tuple[int, Entry] | None:
    """The first entry of a shape, and where it stands."""
    mark = f'"{shape.__name__}"'.encode()  # in the bytes of few other entries: those needn't be read
    start = 0
    while records := journal.records(start, READ_RECORDS):
        for record in records:
            if mark in record.entry and isinstance(entry := decode_entry(record.entry), shape):
                return record.position, entry
        start = records[-1].position + 1
    return None


Redecided = PolicyAdopted | WindowsTurned | DirectoryTaken
"""Entries from which on every answer is made anew."""


def encode_gains(gains: Gains) -> bytes:
    """The last payload of the entries ``Redecided``."""
    return encode_canonical(gains)


def read_gains(position: int, entry: Redecided, payload_of: Callable[[int, int], bytes | None]) -> Gains:
    """The same, read; none where there is no such payload."""
    raw = payload_of(position, 0 if isinstance(entry, WindowsTurned) else 1)
    return () if raw is None else decode_canonical(raw, Gains)


def sight_members(directory: Directory, book: PolicyBook) -> dict[Member, MemberSight]:
    """What each member of the directory sees. Whom the book has no words for holds no clearance at all (N5)."""
    return {
        m.code: make_member_sight(m.code, m.ceiling, m.codewords, book)
        if has_words(m.code, m.ceiling, book)
        else sees_nothing(m.code, book)
        for m in directory.members.values()
    }


def has_words(member: Member, ceiling: str, book: PolicyBook) -> bool:
    """Whether a member is of the book, and this ceiling a level of its policy."""
    named = book.members.get(member)
    return named is not None and ceiling in book.policies[named.policy].classifications


def sees_nothing(member: Member, book: PolicyBook) -> MemberSight:
    """What somebody sees who holds no clearance at all: a member without words in the book, or that left the directory."""
    named = book.members.get(member)
    policy = named.policy if named is not None else book.public
    return MemberSight(member, policy, make_clearance(policy, (), {}), make_clearance(book.network, (), {}))


def make_person_sight(
    member: MemberSight, ceiling: str, codewords: tuple[str, ...], book: PolicyBook
) -> PersonSight:
    """What somebody acting for a member sees, by their ceiling and codewords; nothing where that is no level (any more)."""
    if not has_words(member.member, ceiling, book):
        return PersonSight(member, None)
    return PersonSight(member, make_national_clearance(member.member, ceiling, codewords, book))
