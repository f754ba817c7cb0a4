# SPDX-License-Identifier: Apache-2.0
"""Label documents as writers usually write them, read by expressions instead of an XML parser: several times sooner.

Soundness: what is read here is a regular subset of what ``stanag4774`` reads: UTF-8, one namespace under one prefix,
attributes in one order, no entity, comment, instruction, CDATA or other vocabulary but our membership epoch, every text
plain. Of such a document an XML parser sees exactly what the expressions see. Whatever differs in one sign, and whatever
breaks a rule, is None here: the strict reader reads it, or refuses it with line and path. Tests compare the two.

What a label says of the information (all but its dates) is remembered by its bytes, for distinct labels are few.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from tearline.core.errors import MalformedError
from tearline.core.labels.codecs.strict_xml import is_plain
from tearline.core.labels.document import (
    EPOCH_EXTENSION,
    LABEL_NAMESPACE,
    ORIGINATOR_KINDS,
    Extension,
    LabelDocument,
    OriginatorId,
    Role,
    StatedCategory,
    StatedLabel,
    read_moment,
)
from tearline.core.labels.policy import TagKind

USUAL_MAX_BYTES = 4 * 1024
"""Larger documents take the strict reader, whose limits on lengths and numbers of values none of these reaches."""
REMEMBERED_MAX = 4096

_ROLES = {role.value: role for role in (Role.ORIGINATOR, Role.ALTERNATIVE, Role.METADATA, Role.LEGACY)}
_KINDS = {kind.name: kind for kind in TagKind}
_SPACE = r"[ \t\r\n]*"
_TEXT = r"[^<>&\x00-\x1f]+"
_VALUE = r'[^<>&"\x00-\x1f]+'
_OID = r"[0-2](?:\.(?:0|[1-9][0-9]{0,38})){1,64}"
_MARKUP = frozenset("<>&")
_EPOCH = '<epoch:MembershipEpoch xmlns:epoch="urn:tearline:label:1">%s</epoch:MembershipEpoch>'
_HEAD = re.compile(
    r"""(?:<\?xml version=(?:"1\.0"|'1\.0') encoding=(?:"(?:UTF|utf)-8"|'(?:UTF|utf)-8')\?>)?[ \t\r\n]*"""
    r"(?=<(?:(?![xX][mM][lL])([A-Za-z_][A-Za-z0-9_-]{0,31}):)?[A-Za-z]{1,40} )"
)


class _Expressions(msgspec.Struct, frozen=True):
    """For documents whose label elements have one prefix."""

    root: re.Pattern[str]
    close: str
    tail: re.Pattern[str]
    start: re.Pattern[str]
    category: re.Pattern[str]
    category_close: str
    after_category: re.Pattern[str]
    value_open: str
    value_close: str
    between_values: re.Pattern[str]
    end: re.Pattern[str]


def read_usual(raw: bytes) -> LabelDocument | None:
    """What the strict reader reads of this document; None where only that reader can tell."""
    if len(raw) > USUAL_MAX_BYTES:
        return None
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    head = _HEAD.match(text)
    if head is None:
        return None
    prefix = head[1] or ""
    expressions = _get_expressions(prefix)
    root = expressions.root.match(text, head.end())
    if root is None:
        return None
    role, identifier, review = root.groups("")
    place = text.find(expressions.close, root.end())
    tail = expressions.tail.match(text, place) if place >= 0 else None
    if tail is None or tail[4] != role:
        return None
    kind, name, created, _ = tail.groups("")
    information = text[root.end() : place]
    label = _remembered.get((prefix, information)) or _read_information(prefix, information)
    if label is None or not _is_moment(review) or not _is_moment(created) or (kind and not is_plain(name)):
        return None
    originator = OriginatorId(kind, name) if kind else None
    return LabelDocument(_ROLES[role], label, created, originator, review, None, identifier)


_remembered: dict[tuple[str, str], StatedLabel] = {}


def _read_information(prefix: str, text: str) -> StatedLabel | None:
    made = _parse_information(_get_expressions(prefix), text)
    if made is not None:
        if len(_remembered) >= REMEMBERED_MAX:
            _remembered.clear()
        _remembered[prefix, text] = made
    return made


def _parse_information(expressions: _Expressions, text: str) -> StatedLabel | None:
    start = expressions.start.match(text)
    if start is None:
        return None
    oid, policy, classification, privacy_mark = start.groups("")
    if (
        not _is_token(policy)
        or not _is_token(classification)
        or (privacy_mark and not is_plain(privacy_mark))
    ):
        return None
    place, categories = start.end(), []
    while (found := expressions.category.match(text, place)) is not None:
        kind, name, tag_oid = found.groups("")
        stop = text.find(expressions.category_close, found.end())
        values = _split_values(expressions, text[found.end() : stop]) if stop >= 0 else ()
        if not values or not _are_plain((name, *values)) or len(set(values)) != len(values):
            return None
        categories.append(StatedCategory(name, _KINDS[kind], values, tag_oid))
        after = expressions.after_category.match(text, stop)
        place = stop if after is None else after.end()
    end = expressions.end.match(text, place)
    if end is None or len({(c.tag_name, c.kind) for c in categories}) != len(categories):
        return None
    extensions = (Extension(EPOCH_EXTENSION, end[1]),) if end[1] else ()
    return StatedLabel(policy, classification, tuple(categories), oid, privacy_mark, extensions)


def _split_values(expressions: _Expressions, listed: str) -> tuple[str, ...]:
    """What stands in the values that ``listed`` is a row of; with markup in it where it is something else."""
    row = listed.strip(" \t\r\n")
    if not row.startswith(expressions.value_open) or not row.endswith(expressions.value_close):
        return ()
    inner = row[len(expressions.value_open) : len(row) - len(expressions.value_close)]
    return tuple(expressions.between_values.split(inner))


_plain: set[str] = set()


def _are_plain(texts: tuple[str, ...]) -> bool:
    """Plain, and without markup. Names and values are few: those found so are remembered."""
    if _plain.issuperset(texts):
        return True
    if not all(text and is_plain(text) and _MARKUP.isdisjoint(text) for text in texts):
        return False
    if len(_plain) >= REMEMBERED_MAX:
        _plain.clear()
    _plain.update(texts)
    return True


def _is_token(text: str) -> bool:
    """Plain, and the same as an xs:token."""
    return is_plain(text) and "  " not in text


def _is_moment(text: str) -> bool:
    try:
        read_moment(text)
    except MalformedError:
        return False
    return True


@lru_cache(maxsize=16)
def _get_expressions(prefix: str) -> _Expressions:
    p = f"{prefix}:" if prefix else ""
    bound = f"xmlns:{prefix}" if prefix else "xmlns"

    def element(name: str, content: str, attributes: str = "") -> str:
        return f"<{p}{name}{attributes}>{content}</{p}{name}>{_SPACE}"

    oid = f'(?: URI="urn:oid:({_OID})")?'
    originator = element("OriginatorID", f"({_TEXT})", f' IDType="({"|".join(sorted(ORIGINATOR_KINDS))})"')
    root = (
        f'<{p}({"|".join(_ROLES)}) {bound}="{re.escape(LABEL_NAMESPACE)}"'
        rf'(?: Id="([A-Za-z_][\w.-]{{0,127}})")? ReviewDateTime="({_VALUE})">{_SPACE}'
        rf"<{p}ConfidentialityInformation>{_SPACE}"
    )
    close = f"</{p}ConfidentialityInformation>"
    tail = (
        rf"{close}{_SPACE}(?:{originator})?{element('CreationDateTime', f'({_TEXT})')}"
        rf"</{p}({'|'.join(_ROLES)})>{_SPACE}\Z"
    )
    start = (
        element("PolicyIdentifier", f"({_TEXT})", oid)
        + element("Classification", f"({_TEXT})")
        + f"(?:{element('PrivacyMark', f'({_TEXT})')})?"
    )
    tag = f' Type="({"|".join(_KINDS)})" TagName="({_VALUE})"{oid}'
    # A prefix that the epoch's text seems to use would stay declared on it: the strict reader writes that.
    epoch = f"({_EPOCH % '[0-9]{4}-[0-9]{2}-[0-9]{2}'})?" if not prefix or p not in _EPOCH else "()"
    return _Expressions(
        root=re.compile(root, re.ASCII),
        close=close,
        tail=re.compile(tail),
        start=re.compile(start),
        category=re.compile(f"<{p}Category{tag}>"),
        category_close=f"</{p}Category>",
        after_category=re.compile(f"</{p}Category>{_SPACE}"),
        value_open=f"<{p}GenericValue>",
        value_close=f"</{p}GenericValue>",
        between_values=re.compile(f"</{p}GenericValue>{_SPACE}<{p}GenericValue>"),
        end=re.compile(rf"{epoch}{_SPACE}\Z"),
    )
