# SPDX-License-Identifier: Apache-2.0
"""From one form of marking to another: what was lost is said, and a restriction is never lost.

``convert`` gives the value in the other form with every loss that does not restrict (a date, a name, a way of writing). Where
a restriction can't be carried it raises ``MalformedError`` (``restriction-lost`` or the form's own code) and gives nothing.

| from | to |
| --- | --- |
| ``Marking`` | ``ism``, ``banner``, ``portion`` |
| ``IsmAttributes`` | ``marking``, ``banner``, ``portion`` |
| ``Label`` | ``mark`` (its policy's own), ``document`` |
| ``LabelDocument``, ``Handling`` | ``label``, ``ztdf`` |
| ``Tlp`` | ``stix`` (TLP 2.0), ``stix1`` (TLP 1) |
| ``StixMarked`` | ``tlp`` |

Nothing turns TLP or ISM into a policy's label by itself: which words answer to which is an agreement, and so is data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import msgspec

from tearline.core.errors import MalformedError
from tearline.core.labels.book import PolicyBook
from tearline.core.labels.codecs.ism import (
    IsmAttributes,
    list_texts,
    make_attributes_of,
    make_marking,
)
from tearline.core.labels.codecs.policy_mark import parse_mark
from tearline.core.labels.codecs.stix import TLP_1_IDS, TLP_2_IDS, StixMarked
from tearline.core.labels.codecs.text import Form, Marking, print_marking
from tearline.core.labels.codecs.tlp import Tlp
from tearline.core.labels.codecs.ztdf import Handling, print_handling
from tearline.core.labels.decide import find_faults
from tearline.core.labels.document import EPOCH_EXTENSION, LabelDocument, Role, resolve_label, state_label
from tearline.core.labels.explain import explain_reason
from tearline.core.labels.label import Label
from tearline.core.labels.marking import print_mark
from tearline.core.labels.printer import BANNER

_MARK_ATTRIBUTES = frozenset(
    {
        *("classification", "ownerProducer", "SCIcontrols", "SARIdentifier", "atomicEnergyMarkings"),
        *(
            "disseminationControls",
            "FGIsourceOpen",
            "nonUSControls",
            "releasableTo",
            "displayOnlyTo",
            "nonICmarkings",
        ),
    }
)


class Loss(msgspec.Struct, frozen=True):
    """Something that the other form has no place for, and that restricts nobody."""

    what: str
    why: str


class Converted(msgspec.Struct, frozen=True):
    """The value in the other form, and what it no longer says."""

    value: Any
    losses: tuple[Loss, ...] = ()


class Context(msgspec.Struct, frozen=True):
    """What some conversions need: the policies, where and in which language a mark stands, a time, an assertion's name."""

    book: PolicyBook | None = None
    place: str = BANNER
    lang: str = "en"
    created: str = ""
    identifier: str = ""


def convert(value: object, target: str, context: Context | None = None) -> Converted:
    """``value`` in the form ``target`` with its losses, or a refusal that names what would have been lost."""
    for (kind, name), step in _STEPS.items():
        if isinstance(value, kind) and name == target:
            converted: Converted = step(value, context or Context())
            return converted
    if isinstance(value, Tlp | StixMarked) or target in {"tlp", "stix", "stix1"}:
        _refuse("TLP is no classification: it stands beside a label and can't become one, nor a label it")
    raise MalformedError(
        "no-conversion", f"{type(value).__name__} is not turned into {target[:40]!r}", "Name an agreement."
    )


def _refuse(what: str) -> NoReturn:
    raise MalformedError("restriction-lost", what, "Nothing was converted.")


def _to_ism(marking: Marking, _: Context) -> Converted:
    attributes = make_attributes_of(marking)
    back = make_marking(attributes)
    losses = []
    if print_marking(back, "banner") != print_marking(marking, "banner") or back.compact != marking.compact:
        written = print_marking(back, "banner")
        losses.append(Loss("writing", f"the order or a form of writing; from ISM it is printed {written}"))
    return Converted(attributes, tuple(losses))


def _to_text(form: Form) -> Callable[[Marking, Context], Converted]:
    def step(marking: Marking, _: Context) -> Converted:
        spelled = print_marking(marking, form)
        losses = (
            (Loss("writing", "one word for level and control"),)
            if marking.compact and form == "banner"
            else ()
        )
        return Converted(spelled, losses)

    return step


def _from_ism(attributes: IsmAttributes, _: Context) -> Converted:
    if attributes.unregistered_notice_type or attributes.notice_reason:
        _refuse("a notice in free text may restrict, and a marking has no place for it")
    if any(notice.startswith("DoD-Dist-") and notice != "DoD-Dist-A" for notice in attributes.notice_type):
        _refuse("a distribution statement restricts, and a marking has no place for it")
    marking = make_marking(attributes)
    texts = list_texts(attributes)
    losses = [Loss(name, "is no part of a marking") for name in texts if name not in _MARK_ATTRIBUTES]
    named = [code for code in attributes.fgi_source_protected if code != "FGI"]
    losses = [loss for loss in losses if loss.what != "FGIsourceProtected" or named]
    if attributes.fgi_source_protected and attributes.fgi_source_open:
        losses.append(Loss("FGIsourceOpen", "with a protected source beside it no source is named"))
    return Converted(marking, tuple(losses))


