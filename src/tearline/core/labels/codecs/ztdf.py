# SPDX-License-Identifier: Apache-2.0
"""The handling assertion of the Zero Trust Data Format (ACP-240): a STANAG 4774 label in JSON within an OpenTDF manifest.

The JSON form is not standardised: CreationTime and CreationDateTime are both read and one is written (CreationTime, as the
OpenTDF specification has it), one Category or a list of them is read and a list is written. Everything else is strict: what
isn't known is refused with its path. A binding is noted and not verified here: ``bound`` says that one is there, no more.
"""

from __future__ import annotations

from typing import Any

import msgspec

from tearline.core.errors import MalformedError
from tearline.core.labels.codecs.strict_json import (
    expect_list,
    expect_object,
    expect_text,
    parse_json,
    refuse_others,
)
from tearline.core.labels.codecs.strict_xml import is_plain
from tearline.core.labels.document import (
    EPOCH_EXTENSION,
    Extension,
    LabelDocument,
    Role,
    StatedCategory,
    StatedLabel,
    read_moment,
)
from tearline.core.labels.policy import TagKind

SCHEMA = "urn:nato:stanag:4774:confidentialitymetadatalabel:1:0"
EPOCH = "urn:tearline:label:1:MembershipEpoch"
"""Where a lasting group is named, the day as of which its members count; beside the categories."""
ASSERTION_BYTES_MAX = 1024 * 1024
MANIFEST_BYTES_MAX = 64 * 1024 * 1024
_CODE = "bad-ztdf"
_SCOPES = ("tdo", "payload")
_STATES = ("encrypted", "unencrypted")
_EPOCH_XML = '<epoch:MembershipEpoch xmlns:epoch="urn:tearline:label:1">{}</epoch:MembershipEpoch>'


class Handling(msgspec.Struct, frozen=True):
    """A handling assertion: what it is about, and the label."""

    identifier: str
    document: LabelDocument
    scope: str = "tdo"
    applies_to: str = ""
    bound: bool = False


def parse_handling(raw: bytes) -> Handling:
    """One assertion. Raises ``MalformedError`` with the path of what can't be read."""
    return read_handling(parse_json(raw, "an assertion", ASSERTION_BYTES_MAX), "$")


def parse_manifest(raw: bytes) -> tuple[Handling, ...]:
    """The handling assertions of a manifest; other assertions and what else it says are not judged. None: no label at all."""
    root = expect_object(parse_json(raw, "a manifest", MANIFEST_BYTES_MAX), "$", _CODE)
    listed = expect_list(root.get("assertions", []), "$.assertions", _CODE)
    found: list[Handling] = []
    for number, item in enumerate(listed):
        path = f"$.assertions[{number}]"
        if expect_object(item, path, _CODE).get("type") == "handling":
            found.append(read_handling(item, path))
    scopes = [handling.scope for handling in found]
    if len(set(scopes)) != len(scopes):
        raise MalformedError(
            _CODE, "$.assertions: two labels for the same scope", "Which one counts is not known."
        )
    return tuple(found)


def read_handling(value: Any, path: str) -> Handling:
    """A handling assertion that was read as JSON already."""
    item = expect_object(value, path, _CODE)
    refuse_others(item, ("id", "type", "scope", "appliesToState", "statement", "binding"), path, _CODE)
    if item.get("type") != "handling":
        raise _refuse(f"{path}.type", f"{str(item.get('type'))[:40]!r} is no handling assertion")
    scope = expect_text(item.get("scope"), f"{path}.scope", _CODE)
    state = item.get("appliesToState", "")
    if scope not in _SCOPES or state not in ("", *_STATES):
        raise _refuse(path, f"scope {scope[:40]!r} or state {str(state)[:40]!r} is not known")
    if "binding" in item:
        binding = expect_object(item["binding"], f"{path}.binding", _CODE)
        refuse_others(binding, ("method", "signature"), f"{path}.binding", _CODE)
    document = _read_statement(
        expect_object(item.get("statement"), f"{path}.statement", _CODE), f"{path}.statement"
    )
    return Handling(_read_text(item.get("id"), f"{path}.id"), document, scope, state, "binding" in item)


def _refuse(path: str, what: str) -> MalformedError:
    return MalformedError(_CODE, f"{path}: {what}", "Nothing of it was taken over.")


def _read_text(value: Any, path: str) -> str:
    text = expect_text(value, path, _CODE)
    if not is_plain(text):
        raise _refuse(path, f"not a plain text: {text[:40]!r}")
    return text


def _read_statement(statement: dict[str, Any], path: str) -> LabelDocument:
    refuse_others(statement, ("schema", "format", "value"), path, _CODE)
    if statement.get("format") != "json-structured":
        raise _refuse(f"{path}.format", f"{str(statement.get('format'))[:40]!r} is not json-structured")
    value = statement.get("value")
    if isinstance(value, str):
        value = parse_json(value.encode(), f"{path}.value", ASSERTION_BYTES_MAX)
    body = expect_object(value, f"{path}.value", _CODE)
    names = {statement.get("schema", SCHEMA), body.get("Xmlns", SCHEMA)}
    if names != {SCHEMA} or not ("schema" in statement or "Xmlns" in body):
        raise _refuse(path, f"schema and Xmlns do not both say {SCHEMA}")
    return _read_label(body, f"{path}.value")


