# SPDX-License-Identifier: Apache-2.0
"""Who would get what: the shape that the composer's preview, the desk and the explanation share."""

from __future__ import annotations

import msgspec

from tearline.core.instants import print_dtg, print_iso
from tearline.edge.api.problems import FindingOut, encode_finding
from tearline.node.commands import DraftPreview, Explained, Filing, Group, Outcome, Preview, Withheld
from tearline.node.gate import RenditionPortion


class VariantsOut(msgspec.Struct, frozen=True):
    """How many wordings of a portion travel."""

    tag: str
    count: int


class ReachOut(msgspec.Struct, frozen=True):
    """Whom the text's mark names, whether they have a node here or not."""

    nations: int
    organisations: tuple[str, ...]
    everyone: bool


class GroupOut(msgspec.Struct, frozen=True):
    """Members that would get the same share, and that text. ``text`` names it, for opening it on the desk."""

    members: tuple[str, ...]
    text: str
    reference: str
    banner: str
    check: str
    portions: tuple[RenditionPortion, ...]
    variants: tuple[VariantsOut, ...]
    reach: ReachOut


class WithheldOut(msgspec.Struct, frozen=True):
    """Why a member would not have a variant (counted from 1, of ``wordings``)."""

    member: str
    tag: str
    variant: int
    wordings: int
    why: str


class PreviewOut(msgspec.Struct, frozen=True):
    """Distinct texts by group, what each member would not get and why, and what was found."""

    groups: tuple[GroupOut, ...]
    withheld: tuple[WithheldOut, ...]
    findings: tuple[FindingOut, ...]


class OutcomeOut(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands with these members: held, waits, returned, refused, recalled, destroyed, unproposed or withheld.

    ``text`` names what they hold or what waits; ``at``: since when; ``posts``: which may decide, or decided; ``vacant``:
    where none may, those of which nobody can read all of it; ``note``: why.
    """

    members: tuple[str, ...]
    state: str
    text: str
    at: str
    at_dtg: str
    posts: tuple[str, ...]
    note: str
    vacant: tuple[str, ...]


class ExplainedOut(msgspec.Struct, frozen=True):
    """One product as its distinct texts, sent or waiting; how it stands with every member; why each has not all of it."""

    key: str
    reference: str
    groups: tuple[GroupOut, ...]
    outcomes: tuple[OutcomeOut, ...]
    withheld: tuple[WithheldOut, ...]


class FilingOut(msgspec.Struct, frozen=True):
    """What filing does for these members, as it is filed now or would be.

    ``what``: ``rule`` or ``delegation`` (by ``name``), under which they are sent it at once; ``waits``, for a decision of one
    of ``posts`` (none: nobody has the authority, or nobody of ``vacant`` can read all of it); ``recalled``, at once, of what
    the new words take from them; ``unchanged``.
    """

    what: str
    members: tuple[str, ...]
    authority: str
    name: str
    posts: tuple[str, ...]
    vacant: tuple[str, ...]


class DraftPreviewOut(PreviewOut, frozen=True):
    """``filing``: what filing the draft now would do, by group of members; empty where a finding refuses it."""

    filing: tuple[FilingOut, ...]


def encode_filing(found: Filing) -> FilingOut:
    """What filing does, in the API's shape."""
    return FilingOut(found.what, found.members, found.authority, found.name, found.posts, found.vacant)


def encode_draft_preview(preview: DraftPreview) -> DraftPreviewOut:
    """A draft's preview in the API's shape."""
    made = encode_preview(preview)
    filing = tuple(map(encode_filing, preview.filing))
    return DraftPreviewOut(made.groups, made.withheld, made.findings, filing)


def encode_group(group: Group) -> GroupOut:
    """One distinct text."""
    rendition = group.rendition
    return GroupOut(
        group.members,
        group.text,
        rendition.envelope.reference,
        rendition.banner,
        rendition.check,
        rendition.portions,
        tuple(VariantsOut(tag, count) for tag, count in group.variants),
        ReachOut(group.reach.nations, group.reach.organisations, group.reach.everyone),
    )


def encode_preview(preview: Preview) -> PreviewOut:
    """A preview in the API's shape."""
    return PreviewOut(
        tuple(map(encode_group, preview.groups)),
        encode_withheld(preview.withheld),
        tuple(map(encode_finding, preview.findings)),
    )


def encode_explained(explained: Explained) -> ExplainedOut:
    """What became of a product, in the API's shape."""
    return ExplainedOut(
        explained.key,
        explained.reference,
        tuple(map(encode_group, explained.texts)),
        tuple(map(_encode_outcome, explained.outcomes)),
        encode_withheld(explained.withheld),
    )


def _encode_outcome(one: Outcome) -> OutcomeOut:
    return OutcomeOut(
        members=one.members,
        state=one.state,
        text=one.text,
        at=print_iso(one.at) if one.at else "",
        at_dtg=print_dtg(one.at) if one.at else "",
        posts=one.posts,
        note=one.note,
        vacant=one.vacant,
    )


def encode_withheld(withheld: tuple[Withheld, ...]) -> tuple[WithheldOut, ...]:
    """Why members would not have all of it."""
    return tuple(WithheldOut(w.member, w.tag, w.variant, w.wordings, w.why) for w in withheld)