def _from_ism_to_text(form: Form) -> Callable[[IsmAttributes, Context], Converted]:
    def step(attributes: IsmAttributes, context: Context) -> Converted:
        marking = _from_ism(attributes, context)
        return Converted(print_marking(marking.value, form), marking.losses)

    return step


def _need_book(context: Context) -> PolicyBook:
    if context.book is None:
        raise MalformedError(
            "no-policies", "this conversion needs the policies", "Give the book in the context."
        )
    return context.book


def _to_mark(label: Label, context: Context) -> Converted:
    book = _need_book(context)
    _check(label, book)
    if label.epoch:
        _refuse(f"no mark says as of which day its groups count ({label.epoch})")
    text = print_mark(label, context.place, context.lang, book)
    again = parse_mark(text, book, place=context.place, lang=context.lang, policy=label.policy)
    if again != label:
        _refuse(f"{text!r} would be read as another label")
    return Converted(text)


def _check(label: Label, book: PolicyBook) -> None:
    faults = find_faults(label, book)
    if faults:
        raise MalformedError("not-valid", "; ".join(explain_reason(fault) for fault in faults))


def _to_document(label: Label, context: Context) -> Converted:
    book = _need_book(context)
    _check(label, book)
    return Converted(
        LabelDocument(Role.ORIGINATOR, state_label(label, book.policies[label.policy]), context.created)
    )


def _to_label(document: LabelDocument, context: Context) -> Converted:
    book = _need_book(context)
    if document.succession is not None:
        _refuse("a label that takes over later is more than one label")
    foreign = [
        e.name for e in (*document.extensions, *document.label.extensions) if e.name != EPOCH_EXTENSION
    ]
    if foreign:
        _refuse(f"{foreign[0]} is not understood here and may restrict")
    if document.role is Role.METADATA:
        _refuse("a label of the metadata says nothing of the data")
    label = resolve_label(document.label, book.policies)
    _check(label, book)
    losses = _list_losses(
        document, {"created": "creation time", "review": "review date", "privacy_mark": "privacy mark"}
    )
    return Converted(label, losses)


def _to_ztdf(document: LabelDocument, context: Context) -> Converted:
    return _write_ztdf(Handling(context.identifier or "label", document))


def _write_ztdf(handling: Handling) -> Converted:
    raw = print_handling(handling)
    document = handling.document
    losses = _list_losses(document, {"policy_oid": "policy identifier"})
    oids = tuple(Loss("tag set identifier", f"of {c.tag_name}") for c in document.label.categories if c.oid)
    return Converted(raw, losses + oids)


def _list_losses(document: LabelDocument, more: Mapping[str, str]) -> tuple[Loss, ...]:
    named = {
        "originator": "originator",
        "identifier": "element's identifier",
        "attributes": "other attributes",
        **more,
    }
    found = {**msgspec.structs.asdict(document.label), **msgspec.structs.asdict(document)}
    return tuple(
        Loss(what, "has no place there, and enters no decision")
        for field, what in named.items()
        if found[field]
    )


def _handling_to_label(handling: Handling, context: Context) -> Converted:
    done = _to_label(handling.document, context)
    return Converted(done.value, done.losses + _list_binding(handling))


def _handling_to_ztdf(handling: Handling, _: Context) -> Converted:
    done = _write_ztdf(handling)
    return Converted(done.value, done.losses + _list_binding(handling))


def _list_binding(handling: Handling) -> tuple[Loss, ...]:
    return (
        (Loss("binding", "is of the assertion as it stood, and was not verified"),) if handling.bound else ()
    )


def _to_stix(ids: Mapping[Tlp, str]) -> Callable[[Tlp, Context], Converted]:
    def step(tlp: Tlp, _: Context) -> Converted:
        if tlp not in ids:
            _refuse(f"TLP 1 has no word for {tlp.value}")
        return Converted(ids[tlp])

    return step


def _to_tlp(marked: StixMarked, _: Context) -> Converted:
    water = marked.high_water
    if water.statements:
        _refuse(f"TLP has no word for the statement {water.statements[0][:80]!r}")
    if water.tlp is None:
        raise MalformedError("no-tlp", f"{marked.identifier} bears no TLP label, which is not TLP:CLEAR")
    marks = [part for part in marked.granular if part.mark is not None]
    langs = [part for part in marked.granular if part.lang]
    losses = (
        [Loss("granular markings", f"the strictest of all parts is taken: {water.tlp.value}")]
        if marks
        else []
    )
    losses += [Loss("languages", "of parts")] if langs else []
    return Converted(water.tlp, tuple(losses))


_STEPS: dict[tuple[type, str], Callable[..., Converted]] = {
    (Marking, "ism"): _to_ism,
    (Marking, "banner"): _to_text("banner"),
    (Marking, "portion"): _to_text("portion"),
    (IsmAttributes, "marking"): _from_ism,
    (IsmAttributes, "banner"): _from_ism_to_text("banner"),
    (IsmAttributes, "portion"): _from_ism_to_text("portion"),
    (Label, "mark"): _to_mark,
    (Label, "document"): _to_document,
    (LabelDocument, "label"): _to_label,
    (LabelDocument, "ztdf"): _to_ztdf,
    (Handling, "label"): _handling_to_label,
    (Handling, "ztdf"): _handling_to_ztdf,
    (Tlp, "stix"): _to_stix(TLP_2_IDS),
    (Tlp, "stix1"): _to_stix(TLP_1_IDS),
    (StixMarked, "tlp"): _to_tlp,
}
