# SPDX-License-Identifier: Apache-2.0
"""Run every benchmark, print the table, write docs/benchmarks.md and docs/benchmarks.json.

Each runs in a process of its own: what one leaves in memory must not slow the next, and no node lives beside it either.

``python -m bench [name ...]`` runs some of them and writes nothing.
"""

from __future__ import annotations

import json
import platform
import sys
import time
from pathlib import Path
from typing import Any

from bench.apart import run_apart

MODULES = (
    "labels",
    "label_work",
    "journal",
    "exchange",
    "search",
    "web",
    "page",
    "preview",
    "finding",
    "inbox",
    "flash",
    "timing",
)
DOCS = Path(__file__).resolve().parents[1] / "docs"


def main(names: list[str]) -> int:
    rows: list[dict[str, Any]] = []
    for name in names or MODULES:
        print(f"… {name}", flush=True)
        started = time.monotonic()
        rows += run_apart(name)
        print(f"  {time.monotonic() - started:.1f} s", flush=True)
    table = make_table(rows)
    print(table)
    if not names:
        write(rows, table)
    return 0 if all(row["holds"] is not False for row in rows) else 1


def make_table(rows: list[dict[str, Any]]) -> str:
    lines = ["| work | figure | ratio | to reach | holds |", "|---|---|---|---|---|"]
    for row in rows:
        ratio = "" if row.get("ratio") is None else f"{row['ratio']:.2f}"
        holds = {True: "yes", False: "**no**", None: "not run"}[row["holds"]]
        figure = f"{row['figure']:,}" if isinstance(row["figure"], int | float) else row["figure"]
        bar = row["bar"] or ""
        lines.append(f"| {row['name']} | {figure} {row['unit']} | {ratio} | {bar} | {holds if bar else ''} |")
    return "\n".join(lines)


def write(rows: list[dict[str, Any]], table: str) -> None:
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    text = (
        "# Benchmarks\n\nWritten by `./run bench`. Ours and the bare library run interleaved in one process on the same "
        f"data; ratios hold, times depend on the machine ({machine}, shared, 2 cores).\n\n{table}\n"
    )
    (DOCS / "benchmarks.md").write_text(text)
    (DOCS / "benchmarks.json").write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
