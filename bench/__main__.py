# SPDX-License-Identifier: Apache-2.0
"""Run every benchmark, print the table, write docs/benchmarks.md and docs/benchmarks.json.

``python -m bench [name ...]`` runs some of them and writes nothing.
"""

from __future__ import annotations

import importlib
import json
import logging
import platform
import sys
import time
from pathlib import Path
from typing import Any

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
)
DOCS = Path(__file__).resolve().parents[1] / "docs"


def main(names: list[str]) -> int:
    logging.disable(logging.INFO)
    rows: list[dict[str, Any]] = []
    for name in names or MODULES:
        print(f"… {name}", flush=True)
        started = time.monotonic()
        rows += importlib.import_module(f"bench.{name}").run()
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