def _read_label(body: dict[str, Any], path: str) -> LabelDocument:
    refuse_others(
        body,
        ("Xmlns", "CreationTime", "CreationDateTime", "ReviewDateTime", "ConfidentialityInformation"),
        path,
        _CODE,
    )
    times = [name for name in ("CreationTime", "CreationDateTime") if name in body]
    if len(times) != 1:
        raise _refuse(path, f"{len(times)} creation times where one is needed")
    created = _read_time(body[times[0]], f"{path}.{times[0]}")
    review = _read_time(body["ReviewDateTime"], f"{path}.ReviewDateTime") if "ReviewDateTime" in body else ""
    where = f"{path}.ConfidentialityInformation"
    information = expect_object(body.get("ConfidentialityInformation"), where, _CODE)
    return LabelDocument(Role.ORIGINATOR, _read_information(information, where), created, review=review)


def _read_time(value: Any, path: str) -> str:
    text = expect_text(value, path, _CODE)
    try:
        read_moment(text)
    except MalformedError as error:
        raise _refuse(path, error.message) from error
    return text


def _read_information(information: dict[str, Any], path: str) -> StatedLabel:
    refuse_others(
        information, ("PolicyIdentifier", "Classification", "PrivacyMark", "Category", EPOCH), path, _CODE
    )
    listed = information.get("Category", [])
    categories = [listed] if isinstance(listed, dict) else expect_list(listed, f"{path}.Category", _CODE)
    stated = tuple(_read_category(one, f"{path}.Category[{n}]") for n, one in enumerate(categories))
    if len({(one.tag_name, one.kind, one.oid) for one in stated}) != len(stated):
        raise _refuse(f"{path}.Category", "a tag set stands twice")
    epoch = information.get(EPOCH)
    return StatedLabel(
        policy=_read_text(information.get("PolicyIdentifier"), f"{path}.PolicyIdentifier"),
        classification=_read_text(information.get("Classification"), f"{path}.Classification"),
        categories=stated,
        privacy_mark=_read_text(information["PrivacyMark"], f"{path}.PrivacyMark")
        if "PrivacyMark" in information
        else "",
        extensions=(_make_epoch(_read_text(epoch, f"{path}.{EPOCH}")),) if epoch is not None else (),
    )


def _make_epoch(day: str) -> Extension:
    if len(day) != len("2023-07-12") or not day.replace("-", "").isdigit():
        raise _refuse(EPOCH, f"{day[:40]!r} is no day")
    return Extension(EPOCH_EXTENSION, _EPOCH_XML.format(day))


def _read_category(value: Any, path: str) -> StatedCategory:
    item = expect_object(value, path, _CODE)
    refuse_others(item, ("Type", "TagName", "URI", "GenericValues"), path, _CODE)
    kind = item.get("Type")
    if not isinstance(kind, str) or kind not in TagKind.__members__:
        raise _refuse(f"{path}.Type", f"{str(kind)[:40]!r} is no type of category")
    listed = expect_list(item.get("GenericValues"), f"{path}.GenericValues", _CODE)
    values = tuple(_read_text(one, f"{path}.GenericValues") for one in listed)
    if not values or len(set(values)) != len(values):
        raise _refuse(f"{path}.GenericValues", "is empty or names a value twice")
    oid = _read_text(item["URI"], f"{path}.URI") if "URI" in item else ""
    if oid and not oid.startswith("urn:oid:"):
        raise _refuse(f"{path}.URI", f"{oid[:40]!r} is no urn:oid")
    return StatedCategory(
        _read_text(item.get("TagName"), f"{path}.TagName"),
        TagKind[kind],
        values,
        oid.removeprefix("urn:oid:"),
    )


def print_handling(handling: Handling) -> bytes:
    """The assertion, without a binding. What the form has no word for and restricts is refused by name.

    Identifiers of policy and tag sets and who wrote the label are left out; ``convert`` names them.
    """
    document = handling.document
    if document.succession is not None:
        raise _cannot("a label that takes over later")
    epochs = [e for e in document.label.extensions if e.name == EPOCH_EXTENSION]
    others = [e.name for e in (*document.extensions, *document.label.extensions) if e.name != EPOCH_EXTENSION]
    if others:
        raise _cannot(others[0])
    if document.role not in {Role.ORIGINATOR, Role.LEGACY}:
        raise _cannot(f"the role {document.role.value}")
    if not document.created:
        raise _cannot("a label without its creation time")
    body = {"Xmlns": SCHEMA, "CreationTime": document.created}
    if document.review:
        body["ReviewDateTime"] = document.review
    value = {**body, "ConfidentialityInformation": _write_information(document.label, epochs)}
    assertion = {"id": handling.identifier, "type": "handling", "scope": handling.scope}
    if handling.applies_to:
        assertion["appliesToState"] = handling.applies_to
    statement = {"schema": SCHEMA, "format": "json-structured", "value": value}
    return msgspec.json.encode({**assertion, "statement": statement})


def _write_information(label: StatedLabel, epochs: list[Extension]) -> dict[str, Any]:
    out: dict[str, Any] = {"PolicyIdentifier": label.policy, "Classification": label.classification}
    if label.privacy_mark:
        out["PrivacyMark"] = label.privacy_mark
    if label.categories:
        out["Category"] = [
            {"Type": one.kind.name, "TagName": one.tag_name, "GenericValues": list(one.values)}
            for one in label.categories
        ]
    if epochs:
        out[EPOCH] = epochs[0].xml.partition(">")[2].partition("<")[0]
    return out


def _cannot(what: str) -> MalformedError:
    return MalformedError(
        "not-in-ztdf", f"a handling assertion has no word for {what}", "A restriction is never left out."
    )
