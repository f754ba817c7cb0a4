# SPDX-License-Identifier: Apache-2.0
"""What the settled index says of itself, so that a start can tell whether it still is what would be built anew.

- N1, N2: a document's name holds the digest of the rendition that it was made from and that of the classes that see it; the
  note says who these classes are. Whatever names differ from those of the catalogue is indexed anew; where a class is
  another, or another program wrote the index, all of it is.
- D4: a deletion leaves terms behind, so the note lists the products of which only terms are left: their purge rebuilds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from tearline import __version__
from tearline.core.canon import decode_canonical, digest, encode_canonical
from tearline.core.errors import TearlineError
from tearline.core.labels import ClassId

GONE_MAX = 5_000
"""More products of which only terms are left are not listed any more: the next start builds the index anew."""


class IndexNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which program wrote it, who its classes are, by number, and of which products only terms are left."""

    version: str
    classes: tuple[str, ...]
    gone: tuple[str, ...]


def make_note(classes: Sequence[str], gone: Iterable[str]) -> bytes:
    """The note to be committed with an index; nothing where it could not be kept."""
    listed = tuple(sorted(gone))
    return b"" if len(listed) > GONE_MAX else encode_canonical(IndexNote(__version__, tuple(classes), listed))


def read_note(raw: bytes, classes: Sequence[str]) -> IndexNote | None:
    """The note of an index that this program wrote about these classes, more of which may be there by now; else None."""
    try:
        note: IndexNote = decode_canonical(raw, IndexNote)
    except TearlineError:
        return None
    same = note.version == __version__ and note.classes == tuple(classes[: len(note.classes)])
    return note if same else None


def name_document(key: str, rendition: bytes, classes: tuple[ClassId, ...]) -> str:
    """What the index calls a rendition, by its digest, that these classes see."""
    return f"{key}:{rendition.hex()[:16]}:{_print_classes(classes)}"


def product_of(name: str) -> str:
    """The product that a document is of."""
    return name.partition(":")[0]


@lru_cache(maxsize=4_096)
def _print_classes(classes: tuple[ClassId, ...]) -> str:
    return digest("tearline/classes", encode_canonical(classes)).hex()[:16]
