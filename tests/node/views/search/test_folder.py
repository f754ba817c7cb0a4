# SPDX-License-Identifier: Apache-2.0
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tearline.core.errors import UsageError
from tearline.node.views.search import Query, SearchDoc, SearchIndex
from tearline.node.views.search.folder import PREFIX
from tests.node.views.search.worlds import PLACES, draw_product

CANARIES = ("zqcanaryword", "훼뷁쇏", "zqcanaryvwxy", "zqcanaryjjjj")


def make_canary() -> SearchDoc:
    return SearchDoc(
        key=CANARIES[3],
        product=CANARIES[2],
        classes=(1,),
        sort_at=1,
        tie=1,
        dtg=1,
        kind="report",
        originator="KOR",
        texts=(("AA", f"{CANARIES[0]} {CANARIES[1]}"),),
    )


def make_docs(count: int) -> list[SearchDoc]:
    draw = random.Random(4)
    return [doc for number in range(count) for doc in draw_product(draw, f"p{number}") if doc.classes]


def count_all(index: SearchIndex) -> int:
    return sum(index.search(class_id, Query()).total for class_id in range(6))


def read_all(folder: Path) -> bytes:
    """Every byte, every name."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return b"".join(str(path.relative_to(folder)).encode() + path.read_bytes() for path in files)


def find_canaries(folder: Path) -> list[str]:
    """Canaries of which any pair of signs or four letters in a row are in the files."""
    raw = read_all(folder)
    pieces = {
        canary: [canary[i : i + 6] for i in range(len(canary) - 5)] or [canary[:2], canary[1:]]
        for canary in CANARIES
    }
    return [name for name, parts in pieces.items() if any(part.encode() in raw for part in parts)]


def fill(folder: Path) -> int:
    """An index of some commits, closed; how many documents its classes see together."""
    index = SearchIndex(folder, PLACES)
    docs = make_docs(30)
    for number in range(0, len(docs), 10):
        for doc in docs[number : number + 10]:
            index.replace(doc.product, [other for other in docs if other.product == doc.product])
        index.commit(100 + number)
    total = count_all(index)
    index.close()
    return total


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def test_position_and_documents_are_there_again(folder: Path) -> None:
    """What was committed is there after a restart, with its position; what was not is gone, and so the node sends it again."""
    total = fill(folder)
    index = SearchIndex(folder, PLACES)
    position = index.position
    assert position >= 100
    assert count_all(index) == total > 0
    index.replace("canary", [make_canary()])
    index.close()
    index = SearchIndex(folder, PLACES)
    assert (index.position, count_all(index)) == (position, total)
    assert not index.search(1, Query(CANARIES[0])).hits
    index.close()


def test_an_empty_index_stands_at_nought(folder: Path) -> None:
    """A folder that was not there is made; the position 0 asks for the whole journal."""
    index = SearchIndex(folder)
    assert (index.position, index.search(0, Query()).total) == (0, 0)
    index.close()


def test_replace_applies_twice_as_once(folder: Path) -> None:
    """After a crash the node sends again what came after the position; nothing is doubled."""
    total = fill(folder)
    index = SearchIndex(folder, PLACES)
    docs = make_docs(30)
    for doc in docs:
        index.replace(doc.product, [other for other in docs if other.product == doc.product])
    index.commit(index.position)
    assert count_all(index) == total
    index.close()


def test_d4_rebuild_leaves_no_byte_of_earlier_terms(folder: Path) -> None:
    """A deletion leaves terms behind, a rebuild does not: no piece of a canary is in any file or name of the folder."""
    index = SearchIndex(folder, PLACES)
    docs = make_docs(10)
    for doc in [*docs, make_canary()]:
        index.replace(doc.product, [doc])
    index.commit(1)
    assert index.search(1, Query(" ".join(CANARIES[:2]))).total == 1
    index.replace(CANARIES[2], [])
    index.commit(2)
    assert index.search(1, Query(CANARIES[0])).total == 0
    assert find_canaries(folder)
    index.rebuild(docs, 3)
    assert find_canaries(folder) == []
    assert (index.position, count_all(index)) == (3, sum(len(doc.classes) for doc in docs))
    index.replace("p", [])
    index.commit(4)
    index.close()
    assert find_canaries(folder) == []
    index = SearchIndex(folder, PLACES)
    assert (index.position, count_all(index)) == (4, sum(len(doc.classes) for doc in docs))
    index.close()


def test_d4_what_no_class_sees_is_not_written(folder: Path) -> None:
    """A rendition without readers leaves no byte in the index."""
    index = SearchIndex(folder)
    index.replace("canary", [msgspec.structs.replace(make_canary(), classes=())])
    index.commit(1)
    index.close()
    assert find_canaries(folder) == []


def test_d4_rebuild_equals_follow(folder: Path) -> None:
    """An index made at once answers as one that followed the journal."""
    fill(folder)
    followed, rebuilt = SearchIndex(folder, PLACES), SearchIndex(None, PLACES)
    rebuilt.rebuild(make_docs(30), 1)
    for class_id in range(6):
        for text in ("", "동해", "east", "イル", "海"):
            assert followed.search(class_id, Query(text)) == rebuilt.search(class_id, Query(text))
    followed.close()
    rebuilt.close()


def test_d4_a_rebuild_that_fails_changes_nothing(folder: Path) -> None:
    """If the documents cannot be read to the end, the index is as it was, and nothing of them stays behind."""
    total = fill(folder)
    index = SearchIndex(folder, PLACES)
    position = index.position

    def break_off() -> Iterator[SearchDoc]:
        yield make_canary()
        raise LookupError

    with pytest.raises(LookupError):
        index.rebuild(break_off(), 999)
    assert (index.position, count_all(index)) == (position, total)
    assert find_canaries(folder) == []
    index.rebuild(make_docs(30), 5)
    assert (index.position, count_all(index)) == (5, total)
    index.close()


def test_d4_killed_between_two_generations(folder: Path) -> None:
    """Killed before the new generation's commit: the old one serves. Killed after it: the old one is deleted at the start."""
    total = fill(folder)
    index = SearchIndex(folder, PLACES)
    position, old = index.position, index._generation
    unfinished = index._folder.make_next()
    unfinished.add(make_canary())
    index.close()
    unfinished.close()
    index = SearchIndex(folder, PLACES)
    assert (index.position, count_all(index)) == (position, total)
    assert [path.name for path in folder.iterdir() if path.is_dir()] == [old.folder.name]
    finished = index._folder.make_next()
    finished.commit(77)
    index.close()
    finished.close()
    index = SearchIndex(folder, PLACES)
    assert (index.position, count_all(index)) == (77, 0)
    assert [path.name for path in folder.iterdir() if path.is_dir()] == [finished.folder.name]
    index.close()


