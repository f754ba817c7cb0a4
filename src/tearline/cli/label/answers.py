# SPDX-License-Identifier: Apache-2.0
"""What the library answers to each question, as JSON: the verbs of ``tearline label`` and the lines of ``batch``.

Every function here asks ``tearline.core.labels`` and adds nothing of its own. What the library lacks is refused with
``not-supported``. A label that reads well and is not valid is an answer ("no"), not an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tearline.cli.exits import UnusableError
from tearline.cli.label.asked import Asked
from tearline.cli.label.books import has_network
from tearline.cli.label.forms import Given, find_place, write_clearance, write_label
from tearline.cli.label.markings import FOREIGN, find_foreign_faults, print_foreign_marks, roll_up_foreign
from tearline.cli.label.resolve import Found, NotInPolicyError, Wanted, find_clearance, list_documents
from tearline.cli.label.sentences import say_in
from tearline.cli.label.words import check_words_language, word

if TYPE_CHECKING:
    from tearline.core.errors import MalformedError
    from tearline.core.labels import Clearance, Decision, Label, PersonSight, PolicyBook, Reason

Answer = dict[str, Any]
SPIF_PLACES = (
    *("pageTop", "pageBottom", "pageTopBottom", "documentStart", "documentEnd", "firstLineOfText"),
    *("lastLineOfText", "subject", "xHeader", "portionMarking", "inputTitle", "waterMark"),
)


def write_reason(reason: Reason, lang: str = "en") -> Answer:
    """One reason: its stable code, what it is about, and words in a language."""
    from tearline.core.labels import explain_reason

    return {
        "code": reason.code,
        "tag_set": reason.tag_set,
        "values": list(reason.values),
        "policy": reason.policy,
        "words": explain_reason(reason, lang),
    }


def write_refusal(error: NotInPolicyError, lang: str = "en") -> Answer:
    """The same for what its policy doesn't know."""
    return {"code": error.code, "tag_set": "", "values": [], "policy": "", "words": error.explain(lang)}


def validate(asked: Asked) -> Answer:
    """Is the label (or clearance) valid under its policy; is the marking by its own rules?"""
    if "clearance" in asked.fields:
        return _validate_clearance(asked)
    given = asked.read("label")
    if given.codec in FOREIGN:
        faults = find_foreign_faults(given, asked.lang)
        return {"valid": not faults, "codec": given.codec, "faults": faults, "label": None}
    try:
        found = asked.label_of(given, asked.fields["label"], any_role=True)
    except NotInPolicyError as error:
        return {
            "valid": False,
            "codec": given.codec,
            "faults": [write_refusal(error, asked.lang)],
            "label": None,
        }
    faults = list_faults(found, asked.book, asked.lang)
    return {
        "valid": not faults,
        "codec": given.codec,
        "faults": faults,
        "label": write_label(found.label),
        "notes": [word(code, asked.lang, name=name) for code, name in found.notes],
    }


def list_faults(found: Found, book: PolicyBook, lang: str) -> list[Answer]:
    """What is wrong with a label, and with the privacy mark of its document."""
    from tearline.core.labels import find_faults, find_privacy_faults

    faults = [*find_faults(found.label, book)]
    policy = book.policies.get(found.label.policy)
    if found.document is not None and policy is not None:
        faults += find_privacy_faults(found.document.label.privacy_mark, policy)
    return [write_reason(fault, lang) for fault in faults]


def _validate_clearance(asked: Asked) -> Answer:
    from tearline.core.errors import MalformedError
    from tearline.core.labels import get_policy, state_clearance

    given = asked.read("clearance")
    try:
        clearance = asked.clearance()
    except NotInPolicyError as error:
        return {
            "valid": False,
            "codec": given.codec,
            "faults": [write_refusal(error, asked.lang)],
            "clearance": None,
        }
    faults = []
    try:  # every word that the policy doesn't know is refused there by name
        state_clearance(clearance, get_policy(asked.book, clearance.policy))
    except MalformedError as error:
        faults.append(write_refusal(_keep_cause(error), asked.lang))
    written = write_clearance(clearance)
    return {"valid": not faults, "codec": given.codec, "faults": faults, "clearance": written}


def _keep_cause(error: MalformedError) -> NotInPolicyError:
    from tearline.core.labels import UnknownWordError

    cause = error.reason if isinstance(error, UnknownWordError) else None
    return NotInPolicyError(error.code, error.message, cause)


