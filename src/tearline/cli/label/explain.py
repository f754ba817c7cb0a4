# SPDX-License-Identifier: Apache-2.0
"""``tearline label explain``: the way to a decision, step by step and value by value.

The steps are those of ``core.labels.sight``; this file asks the library at each and adds nothing of its own.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tearline.cli.arguments import SubParsers, add_command, add_json
from tearline.cli.exits import DONE, REFUSED
from tearline.cli.label.books import has_network
from tearline.cli.label.forms import write_label
from tearline.cli.label.inputs import (
    add_clearance,
    add_labels,
    add_words_language,
    load_book,
    make_sight,
    read_clearance,
    read_labels,
)
from tearline.cli.label.words import check_words_language, word
from tearline.cli.printing import print_json, say, width_of

if TYPE_CHECKING:
    from tearline.core.labels import Clearance, Decision, Label, PersonSight, PolicyBook

Step = dict[str, Any]  # step, holds, words

_TEXT = """\
Explain a label. With --member: each step of the decision, and what was held or lacking at it. Without: whether the
label is valid, which members it admits as of its epoch, and how each policy reads it or why it can't."""
_EXAMPLES = (
    "tearline label explain label.json",
    "tearline label explain label.json --member USA",
    "tearline label explain label.json --member KOR --codewords DALBIT --json",
)


