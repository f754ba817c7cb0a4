# SPDX-License-Identifier: Apache-2.0
"""What stands in a SPIF's extensions: memberships of groups (STANAG 4774), dated; and the SPIF's own label, kept unread.

A membership counts by whole days, and a day that is only partly in its window isn't counted: never wider than stated.
"""

from __future__ import annotations

from datetime import timedelta

import msgspec
from lxml import etree

from tearline.core.instants import DAY, Instant, to_datetime
from tearline.core.labels.codecs.spif_form import SPIF, parse_window
from tearline.core.labels.codecs.strict_xml import Element, Form, local_name
from tearline.core.labels.policy import GroupMember

MEMBERSHIPS = Form("urn:nato:stanag:4774:spif:extensions:1:0", "bad-spif", SPIF.advice)
_KEPT = frozenset({"{urn:nato:stanag:4778:bindinginformation:1:0}BindingInformation"})
_SPIF_ATTRIBUTES = ("name", "lacv")
MEMBERS_MAX = 10_000


class Extensions(msgspec.Struct, frozen=True):
    """The memberships stated, and the names of the extensions kept unread."""

    memberships: tuple[GroupMember, ...] = ()
    kept: tuple[str, ...] = ()


def parse_extensions(root: Element) -> Extensions:
    """The extensions of a SPIF, or a refusal naming the one that isn't known."""
    memberships: list[GroupMember] = []
    kept: list[str] = []
    for parent in SPIF.named(root, "extensions"):
        for element in parent:
            if isinstance(element, etree._Comment | etree._ProcessingInstruction):  # noqa: SLF001  lxml's public types
                continue
            if element.tag == f"{{{MEMBERSHIPS.namespace}}}memberships":
                memberships.extend(_parse_memberships(element))
            elif element.tag in _KEPT:
                kept.append(str(element.tag))
            else:
                raise SPIF.fail(element, f"the extension {element.tag!s} is not honoured")
    if len(memberships) > MEMBERS_MAX:
        raise SPIF.fail(root, f"more than {MEMBERS_MAX} members of groups")
    return Extensions(tuple(memberships), tuple(kept))


def _parse_memberships(element: Element) -> list[GroupMember]:
    MEMBERSHIPS.attributes_within(element, "")
    out: list[GroupMember] = []
    for group in MEMBERSHIPS.children(element, "membership"):
        name = _parse_name(group)
        for child in MEMBERSHIPS.children(group, "member"):
            since, until = _parse_days(child)
            out.append(GroupMember(name, _parse_name(child), since, until))
    return out


def _parse_name(element: Element) -> str:
    """The value's name; attributes are written in the SPIF's namespace, by some without."""
    allowed = [f"{{{SPIF.namespace}}}{name}" for name in _SPIF_ATTRIBUTES]
    MEMBERSHIPS.attributes_within(element, " ".join([*allowed, *_SPIF_ATTRIBUTES, "notBefore", "notAfter"]))
    name = element.get(allowed[0]) or element.get("name")
    if not name or not name.strip():
        raise MEMBERSHIPS.fail(element, f"attribute name is missing in {local_name(element)}")
    return name


def _parse_days(element: Element) -> tuple[str, str]:
    window = parse_window(element)
    if window is None:
        return "", ""
    since = until = ""
    if window.not_before is not None:
        day = to_datetime(window.not_before)
        since = (day + timedelta(days=bool(window.not_before % DAY))).date().isoformat()
    if window.not_after is not None:
        until = to_datetime(Instant(window.not_after)).date().isoformat()
    return since, until
