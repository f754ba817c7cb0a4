# SPDX-License-Identifier: Apache-2.0
import threading
from pathlib import Path

import pytest

from tearline.node.views.search import Query, SearchDoc, SearchIndex

READERS = 3
PRODUCTS = 20
COMMITS = 25


def make_doc(product: int, version: int) -> SearchDoc:
    words = f"missile 미사일 version{version}"
    return SearchDoc(
        f"{product}:{version}", f"p{product}", (1,), product, 0, 0, "report", "KOR", (("AA", words),)
    )


@pytest.mark.slow
def test_searches_see_whole_commits_while_the_writer_works(tmp_path: Path) -> None:
    """Each answer is one state: every product once, all in the same version; also while the index is rebuilt."""
    index = SearchIndex(tmp_path / "index")
    index.rebuild([make_doc(product, 0) for product in range(PRODUCTS)], 0)
    done = threading.Event()
    faults: list[str] = []
    counts = [0] * READERS

    def read(number: int) -> None:
        while not done.is_set():
            result = index.search(1, Query("missile 미사일", limit=100))
            versions = {hit.key.split(":")[1] for hit in result.hits}
            products = [hit.product for hit in result.hits]
            if result.total != PRODUCTS or len(versions) != 1 or len(set(products)) != PRODUCTS:
                faults.append(f"{result.total} {versions} {products}")
            counts[number] += 1

    readers = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    for reader in readers:
        reader.start()
    for version in range(1, COMMITS):
        docs = [make_doc(product, version) for product in range(PRODUCTS)]
        if version % 8 == 0:
            index.rebuild(docs, version)
            continue
        for doc in docs:
            index.replace(doc.product, [doc])
        index.commit(version)
    done.set()
    for reader in readers:
        reader.join()
    index.close()
    assert faults == []
    assert min(counts) > 0
