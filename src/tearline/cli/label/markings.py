# SPDX-License-Identifier: Apache-2.0
"""Markings that belong to no loaded policy (US and joint text, ISM attributes, TLP, STIX): their own rules and their marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tearline.cli.exits import UnusableError
from tearline.cli.label.sentences import say_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tearline.cli.label.forms import Given
    from tearline.core.labels import PolicyBook

FOREIGN = frozenset({"text", "ism-json", "ism-xml", "tlp", "stix"})
"""Codecs whose values are judged by their own rules, and are no label of a policy."""


def find_foreign_faults(given: Given, lang: str) -> list[dict[str, Any]]:
    """Every rule that is broken, with its number and paragraph; TLP and STIX have none beyond being readable."""
    from tearline.core.labels.codecs.ism import check_attributes
    from tearline.core.labels.codecs.text import check_marking

    if given.codec == "text":
        faults = [("", fault) for fault in check_marking(given.value)]
    elif given.codec == "ism-json":
        faults = [("", fault) for fault in check_attributes(given.value)]
    elif given.codec == "ism-xml":
        faults = [(e.path, fault) for e in given.value for fault in check_attributes(e.attributes)]
    else:
        faults = []
    return [
        {"code": f.rule, "paragraph": f.paragraph, "words": say_in(f.words, lang)}
        | ({"path": path} if path else {})
        for path, f in faults
    ]


def print_foreign_marks(given: Given) -> dict[str, str]:
    """Banner and portion; of TLP and STIX the one word that both are."""
    from tearline.core.labels.codecs import join_high_water, print_tlp
    from tearline.core.labels.codecs.ism import print_ism
    from tearline.core.labels.codecs.text import print_marking

    if given.codec == "text":
        return {form: print_marking(given.value, form) for form in ("banner", "portion")}
    if given.codec == "ism-json":
        return {form: print_ism(given.value, form) for form in ("banner", "portion")}
    if given.codec == "ism-xml":
        resource = next((e for e in given.value if e.attributes.resource_element), None)
        if resource is None:
            raise UnusableError("no-banner", "no element has resourceElement true")
        return {form: print_ism(resource.attributes, form) for form in ("banner", "portion")}
    tlp = given.value if given.codec == "tlp" else join_high_water(given.value).tlp
    if tlp is None:
        raise UnusableError("no-mark", "no TLP label is there, which is not TLP:CLEAR")
    return {"banner": print_tlp(tlp), "portion": print_tlp(tlp)}


def roll_up_foreign(givens: Sequence[Given], day: str, book: PolicyBook, lang: str) -> dict[str, Any]:
    """The banner of ISM portions, and the strictest of TLP labels. Text has no roll-up of its own: make it ISM first."""
    from tearline.core.labels.codecs import convert_form, join_high_water, join_tlp, print_tlp
    from tearline.core.labels.codecs.ism import Groups, NoBanner, list_texts, print_ism, roll_up_ism

    codecs = {given.codec for given in givens}
    if codecs <= {"tlp", "stix"}:
        held = [g.value if g.codec == "tlp" else join_high_water(g.value).tlp for g in givens]
        strictest = join_tlp(tlp for tlp in held if tlp is not None)
        why = "" if strictest else say_in("no TLP label is there, which is not TLP:CLEAR", lang)
        banner = print_tlp(strictest) if strictest else ""
        return {"label": banner or None, "why": why, "marks": {"banner": banner}}
    if not codecs <= {"text", "ism-json", "ism-xml"}:
        raise UnusableError("mixed-codecs", f"{', '.join(sorted(codecs))} do not roll up together")
    portions = []
    for given in givens:
        if given.codec == "ism-xml":
            portions += [e.attributes for e in given.value if not e.attributes.resource_element]
        else:
            portions.append(convert_form(given.value, "ism").value if given.codec == "text" else given.value)
    rolled = roll_up_ism(portions, Groups(book.memberships, day))
    if isinstance(rolled, NoBanner):
        return {"label": None, "why": say_in(rolled.why, lang), "marks": {}}
    marks = {form: print_ism(rolled, form) for form in ("banner", "portion")}
    return {"label": list_texts(rolled), "why": "", "marks": marks}
