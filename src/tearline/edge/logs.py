# SPDX-License-Identifier: Apache-2.0
"""A node's program log: one JSON object a line, with fields from a list and no others.

What people write and ask for (titles, bodies, queries, names of products, tokens) has no field here. An exception is logged
by its type and place, since its words could quote what was being read (assurance A6.5). Control characters are escaped, so
a line is one line (B3.12).
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

FIELDS = ("route", "method", "status", "ms", "error", "code", "place", "member", "lane", "count")
"""What a record may carry in its ``extra``; anything else is left out."""

WORDS_MAX_CHARS = 200
OURS = "tearline"


class JsonFormatter(logging.Formatter):
    """Formats records whose message is a constant of the program; its arguments are never put in.

    Of a library's record only the place is told: it may have put into its message what it was working on (asyncio does, with an
    exception that nobody awaited).
    """

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z")
        line: dict[str, object] = {"at": at, "level": record.levelname, "logger": record.name}
        ours = record.name.partition(".")[0] == OURS
        line["message"] = str(record.msg)[:WORDS_MAX_CHARS] if ours else f"{record.module}:{record.lineno}"
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line)
