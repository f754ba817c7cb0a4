# SPDX-License-Identifier: Apache-2.0
"""Label documents that differ from one read before in their two dates alone: nearly all, for labels are few.

Soundness: a document here is three stretches of bytes around two dates of twenty signs. Two documents that agree in the
stretches, and where they lie, are the same to any parser up to what the dates say. A form is learnt only from a document
that was read strictly, and only after another one, with two other dates in these places, was read strictly too and came
out the same but for ``review`` and ``created``. Whatever is not so is read in full each time; what is refused is never kept.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from tearline.core.errors import MalformedError, TearlineError
from tearline.core.labels.document import LabelDocument, read_moment

FORM_MAX_BYTES = 4 * 1024
FORMS_MAX = 4096
_REVIEW, _CREATED = b' ReviewDateTime="', b"CreationDateTime>"
_LENGTH = len(b"2023-07-12T01:04:00Z")
_OTHER_REVIEW, _OTHER_CREATED = "1901-02-03T04:05:06Z", "1907-08-09T10:11:12Z"

_Key = tuple[bytes, int, int]
_Split = tuple[_Key, bytes, bytes]


class KnownForms:
    """Reads label documents by ``parse``, and those of a known form by looking them up."""

    def __init__(self, parse: Callable[[bytes], LabelDocument]) -> None:
        self._parse = parse
        self._forms: dict[_Key, LabelDocument] = {}

    def read(self, raw: bytes) -> LabelDocument:
        """What ``parse`` reads, or raises."""
        split = _split(raw)
        if split is None:
            return self._parse(raw)
        key, review, created = split
        known = self._forms.get(key)
        if known is not None and _is_moment(review) and _is_moment(created):
            return _with_dates(known, review.decode(), created.decode())
        document = self._parse(raw)
        if known is None:
            self._learn(raw, key, document)
        return document

    def _learn(self, raw: bytes, key: _Key, document: LabelDocument) -> None:
        _, i, j = key
        tried = b"".join((raw[:i], _OTHER_REVIEW.encode(), raw[i + _LENGTH : j], _OTHER_CREATED.encode()))
        try:
            other = self._parse(tried + raw[j + _LENGTH :])
        except TearlineError:  # the places are not where the dates stand
            return
        if other != _with_dates(document, _OTHER_REVIEW, _OTHER_CREATED):
            return
        if len(self._forms) >= FORMS_MAX:
            self._forms.clear()
        self._forms[key] = document


def _split(raw: bytes) -> _Split | None:
    """What stands around the two dates, and the dates; None where they don't stand as they usually do."""
    if len(raw) > FORM_MAX_BYTES:
        return None
    i = raw.find(_REVIEW) + len(_REVIEW)
    j = raw.find(_CREATED, i) + len(_CREATED)
    if i < len(_REVIEW) or j < i + _LENGTH or j + _LENGTH > len(raw):
        return None
    key = (raw[:i] + raw[i + _LENGTH : j] + raw[j + _LENGTH :], i, j)
    return key, raw[i : i + _LENGTH], raw[j : j + _LENGTH]


def _is_moment(date: bytes) -> bool:
    try:
        read_moment(date.decode("latin-1"))
    except MalformedError:
        return False
    return True


def _with_dates(document: LabelDocument, review: str, created: str) -> LabelDocument:
    return msgspec.structs.replace(document, review=review, created=created)
