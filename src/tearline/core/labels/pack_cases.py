# SPDX-License-Identifier: Apache-2.0
"""A pack's table of test cases, ``cases.json``: labels, and the mark, validity or decision that must come out.

Two forms of a case. The general one: ``label`` (with ``clearance``), and any of ``mark`` (at ``place``, in ``lang``), ``valid``
and ``permitted``. And the flat one of the exercise pack: policy, classification, its handful of tag sets, ``location``,
``expect``. What isn't a case is refused (``bad-case``): a table that is read half tests nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from tearline.core.errors import MalformedError, TearlineError
from tearline.core.instants import parse_iso
from tearline.core.labels.book import PolicyBook, book_as_of
from tearline.core.labels.decide import decide, find_faults
from tearline.core.labels.label import Clearance, Label, make_clearance, make_label
from tearline.core.labels.marking import PORTION, RECEIVER, print_mark
from tearline.core.labels.printer import BANNER

CASES = "cases.json"
CASES_MAX = 10_000
_PLACES = {"banner": BANNER, "portion": PORTION, "receiver": RECEIVER}
_Words = dict[str, list[str]]


class CaseResult(msgspec.Struct, frozen=True):
    """One expectation of one case: ``what`` is mark, valid, permitted, or case where it couldn't be asked."""

    id: str
    what: str
    expected: Any
    actual: Any

    @property
    def passed(self) -> bool:
        """Did it come out as expected?"""
        return bool(self.expected == self.actual)


class _LabelRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    policy: str
    classification: str
    categories: _Words = {}
    epoch: str = ""


class _ClearanceRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    policy: str
    classifications: list[str]
    categories: _Words = {}


class _Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    label: _LabelRow
    id: str = ""
    clearance: _ClearanceRow | None = None
    place: str = "banner"
    lang: str = "en"
    mark: str | None = None
    valid: bool | None = None
    permitted: bool | None = None
    at: str = ""
    effect: str = ""


class _FlatCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    policy: str
    lang: str
    location: str
    classification: str
    provided_by: str | None
    compartments: list[str]
    orcon: bool
    rt: list[str] | None
    eo: list[str] | None
    expect: str


def run_pack_cases(files: Mapping[str, bytes], book: PolicyBook) -> tuple[CaseResult, ...]:
    """Every expectation of every case, with what came out. ``book``: the pack's, with its windows decided."""
    if CASES not in files:
        raise MalformedError("no-cases", f"the pack has no {CASES}")
    try:
        rows = msgspec.json.decode(files[CASES], type=list[dict[str, Any]])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedError("bad-case", f"{CASES}: {error}") from error
    if not 0 < len(rows) <= CASES_MAX:
        raise MalformedError("bad-case", f"{CASES} holds {len(rows)} cases; from 1 to {CASES_MAX} are taken")
    return tuple(result for number, row in enumerate(rows) for result in _run(row, number, book))


def _run(row: dict[str, Any], number: int, book: PolicyBook) -> Iterator[CaseResult]:
    where = f"{CASES}[{number}]"
    try:
        case: _Case | _FlatCase = (
            msgspec.convert(row, type=_Case) if "label" in row else msgspec.convert(row, type=_FlatCase)
        )
    except msgspec.ValidationError as error:
        raise MalformedError("bad-case", f"{where} is no case of a form that is known ({error})") from error
    asked = _ask(case, where, book) if isinstance(case, _Case) else _ask_flat(case, where, book)
    try:
        for what, expected, actual in asked:
            yield CaseResult(case.id or where, what, expected, actual)
    except TearlineError as error:
        if error.code == "bad-case":
            raise
        yield CaseResult(case.id or where, "case", "an answer", f"{error.code}: {error.message}")


def _ask(case: _Case, where: str, book: PolicyBook) -> Iterator[tuple[str, Any, Any]]:
    if case.mark is None and case.valid is None and case.permitted is None:
        raise MalformedError("bad-case", f"{where} expects nothing")
    if case.permitted is not None and case.clearance is None:
        raise MalformedError("bad-case", f"{where} expects a decision and has no clearance")
    book = book_as_of(book, parse_iso(case.at)) if case.at else book
    label = _read_label(case.label)
    faults = find_faults(label, book)
    if case.valid is not None:
        yield "valid", case.valid, not faults
    if case.mark is not None:
        place = _PLACES.get(case.place, case.place)
        yield "mark", case.mark, "" if faults else print_mark(label, place, case.lang, book)
    if case.permitted is not None and case.clearance is not None:
        yield "permitted", case.permitted, decide(label, _read_clearance(case.clearance), book).permitted


def _read_label(row: _LabelRow) -> Label:
    """As it was written, faults and all: what is given twice stays twice, to be refused."""
    categories = tuple(sorted((name, tuple(sorted(values))) for name, values in row.categories.items()))
    return Label(row.policy, row.classification, categories, row.epoch)


def _read_clearance(row: _ClearanceRow) -> Clearance:
    return make_clearance(row.policy, row.classifications, row.categories)


def _ask_flat(case: _FlatCase, where: str, book: PolicyBook) -> Iterator[tuple[str, Any, Any]]:
    """The marks of the exercise's script. Those of a receiver stand without an audience, so validity isn't asked."""
    if case.policy not in book.policies:
        raise MalformedError("bad-case", f"{where} is of the unknown policy {case.policy!r}")
    stated = {
        "Provided By": [case.provided_by] if case.provided_by else None,
        "Compartment": case.compartments,
        "Handling": ["ORCON"] if case.orcon else None,
        "Releasable To": case.rt,
        "Eyes Only": case.eo,
    }
    categories = {name: values for name, values in stated.items() if values}
    label = make_label(case.policy, case.classification, categories)
    place = _PLACES.get(case.location, case.location)
    yield "mark", case.expect, print_mark(label, place, case.lang, book)
