# SPDX-License-Identifier: Apache-2.0
"""The search index against the bare engine: 100,000 renditions, 20,000 splits, 200 classes, real text.

The bare engine (Tantivy) holds the same tokens and the same stored keys and answers the same query for everybody: newest
first, one page, exact count, keys fetched. Ours answers for one class. The two take turns, query by query. Besides: exact
sets against a plain scan, what a commit of some products costs, and how fast an index is rebuilt.

    python -m bench.search
"""

import csv
import gzip
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles

import tantivy

from tearline.node.views.search import Query, SearchDoc, SearchIndex
from tearline.node.views.search.words import fold, list_pairs, list_signs, print_tokens

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
RENDITIONS = 100_000
SPLITS = 20_000
CLASSES = 200
PAGE = 20
ROUNDS = 400
SCANNED = 40
BAR = "p50 at most 2 x bare, or 0.5 ms"


def read_portions(data: Path) -> list[str]:
    """Paragraphs of the real collections, cut to the length of a portion."""
    texts: list[str] = []
    for name in ("us-statements", "dfat-cables", "frus"):
        texts += [item["text"] for path in sorted(data.glob(f"{name}/*.gz")) for item in read_lines(path)]
    with gzip.open(data / "maritime-incidents/pirate_attacks.csv.gz", "rt", encoding="utf-8") as file:
        texts += [
            "\n\n".join(row[name] for name in ("attack_description", "location_description", "vessel_name"))
            for row in csv.DictReader(file)
        ]
    asian = (data / "multilingual/kor-constitution.txt").read_text(encoding="utf-8").split("\n")
    for item in read_lines(data / "multilingual/udhr.jsonl.gz"):
        asian += item["paragraphs"] if item["lang"] in {"kor", "jpn", "cmn_hans", "cmn_hant"} else []
    latin = [part.strip()[:600] for text in texts for part in text.split("\n\n") if len(part) > 60]
    # One portion in eight is Korean, Japanese or Chinese, as in a network where half of the members write so.
    asian = [part for part in asian if len(part) > 10]
    return latin + [asian[i % len(asian)] for i in range(len(latin) // 7)]


def read_lines(path: Path) -> Iterator[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def make_splits(draw: random.Random) -> list[list[tuple[int, ...]]]:
    """Patterns by which products show different renditions to different classes: 20,000 splits together."""
    patterns: list[list[tuple[int, ...]]] = []
    left = SPLITS
    while left > 0:
        audience = draw.sample(range(CLASSES), draw.randint(20, CLASSES))
        count = min(left, draw.choice([1, 2, 2, 3, 4]))
        patterns.append([tuple(audience[part::count]) for part in range(count)])
        left -= count
    return patterns


def make_documents(portions: list[str]) -> list[SearchDoc]:
    """Products of two to six portions; each split of one shows a portion less."""
    draw = random.Random(12)
    patterns = make_splits(draw)
    docs: list[SearchDoc] = []
    while len(docs) < RENDITIONS:
        number = len(docs)
        texts = [("AA", text) for text in draw.sample(portions, draw.randint(2, 6))]
        pattern = draw.choice(patterns)
        at = 1_600_000_000_000_000 + draw.randrange(90_000) * 1_000_000_000
        for shown, classes in enumerate(pattern[: RENDITIONS - number]):
            docs.append(
                SearchDoc(
                    key=f"{number:08x}:{shown}",
                    product=f"{number:08x}",
                    classes=classes,
                    sort_at=at,
                    tie=draw.getrandbits(64),
                    dtg=at,
                    kind=draw.choice(["report", "warning", "document"]),
                    originator=draw.choice(["KOR", "JPN", "AUS", "USA"]),
                    texts=tuple(texts[: max(1, len(texts) - shown)]),
                )
            )
    return docs


class Bare:
    """The engine by itself, with the same tokens."""

    def __init__(self, folder: Path) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", tokenizer_name="tokens", index_option="position")
        builder.add_text_field("signs", tokenizer_name="tokens", index_option="basic")
        builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_integer_field("sort_at", indexed=True, fast=True)
        self.schema = builder.build()
        self.index = tantivy.Index(self.schema, path=str(folder))
        tokens = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
        self.index.register_tokenizer("tokens", tokens.build())

    def fill(self, docs: list[SearchDoc]) -> None:
        writer = self.index.writer(heap_size=64_000_000, num_threads=1)
        for doc in docs:
            folded = [fold(text) for _, text in doc.texts]
            signs = " ".join(sorted(set().union(*map(list_signs, folded))))
            made = tantivy.Document(text=" ".join(map(print_tokens, folded)), signs=signs, key=doc.key)
            made.add_integer("sort_at", doc.sort_at)
            writer.add_document(made)
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()

    def search(self, text: str) -> tuple[list[str], int]:
        clauses = [(tantivy.Occur.Must, self._word(fold(word))) for word in text.split()]
        if not clauses:
            clauses = [(tantivy.Occur.Must, tantivy.Query.all_query())]
        query = clauses[0][1] if len(clauses) == 1 else tantivy.Query.boolean_query(clauses)
        searcher = self.index.searcher()
        found = searcher.search(query, limit=PAGE, count=True, order_by_field="sort_at")
        return [searcher.doc(address)["key"][0] for _, address in found.hits], found.count

    def _word(self, word: str) -> tantivy.Query:
        if not list_signs(word):
            return tantivy.Query.term_query(self.schema, "text", word, index_option="basic")
        if len(word) == 1:
            return tantivy.Query.term_query(self.schema, "signs", word, index_option="basic")
        pairs = list_pairs(word)
        if len(pairs) == 1:
            return tantivy.Query.term_query(self.schema, "text", pairs[0], index_option="basic")
        return tantivy.Query.phrase_query(self.schema, "text", pairs)


def draw_queries(docs: list[SearchDoc]) -> dict[str, list[str]]:
    """Queries from the vocabulary as it occurs: often the frequent words, sometimes rare ones."""
    draw = random.Random(7)

    def pick(pattern: str, tries: int = 100) -> str:
        for _ in range(tries):
            words = re.findall(pattern, draw.choice(draw.choice(docs).texts)[1])
            if words:
                return draw.choice(words)
        return pick(pattern)

    latin, asian = r"\b[A-Za-z]{4,}\b", "[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]"
    return {
        "one word": [pick(latin) for _ in range(ROUNDS)],
        "two words": [f"{pick(latin)} {pick(latin)}" for _ in range(ROUNDS)],
        "Korean, Japanese, Chinese": [pick(f"{asian}{{2,5}}") for _ in range(ROUNDS)],
        "one sign": [pick(asian) for _ in range(ROUNDS)],
        "everything": [""] * ROUNDS,
    }


def measure(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def time_pairs(ours: SearchIndex, bare: Bare, queries: list[str]) -> tuple[list[float], list[float]]:
    """Milliseconds of each side, one query after the other, the order of the two drawn."""
    draw = random.Random(3)
    mine, theirs = [], []
    for text in queries:
        class_id = draw.randrange(CLASSES)
        sides: list[tuple[list[float], Callable[[], object]]] = [
            (mine, lambda c=class_id, t=text: ours.search(c, Query(t, limit=PAGE))),
            (theirs, lambda t=text: bare.search(t)),
        ]
        draw.shuffle(sides)
        for times, action in sides:
            times.append(measure(action))
    return mine, theirs


def compare_queries(ours: SearchIndex, bare: Bare, queries: dict[str, list[str]]) -> Iterator[dict]:
    for name, texts in queries.items():
        time_pairs(ours, bare, texts[:20])
        mine, theirs = time_pairs(ours, bare, texts)
        ratio = median(mine) / median(theirs)
        holds = ratio <= 2 or median(mine) <= 0.5
        yield make_row(f"search, {name}: p50", median(mine), "ms", ratio=ratio, bar=BAR, holds=holds)
        worst = quantiles(mine, n=100)[98]
        ratio = worst / quantiles(theirs, n=100)[98]
        yield make_row(f"search, {name}: p99", worst, "ms", ratio=ratio, bar="below 10 ms", holds=worst < 10)


def count_wrong_sets(ours: SearchIndex, docs: list[SearchDoc], queries: dict[str, list[str]]) -> int:
    """How many of a sample of answers differ from a plain scan, whole sets in order."""
    draw = random.Random(5)
    words: dict[str, set[str]] = {}
    wrong = 0
    for name in ("one word", "two words", "Korean, Japanese, Chinese", "one sign"):
        for text in queries[name][: SCANNED // 4]:
            class_id = draw.randrange(CLASSES)
            asked = text.casefold().split()
            found = []
            for doc in docs:
                if class_id in doc.classes:
                    lines = [line for _, line in doc.texts]
                    for line in lines:
                        if line not in words:
                            words[line] = set(re.findall(r"[a-z0-9]+", line.lower())) | {line}
                    if all(any(holds_word(line, words[line], word) for line in lines) for word in asked):
                        found.append(doc)
            found.sort(key=lambda doc: (doc.sort_at, doc.tie), reverse=True)
            wrong += [doc.key for doc in found] != walk_pages(ours, class_id, text)
    return wrong


def holds_word(line: str, words: set[str], word: str) -> bool:
    return word in words if word.isascii() else word in line


def walk_pages(ours: SearchIndex, class_id: int, text: str) -> list[str]:
    keys: list[str] = []
    query = Query(text, limit=1000)
    while True:
        result = ours.search(class_id, query)
        keys += [hit.key for hit in result.hits]
        if result.next is None:
            assert result.total == len(keys)
            return keys
        query = Query(text, limit=1000, after=result.next)


def time_changes(ours: SearchIndex, docs: list[SearchDoc]) -> dict:
    """What the node's writer waits for when ten products have changed."""
    draw = random.Random(9)
    by_product: dict[str, list[SearchDoc]] = {}
    for doc in docs:
        by_product.setdefault(doc.product, []).append(doc)
    times = []
    for position in range(2, 22):
        changed = draw.sample(list(by_product), 10)
        times.append(
            measure(
                lambda c=changed, p=position: ([ours.replace(n, by_product[n]) for n in c], ours.commit(p))
            )
        )
    return make_row("search, commit of 10 changed products: p50", median(times), "ms")


def make_row(name: str, figure: float, unit: str, **rest: object) -> dict:
    ratio = rest.get("ratio")
    return {
        "name": name,
        "figure": round(figure, 3),
        "unit": unit,
        "ratio": None if ratio is None else round(float(str(ratio)), 2),
        "bar": rest.get("bar"),
        "holds": rest.get("holds"),
    }


def run() -> list[dict]:
    """The rows; one that says so where the data is missing."""
    if not all((DATA / name).is_dir() for name in ("us-statements", "dfat-cables", "frus", "multilingual")):
        return [make_row("search: ../shared/data is missing, nothing was measured", 0, "")]
    docs = make_documents(read_portions(DATA))
    queries = draw_queries(docs)
    with tempfile.TemporaryDirectory() as name:
        bare_folder = Path(name) / "bare"
        bare_folder.mkdir()
        bare, ours = Bare(bare_folder), SearchIndex(Path(name) / "ours")
        try:
            built = measure(lambda: ours.rebuild(docs, 1)) / 1000
            bare_built = measure(lambda: bare.fill(docs)) / 1000
            rows = [*compare_queries(ours, bare, queries)]
            wrong = count_wrong_sets(ours, docs, queries)
            rows.append(make_row("search, wrong sets of 40", wrong, "answers", bar="none", holds=wrong == 0))
            rows.append(time_changes(ours, docs))
            rows.extend(
                row | {"name": row["name"] + ", after 20 commits"}
                for row in compare_queries(ours, bare, {"one word": queries["one word"]})
            )
            rate = len(docs) / built
            rows.append(make_row("search, rebuild", rate, "renditions/s", ratio=built / bare_built))
        finally:
            ours.close()
    return rows


if __name__ == "__main__":
    for row in run():
        sys.stdout.write(json.dumps(row) + "\n")
