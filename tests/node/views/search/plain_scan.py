# SPDX-License-Identifier: Apache-2.0
"""Search written from the page's sentences, one document after the other, to compare the index with."""

import unicodedata

from tearline.node.views.search import Query, SearchDoc

BLOCKS = (
    "HANGUL",
    "HIRAGANA",
    "KATAKANA",
    "CJK UNIFIED",
    "CJK COMPATIBILITY IDEOGRAPH",
    "IDEOGRAPHIC ITERATION",
)


def fold_plainly(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def kind_of(sign: str) -> str:
    """``J`` joined-up, ``W`` word, `` `` blank, ``.`` anything else."""
    if sign.isspace():
        return " "
    if unicodedata.category(sign)[0] not in "LMN":
        return "."
    return "J" if unicodedata.name(sign, "").startswith(BLOCKS) else "W"


def cut_runs(text: str) -> list[tuple[str, str]]:
    """The text as runs and what stands between them, in order: (kind, text)."""
    runs: list[tuple[str, str]] = []
    for sign in fold_plainly(text):
        kind = kind_of(sign)
        if runs and runs[-1][0] == kind:
            runs[-1] = (kind, runs[-1][1] + sign)
        elif kind == " " and runs and runs[-1][0] == ".":
            continue
        elif kind == "." and runs and runs[-1][0] == " ":
            runs[-1] = (".", sign)
        else:
            runs.append((kind, sign))
    while runs and runs[0][0] in " .":
        runs.pop(0)
    while runs and runs[-1][0] in " .":
        runs.pop()
    return [(kind, text if kind in "JW" else "") for kind, text in runs if kind != " "]


def holds(text: list[tuple[str, str]], asked: list[tuple[str, str]]) -> bool:
    """Whether the runs asked for stand together in the text: whole words, joined-up ones open at the outer ends."""
    size = len(asked)
    for start in range(len(text) - size + 1):
        here = text[start : start + size]
        if [kind for kind, _ in here] != [kind for kind, _ in asked]:
            continue
        ok = True
        for number, ((kind, have), (_, want)) in enumerate(zip(here, asked, strict=True)):
            if kind != "J" or 0 < number < size - 1:
                ok = ok and have == want
            elif size == 1:
                ok = ok and want in have
            else:
                ok = ok and (have.endswith(want) if number == 0 else have.startswith(want))
        if ok:
            return True
    return False


def read_query(text: str, places: list[list[str]]) -> list[list[list[tuple[str, str]]]]:
    """The terms of a query, each as the phrases that will do."""
    names = {tuple(cut_runs(name)): [cut_runs(n) for n in group] for group in places for name in group}
    runs = cut_runs(text)
    terms = []
    while runs:
        if runs[0][0] == ".":
            runs.pop(0)
            continue
        sizes = [size for size in range(len(runs), 0, -1) if tuple(runs[:size]) in names]
        size = sizes[0] if sizes else 1
        terms.append(names[tuple(runs[:size])] if sizes else [runs[:1]])
        runs = runs[size:]
    return terms


def fits(doc: SearchDoc, query: Query, places: list[list[str]]) -> bool:
    terms = read_query(query.text, places)
    if not terms and query.text.strip():
        return False
    texts = [cut_runs(text) for _, text in doc.texts]
    return (
        (query.since is None or doc.dtg >= query.since)
        and (query.until is None or doc.dtg < query.until)
        and (not query.kinds or doc.kind in query.kinds)
        and (not query.originators or doc.originator in query.originators)
        and all(any(holds(text, phrase) for phrase in term for text in texts) for term in terms)
    )


def scan(docs: list[SearchDoc], class_id: int, query: Query, places: list[list[str]]) -> list[str]:
    """The keys that a class must find, newest first."""
    found = [doc for doc in docs if class_id in doc.classes and fits(doc, query, places)]
    return [doc.key for doc in sorted(found, key=lambda d: (d.sort_at, d.tie), reverse=True)]
