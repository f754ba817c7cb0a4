# SPDX-License-Identifier: Apache-2.0
"""STIX 2.1 data markings: definitions (statement, TLP 1 and 2), object markings, granular markings, the high-water mark.

Rules, each a refusal:
- every reference names a definition that is at hand: in the same bundle, or one of the TLP definitions that STIX fixes;
- a definition is of a kind known here, and one with a fixed identifier says what that identifier stands for;
- every selector names something that its object has; a definition does not mark itself, not even round a corner;
- JSON is read strictly. What an object says besides its markings is not judged.

The high-water mark of an object is the strictest TLP and every statement of its object and granular markings: whoever may
have the object by it may have each part. No TLP at all is no TLP, never CLEAR.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from tearline.core.errors import LimitError, MalformedError
from tearline.core.labels.codecs.strict_json import expect_list, expect_object, expect_text, parse_json
from tearline.core.labels.codecs.tlp import Tlp, join_tlp

BUNDLE_BYTES_MAX = 64 * 1024 * 1024
REFERENCES_MAX = 10_000
TLP_2_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?--[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_DEFINITION = "marking-definition--"
_STEP = re.compile(r"[A-Za-z0-9_-]{1,250}\Z|\[(?:0|[1-9]\d{0,5})\]\Z")
_LANG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z")

TLP_2_IDS = {
    Tlp.CLEAR: f"{_DEFINITION}94868c89-83c2-464b-929b-a1a8aa3c8487",
    Tlp.GREEN: f"{_DEFINITION}bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Tlp.AMBER: f"{_DEFINITION}55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Tlp.AMBER_STRICT: f"{_DEFINITION}939a9414-2ddd-4d32-a0cd-375ea402b003",
    Tlp.RED: f"{_DEFINITION}e828b379-4e03-4974-9ac4-e53a884c97c1",
}
TLP_1_IDS = {
    Tlp.CLEAR: f"{_DEFINITION}613f2e26-407d-48c7-9eca-b8e91df99dc9",
    Tlp.GREEN: f"{_DEFINITION}34098fce-860f-48ae-8e50-ebd3cc5e41da",
    Tlp.AMBER: f"{_DEFINITION}f88d31f6-486f-44da-b317-01333bde0b82",
    Tlp.RED: f"{_DEFINITION}5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}
_FIXED = {identifier: tlp for ids in (TLP_1_IDS, TLP_2_IDS) for tlp, identifier in ids.items()}
_TLP_1_WORDS = {"white": Tlp.CLEAR, "green": Tlp.GREEN, "amber": Tlp.AMBER, "red": Tlp.RED}
_TLP_2_WORDS = {tlp.value.removeprefix("TLP:").lower(): tlp for tlp in Tlp}


class StixMark(msgspec.Struct, frozen=True):
    """What one definition says: a TLP label or a statement."""

    identifier: str
    tlp: Tlp | None = None
    statement: str = ""


class GranularMark(msgspec.Struct, frozen=True):
    """A mark (or a language) of the parts that the selectors name."""

    selectors: tuple[str, ...]
    mark: StixMark | None = None
    lang: str = ""


class HighWater(msgspec.Struct, frozen=True):
    """The strictest TLP and every statement, with what each came from."""

    tlp: Tlp | None
    statements: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]  # where ("object" or selectors), and the definition's identifier


class StixMarked(msgspec.Struct, frozen=True):
    """One object's markings."""

    identifier: str
    object_marks: tuple[StixMark, ...]
    granular: tuple[GranularMark, ...]
    high_water: HighWater


def parse_stix(raw: bytes, definitions: Mapping[str, StixMark] | None = None) -> tuple[StixMarked, ...]:
    """The markings of a bundle's objects, or of one object, in order; ``definitions``: known from elsewhere."""
    root = expect_object(parse_json(raw, "STIX", BUNDLE_BYTES_MAX), "$", "bad-stix")
    objects = _list_objects(root)
    known = {identifier: StixMark(identifier, tlp) for identifier, tlp in _FIXED.items()} | dict(
        definitions or {}
    )
    seen: set[str] = set()
    for path, item in objects:
        identifier = _read_id(item, path)
        if identifier.startswith(_DEFINITION):
            mark = _read_definition(item, identifier, path)
            if identifier in seen or known.get(identifier, mark) != mark:
                raise _refuse(path, f"{identifier} is defined twice")
            seen.add(identifier)
            known[identifier] = mark
    _check_circles(objects)
    return tuple(_read_marked(item, path, known) for path, item in objects)


def join_high_water(marked: Iterable[StixMarked]) -> HighWater:
    """The high-water mark of several objects together."""
    waters = [one.high_water for one in marked]
    return HighWater(
        join_tlp(water.tlp for water in waters if water.tlp is not None),
        tuple(dict.fromkeys(text for water in waters for text in water.statements)),
        tuple(dict.fromkeys(source for water in waters for source in water.sources)),
    )


