# SPDX-License-Identifier: Apache-2.0
"""Reading an Open XML SPIF, schema 2.0 and 2.1 (standards.md B3), strictly: honoured or refused by name, never skipped.

Refused by name: schema 3.0; user input that would decide; dates in other forms than two; a choice among the values that an
equivalence adds; equivalences of whole tag sets; marking data of all classifications at once; extensions other than
memberships and the SPIF's own label. A SPIF of no namespace and no schema version, as early tools wrote it, is read too.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from tearline.core.canon import digest
from tearline.core.labels.codecs.spif_extensions import parse_extensions
from tearline.core.labels.codecs.spif_form import SPIF, parse_flag, parse_number, parse_window
from tearline.core.labels.codecs.spif_marks import (
    check_parts,
    parse_color,
    parse_markings,
    parse_privacy_marks,
    parse_qualifiers,
)
from tearline.core.labels.codecs.spif_tags import (
    ANY,
    parse_additions,
    parse_equivalent,
    parse_required,
    parse_tag_sets,
)
from tearline.core.labels.codecs.strict_xml import SCHEMA_LOCATIONS, Element, local_name, parse_xml
from tearline.core.labels.policy import (
    Category,
    CategoryGroup,
    Classification,
    Peer,
    Policy,
    Required,
    TagSet,
)

NAMESPACE = SPIF.namespace
SCHEMA_VERSIONS = ("2.0", "2.1")
SPIF_MAX_BYTES = 8 * 1024 * 1024
FOLDED_POLICIES = frozenset({"1.3.26.1.3.1", "1.3.6.1.4.1.31778.12.2.1"})
"""ADatP-4774 App. 2: values of NATO and PUBLIC are compared without case; known by OID, for names are anybody's."""
_ROOT_ATTRIBUTES = (
    "schemaVersion version creationDate originatorDN keyIdentifier privilegeId rbacId",
    "userRefURI docRefURI notBefore notAfter",
)
_Ruled = TypeVar("_Ruled", Classification, Category)
_KNOWN_CHILDREN = (
    "defaultSecurityPolicyId",
    "securityPolicyId",
    "updateInfo",
    "securityClassifications",
    "securityCategoryTagSets",
    "privacyMarks",
    "equivalentPolicies",
    "markingData",
    "markingQualifier",
    "extensions",
)


def parse_spif(raw: bytes) -> Policy:
    """The policy a SPIF states. Raises ``MalformedError`` naming the element that can't be read or honoured."""
    root = parse_xml(raw, "a SPIF", SPIF_MAX_BYTES)
    _adopt_early_form(root)
    if root.tag != f"{{{NAMESPACE}}}SPIF":
        raise SPIF.fail(root, "not a SPIF")
    version = root.get("schemaVersion", "")
    if version not in SCHEMA_VERSIONS:
        raise SPIF.fail(root, f"schema version {version!r} is not read (only {', '.join(SCHEMA_VERSIONS)})")
    SPIF.attributes_within(root, " ".join([*_ROOT_ATTRIBUTES, *SCHEMA_LOCATIONS]))
    for child in SPIF.walk(root):
        if local_name(child) not in _KNOWN_CHILDREN:
            raise SPIF.fail(child, f"{local_name(child)} is not honoured")
    policy = _parse_policy(root, digest("tearline/spif", raw).hex())
    _check(root, policy)
    return _resolve_groups(root, policy)


def _adopt_early_form(root: Element) -> None:
    """A document without any namespace or schema version is given those of schema 2.0."""
    if root.tag != "SPIF" or root.get("schemaVersion") is not None:
        return
    for element in root.iter("*"):
        if not str(element.tag).startswith("{"):
            element.tag = f"{{{NAMESPACE}}}{element.tag}"
    root.set("schemaVersion", SCHEMA_VERSIONS[0])


def _parse_policy(root: Element, digest_hex: str) -> Policy:
    identity = SPIF.only(root, "securityPolicyId")
    check_parts(identity, {"markingData", "markingQualifier"})
    classes = [
        _parse_classification(element)
        for element in SPIF.children(SPIF.only(root, "securityClassifications"), "securityClassification")
    ]
    tag_sets = list(parse_tag_sets(root))
    if len({t.name for t in tag_sets}) != len(tag_sets):
        raise SPIF.fail(root, "tag set names must be unique")
    peers = [
        _parse_peer(element)
        for parent in SPIF.named(root, "equivalentPolicies")
        for element in SPIF.children(parent, "equivalentPolicy")
    ]
    privacy = parse_privacy_marks(root)
    extensions = parse_extensions(root)
    defaults = SPIF.named(root, "defaultSecurityPolicyId")
    return Policy(
        name=SPIF.attribute(identity, "name"),
        oid=SPIF.attribute(identity, "id"),
        version=root.get("version", ""),
        digest=digest_hex,
        classifications={c.name: c for c in classes},
        tag_sets={t.name: t for t in tag_sets},
        equivalent_policies=tuple(peer.name for peer in peers),
        markings=parse_markings(root) + parse_markings(identity),
        qualifiers=parse_qualifiers(root, " ") + parse_qualifiers(identity, " "),
        peers=tuple(peers),
        default_oid=defaults[0].get("id", "") if defaults else "",
        window=parse_window(root),
        privacy_marks=privacy.marks,
        privacy_marks_min=privacy.least,
        privacy_marks_max=privacy.most,
        memberships=extensions.memberships,
        extensions=extensions.kept,
        rbac_oid=root.get("rbacId", ""),
        privilege_oid=root.get("privilegeId", ""),
        folds_case=identity.get("id") in FOLDED_POLICIES,
    )


