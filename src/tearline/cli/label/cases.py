# SPDX-License-Identifier: Apache-2.0
"""A pack's table of test cases, ``cases.json``: labels, and the mark, validity or decision that must come out.

Two forms of a case. The general one: ``label`` (with ``clearance``), and any of ``mark`` (at ``place``, in ``lang``), ``valid``
and ``permitted``. And the flat one of the exercise pack: policy, classification, its handful of tag sets, ``location``,
``expect``. What isn't a case is refused: a table that is read half tests nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tearline.cli.arguments import decode_json
from tearline.cli.exits import UnusableError
from tearline.cli.label.books import settle_windows
from tearline.cli.label.forms import find_place, make_clearance_of, make_label_of

if TYPE_CHECKING:
    from tearline.core.labels import Label, PolicyBook

CASES = "cases.json"
_GENERAL = {"id", "label", "clearance", "place", "lang", "mark", "valid", "permitted", "at", "effect"}
_FLAT = {
    *("id", "policy", "lang", "location", "classification", "provided_by", "compartments", "orcon"),
    *("rt", "eo", "expect"),
}


def run_cases(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Every expectation of every case, with what came out."""
    from tearline.core.labels import load_pack

    if CASES not in files:
        raise UnusableError("no-cases", f"the pack has no {CASES}")
    book = load_pack(files)
    cases = decode_json(files[CASES], CASES)
    if not isinstance(cases, list) or not cases:
        raise UnusableError("bad-case", f"{CASES} is no list of cases")
    return [row for number, case in enumerate(cases) for row in _run(case, f"{CASES}[{number}]", book)]


def _run(case: Any, where: str, book: PolicyBook) -> Iterator[dict[str, Any]]:
    from tearline.core.errors import TearlineError

    names = set(case) if isinstance(case, dict) else set()
    if "label" in names and names <= _GENERAL and names & {"mark", "valid", "permitted"}:
        asked = _ask_general
    elif names == _FLAT:
        asked = _ask_flat
    else:
        raise UnusableError("bad-case", f"{where} is no case of a form that is known")
    name = str(case.get("id", where))
    try:
        for what, expected, actual in asked(case, where, book):
            passed = expected == actual
            yield {"id": name, "what": what, "expected": expected, "actual": actual, "passed": passed}
    except TearlineError as error:
        row = {
            "id": name,
            "what": "case",
            "expected": "an answer",
            "actual": f"{error.code}: {error.message}",
        }
        yield {**row, "passed": False}


def _ask_general(case: Any, where: str, book: PolicyBook) -> Iterator[tuple[str, Any, Any]]:
    from tearline.core.instants import parse_iso
    from tearline.core.labels import decide, find_faults, print_mark

    book = settle_windows(book, parse_iso(case["at"]) if "at" in case else None)
    label = make_label_of(case["label"], where)
    if "valid" in case:
        yield "valid", case["valid"], not find_faults(label, book)
    if "mark" in case:
        place = find_place(case.get("place", "banner"))
        known = label.policy in book.policies and not find_faults(label, book)
        yield "mark", case["mark"], print_mark(label, place, case.get("lang", "en"), book) if known else ""
    if "permitted" in case:
        if "clearance" not in case:
            raise UnusableError("bad-case", f"{where} expects a decision and has no clearance")
        clearance = make_clearance_of(case["clearance"], where)
        yield "permitted", case["permitted"], decide(label, clearance, book).permitted


def _ask_flat(case: Any, where: str, book: PolicyBook) -> Iterator[tuple[str, Any, Any]]:
    """The marks of the exercise's script. Those of a receiver stand without an audience, so validity isn't asked."""
    from tearline.core.labels import print_mark

    label = _make_flat(case, where)
    if label.policy not in book.policies:
        raise UnusableError("bad-case", f"{where} is of the unknown policy {label.policy!r}")
    yield "mark", case["expect"], print_mark(label, find_place(case["location"]), case["lang"], book)


def _make_flat(case: Any, where: str) -> Label:
    stated = {
        "Provided By": [case["provided_by"]] if case["provided_by"] else None,
        "Compartment": case["compartments"],
        "Handling": ["ORCON"] if case["orcon"] else None,
        "Releasable To": case["rt"],
        "Eyes Only": case["eo"],
    }
    categories = {name: values for name, values in stated.items() if values}
    written = {"policy": case["policy"], "classification": case["classification"], "categories": categories}
    return make_label_of(written, where)