def add_parser(verbs: SubParsers) -> None:
    """The verb."""
    parser = add_command(verbs, "explain", "why, step by step", text=_TEXT, examples=_EXAMPLES, run=run)
    add_labels(parser)
    add_clearance(parser)
    add_words_language(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """The steps; the exit code is that of the decision, or of the label's validity."""
    lang = check_words_language(arguments.lang)
    book = load_book(arguments)
    sight = make_sight(arguments, book) if arguments.member else None
    clearance = read_clearance(arguments, book) if arguments.clearance else None
    arguments.policy_wanted = clearance.policy if clearance else ""
    out = []
    for label in read_labels(arguments, book):
        if clearance is not None:
            steps = explain_clearance(label, clearance, book, lang)
        else:
            steps = explain_person(label, sight, book, lang) if sight else explain_alone(label, book, lang)
        answer = steps[-1]["holds"] if sight or clearance else steps[0]["holds"]
        out.append({"label": write_label(label), "answer": answer, "steps": steps})
    if arguments.json:
        print_json(out)
    else:
        _print(out, lang)
    return DONE if all(one["answer"] for one in out) else REFUSED


def _print(out: list[dict[str, Any]], lang: str) -> None:
    column = max(3, *(width_of(word(code, lang)) for code in ("yes", "no")))
    for one in out:
        for step in one["steps"]:
            holds = word("yes" if step["holds"] else "no", lang)
            say(f"{holds}{' ' * (column - width_of(holds))}  {step['step']}: {step['words']}")


def explain_alone(label: Label, book: PolicyBook, lang: str) -> list[Step]:
    """Is it valid, whom it admits, and how each policy reads it."""
    return list(_explain_alone(label, book, lang))


def explain_person(label: Label, sight: PersonSight, book: PolicyBook, lang: str) -> list[Step]:
    """The way to a decision for a person of a member."""
    return list(_explain_for(label, sight, book, lang))


def explain_clearance(label: Label, clearance: Clearance, book: PolicyBook, lang: str) -> list[Step]:
    """The way to a decision within one policy, value by value, as the clearance lists them."""
    from tearline.core.labels import decide, explain

    decision = decide(label, clearance, book)
    steps = [_explain_validity(label, book, lang)]
    if steps[0]["holds"] and label.policy == clearance.policy:
        steps += _explain_values(label, clearance, decision, book, lang)
    words = explain(decision, lang)
    return [*steps, _step(word("clearance-may", lang), holds=decision.permitted, words=words)]


def _explain_validity(label: Label, book: PolicyBook, lang: str) -> Step:
    from tearline.core.labels import explain_reason, find_faults

    faults = [explain_reason(fault, lang) for fault in find_faults(label, book)]
    words = "; ".join(faults) or _banner(label, book, lang)
    return _step(word("valid-under", lang, policy=label.policy), holds=not faults, words=words)


def _explain_alone(label: Label, book: PolicyBook, lang: str) -> Iterator[Step]:
    from tearline.core.labels import translate

    validity = _explain_validity(label, book, lang)
    yield validity
    if not validity["holds"]:
        return
    members = book.audience(label)
    admitted = word("everyone", lang) if members is None else ", ".join(sorted(members))
    yield _step(word("admits", lang), holds=True, words=admitted)
    for name in book.policies if has_network(book) else ():
        if label.policy in {name, book.public} or name == book.public:
            continue
        carried = translate(label, name, book)
        yield _explain_carried(carried, name, book, lang)


def _explain_for(label: Label, sight: PersonSight, book: PolicyBook, lang: str) -> Iterator[Step]:
    from tearline.core.labels import explain, find_faults, member_sees, person_sees

    yield _explain_validity(label, book, lang)
    if not find_faults(label, book) and label.policy != book.public:
        yield from _explain_member(label, sight, book, lang)
    member = member_sees(label, sight.member, book)
    may = word("member-may", lang, member=sight.member.member)
    yield _step(may, holds=member.permitted, words=explain(member, lang))
    person = person_sees(label, sight, book)
    yield _step(word("person-may", lang), holds=person.permitted, words=explain(person, lang))


def _explain_member(label: Label, sight: PersonSight, book: PolicyBook, lang: str) -> Iterator[Step]:
    """Carried where it has to be carried, and then each of its values."""
    from tearline.core.labels import Decision, decide, translate

    targets = (
        [sight.member.policy] if label.policy == sight.member.policy else [book.network, sight.member.policy]
    )
    for target in dict.fromkeys(targets):
        carried = translate(label, target, book)
        if target != label.policy:
            yield _explain_carried(carried, target, book, lang)
        if isinstance(carried, Decision):
            return
        clearance = sight.member.network if target == book.network else sight.member.national
        yield from _explain_values(carried, clearance, decide(carried, clearance, book), book, lang)


def _explain_values(
    label: Label, clearance: Clearance, decision: Decision, book: PolicyBook, lang: str
) -> Iterator[Step]:
    from tearline.core.labels import TagKind, explain_reason

    where = f"{label.policy} "
    lacks = {(r.code, r.tag_set): explain_reason(r, lang) for r in decision.reasons}
    lacking = lacks.get(("classification", ""))
    held = word("is-held", lang, values=label.classification)
    yield _step(where + word("classification", lang), holds=lacking is None, words=lacking or held)
    for name, values in label.categories:
        kind, named = book.policies[label.policy].tag_sets[name].kind, ", ".join(values)
        if kind is TagKind.INFORMATIVE:
            yield _step(where + name, holds=True, words=word("informs", lang, values=named))
            continue
        if kind is TagKind.RESTRICTIVE:
            code, held = "codeword", word("is-held", lang, values=named)
        else:
            code = "audience"
            held = word("is-among", lang, held=", ".join(clearance.values(name)), values=named)
        lacking = lacks.get((code, name))
        yield _step(where + name, holds=lacking is None, words=lacking or held)


def _banner(label: Label, book: PolicyBook, lang: str) -> str:
    from tearline.core.labels import BANNER, print_mark

    return print_mark(label, BANNER, lang, book)


def _explain_carried(carried: Label | Decision, target: str, book: PolicyBook, lang: str) -> Step:
    from tearline.core.labels import Decision, explain

    refused = isinstance(carried, Decision)
    words = explain(carried, lang) if isinstance(carried, Decision) else _banner(carried, book, lang)
    return _step(word("read-under", lang, policy=target), holds=not refused, words=words)


def _step(name: str, *, holds: bool, words: str) -> Step:
    return {"step": name, "holds": holds, "words": words}
