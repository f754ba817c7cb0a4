# SPDX-License-Identifier: Apache-2.0
"""From what a codec read to a label or clearance in the words of a loaded policy.

A document that can't be read is unusable input. One that reads well and says what its policy doesn't know is an invalid
label: ``NotInPolicyError``, a "no" and no slip (N5). Nothing is left out silently: ``Found.notes`` names what a document says
that enters no decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tearline.cli.exits import RefusedError, UnusableError
from tearline.cli.label.books import read_clock
from tearline.cli.label.forms import Given, Source, read_given
from tearline.core.errors import MalformedError

if TYPE_CHECKING:
    from tearline.core.instants import Instant
    from tearline.core.labels import (
        BindingDocument,
        Clearance,
        Label,
        LabelDocument,
        NoLabel,
        PolicyBook,
        Reason,
    )


EPOCH = "{urn:tearline:label:1}MembershipEpoch"


class NotInPolicyError(RefusedError):
    """The document is well formed, and its policy doesn't know what it says; ``cause`` is what the library found."""

    def __init__(self, code: str, message: str, cause: Reason | NoLabel | None = None) -> None:
        super().__init__(code, message)
        self.cause = cause

    def explain(self, lang: str) -> str:
        """Why, in one of the four languages; English where the library gave words alone."""
        from tearline.core.labels import NoLabel, explain_no_label, explain_reason

        if self.cause is None or lang == "en":
            return self.message
        if isinstance(self.cause, NoLabel):
            return explain_no_label(self.cause, lang)
        return explain_reason(self.cause, lang)


@dataclass(frozen=True)
class Found:
    """A label, the document it stood in, and what of that enters no decision."""

    label: Label
    document: LabelDocument | None = None
    notes: tuple[tuple[str, str], ...] = ()  # a key of the words, and the name it is about


@dataclass(frozen=True)
class Wanted:
    """Under which policies, as of when, and which of several labels: that for ``uri``, that of ``policy``."""

    book: PolicyBook
    at: Instant | None = None
    policy: str = ""
    uri: str | None = None
    any_role: bool = False  # a label of the metadata too: to be looked at, not to decide with


def find_label(given: Given, wanted: Wanted) -> Found:
    """The label that counts, in its policy's words."""
    from tearline.core.labels import Label, LabelDocument, NoLabel, NumericLabel, resolve_numbers
    from tearline.core.labels.codecs import SioLabel

    value = given.value
    if isinstance(value, Label):
        return Found(value)
    if isinstance(value, NoLabel):
        raise NotInPolicyError("originator-only", value.why, value)
    if isinstance(value, NumericLabel):
        return Found(_resolve(resolve_numbers, value, wanted.book.policies))
    if isinstance(value, SioLabel):
        return find_label(open_sio(value), wanted)
    if isinstance(value, LabelDocument) or given.codec in {"4778", "4778-embedded", "xmp", "ztdf"}:
        return _find_document(list_documents(given, wanted.uri), wanted)
    raise _refuse(given, "label")


def find_clearance(given: Given, wanted: Wanted) -> Clearance:
    """The clearance in its policy's words, every level as listed."""
    from tearline.core.labels import (
        Clearance,
        NumericClearance,
        StatedClearance,
        resolve_clearance,
        resolve_numeric_clearance,
    )

    value = given.value
    if isinstance(value, Clearance):
        return value
    if isinstance(value, StatedClearance):
        clearance: Clearance = _resolve(resolve_clearance, value, wanted.book.policies)
        return clearance
    if isinstance(value, NumericClearance):
        numbered: Clearance = _resolve(resolve_numeric_clearance, value, wanted.book.policies)
        return numbered
    raise _refuse(given, "clearance")


