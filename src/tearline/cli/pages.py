# SPDX-License-Identifier: Apache-2.0
"""Renditions, lists and texts of the desk as text for a terminal. Marks and banners are the node's, printed as they came.

A text can't draw a mark: marks and banners stand at the left edge, and every line of a text further in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tearline.cli.printing import clean, indent, side_by_side, terminal_width, wrap

COLUMN_MIN = 28
"""A narrower column is harder to read than one text below the other."""


def print_rendition(rendition: dict[str, Any]) -> str:
    """The page, with its banner above and below."""
    return _print_page(rendition, list(_print_head(rendition)))


def print_text(group: dict[str, Any]) -> str:
    """A text of the desk as those members would read it, before it is theirs."""
    head = f"{group['reference']}   for {', '.join(group['members'])}   check {group['check']}"
    return _print_page(group, [clean(head)])


def _print_page(page: dict[str, Any], head: list[str]) -> str:
    banner = clean(page["banner"])
    lines = [banner, "", *head, ""]
    for portion in page["portions"]:
        lines += [clean(f"{portion['tag']}  {portion['mark']}"), *_print_body(portion), ""]
    return "\n".join([*lines, banner])


def _print_head(rendition: dict[str, Any]) -> Iterator[str]:
    yield clean(
        f"{rendition['reference']}   {rendition['precedence']} {rendition['kind']} of {rendition['originator']}"
    )
    verified = rendition["verified"]
    version = f"version {rendition['version_dtg']}   check {rendition['check']}"
    yield clean(f"{version}   verified by {verified['by']}, {verified['at']}")


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
        return wrap(f"source {body['reliability']}, information {body['credibility']}", width)
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


def print_title(title: dict[str, Any] | None) -> str:
    """The title's mark, and all its languages in one line."""
    if title is None:
        return ""
    texts = [" ".join(wording["text"].split()) for wording in title["body"].get("wordings", ())]
    return f"{title['mark']} {' / '.join(texts)}"


def print_preview(preview: dict[str, Any]) -> str:
    """Who gets what text, who would not get what and why, and what was found."""
    lines = []
    for group in preview["groups"]:
        tags = " ".join(portion["tag"] for portion in group["portions"])
        lines += [
            f"text {group['text']} for {', '.join(group['members'])}",
            f"    {group['banner']}",
            f"    {tags}",
        ]
    if not preview["groups"]:
        lines.append("nobody else would get anything")
    for row in preview["withheld"]:
        lines.append(f"withheld from {row['member']}: {row['tag']}{row['variant']}: {row['why']}")
    lines += list(print_findings(preview["findings"]))
    return clean("\n".join(lines))


def print_findings(findings: Any) -> Iterator[str]:
    """One line each; what refuses the filing comes with that word."""
    for found in findings:
        weight = "refused" if found.get("blocking") else "look again"
        place = f"{found['tag']}: " if found.get("tag") else ""
        yield f"{weight}: {place}{found['words']}"