def mark(asked: Asked) -> Answer:
    """The marks of a label: banner, portion and receiver's, or that of one ``place``. Of an invalid one with ``unchecked``."""
    given = asked.read("label")
    if given.codec in FOREIGN:
        faults = find_foreign_faults(given, asked.lang)
        marks = {} if faults and not asked.get_flag("unchecked") else print_foreign_marks(given)
        return {"valid": not faults, "faults": faults, "marks": marks, "label": None}
    try:
        found = asked.label_of(given, asked.fields["label"], any_role=True)
    except NotInPolicyError as error:
        return {"valid": False, "faults": [write_refusal(error, asked.lang)], "marks": {}, "label": None}
    faults = list_faults(found, asked.book, asked.lang)
    answer = {"valid": not faults, "faults": faults, "marks": {}, "label": write_label(found.label)}
    known = not any(f["code"].startswith("unknown-") and f["code"] != "unknown-epoch" for f in faults)
    if faults and not (asked.get_flag("unchecked") and known):
        return answer
    answer["marks"] = _print_marks(found, asked)
    return answer


def _print_marks(found: Found, asked: Asked) -> dict[str, str]:
    from tearline.core.labels import print_policy_mark, print_privacy_mark

    policy = asked.book.policies[found.label.policy]
    place = asked.get_text("place", "")
    if place and find_place(place) not in SPIF_PLACES:
        raise UnusableError("unknown-place", f"{place!r} is no place of a mark")
    marks = {
        name: print_policy_mark(found.label, find_place(name), asked.lang, policy)
        for name in ([place] if place else ["banner", "portion", "receiver"])
    }
    if "portion" in marks:
        marks["portion"] = f"({marks['portion']})"
    privacy = "" if found.document is None else found.document.label.privacy_mark
    if privacy:
        where = find_place(place or "banner")
        marks["privacy"] = print_privacy_mark(privacy, where, asked.lang, policy)
    return marks


def mark_clearance(asked: Asked) -> Answer:
    """A clearance in words."""
    from tearline.core.labels import get_policy, print_clearance_mark

    clearance = asked.clearance()
    policy = get_policy(asked.book, clearance.policy)
    place = find_place(asked.get_text("place", "banner"))
    text = print_clearance_mark(clearance, asked.lang, policy, place)
    return {"mark": text, "clearance": write_clearance(clearance)}


def parse(asked: Asked) -> Answer:
    """What a codec reads, word for word; and the label or clearance that it is under the loaded policies."""
    import msgspec

    if asked.get_flag("suggest"):
        return _suggest(asked)
    given = asked.read("label" if "label" in asked.fields else "clearance")
    field = asked.fields["label" if "label" in asked.fields else "clearance"]
    answer: Answer = {"codec": given.codec, "type": _name_type(given.value)}
    answer["document"] = msgspec.to_builtins(given.value)
    if given.codec in FOREIGN:
        return {**answer, "faults": find_foreign_faults(given, asked.lang), "label": None, "clearance": None}
    answer |= {"label": None, "clearance": None, "faults": []}
    try:
        if "Clearance" in answer["type"]:
            wanted = Wanted(asked.book, asked.at)
            return {**answer, "clearance": write_clearance(find_clearance(given, wanted))}
        if len(list_documents(given)) == 1 or given.codec in {"json", "ess", "spiffing", "mark"}:
            found = asked.label_of(given, field, any_role=True)
            return {
                **answer,
                "label": write_label(found.label),
                "faults": list_faults(found, asked.book, asked.lang),
            }
    except NotInPolicyError as error:
        answer["faults"] = [write_refusal(error, asked.lang)]
    return answer


def _name_type(value: Any) -> str:
    if isinstance(value, tuple):
        return f"{type(value[0]).__name__}[]" if value else "nothing"
    return type(value).__name__


def _suggest(asked: Asked) -> Answer:
    import msgspec

    from tearline.core.labels.codecs.text import suggest

    found = msgspec.to_builtins(suggest(asked.get_text("label")))
    for suggestion in found:
        for change in suggestion["changes"]:
            change["why"] = say_in(change["why"], asked.lang)
    return {"codec": "text", "type": "Suggestion[]", "document": found, "confirm": True}


