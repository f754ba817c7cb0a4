# SPDX-License-Identifier: Apache-2.0
"""A label in another policy's words, in two forms, with what was added, refused, or different between the two.

``spif``: exactly as the SPIF says it, value by value; for other people's tools. ``members``: as a node uses it, through the
network policy and by member sets, never wider (N4). They are not the same thing, and a node shares by the second alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tearline.cli.exits import UnusableError
from tearline.cli.label.answers import Answer, write_reason, write_refusal
from tearline.cli.label.asked import Asked
from tearline.cli.label.books import has_network
from tearline.cli.label.forms import PLACES, find_place, write_label
from tearline.cli.label.inputs import find_policy_name
from tearline.cli.label.resolve import NotInPolicyError
from tearline.cli.label.sentences import say_in

if TYPE_CHECKING:
    from tearline.core.labels import Decision, Label, PolicyBook

FORMS = ("spif", "members", "both")


def translate(asked: Asked) -> Answer:
    """The label in the words of ``to``, or what stands in its way, by name."""
    target = find_policy_name(asked.get_text("to"), asked.book)
    form = settle_form(asked.get_text("form", ""), asked.book)
    try:
        label = asked.label().label
    except NotInPolicyError as error:
        return {"to": target, "form": form, "translated": None, "refused": [write_refusal(error, asked.lang)]}
    forms = {
        one: _translate(label, target, one, asked) for one in ("members", "spif") if form in {one, "both"}
    }
    if form != "both":
        return {"label": write_label(label), "to": target, "form": form, **forms[form]}
    different = _compare(forms["spif"]["translated"], forms["members"]["translated"])
    return {"label": write_label(label), "to": target, "form": form, **forms, "different": different}


def settle_form(form: str, book: PolicyBook) -> str:
    """The form asked for; '' is the node's where there is a network policy, else the SPIF's."""
    form = form or ("members" if has_network(book) else "spif")
    if form not in FORMS:
        raise UnusableError("unknown-form", f"{form!r} is no form", f"Known: {', '.join(FORMS)}.")
    if form != "spif" and not has_network(book):
        raise UnusableError(
            "not-supported",
            "member sets are carried through a network policy, and none is loaded",
            "Load a pack, or ask for the form spif.",
        )
    return form


def _translate(label: Label, target: str, form: str, asked: Asked) -> Answer:
    from tearline.core.labels import Decision, find_faults, print_policy_mark

    carried = carry_label(label, target, form, asked.book)
    if isinstance(carried, Decision):
        refused = [write_reason(reason, asked.lang) for reason in carried.reasons]
        return {"translated": None, "marks": {}, "added": [], "refused": refused, "faults": []}
    policy = asked.book.policies[target]
    faults = [write_reason(fault, asked.lang) for fault in find_faults(carried, asked.book)]
    marks = {place: print_policy_mark(carried, find_place(place), asked.lang, policy) for place in PLACES}
    return {
        "translated": write_label(carried),
        "marks": {**marks, "portion": f"({marks['portion']})"} if not faults else {},
        "added": _list_added(label, carried, form, asked),
        "refused": [],
        "faults": faults,
    }


def carry_label(label: Label, target: str, form: str, book: PolicyBook) -> Label | Decision:
    """The label in one of the two forms, or a refusal naming what has no equivalent."""
    from tearline.core.labels import find_faults, refuse, restate
    from tearline.core.labels import translate as translate_label

    if form == "members":
        return translate_label(label, target, book)
    faults = find_faults(label, book)
    if faults:
        return refuse(*faults)
    return (
        label
        if label.policy == target
        else restate(label, book.policies[label.policy], book.policies[target])
    )


def _list_added(label: Label, carried: Label, form: str, asked: Asked) -> list[Answer]:
    """What stands in the translation and was in no word of the label: stated so by the SPIF, or who provided it."""
    from tearline.core.labels import PROVIDED_BY

    book, lang = asked.book, asked.lang
    if label.policy == carried.policy:
        return []
    if form == "members":
        values = [v for v in carried.values(PROVIDED_BY) if v not in label.values(PROVIDED_BY)]
        return [{"tag_set": PROVIDED_BY, "value": v, "why": say_in("who provided it", lang)} for v in values]
    source, target = book.policies[label.policy], book.policies[carried.policy]
    peers = [p for p in source.peers if p.oid == target.oid]
    names = {peer.name for peer in peers}
    level = source.classifications[label.classification]
    stated = [(added, "of every label") for peer in peers for added in peer.adds]
    stated += [
        (added, f"of {level.name}") for e in level.equivalents if e.policy in names for added in e.adds
    ]
    out = []
    for added, why in stated:
        for tag_set in target.find_tag_sets(added.tag_set, added.kind):
            named = [c.name for c in tag_set.categories.values() if c.lacv == added.lacv]
            out += [
                {"tag_set": tag_set.name, "value": v, "why": say_in(f"the SPIF adds it {why}", lang)}
                for v in named
            ]
    return out


def _compare(spif: Any, members: Any) -> list[Answer]:
    """Where the two forms say something else."""
    if spif is None or members is None:
        return [] if spif is members else [{"what": "translated", "spif": spif, "members": members}]
    out = [
        {"what": what, "spif": spif.get(what), "members": members.get(what)}
        for what in ("classification", "epoch")
        if spif.get(what) != members.get(what)
    ]
    for name in dict.fromkeys([*spif["categories"], *members["categories"]]):
        here, there = spif["categories"].get(name), members["categories"].get(name)
        if here != there:
            out.append({"what": name, "spif": here, "members": there})
    return out