def _refuse(path: str, what: str, code: str = "bad-stix") -> MalformedError:
    return MalformedError(code, f"{path}: {what}", "Nothing of it was taken over.")


def _list_objects(root: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    if root.get("type") != "bundle":
        return [("$", root)]
    listed = expect_list(root.get("objects"), "$.objects", "bad-stix")
    return [
        (f"$.objects[{n}]", expect_object(o, f"$.objects[{n}]", "bad-stix")) for n, o in enumerate(listed)
    ]


def _read_id(item: dict[str, Any], path: str) -> str:
    kind = expect_text(item.get("type"), f"{path}.type", "bad-stix")
    identifier = expect_text(item.get("id"), f"{path}.id", "bad-stix")
    if not _ID.match(identifier) or not identifier.startswith(f"{kind}--"):
        raise _refuse(f"{path}.id", f"{identifier[:80]!r} is no identifier of a {kind[:60]}")
    return identifier


def _read_definition(item: dict[str, Any], identifier: str, path: str) -> StixMark:
    extensions = item.get("extensions")
    kind = item.get("definition_type")
    if extensions is not None:
        if kind is not None or "definition" in item:
            raise _refuse(path, "a definition and an extension in one", "unknown-marking")
        mark = StixMark(
            identifier, _read_tlp_2(expect_object(extensions, f"{path}.extensions", "bad-stix"), path)
        )
    elif kind == "tlp":
        definition = _read_pair(item, "tlp", path)
        if definition not in _TLP_1_WORDS:
            raise _refuse(
                f"{path}.definition.tlp", f"{definition[:40]!r} is no TLP colour", "unknown-marking"
            )
        mark = StixMark(identifier, _TLP_1_WORDS[definition])
    elif kind == "statement":
        mark = StixMark(identifier, statement=_read_pair(item, "statement", path))
    else:
        raise _refuse(
            f"{path}.definition_type", f"{str(kind)[:40]!r} is no kind that is honoured", "unknown-marking"
        )
    if _FIXED.get(identifier) != mark.tlp:
        # STIX fixes them all: a TLP under another name, or another colour under a fixed one, is a forgery or a slip.
        raise _refuse(path, f"{identifier} is not the definition of {mark.tlp}", "tlp-not-fixed")
    if identifier in _FIXED and ((extensions is None) == (identifier in TLP_2_IDS.values())):
        raise _refuse(path, f"{identifier} is of the other TLP version", "tlp-not-fixed")
    return mark


def _read_pair(item: dict[str, Any], name: str, path: str) -> str:
    definition = expect_object(item.get("definition"), f"{path}.definition", "bad-stix")
    if set(definition) != {name}:
        raise _refuse(f"{path}.definition", f"holds other than {name}", "unknown-marking")
    return expect_text(definition[name], f"{path}.definition.{name}", "bad-stix")


def _read_tlp_2(extensions: dict[str, Any], path: str) -> Tlp:
    if set(extensions) != {TLP_2_EXTENSION}:
        other = next(iter(sorted(set(extensions) - {TLP_2_EXTENSION})), "none")
        raise _refuse(f"{path}.extensions", f"{other[:80]} is not honoured", "unknown-marking")
    body = expect_object(extensions[TLP_2_EXTENSION], f"{path}.extensions", "bad-stix")
    word = body.get("tlp_2_0")
    if set(body) != {"extension_type", "tlp_2_0"} or body["extension_type"] != "property-extension":
        raise _refuse(f"{path}.extensions", "is not the TLP 2.0 extension", "unknown-marking")
    if not isinstance(word, str) or word not in _TLP_2_WORDS:
        raise _refuse(f"{path}.extensions", f"{str(word)[:40]!r} is no TLP label", "unknown-marking")
    return _TLP_2_WORDS[word]


def _check_circles(objects: list[tuple[str, dict[str, Any]]]) -> None:
    """A definition may be marked by others, but not by itself."""
    marked_by = {
        item["id"]: set(_list_references(item, path)) | set(_list_granular_references(item))
        for path, item in objects
        if item["id"].startswith(_DEFINITION)
    }
    clean: set[str] = set()
    for start in marked_by:
        if start not in clean:
            _follow(start, marked_by, clean)


def _follow(start: str, marked_by: Mapping[str, set[str]], clean: set[str]) -> None:
    """Depth first, each definition once: one that is met again on the way to itself is marked by itself."""
    way = [start]
    held = {start}
    waiting = [iter(marked_by[start])]
    while way:
        step = next(waiting[-1], None)
        if step is None:
            done = way.pop()
            clean.add(done)
            held.discard(done)
            waiting.pop()
        elif step in held:
            raise _refuse(step, "marks itself", "circular-marking")
        elif step not in clean and step in marked_by:
            way.append(step)
            held.add(step)
            waiting.append(iter(marked_by[step]))


def _list_references(item: dict[str, Any], path: str) -> list[str]:
    if "object_marking_refs" not in item:
        return []
    where = f"{path}.object_marking_refs"
    listed = expect_list(item["object_marking_refs"], where, "bad-stix")
    references = [expect_text(ref, f"{where}[{n}]", "bad-stix") for n, ref in enumerate(listed)]
    if len(references) > REFERENCES_MAX:
        raise LimitError("too-many", f"{where} has {len(references)} references")
    if not references or len(set(references)) != len(references):
        raise _refuse(where, "is empty or names a marking twice")
    return references


def _list_granular_references(item: dict[str, Any]) -> Iterator[str]:
    listed = item.get("granular_markings")
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("marking_ref"), str):
            yield entry["marking_ref"]


