# SPDX-License-Identifier: Apache-2.0
"""What goes wrong, as RFC 9457 problem details with a closed set of codes.

- What is hidden, unknown, malformed or another's is one answer, byte for byte: ``not-found``.
- A refusal's own words are shown, for they speak of what its reader wrote or may decide; of any other failure nothing is
  told but its code, never a value (assurance A6.6).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

from tearline.core.errors import TearlineError
from tearline.node.commands import Reason, Refused

PROBLEM_TYPE = "application/problem+json"
T = TypeVar("T")
AnyRequest = Request[Any, Any, Any]

logger = logging.getLogger("tearline.edge.api")

CODES: dict[str, tuple[int, str]] = {
    "malformed": (400, "The request can't be read"),
    "bad-query": (400, "The query can't be read"),
    "bad-cursor": (400, "This page's cursor does not belong here"),
    "no-session": (401, "Sign in first"),
    "locked": (401, "The session is locked"),
    "sign-in-failed": (401, "Person and password don't match"),
    "owes-password": (403, "Replace the first password first"),
    "owes-factor": (403, "Give the second factor first"),
    "owes-enrol": (403, "Enrol a second factor first"),
    "factor-failed": (401, "The second factor is not right"),
    "no-backup": (409, "No backup was made"),
    "no-trial": (409, "No backup is tried"),
    "last-factor": (409, "This record asks for a second factor"),
    "no-passkeys": (409, "Passkeys need a host name"),
    "no-post": (403, "You don't hold this post"),
    "forged": (403, "The request did not come from this node's own pages"),
    "no-duty": (403, "This needs a duty you don't have"),
    "not-cleared": (403, "An account without clearance can't do this"),
    "no-authority": (403, "No authority covers this"),
    "not-found": (404, "Not found"),
    "wrong-method": (405, "Not done this way"),
    "not-opened": (409, "A text has not been opened"),
    "not-pending": (409, "This member does not wait for the product"),
    "not-waiting": (409, "This does not wait for a decision any more"),
    "own-draft": (409, "Its author is none of the two officers"),
    "approved-before": (409, "Another officer has to approve this too"),
    "not-confirmed": (409, "The letters don't match"),
    "not-returned": (409, "The desk has not sent this back"),
    "already-filed": (409, "This draft was filed before"),
    "ambiguous-copy": (409, "Several copies carry this number"),
    "own-record": (409, "Another administrator changes this"),
    "last-administrator": (409, "Somebody has to keep this duty"),
    "setup-refused": (422, "The node can't be set up so"),
    "admission-refused": (422, "This file does not admit this node"),
    "bad-name": (422, "A name can't be used"),
    "bad-date": (422, "A date can't be used"),
    "unknown-value": (422, "Something named is not known here"),
    "too-many": (422, "Too many of a kind"),
    "no-reason": (422, "Say why"),
    "bad-password": (422, "This password can't be used"),
    "no-agreement": (409, "No agreement is in force"),
    "no-seal-key": (409, "There is no key to seal to"),
    "nothing-to-export": (409, "Nothing waits from there on"),
    "no-such-range": (422, "There is no such range"),
    "bad-start": (422, "A bundle does not begin there"),
    "pack-refused": (422, "This pack is not taken"),
    "other-kind": (422, "This node is not of the pack's kind"),
    "other-pack": (409, "This is not the pack that was tried"),
    "other-answer": (409, "Look again before it is adopted"),
    "same-pack": (409, "This pack is in force already"),
    "no-words": (422, "The pack has no words for a clearance"),
    "losses": (409, "What the pack lacks has to be accepted"),
    "policy-in-use": (422, "Labels would be left without their policy"),
    "directory-refused": (422, "This directory is not taken over"),
    "same-directory": (409, "This directory is in force already"),
    "directory-fork": (409, "Another directory of this version is in force"),
    "directory-rollback": (409, "A newer directory is in force"),
    "directory-expired": (422, "This directory has expired"),
    "not-a-member": (422, "This directory does not know this node"),
    "own-node": (409, "A running node can't be changed so"),
    "no-own-words": (422, "The policies have no words for this node's clearance"),
    "bundle-refused": (422, "This file is not taken"),
    "paused-before": (409, "The link is paused already"),
    "not-paused": (409, "The link is not paused"),
    "no-pdf": (422, "No PDF can be made of this here"),
    "no-label": (422, "No label covers this"),
    "not-held": (409, "This member does not hold the product"),
    "bad-mandate": (422, "This goes beyond what it is made under"),
    "bad-purpose": (422, "Say why it is recalled"),
    "not-of-post": (409, "Nobody of that name acts for this post now"),
    "not-for-them": (409, "This person may not read it"),
    "not-on-watch": (409, "Only who has the watch hands it over"),
    "bad-remark": (422, "This remark can't be written"),
    "no-comment": (422, "Say what other words are needed"),
    "too-slow": (408, "The request came too slowly"),
    "too-large": (413, "Too large"),
    "attachment-size": (413, "The attachment is too large"),
    "attachment-kind": (422, "This kind of attachment is not taken"),
    "attachment-damaged": (422, "The attachment can't be read"),
    "bad-place": (422, "This is no position"),
    "draft-changed": (409, "The draft was changed elsewhere"),
    "findings": (422, "The draft has findings that refuse it"),
    "too-many-tries": (429, "Too many failed tries"),
    "failed": (500, "The node could not do this"),
    "busy": (503, "The node is busy"),
}
_ABSENT = {
    "unknown-product",
    "unknown-item",
    "unknown-text",
    "unknown-withdrawal",
    "unknown-copy",
    "unknown-person",
    "unknown-member",
    "unknown-mandate",
}
_BY_STATUS = {400: "malformed", 404: "not-found", 405: "wrong-method", 413: "too-large", 503: "busy"}


class FindingOut(msgspec.Struct, frozen=True):
    """Something found in a draft, by portion; ``values`` are what the words name, for words in other languages."""

    code: str
    tag: str
    words: str
    blocking: bool = True
    values: tuple[str, ...] = ()


class ReasonOut(msgspec.Struct, frozen=True):
    """One of several things in the way; ``values`` are what the words name, for words in other languages."""

    code: str
    words: str
    values: tuple[str, ...]


class ProblemDetails(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 9457. ``code`` is stable; ``findings`` belong to a draft, ``reasons`` to a refusal that has several."""

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    findings: tuple[FindingOut, ...] = ()
    reasons: tuple[ReasonOut, ...] = ()


