# SPDX-License-Identifier: Apache-2.0
"""Pages made here: a copy to print, and what a browser finds at the node's door. No script, nothing loaded.

A print has its banner at the top and bottom of every sheet (rows of a table, which repeat, keep its place free), its
reference, check and notice, and every portion behind its mark. Text is escaped; each piece stands in an isolate of its own,
so that no direction sign reaches beyond it; control characters are shown as what they are. A text cannot draw a banner:
marks stand outside of the texts' boxes.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from html import escape
from typing import assert_never

import msgspec

from tearline.core.instants import print_dtg
from tearline.edge.api.paper_words import head, name_portion
from tearline.node.gate import (
    Body,
    GradingBody,
    MediaBody,
    PositionBody,
    Rendition,
    RenditionPortion,
    StixBody,
    TableBody,
    TextBody,
)

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")

_PRINT_CSS = """
@page{margin:14mm 16mm}body{font:11pt/1.4 sans-serif;margin:0;color:#000;background:#fff}
.banner{position:fixed;left:0;right:0;text-align:center;font-weight:bold;background:#fff}.top{top:0}.bottom{bottom:0}
.sheet{width:100%;border-spacing:0}.room{visibility:hidden;text-align:center;font-weight:bold;padding:0 0 1em}
main{margin:0 1em}section{margin:1em 0;padding:.3em .6em;border-left:2px solid #000;break-inside:avoid}
.mark{display:block;font-weight:bold}p{margin:.3em 0;white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate}
td{padding-right:1em;vertical-align:top}footer{margin-top:2em;font-size:9pt}
"""


_COPY_RULES = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)
"""Of a page that is opened as a file, where no node sends headers: it runs nothing and loads nothing, whatever stands in it."""


class PrintedCopy(msgspec.Struct, frozen=True):
    """A copy with its number and who holds it; its headings are in ``lang``."""

    copy: int
    holder: str
    rendition: Rendition
    notice: str
    lang: str = "en"

    @property
    def line(self) -> str:
        """Number, holder, since when this text stands, and its check."""
        said = f"{head('as_of', self.lang)} {print_dtg(self.rendition.version)}"
        check = f"{head('check', self.lang)} {self.rendition.check}"
        return f"{head('copy', self.lang)} {self.copy} · {self.holder} · {said} · {check}"


def print_page(copy: PrintedCopy) -> str:
    """The copy as one page of HTML."""
    rendition = copy.rendition
    reference = rendition.envelope.reference
    portions = "".join(_print_portion(p, copy.lang) for p in rendition.portions)
    banner = _isolate(rendition.banner)
    line = f"{reference} · {copy.line}"
    return (
        f'<!doctype html><html lang="{_text(copy.lang)}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_COPY_RULES}"><title>{_text(reference)}</title>'
        f'<style>{_PRINT_CSS}</style></head><body><div class="banner top">{banner}</div>'
        f'<table class="sheet" role="presentation"><thead><tr><td class="room" aria-hidden="true">{banner}</td></tr></thead>'
        f'<tfoot><tr><td class="room" aria-hidden="true">{banner}</td></tr></tfoot><tbody><tr><td><main>'
        f"<h1>{_isolate(reference)}</h1><p>{_isolate(line)}</p>{portions}"
        f"<footer><p>{_isolate(copy.notice)}</p></footer></main></td></tr></tbody></table>"
        f'<div class="banner bottom">{banner}</div></body></html>'
    )


def _print_portion(portion: RenditionPortion, lang: str) -> str:
    name = f"{portion.tag} {name_portion(portion.kind, lang)}"
    mark = f'<span class="mark">{_isolate(portion.mark)} {_isolate(name)}</span>'
    return f"<section>{mark}{_print_body(portion.body)}</section>"


def _print_body(body: Body) -> str:
    match body:
        case TextBody():
            return "".join(f'<p lang="{_text(w.lang)}" dir="auto">{_text(w.text)}</p>' for w in body.wordings)
        case PositionBody():
            return f'<p dir="auto">{_text(body.text)}</p>'
        case TableBody():
            rows = "".join(f"<tr><td>{_isolate(n)}</td><td>{_isolate(v)}</td></tr>" for n, v in body.rows)
            return f"<table>{rows}</table>"
        case StixBody():
            return "".join(f'<p dir="auto">{_text(pattern)}</p>' for pattern in body.patterns)
        case GradingBody():
            return f"<p>{_text(body.reliability)}{body.credibility}</p>"
        case MediaBody():
            return _print_media(body)
        case _:
            assert_never(body)


def _print_media(body: MediaBody) -> str:
    words = f'<p dir="auto">{_text(body.words or body.name)}</p>'
    if body.media_type == "text/plain":
        return f'{words}<p dir="auto">{_text(body.data.decode("utf-8", "replace"))}</p>'
    data = b64encode(body.data).decode()
    return f'<p><img alt="{_text(body.words or body.name)}" src="data:{_text(body.media_type)};base64,{data}"></p>{words}'


def _isolate(text: str) -> str:
    return f'<bdi dir="auto">{_text(text)}</bdi>'


def _text(text: str) -> str:
    """Escaped; controls as U+XXXX in brackets."""
    return escape(_CONTROLS.sub(lambda m: f"[U+{ord(m[0]):04X}]", text))


class Door(msgspec.Struct, frozen=True):
    """What stands at a node's door. ``others``: people's doors of other members, where an exercise runs on one machine."""

    member: str
    node: str
    notice: str
    others: Mapping[str, str]


def print_door(door: Door) -> str:
    """The page at ``/``: what runs here and beside it, and where the API is. It says nothing that moves."""
    notice = f"<p><strong>{_isolate(door.notice)}</strong></p>" if door.notice else ""
    links = "".join(
        f'<li><a href="{escape(url)}/">{_isolate(member)}</a></li>'
        for member, url in sorted(door.others.items())
    )
    others = f"<p>The other members of this network have their doors at</p><ul>{links}</ul>" if links else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>tearline, {escape(door.member)}</title></head><body><main><h1>tearline</h1>{notice}"
        f"<p>This is node {_isolate(door.node)} of member {_isolate(door.member)}. Here its own people write, release, "
        "read and search; every reader gets exactly what is releasable to them.</p>"
        '<p>Programs and screens speak to <a href="/openapi.json">its API</a>, under <code>/api/</code>. From a terminal: '
        f"<code>tearline read --help</code>.</p>{others}"
        "<p>The screens were not built here: <code>./run screens</code> builds them.</p></main></body></html>"
    )