def _parse_classification(element: Element) -> Classification:
    SPIF.attributes_within(element, "name lacv hierarchy color obsolete")
    check_parts(element, {"equivalentClassification", "markingData", "markingQualifier", "requiredCategory"})
    return Classification(
        name=SPIF.attribute(element, "name"),
        lacv=parse_number(element, "lacv"),
        hierarchy=parse_number(element, "hierarchy"),
        obsolete=parse_flag(element, "obsolete"),
        equivalents=tuple(parse_equivalent(e) for e in SPIF.named(element, "equivalentClassification")),
        required=tuple(parse_required(e) for e in SPIF.named(element, "requiredCategory")),
        markings=parse_markings(element),
        qualifiers=parse_qualifiers(element),
        color=parse_color(element),
    )


def _parse_peer(element: Element) -> Peer:
    SPIF.attributes_within(element, "name id userRefURI docRefURI")
    return Peer(SPIF.attribute(element, "name"), SPIF.attribute(element, "id"), parse_additions(element))


def _check(root: Element, policy: Policy) -> None:
    """ADatP-4774.1 3.4: unique names, numbers and colours; every reference resolves."""
    levels = policy.classifications.values()
    if len(levels) != len(SPIF.children(SPIF.only(root, "securityClassifications"))):
        raise SPIF.fail(root, "a classification name stands twice")
    if policy.folds_case and len({c.name.casefold() for c in levels}) != len(levels):
        raise SPIF.fail(root, "two classifications differ only in case, which this policy doesn't tell apart")
    for what in ("lacv", "hierarchy"):
        if len({getattr(c, what) for c in levels}) != len(levels):
            raise SPIF.fail(root, f"two classifications share a {what}")
    _check_sets(root, policy)
    for category in (c for t in policy.tag_sets.values() for c in t.categories.values()):
        if {*category.excluded_classes, category.required_class} - {"", *policy.classifications}:
            raise SPIF.fail(root, f"{category.name} refers to an unknown classification")
    _check_peers(root, policy)


def _check_sets(root: Element, policy: Policy) -> None:
    """Set names and identifiers are unique, and within a set a name or number of one kind names one value.

    Tags of one kind in one set can't be told apart in a label of other systems: they share names and numbers there.
    """
    sets = [e for p in SPIF.named(root, "securityCategoryTagSets") for e in SPIF.children(p)]
    for attribute in ("name", "id"):
        if len({element.get(attribute) for element in sets}) != len(sets):
            raise SPIF.fail(root, "tag set names and identifiers must be unique")
    seen: set[tuple[str, ...]] = set()
    for tag_set in policy.tag_sets.values():
        for category in tag_set.categories.values():
            name = category.name.casefold() if policy.folds_case else category.name
            for stated in (("name", name, ""), ("lacv", category.lacv, tag_set.encoding)):
                key = (tag_set.oid, tag_set.kind.value, *stated)
                if key in seen and (stated[0] == "name" or tag_set.encoding):
                    raise SPIF.fail(
                        root, f"{stated[0]} {stated[1]!r} of {tag_set.stated_name} names two values"
                    )
                seen.add(key)


def _check_peers(root: Element, policy: Policy) -> None:
    if len({peer.name for peer in policy.peers}) != len(policy.peers):
        raise SPIF.fail(root, "an equivalent policy stands twice")
    if len({peer.oid for peer in policy.peers}) != len(policy.peers):
        raise SPIF.fail(root, "the identifier of an equivalent policy stands twice")
    holders: list[Classification | Category] = list(policy.classifications.values())
    for tag_set in policy.tag_sets.values():
        holders.extend(tag_set.categories.values())
    if not {e.policy for holder in holders for e in holder.equivalents} <= set(policy.equivalent_policies):
        raise SPIF.fail(root, "an equivalence refers to a policy that is not among the equivalent policies")


def _resolve_groups(root: Element, policy: Policy) -> Policy:
    """Rules name values by lacv and labels by name: the policy with names in all its rules, each of them known."""

    def resolve(group: CategoryGroup) -> CategoryGroup:
        tag_sets = [t for t in policy.tag_sets.values() if t.stated_name == group.tag_set]
        if not tag_sets:
            raise SPIF.fail(root, f"a rule refers to the unknown tag set {group.tag_set!r}")
        tag_sets = [t for t in tag_sets if group.also[0] in {ANY, t.kind.value}]
        if not tag_sets:
            raise SPIF.fail(root, f"a rule refers to {group.tag_set!r} as {group.also[0]}, which it is not")
        if group.value is None:
            first, *others = (t.name for t in tag_sets)
            return CategoryGroup(first, None, tuple(others))
        return _resolve_value(root, group, tag_sets)

    def rule(holder: _Ruled) -> _Ruled:
        required = tuple(Required(r.operation, tuple(map(resolve, r.groups))) for r in holder.required)
        if isinstance(holder, Category):
            excluded = tuple(map(resolve, holder.excluded))
            return msgspec.structs.replace(holder, required=required, excluded=excluded)
        return msgspec.structs.replace(holder, required=required)

    tag_sets = {
        name: msgspec.structs.replace(t, categories={n: rule(c) for n, c in t.categories.items()})
        for name, t in policy.tag_sets.items()
    }
    classes = {name: rule(c) for name, c in policy.classifications.items()}
    return msgspec.structs.replace(policy, classifications=classes, tag_sets=tag_sets)


def _resolve_value(root: Element, group: CategoryGroup, tag_sets: list[TagSet]) -> CategoryGroup:
    found = [(t.name, c) for t in tag_sets for c in t.categories.values() if c.lacv == group.value]
    if len(found) != 1:
        what = "ambiguous" if found else "unknown"
        raise SPIF.fail(root, f"a rule refers to the {what} value {group.value} of {group.tag_set!r}")
    name, category = found[0]
    return CategoryGroup(name, category.name, completed=bool(category.user_input))
