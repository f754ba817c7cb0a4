# SPDX-License-Identifier: Apache-2.0
"""A numbered copy as a file: a page of HTML, plain text, PDF; with its label beside it where that is asked for.

- Every form has its banner at the top and the bottom (PDF and HTML: of every sheet), its reference, check, number and holder,
  and each portion behind its mark. Nothing in a text can end its portion or draw a marking: text is data in each form.
- The label beside it is a detached binding (ADatP-4778) of the originator's label, and of the same in the holder's policy
  (ADatP-4774), to the file's bytes by digest; both come in one archive, which is the same bytes for the same copy.
- PDF needs the ``pdf`` extra: a typesetter, which loads nothing and reads no file but its fonts.
"""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from importlib import resources, util
from pathlib import Path
from typing import Any, Literal, assert_never

import msgspec

from tearline.core.instants import print_dtg, print_iso
from tearline.core.labels import LabelDocument
from tearline.core.labels.codecs import make_sidecar, print_binding
from tearline.edge.api.pages import PrintedCopy, print_page
from tearline.edge.api.paper_words import head, name_portion
from tearline.edge.api.problems import Problem
from tearline.node.gate import (
    Body,
    GradingBody,
    MediaBody,
    PositionBody,
    RenditionPortion,
    StixBody,
    TableBody,
    TextBody,
)

Format = Literal["html", "text", "pdf"]
MEDIA: dict[Format, tuple[str, str]] = {
    "html": ("html", "text/html;charset=utf-8"),
    "text": ("txt", "text/plain;charset=utf-8"),
    "pdf": ("pdf", "application/pdf"),
}
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
RULE = "-" * 72

# What could move, hide or end words where a text is shown: controls, directions, widths of nothing.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]"
)


class FileOut(msgspec.Struct, frozen=True):
    """A file to save under its name; its bytes in base64."""

    name: str
    media_type: str
    base64: str


class Line(msgspec.Struct, frozen=True):
    """A paragraph of a portion in one language."""

    lang: str
    text: str


def print_file(copy: PrintedCopy, form: Format) -> bytes:
    """The copy in one form, or a problem that says what to do instead."""
    match form:
        case "html":
            return print_page(copy).encode()
        case "text":
            return print_text(copy).encode()
        case "pdf":
            return print_pdf(copy)
        case _:
            assert_never(form)


def pack_file(copy: PrintedCopy, form: Format, *, labels: tuple[LabelDocument, ...] | None = None) -> FileOut:
    """The file, or with ``labels`` an archive of the file and the binding of these labels to it."""
    suffix, media_type = MEDIA[form]
    stem = f"{copy.rendition.envelope.reference.replace(' ', '-')}-copy-{copy.copy}"
    raw = print_file(copy, form)
    if labels is None:
        return FileOut(f"{stem}.{suffix}", media_type, _encode(raw))
    if not labels:
        raise Problem("no-label", "No single label covers all of it. Save it without a label file.")
    name = f"{stem}.{suffix}"
    binding = print_binding(make_sidecar(labels, [(name, raw, media_type.partition(";")[0])]))
    packed = _zip(((name, raw), (f"{name}.4778.xml", binding)))
    return FileOut(f"{stem}.zip", "application/zip", _encode(packed))


def check_pdf() -> None:
    """A problem where copies as PDF can't be made here."""
    if util.find_spec("typst") is None or util.find_spec("noto_cjk_sans_otc") is None:
        raise Problem(
            "no-pdf",
            "This node makes no PDF: its administrator has to install tearline[pdf]. Save it as HTML, and print that.",
        )


def print_text(copy: PrintedCopy) -> str:
    """Plain text, marked at the top, the bottom and before each portion; content is set in from the margin."""
    rendition = copy.rendition
    banner = show_unseen(rendition.banner)
    head = [banner, RULE, show_unseen(rendition.envelope.reference), _line(copy), ""]
    body = [line for portion in rendition.portions for line in _print_portion(portion, copy.lang)]
    return "\n".join([*head, *body, show_unseen(copy.notice), RULE, banner, ""])