def list_documents(given: Given, uri: str | None = None) -> tuple[LabelDocument, ...]:
    """Every label document of what was read; of a binding those for ``uri``, which must be named where there are several."""
    from tearline.core.labels import BindingDocument, LabelDocument
    from tearline.core.labels.codecs import SioLabel

    value = given.value
    if isinstance(value, LabelDocument):
        return (value,)
    if isinstance(value, SioLabel):
        return list_documents(open_sio(value), uri)
    if isinstance(value, BindingDocument):
        return _list_bound(value, uri)
    if given.codec == "ztdf":
        return tuple(handling.document for handling in value)
    return ()


def _list_bound(binding: BindingDocument, uri: str | None) -> tuple[LabelDocument, ...]:
    if uri is not None:
        found = binding.find_labels(uri)
        if not found:
            raise UnusableError("nothing-bound", f"no label is bound to {uri!r}")
        return found
    listed = [one.labels for one in binding.bindings if one.labels]
    if len(listed) > 1:
        advice = "Say for which: --uri, or uri in a request."
        raise UnusableError("several-bindings", f"{len(listed)} bindings have labels of their own", advice)
    return listed[0] if listed else ()


def open_sio(sio: Any) -> Given:
    """The label inside of an SIO-Label; its marking in words is what a person saw, and no label."""
    from tearline.core.labels.codecs import decode_ess_label

    if sio.kind == ":ess":
        return Given("ess", decode_ess_label(sio.label))
    if sio.kind == ":xml":
        return read_given(Source(sio.label, "the label in SIO-Label", "4774"))
    what = f"a label of type {sio.kind}" if sio.kind else "a marking in words alone"
    raise UnusableError("no-label", f"the SIO-Label holds {what}, which means nothing here")


def _find_document(documents: Sequence[LabelDocument], wanted: Wanted) -> Found:
    from tearline.core.labels import resolve_label, succeed

    chosen = succeed(_choose(documents, wanted), read_clock() if wanted.at is None else wanted.at)
    label = _resolve(resolve_label, chosen.label, wanted.book.policies)
    foreign = [e.name for e in (*chosen.extensions, *chosen.label.extensions)]
    notes = [("unread", name) for name in foreign if name != EPOCH]
    if chosen.label.privacy_mark:
        notes.append(("privacy-mark-unread", ""))
    return Found(label, chosen, tuple(notes))


def _choose(documents: Sequence[LabelDocument], wanted: Wanted) -> LabelDocument:
    """ADatP-4774.1 4.2: the originator's label if it is of the policy asked for, else the first alternative that is."""
    from tearline.core.labels import Role, choose_label

    policy = wanted.book.policies.get(wanted.policy)
    originals = [d for d in documents if d.role in {Role.ORIGINATOR, Role.LEGACY}]
    chosen = choose_label(documents, policy) if policy is not None else None
    if len(originals) > 1:
        raise MalformedError("two-originators", "more than one originator's label for the same data")
    if chosen is None and originals:
        chosen = originals[0]
    if chosen is None and len(documents) == 1 and (wanted.any_role or documents[0].role is not Role.METADATA):
        chosen = documents[0]
    if chosen is None:
        what = "a label of its metadata only" if documents else "no label"
        raise UnusableError("no-label", f"the data has {what}")
    return chosen


def _resolve(how: Any, stated: Any, policies: Any) -> Any:
    from tearline.core.labels import UnknownWordError

    try:
        return how(stated, policies)
    except MalformedError as error:
        cause = error.reason if isinstance(error, UnknownWordError) else None
        raise NotInPolicyError(error.code, error.message, cause) from error


def _refuse(given: Given, what: str) -> UnusableError:
    words = {
        "tlp": "TLP is no classification: it stands beside a label",
        "stix": "STIX markings are TLP and statements, which are no label of a policy",
        "text": "which policy's words answer to a US, NATO or joint marking is an agreement, and none is stated",
        "ism-json": "which policy's words answer to ISM attributes is an agreement, and none is stated",
        "ism-xml": "which policy's words answer to ISM attributes is an agreement, and none is stated",
    }
    why = words.get(given.codec, f"it is {type(given.value).__name__}, as {given.codec} reads it")
    return UnusableError("not-a-label" if what == "label" else "not-a-clearance", f"no {what}: {why}")
