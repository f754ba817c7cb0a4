# SPDX-License-Identifier: Apache-2.0
"""A label, clearance or marking in another form, with what is lost on the way. A restriction is never lost: it is refused.

| to | from |
| --- | --- |
| ``json`` | every label and clearance |
| ``4774`` | every label and clearance; a new label needs ``created`` and ``review`` |
| ``aciclr`` | every clearance |
| ``ess`` | every label and clearance, as base64 of DER |
| ``ztdf`` | every label |
| ``sio`` | every label, as ``:xml``, with its banner |
| ``mark`` | every label whose mark is read back as the same label |
| ``ism``, ``banner``, ``portion``, ``marking`` | US and joint text, ISM |
| ``tlp``, ``stix``, ``stix1`` | TLP, STIX |
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from tearline.cli.exits import UnusableError
from tearline.cli.label.answers import Answer
from tearline.cli.label.asked import Asked, find_uri
from tearline.cli.label.forms import Given, find_place, write_clearance, write_label
from tearline.cli.label.markings import FOREIGN
from tearline.cli.label.resolve import Wanted, find_clearance, list_documents, open_sio
from tearline.cli.label.sentences import say_in

if TYPE_CHECKING:
    from tearline.core.labels import Clearance, Label, LabelDocument

_LABEL_FORMS = ("json", "4774", "ess", "spiffing", "ztdf", "sio", "mark")
_CLEARANCE_FORMS = ("json", "4774", "aciclr", "ess", "spiffing")
_FOREIGN_FORMS = ("ism", "banner", "portion", "marking", "tlp", "stix", "stix1")
FORMS = tuple(dict.fromkeys([*_LABEL_FORMS, *_CLEARANCE_FORMS, *_FOREIGN_FORMS]))


def convert(asked: Asked) -> Answer:
    """The value in the form ``to``, and what it no longer says."""
    target = asked.get_text("to")
    if target not in FORMS:
        raise UnusableError("unknown-form", f"{target!r} is no form", f"Known: {', '.join(FORMS)}.")
    name = "clearance" if "clearance" in asked.fields else "label"
    given = asked.read(name)
    if given.codec in FOREIGN:
        return _answer(given, target, *_convert_foreign(given, target), asked.lang)
    if name == "clearance" or "Clearance" in type(given.value).__name__:
        _check(target, _CLEARANCE_FORMS, "a clearance")
        clearance = find_clearance(given, Wanted(asked.book, asked.at))
        return _answer(given, target, _write_clearance(clearance, target, asked), [], asked.lang)
    _check(target, _LABEL_FORMS, "a label")
    return _answer(given, target, *_convert_label(given, target, asked), asked.lang)


def _check(target: str, known: tuple[str, ...], what: str) -> None:
    if target not in known:
        raise UnusableError(
            "no-conversion", f"{what} is not turned into {target}", f"Known: {', '.join(known)}."
        )


def _answer(given: Given, target: str, value: Any, losses: list[Answer], lang: str) -> Answer:
    said = [{name: say_in(words, lang) for name, words in loss.items()} for loss in losses]
    return {"from": given.codec, "to": target, "value": value, "losses": said}


def _convert_foreign(given: Given, target: str) -> tuple[Any, list[Answer]]:
    import msgspec

    from tearline.core.labels.codecs import convert_form
    from tearline.core.labels.codecs.ism import IsmAttributes, list_texts

    values = given.value if isinstance(given.value, tuple) else (given.value,)
    if len(values) != 1:
        raise UnusableError("several-values", f"{len(values)} marked things; one is converted at a time")
    value = values[0].attributes if given.codec == "ism-xml" else values[0]
    converted = convert_form(value, target)
    out = converted.value
    if isinstance(out, IsmAttributes):
        out = list_texts(out)
    elif not isinstance(out, str):
        out = out.value if hasattr(out, "value") else msgspec.to_builtins(out)
    return out, [{"what": loss.what, "why": loss.why} for loss in converted.losses]


def _convert_label(given: Given, target: str, asked: Asked) -> tuple[Any, list[Answer]]:
    """A document stays one where the form holds documents; else its label, with what the document said beside it."""
    from tearline.core.labels.codecs import Context, convert_form

    context = Context(
        asked.book,
        find_place(asked.get_text("place", "banner")),
        asked.lang,
        identifier=asked.get_text("name", ""),
    )
    losses = []
    inner = open_sio(given.value) if given.codec == "sio" else given
    if given.codec == "sio" and given.value.marking:
        losses.append({"what": "marking", "why": "what a person saw is no part of the label"})
    documents = list_documents(inner, find_uri(asked.fields["label"]))
    if len(documents) > 1:
        losses.append({"what": "other labels", "why": "one label is converted: the originator's"})
    found = asked.label_of(inner, asked.fields["label"])
    document = found.document
    if document is not None and target in {"4774", "ztdf", "sio"}:
        value, more = _write_document(document, found.label, target, asked)
        return value, losses + more
    if document is not None:
        converted = convert_form(document, "label", context)
        losses += [{"what": loss.what, "why": loss.why} for loss in converted.losses]
    if target in {"4774", "ztdf", "sio"}:
        value, more = _write_document(_make_document(found.label, asked), found.label, target, asked)
        return value, losses + more
    return _write_label(found.label, target, context, asked), losses


def _make_document(label: Label, asked: Asked) -> LabelDocument:
    import msgspec

    from tearline.core.labels.codecs import Context, convert_form

    created, review = asked.get_text("created", ""), asked.get_text("review", "")
    if not created or not review:
        advice = "They are part of a STANAG 4774 label; write them like 2023-07-12T01:04:00Z."
        raise UnusableError("date-needed", "created and review are needed", advice)
    document: LabelDocument = convert_form(label, "document", Context(asked.book, created=created)).value
    return msgspec.structs.replace(document, review=review)


def _write_document(
    document: LabelDocument, label: Label, target: str, asked: Asked
) -> tuple[Any, list[Answer]]:
    from tearline.core.labels import BANNER, print_mark
    from tearline.core.labels.codecs import (
        Context,
        SioLabel,
        convert_form,
        parse_label_document,
        print_label_document,
        print_sio_label,
    )

    if target == "ztdf":
        converted = convert_form(
            document, "ztdf", Context(asked.book, identifier=asked.get_text("name", "label"))
        )
        losses = [{"what": loss.what, "why": loss.why} for loss in converted.losses]
        return converted.value.decode(), losses
    raw = print_label_document(document)
    parse_label_document(raw, draft=not document.created)  # what is written is also read
    if target == "4774":
        return raw.decode(), []
    mark = print_mark(label, BANNER, asked.lang, asked.book)
    return print_sio_label(SioLabel(marking=mark, kind=":xml", label=raw)), []


def _write_label(label: Label, target: str, context: Any, asked: Asked) -> Any:
    from tearline.core.labels import get_policy, number_label
    from tearline.core.labels.codecs import convert_form, encode_ess_label, print_spiffing

    if target == "json":
        return write_label(label)
    if target == "mark":
        return convert_form(label, "mark", context).value
    numbers = number_label(label, get_policy(asked.book, label.policy))
    if target == "spiffing":
        return print_spiffing(numbers).decode()
    return base64.b64encode(encode_ess_label(numbers)).decode()


def _write_clearance(clearance: Clearance, target: str, asked: Asked) -> Any:
    from tearline.core.labels import get_policy, number_clearance, state_clearance
    from tearline.core.labels.codecs import (
        encode_clearance,
        parse_clearance_document,
        print_clearance_claim,
        print_clearance_document,
        print_spiffing,
    )

    policy = get_policy(asked.book, clearance.policy)
    if target == "json":
        return write_clearance(clearance)
    if target == "ess":
        return base64.b64encode(encode_clearance(number_clearance(clearance, policy))).decode()
    if target == "spiffing":
        return print_spiffing(number_clearance(clearance, policy)).decode()
    stated = state_clearance(clearance, policy)
    raw = print_clearance_document(stated)
    parse_clearance_document(raw)  # what is written is also read
    if target == "4774":
        return raw.decode()
    return print_clearance_claim(stated)