def _read_marked(item: dict[str, Any], path: str, known: Mapping[str, StixMark]) -> StixMarked:
    where = f"{path}.object_marking_refs"
    marks = tuple(_find_mark(ref, where, known) for ref in _list_references(item, path))
    granular = tuple(_read_granular(item, path, known))
    placed = [("object", mark) for mark in marks]
    placed += [(", ".join(part.selectors), part.mark) for part in granular if part.mark is not None]
    water = HighWater(
        join_tlp(mark.tlp for _, mark in placed if mark.tlp is not None),
        tuple(dict.fromkeys(mark.statement for _, mark in placed if mark.statement)),
        tuple((place, mark.identifier) for place, mark in placed),
    )
    return StixMarked(item["id"], marks, granular, water)


def _find_mark(reference: str, where: str, known: Mapping[str, StixMark]) -> StixMark:
    if reference not in known:
        raise _refuse(where, f"{reference[:80]} is not at hand", "unknown-marking")
    return known[reference]


def _read_granular(item: dict[str, Any], path: str, known: Mapping[str, StixMark]) -> Iterator[GranularMark]:
    if "granular_markings" not in item:
        return
    listed = expect_list(item["granular_markings"], f"{path}.granular_markings", "bad-stix")
    if not listed or len(listed) > REFERENCES_MAX:
        raise _refuse(f"{path}.granular_markings", f"has {len(listed)} entries")
    for number, entry in enumerate(listed):
        where = f"{path}.granular_markings[{number}]"
        part = expect_object(entry, where, "bad-stix")
        if set(part) not in ({"marking_ref", "selectors"}, {"lang", "selectors"}):
            raise _refuse(where, "has selectors and either marking_ref or lang, and nothing else")
        selectors = _read_selectors(part["selectors"], where, item)
        if "lang" in part:
            lang = expect_text(part["lang"], f"{where}.lang", "bad-stix")
            if not _LANG.match(lang):
                raise _refuse(f"{where}.lang", f"{lang[:40]!r} is no language")
            yield GranularMark(selectors, lang=lang)
        else:
            reference = expect_text(part["marking_ref"], f"{where}.marking_ref", "bad-stix")
            yield GranularMark(selectors, _find_mark(reference, where, known))


def _read_selectors(value: Any, where: str, item: dict[str, Any]) -> tuple[str, ...]:
    listed = expect_list(value, f"{where}.selectors", "bad-stix")
    selectors = tuple(expect_text(one, f"{where}.selectors", "bad-stix") for one in listed)
    if not selectors or len(set(selectors)) != len(selectors) or len(selectors) > REFERENCES_MAX:
        raise _refuse(f"{where}.selectors", "is empty or names a part twice")
    for selector in selectors:
        _resolve(selector, where, item)
    return selectors


def _resolve(selector: str, where: str, item: dict[str, Any]) -> Any:
    """The part that a selector names: ``name``, ``labels.[0]``, ``a.b.[2].c``."""
    steps = selector.split(".")
    if steps[0] == "granular_markings" or steps[0].startswith("["):
        raise _refuse(where, f"{selector[:80]!r} selects no property", "bad-selector")
    found: Any = item
    for step in steps:
        if not _STEP.match(step):
            raise _refuse(where, f"{selector[:80]!r} is no selector", "bad-selector")
        if step.startswith("["):
            number = int(step[1:-1])
            if not isinstance(found, list) or number >= len(found):
                raise _refuse(where, f"{selector[:80]!r} names nothing that is there", "bad-selector")
            found = found[number]
        else:
            if not isinstance(found, dict) or step not in found:
                raise _refuse(where, f"{selector[:80]!r} names nothing that is there", "bad-selector")
            found = found[step]
    return found


def print_tlp_definition(tlp: Tlp) -> bytes:
    """The TLP 2.0 marking definition that STIX fixes."""
    word = tlp.value.removeprefix("TLP:").lower()
    return msgspec.json.encode(
        {
            "type": "marking-definition",
            "spec_version": "2.1",
            "id": TLP_2_IDS[tlp],
            "created": "2022-10-01T00:00:00.000Z",
            "name": tlp.value,
            "extensions": {TLP_2_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": word}},
        }
    )