def decide(asked: Asked) -> Answer:
    """May the clearance see the label? Everything that fails is named; what its policy doesn't know denies."""
    try:
        label, clearance, decision = _decide(asked)
    except NotInPolicyError as error:
        return {
            "permitted": False,
            "reasons": [write_refusal(error, asked.lang)],
            "label": None,
            "clearance": None,
        }
    return {
        "permitted": decision.permitted,
        "reasons": [write_reason(reason, asked.lang) for reason in decision.reasons],
        "label": write_label(label),
        "clearance": None if clearance is None else write_clearance(clearance),
    }


def _decide(asked: Asked) -> tuple[Label, Clearance | None, Decision]:
    from tearline.core.labels import decide as decide_label

    if "member" in asked.fields:
        return _decide_for_member(asked)
    clearance = asked.clearance()
    label = asked.label(policy=clearance.policy).label
    return label, clearance, decide_label(label, clearance, asked.book)


def _decide_for_member(asked: Asked) -> tuple[Label, Clearance | None, Decision]:
    from tearline.core.labels import person_sees

    sight = _make_sight(asked)
    label = asked.label(policy=sight.member.policy).label
    return label, sight.national, person_sees(label, sight, asked.book)


def _make_sight(asked: Asked) -> PersonSight:
    from tearline.cli.label.inputs import make_member

    codewords = [str(word) for word in asked.get_list("codewords")] if asked.fields.get("codewords") else []
    return make_member(asked.get_text("member"), codewords, asked.get_text("ceiling", "") or None, asked.book)


def explain(asked: Asked) -> Answer:
    """The decision with each step and value; without a clearance or member, what the label says and whom it admits."""
    from tearline.cli.label.explain import explain_alone, explain_clearance, explain_person

    lang = check_words_language(asked.lang)
    try:
        if "member" in asked.fields:
            sight = _make_sight(asked)
            steps = explain_person(asked.label(policy=sight.member.policy).label, sight, asked.book, lang)
            return {"answer": steps[-1]["holds"], "steps": steps}
        if "clearance" in asked.fields:
            clearance = asked.clearance()
            steps = explain_clearance(asked.label(policy=clearance.policy).label, clearance, asked.book, lang)
            return {"answer": steps[-1]["holds"], "steps": steps}
        steps = explain_alone(asked.label(any_role=True).label, asked.book, lang)
        return {"answer": steps[0]["holds"], "steps": steps}
    except NotInPolicyError as error:
        step = {"step": word("known", lang), "holds": False, "words": error.explain(lang)}
        return {"answer": False, "steps": [step]}


def rollup(asked: Asked) -> Answer:
    """One label over many portions; where none is sound, why."""
    from tearline.core.labels import NoLabel, explain_no_label, roll_up

    values = asked.get_list("labels")
    givens = [asked.read_value(value, f"labels[{number}]") for number, value in enumerate(values)]
    if any(given.codec in FOREIGN for given in givens):
        return roll_up_foreign(givens, asked.get_text("day", ""), asked.book, asked.lang)
    try:
        labels = _list_labels(givens, values, asked)
    except NotInPolicyError as error:
        return {"label": None, "why": error.explain(asked.lang), "marks": {}}
    joined = roll_up(labels, asked.book)
    if isinstance(joined, NoLabel):
        return {"label": None, "why": explain_no_label(joined, asked.lang), "marks": {}}
    return {"label": write_label(joined), "why": "", "marks": _print_marks(Found(joined), asked)}


def _list_labels(givens: Iterable[Given], values: Iterable[Any], asked: Asked) -> list[Label]:
    return [asked.label_of(given, value).label for given, value in zip(givens, values, strict=True)]


def dominates(asked: Asked) -> Answer:
    """Is ``strict`` at least as strict as ``loose``: may whoever sees the one see the other?"""
    from tearline.core.labels import dominates as label_dominates

    try:
        strict, loose = asked.label("strict").label, asked.label("loose").label
    except NotInPolicyError as error:
        return {"dominates": False, "why": error.explain(asked.lang)}
    if strict.policy != loose.policy and not has_network(asked.book):
        raise UnusableError(
            "not-supported",
            f"labels of {strict.policy} and {loose.policy} are compared in a network policy, and none is loaded",
            "Load a pack, or translate one of them first.",
        )
    return {"dominates": label_dominates(strict, loose, asked.book), "why": ""}
