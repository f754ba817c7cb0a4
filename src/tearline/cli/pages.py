# SPDX-License-Identifier: Apache-2.0
"""Renditions, lists and texts of the desk as text for a terminal. Marks and banners are the node's, printed as they came."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tearline.cli.printing import clean, indent, side_by_side, terminal_width, wrap

COLUMN_MIN = 28
"""A narrower column is harder to read than one text below the other."""


def print_rendition(rendition: dict[str, Any]) -> str:
    """The page, with its banner above and below."""
    banner = clean(rendition["banner"])
    lines = [banner, "", *_print_head(rendition), ""]
    for portion in rendition["portions"]:
        lines += [clean(f"{portion['tag']}  {portion['mark']}"), *_print_body(portion), ""]
    return "\n".join([*lines, banner])


def _print_head(rendition: dict[str, Any]) -> Iterator[str]:
    yield clean(
        f"{rendition['reference']}   {rendition['precedence']} {rendition['kind']} of {rendition['originator']}"
    )
    version = rendition.get("version_dtg") or ""
    checked = "verified" if rendition.get("verified") else "not verified"
    if isinstance(rendition.get("verified"), str):
        checked = f"verified {rendition['verified']}"
    yield clean(f"version {version}   check {rendition['check']}   {checked}")


def _print_body(portion: dict[str, Any]) -> list[str]:
    width = terminal_width() - 4
    blocks = print_body(portion["body"], width)
    for field in portion.get("fields") or ():
        blocks += wrap(f"{field['name']}: {field['value']} {field.get('unit', '')}".rstrip(), width)
    return [indent(blocks, 4)]


def print_body(body: dict[str, Any], width: int) -> list[str]:
    """A body as lines: wordings side by side where there is room for them."""
    kind = body.get("type")
    if kind == "text":
        return _print_wordings(body["wordings"], width)
    if kind == "position":
        return wrap(f"{body['text']}\n{body['geojson']}", width)
    if kind == "table":
        rows = [tuple(row) for row in body["rows"]]
        return [line for name, value in rows for line in wrap(f"{name}: {value}", width)]
    if kind == "stix":
        return [line for pattern in body["patterns"] for line in wrap(pattern, width)]
    if kind == "grading":
        return [f"source {body['reliability']}, information {body['credibility']}"]
    return wrap(str(body), width)


def _print_wordings(wordings: list[dict[str, Any]], width: int) -> list[str]:
    texts = []
    for wording in wordings:
        status = "" if wording.get("status", "original") == "original" else f", {wording['status']}"
        head = f"[{wording['lang']}{status}]\n" if wording["lang"] else ""
        texts.append(head + wording["text"])
    if len(texts) > 1 and width // len(texts) >= COLUMN_MIN:
        return side_by_side(texts, width)
    return [line for text in texts for line in wrap(text, width)]


def print_line(item: dict[str, Any]) -> str:
    """A line of a list, and what opens it."""
    title = print_title(item.get("title"))
    head = f"{item['filed_dtg']}  {item['precedence']:<9} {item['originator']:<4} {title}"
    return clean(f"{head}\n    {item['reference']}  [{item['banner']}]\n    {item['key']}")


def print_title(title: Any) -> str:
    """All languages of a title in one line."""
    if not title:
        return ""
    if isinstance(title, str):
        return title
    body = title.get("body", title)
    wordings = body.get("wordings") or []
    return " / ".join(wording["text"] for wording in wordings) or str(body.get("text", ""))


def print_preview(preview: dict[str, Any]) -> str:
    """Who gets what text, who would not get what and why, and what was found."""
    lines = []
    for group in preview["groups"]:
        lines += [
            f"text {group['text']} for {', '.join(group['members'])}",
            f"    {group['rendition']['banner']}",
        ]
        tags = " ".join(portion["tag"] for portion in group["rendition"]["portions"])
        lines.append(f"    portions: {tags}")
    if not preview["groups"]:
        lines.append("nobody else would get anything")
    for row in preview.get("withheld") or ():
        lines.append(f"withheld from {row['member']}: {row['tag']}{row['variant']}: {row['why']}")
    lines += list(print_findings(preview.get("findings") or ()))
    return clean("\n".join(lines))


def print_findings(findings: Any) -> Iterator[str]:
    """One line each; what refuses the filing comes with that word."""
    for found in findings:
        weight = "refused" if found.get("blocking") else "look again"
        place = f"{found['tag']}: " if found.get("tag") else ""
        yield f"{weight}: {place}{found['words']}"
