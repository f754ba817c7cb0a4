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
from typing import TypeVar

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
_SPACES = " \t\r\n"
_SPACE = f"[{_SPACES}]*"
_TEXT = r"[^<>&\x00-\x1f]+"
_VALUE = r'[^<>&"\x00-\x1f]+'
_OID = r"[0-2](?:\.(?:0|[1-9][0-9]{0,38})){1,64}"
_USUAL_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ\Z", re.ASCII)
_MARKUP = frozenset("<>&")
_EPOCH = '<epoch:MembershipEpoch xmlns:epoch="urn:tearline:label:1">%s</epoch:MembershipEpoch>'
_HEAD = re.compile(
    r"""(?:<\?xml version=(?:"1\.0"|'1\.0') encoding=(?:"(?:UTF|utf)-8"|'(?:UTF|utf)-8')\?>)?[ \t\r\n]*"""
    r"(?=<(?:(?![xX][mM][lL])([A-Za-z_][A-Za-z0-9_-]{0,31}):)?[A-Za-z]{1,40} )"
)


_Start = tuple[str, str, str, str]
"""Policy, classification, the policy's identifier, privacy mark."""
_Tag = tuple[str, TagKind, str]
"""A tag set's name, kind and identifier."""
T = TypeVar("T")


class _Expressions(msgspec.Struct, frozen=True):
    """For documents whose label elements have one prefix."""

    root: re.Pattern[str]
    close: str
    tail: re.Pattern[str]
    start: re.Pattern[str]
    category: re.Pattern[str]
    category_open: str
    category_close: str
    value_open: str
    value_close: str
    next_value: str
    between_values: re.Pattern[str]
    end: re.Pattern[str]
    starts: dict[str, _Start]
    tags: dict[str, _Tag]


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
    """Labels are many and their parts few: how one begins, and how a category does, is read once and known again."""
    begin = text.find(expressions.category_open)
    found = expressions.start.match(text) if begin < 0 else None
    start = _read_start(found) if begin < 0 else _know_start(expressions, text[:begin])
    if start is None:
        return None
    read = _read_categories(expressions, text, found.end() if found is not None else begin)
    if read is None:
        return None
    categories, place = read
    end = expressions.end.match(text, place)
    if end is None:
        return None
    policy, classification, oid, privacy_mark = start
    extensions = (Extension(EPOCH_EXTENSION, end[1]),) if end[1] else ()
    return StatedLabel(policy, classification, tuple(categories), oid, privacy_mark, extensions)


def _read_categories(
    expressions: _Expressions, text: str, place: int
) -> tuple[list[StatedCategory], int] | None:
    """The categories that stand here, and where they end; None where one isn't in the usual form."""
    categories: list[StatedCategory] = []
    while text.startswith(expressions.category_open, place):
        begin = text.find(">", place) + 1
        stop = text.find(expressions.category_close, begin)
        tag = _know_tag(expressions, text[place:begin])
        if tag is None or stop < 0:
            return None
        name, kind, oid = tag
        values = _split_values(expressions, text[begin:stop])
        if not values:
            return None
        if any(name == other.tag_name and kind is other.kind for other in categories):
            return None
        categories.append(StatedCategory(name, kind, values, oid))
        place = stop + len(expressions.category_close)
        if text[place : place + 1] in _SPACES:
            place += len(text) - place - len(text[place:].lstrip(_SPACES))
    return categories, place


def _know_start(expressions: _Expressions, head: str) -> _Start | None:
    """All before the first category: a policy, one of its levels, a privacy mark perhaps."""
    known = expressions.starts.get(head)
    if known is None:
        known = _read_start(expressions.start.fullmatch(head))
        _keep(expressions.starts, head, known)
    return known


def _read_start(found: re.Match[str] | None) -> _Start | None:
    if found is None:
        return None
    oid, policy, classification, privacy_mark = found.groups("")
    fine = _is_token(policy) and _is_token(classification) and (not privacy_mark or is_plain(privacy_mark))
    return (policy, classification, oid, privacy_mark) if fine else None


def _know_tag(expressions: _Expressions, tag: str) -> _Tag | None:
    """How a category opens: one of the tag sets of a policy."""
    known = expressions.tags.get(tag)
    if known is None and (found := expressions.category.fullmatch(tag)) is not None:
        kind, name, oid = found.groups("")
        known = (name, _KINDS[kind], oid) if _are_plain({name}) else None
        _keep(expressions.tags, tag, known)
    return known


def _keep(kept: dict[str, T], text: str, value: T | None) -> None:
    if value is not None:
        if len(kept) >= REMEMBERED_MAX:
            kept.clear()
        kept[text] = value


def _split_values(expressions: _Expressions, listed: str) -> tuple[str, ...]:
    """The values that ``listed`` is a row of; nothing where it is something else, or one stands twice."""
    row = listed.strip(_SPACES)
    if not row.startswith(expressions.value_open) or not row.endswith(expressions.value_close):
        return ()
    inner = row[len(expressions.value_open) : len(row) - len(expressions.value_close)]
    values = inner.split(expressions.next_value)
    if not _are_plain(found := set(values)):  # else there is no space between them, as nearly always
        values = expressions.between_values.split(inner)
        found = set(values)
        if not _are_plain(found):
            return ()
    return tuple(values) if len(found) == len(values) else ()


_plain: set[str] = set()


def _are_plain(texts: set[str]) -> bool:
    """Plain, and without markup. Names and values are few: those found so are remembered."""
    if texts <= _plain:
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
    """Days are few, and known again; of what is written to the second in Zulu the rest is seen at once."""
    usual = _USUAL_MOMENT.match(text)
    if usual is not None:
        return _is_day(usual[1])
    try:
        read_moment(text)
    except MalformedError:
        return False
    return True


@lru_cache(maxsize=REMEMBERED_MAX)
def _is_day(text: str) -> bool:
    try:
        read_moment(f"{text}T00:00:00Z")
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
        category_open=f"<{p}Category ",
        category_close=f"</{p}Category>",
        value_open=f"<{p}GenericValue>",
        value_close=f"</{p}GenericValue>",
        next_value=f"</{p}GenericValue><{p}GenericValue>",
        between_values=re.compile(f"</{p}GenericValue>{_SPACE}<{p}GenericValue>"),
        end=re.compile(rf"{epoch}{_SPACE}\Z"),
        starts={},
        tags={},
    )