class Problem(Exception):  # noqa: N818  RFC 9457's word
    """Ends a request with problem details."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        findings: tuple[FindingOut, ...] = (),
        *,
        wait_s: int = 0,
        reasons: tuple[Reason, ...] = (),
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.findings = findings
        self.wait_s = wait_s
        self.reasons = reasons


def found(value: T | None) -> T:
    """The value, or the one answer for whatever is not there for this reader."""
    if value is None:
        raise Problem("not-found")
    return value


def done(result: T | Refused) -> T:
    """The result of a command, or its refusal as a problem."""
    if isinstance(result, Refused):
        raise _problem_of(result)
    return result


def _problem_of(refused: Refused) -> Problem:
    if refused.code in _ABSENT:
        return Problem("not-found")
    if refused.findings or refused.code not in CODES:
        return Problem("findings", refused.words, list_findings(refused.findings))
    return Problem(refused.code, refused.words, reasons=refused.reasons)


def list_findings(findings: Iterable[tuple[str, str, str]]) -> tuple[FindingOut, ...]:
    """A refusal's findings: code, tag, words."""
    return tuple(FindingOut(*finding) for finding in findings)


def encode_finding(found: Any) -> FindingOut:
    """A finding of a draft in the API's shape."""
    return FindingOut(found.code, found.tag, found.words, found.blocking, found.values)


def answer_problem(_: AnyRequest, problem: Problem) -> Response[bytes]:
    """Problem details of a ``Problem``."""
    headers = {"Retry-After": str(problem.wait_s)} if problem.wait_s else {}
    reasons = tuple(ReasonOut(r.code, r.words, r.values) for r in problem.reasons)
    return _answer(problem.code, problem.detail, problem.findings, headers, reasons=reasons)


def answer_http(_: AnyRequest, error: HTTPException) -> Response[bytes]:
    """The framework's own refusals: no route, another method, too large, a parameter of the wrong kind."""
    headers = {k: v for k, v in (error.headers or {}).items() if k.lower() == "allow"}
    return _answer(_BY_STATUS.get(error.status_code, "failed"), headers=headers)


def answer_failure(_: AnyRequest, error: Exception) -> Response[bytes]:
    """Anything else: its type and place are logged, never its words, which could quote what was being read."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    logger.error(
        "request failed",
        extra={
            "error": type(error).__name__,
            "code": error.code if isinstance(error, TearlineError) else "",
            "place": f"{place.tb_frame.f_globals.get('__name__')}:{place.tb_lineno}" if place else "",
        },
    )
    return _answer("failed")


def _answer(
    code: str,
    detail: str = "",
    findings: tuple[FindingOut, ...] = (),
    headers: dict[str, str] | None = None,
    *,
    reasons: tuple[ReasonOut, ...] = (),
) -> Response[bytes]:
    status, title = CODES[code]
    details = ProblemDetails(f"urn:tearline:problem:{code}", title, status, code, detail, findings, reasons)
    return Response(
        msgspec.json.encode(details), status_code=status, media_type=PROBLEM_TYPE, headers=headers or {}
    )