def print_pdf(copy: PrintedCopy) -> bytes:
    """PDF/A-2b, the same bytes for the same copy."""
    check_pdf()
    import typst  # noqa: PLC0415  large, and not everywhere

    try:
        made: bytes = typst.compile(
            _template(),
            font_paths=_load_fonts(),
            format="pdf",
            pdf_standards="a-2b",
            timestamp=0,
            sys_inputs={"copy": json.dumps(_data_of(copy), ensure_ascii=False)},
        )
    except typst.TypstError as error:
        # As PDF/A a letter without a glyph is an error, where plain PDF would print an empty box.
        raise Problem(
            "no-pdf", "Its text has letters that the PDF's fonts don't have. Save it as HTML."
        ) from error
    return made


def show_unseen(text: str) -> str:
    """What can't be seen is shown as U+XXXX in brackets."""
    return _UNSEEN.sub(lambda m: f"[U+{ord(m[0]):04X}]", text)


@cache
def _load_fonts() -> Any:
    import noto_cjk_sans_otc  # noqa: PLC0415
    import typst  # noqa: PLC0415

    return typst.Fonts(include_system_fonts=False, font_paths=[str(Path(noto_cjk_sans_otc.__file__).parent)])


@cache
def _template() -> bytes:
    return resources.files(__package__).joinpath("copy.typ").read_bytes()


def _line(copy: PrintedCopy) -> str:
    return show_unseen(copy.line)


def _print_portion(portion: RenditionPortion, lang: str) -> Iterator[str]:
    yield show_unseen(f"{portion.mark} {portion.tag} {name_portion(portion.kind, lang)}")
    for line in list_lines(portion.body):
        yield from (f"    {row}" for row in line.text.split("\n"))
    for name, value in list_rows(portion.body):
        yield "    " + f"{name}: {value}".replace("\n", " ")
    yield ""


def list_lines(body: Body) -> tuple[Line, ...]:
    """The paragraphs of a portion; none of a table."""
    match body:
        case TextBody():
            return tuple(Line(w.lang, show_unseen(w.text)) for w in body.wordings)
        case PositionBody():
            return (Line("", show_unseen(body.text)),)
        case StixBody():
            return tuple(Line("", show_unseen(pattern)) for pattern in body.patterns)
        case GradingBody():
            return (Line("", f"{body.reliability}{body.credibility}"),)
        case MediaBody():
            said = body.data.decode("utf-8", "replace") if body.media_type == "text/plain" else ""
            return tuple(Line("", show_unseen(text)) for text in (body.name, body.words, said) if text)
        case TableBody():
            return ()
        case _:
            assert_never(body)


def list_rows(body: Body) -> tuple[tuple[str, str], ...]:
    """The rows of a table."""
    rows = body.rows if isinstance(body, TableBody) else ()
    return tuple((show_unseen(name), show_unseen(value)) for name, value in rows)


def _data_of(copy: PrintedCopy) -> dict[str, Any]:
    rendition = copy.rendition
    envelope = rendition.envelope
    return {
        "reference": show_unseen(envelope.reference),
        "originator": show_unseen(envelope.originator),
        "banner": show_unseen(rendition.banner),
        "line": f"{show_unseen(envelope.reference)} · {_line(copy)}",
        "words": {"page": head("page", copy.lang)},
        "lang": copy.lang,
        "facts": [
            [head("precedence", copy.lang), show_unseen(envelope.precedence)],
            [head("originator", copy.lang), show_unseen(envelope.originator)],
            [head("filed", copy.lang), print_dtg(envelope.filed_at)],
            [head("since", copy.lang), print_dtg(rendition.version)],
            [head("check", copy.lang), rendition.check],
            [head("copy", copy.lang), f"{copy.copy}, {show_unseen(copy.holder)}"],
        ],
        "portions": [
            {
                "mark": show_unseen(portion.mark),
                "name": show_unseen(f"{portion.tag} {name_portion(portion.kind, copy.lang)}"),
                "lines": [{"lang": _lang(line.lang), "text": line.text} for line in list_lines(portion.body)],
                "rows": list_rows(portion.body),
            }
            for portion in rendition.portions
        ],
        "notice": show_unseen(copy.notice),
        "date": list(map(int, print_iso(rendition.version)[:10].split("-"))),
    }


def _lang(lang: str) -> str:
    """Others' language codes: what the typesetter does not take is English."""
    code = lang.partition("-")[0].lower()
    return code if re.fullmatch("[a-z]{2,3}", code) else "en"


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _zip(files: tuple[tuple[str, bytes], ...]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in files:
            archive.writestr(zipfile.ZipInfo(name, ZIP_TIME), raw, zipfile.ZIP_DEFLATED)
    return out.getvalue()
