# SPDX-License-Identifier: Apache-2.0
"""Save lines of the disclosure register as a file: on record, durable, before its first byte is given out (A1)."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from typing import Any

import msgspec

from tearline.core.instants import print_dtg, print_iso
from tearline.node.commands.acting import Acting, Refused
from tearline.node.journal import RegisterExported
from tearline.node.node import Node
from tearline.node.views.releases import RegisterFilter, RegisterRow

FORMS = ("csv", "json")
COLUMNS = (
    "dtg", "at", "what", "reference", "product", "revision", "member", "authority", "post", "actor", "purpose",
    "review_due", "portions",
)  # fmt: skip
_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_FORMULA = re.compile(f"\\A(?= *[{_SIGNS}\t\r\n])|(?<=[;\t\r\n])(?= *[{_SIGNS}])")
"""Where a spreadsheet would begin a formula: in a cell, or behind what divides cells in another language; full-width signs
count as theirs in Japanese ones."""


class ExportedRegister(msgspec.Struct, frozen=True):
    """The file: its text, how many lines, and its digest as the journal has it."""

    name: str
    media_type: str
    text: str
    rows: int
    sha256: str


def export_register(
    node: Node, acting: Acting, asked: RegisterFilter, form: str
) -> ExportedRegister | Refused:
    """Lines that the filter leaves, newest first."""
    if not {"release", "audit"} & set(acting.duties):
        return Refused("no-duty", "the register is for release and audit")
    if form not in FORMS:
        return Refused("malformed", "The form of an export is csv or json.")
    with node.lock:
        rows = [_columns_of(row) for _, row in node.releases.find_rows(asked)]
        text = _print_csv(rows) if form == "csv" else _print_json(node, acting, rows)
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        work = node.work(acting.person, acting.post)
        work.add(RegisterExported, form=form, rows=len(rows), sha256=sha256)
        work.commit()
        stamp = print_dtg(node.clock.dtg()).replace(" ", "")
        media_type = "text/csv" if form == "csv" else "application/json"
        return ExportedRegister(f"{node.member}-register-{stamp}.{form}", media_type, text, len(rows), sha256)


def _columns_of(row: RegisterRow) -> dict[str, Any]:
    due = print_iso(row.review_due) if row.review_due else ""
    return {
        "dtg": print_dtg(row.dtg),
        "at": print_iso(row.dtg),
        "what": row.what,
        "reference": row.reference,
        "product": row.product,
        "revision": row.revision,
        "member": row.member,
        "authority": row.authority,
        "post": row.post,
        "actor": row.actor,
        "purpose": row.purpose,
        "review_due": due,
        "portions": list(row.portions),
    }


def _print_csv(rows: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        cells = (" ".join(v) if isinstance(v, list) else str(v) for v in (row[c] for c in COLUMNS))
        writer.writerow([_plain(cell) for cell in cells])
    return out.getvalue()


def _plain(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return _FORMULA.sub("'", cell)


def _print_json(node: Node, acting: Acting, rows: list[dict[str, Any]]) -> str:
    head = {
        "register": node.member,
        "exported_at": print_iso(node.clock.dtg()),
        "by": acting.person,
        "post": acting.post,
    }
    return json.dumps({**head, "rows": rows}, ensure_ascii=False, indent=1) + "\n"
