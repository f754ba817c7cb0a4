# SPDX-License-Identifier: Apache-2.0
"""Log lines hold nothing that people wrote (assurance A6.5)."""

import json
import logging
import sys

from tearline.edge.logs import JsonFormatter


def make_record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    record = logging.LogRecord("tearline.edge", logging.ERROR, __file__, 1, message, args, None)
    vars(record).update(extra)
    return record


def test_a_line_is_one_json_object_with_listed_fields_only() -> None:
    """Arguments, unlisted fields and line breaks don't get out."""
    raw = JsonFormatter().format(
        make_record("failed %s\nnext", "WORDS", code="too-large", title="WORDS", body="WORDS", status=500)
    )
    assert "\n" not in raw
    assert "WORDS" not in raw
    line = json.loads(raw)
    assert (line["code"], line["status"], line["level"]) == ("too-large", 500, "ERROR")


def test_a_library_s_words_are_not_ours() -> None:
    """Asyncio writes a task nobody awaited into its message, with the words of its exception."""
    record = make_record("Task exception was never retrieved\nfuture: <Task exception=ValueError('WORDS')>")
    record.name = "asyncio"
    raw = JsonFormatter().format(record)
    assert "WORDS" not in raw
    assert json.loads(raw)["message"] == "test_logs:1"


def test_an_exception_is_logged_by_type() -> None:
    """Its words could quote what was being read."""
    record = make_record("failed")
    try:
        raise ValueError("WORDS")  # noqa: TRY301
    except ValueError:
        record.exc_info = sys.exc_info()
    raw = JsonFormatter().format(record)
    assert json.loads(raw)["error"] == "ValueError"
    assert "WORDS" not in raw
