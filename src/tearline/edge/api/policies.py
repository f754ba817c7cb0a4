# SPDX-License-Identifier: Apache-2.0
"""Policies: what is in force, a label tried against a clearance with the explanation, and the pack's own test cases."""

from __future__ import annotations

import msgspec
from anyio.to_thread import run_sync
from litestar import get, post
from litestar.params import JSONBody

from tearline.edge.api.caller import caller_of
from tearline.edge.api.problems import AnyRequest, done
from tearline.edge.api.shapes import Lang
from tearline.node.commands import LabelTried, PoliciesInForce, TryLabel, list_policies, try_label


class CaseOut(msgspec.Struct, frozen=True):
    """One expectation of a test case that comes with the pack."""

    id: str
    what: str
    expected: str
    actual: str
    passed: bool


class CasesOut(msgspec.Struct, frozen=True):
    """What came out of the pack's test cases here and now; those that failed first."""

    passed: int
    failed: int
    items: tuple[CaseOut, ...]


@get("/api/policies")
async def get_policies(request: AnyRequest, *, lang: Lang = "en") -> PoliciesInForce:
    """The policies, members and groups in force."""
    return await caller_of(request).command(lambda node, _: list_policies(node, lang))


@post("/api/policies/try", status_code=200)
async def try_policy(data: JSONBody[TryLabel], request: AnyRequest, *, lang: Lang = "en") -> LabelTried:
    """Would this person see that label, and why; and how others would mark it."""
    return await caller_of(request).command(lambda node, _: done(try_label(node, data, lang)))


@get("/api/policies/cases")
async def run_cases(request: AnyRequest) -> CasesOut:
    """Run the test cases that came with the pack."""
    results = await run_sync(caller_of(request).services.cases)
    rows = [CaseOut(r.id, r.what, _say(r.expected), _say(r.actual), r.passed) for r in results]
    failed = [row for row in rows if not row.passed]
    return CasesOut(len(rows) - len(failed), len(failed), (*failed, *(row for row in rows if row.passed)))


def _say(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


ROUTES = [get_policies, try_policy, run_cases]