def list_segment_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.*") if path.is_file() and not path.name.endswith(".lock"))


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["cut", "flip", "remove", "empty"])
def test_a_damaged_index_starts_anew(tmp_path: Path, damage: str) -> None:
    """Whichever file is damaged, the index is empty at position 0 instead of missing hits, and takes documents."""
    sample = tmp_path / "sample"
    fill(sample)
    # The engine's list of files to clear away holds no content.
    files = [path for path in list_segment_files(sample) if path.name != ".managed.json"]
    assert len(files) >= 6
    for number, original in enumerate(files):
        folder = tmp_path / f"{number}"
        shutil.copytree(sample, folder)
        file = folder / original.relative_to(sample)
        raw = file.read_bytes()
        if damage == "remove":
            file.unlink()
        else:
            half = len(raw) // 2
            flipped = raw[:half] + bytes([raw[half] ^ 0xFF]) + raw[half + 1 :]
            file.write_bytes({"cut": raw[:half], "flip": flipped, "empty": b""}[damage])
        index = SearchIndex(folder, PLACES)
        assert (index.position, count_all(index)) == (0, 0), file.name
        index.replace("canary", [make_canary()])
        index.commit(1)
        assert index.search(1, Query(CANARIES[1])).total == 1
        index.close()


def test_an_index_of_another_format_is_thrown_away(folder: Path) -> None:
    """Another release's generation is not opened but deleted."""
    fill(folder)
    (generation,) = (path for path in folder.iterdir() if path.is_dir())
    generation.rename(folder / generation.name.replace(PREFIX, "0-tantivy-v0.1-"))
    index = SearchIndex(folder, PLACES)
    assert (index.position, count_all(index)) == (0, 0)
    assert [path.name for path in folder.iterdir() if path.is_dir()] == [f"{PREFIX}00000001"]
    index.close()


def test_one_writer_only(folder: Path) -> None:
    """A second index on the same folder is refused by name, and harms nothing; after a close it may have it."""
    index = SearchIndex(folder)
    with pytest.raises(UsageError) as refused:
        SearchIndex(folder)
    assert refused.value.code == "index-in-use"
    index.commit(3)
    index.close()
    index = SearchIndex(folder)
    assert index.position == 3
    index.close()
