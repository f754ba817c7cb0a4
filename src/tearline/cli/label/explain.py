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
    load_book,
    make_sight,
    read_clearance,
    read_labels,
)
from tearline.cli.printing import print_json, say

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
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """The steps; the exit code is that of the decision, or of the label's validity."""
    book = load_book(arguments)
    sight = make_sight(arguments, book) if arguments.member else None
    clearance = read_clearance(arguments, book) if arguments.clearance else None
    arguments.policy_wanted = clearance.policy if clearance else ""
    out = []
    for label in read_labels(arguments, book):
        if clearance is not None:
            steps = explain_clearance(label, clearance, book)
        else:
            steps = explain_person(label, sight, book) if sight else explain_alone(label, book)
        answer = steps[-1]["holds"] if sight or clearance else steps[0]["holds"]
        out.append({"label": write_label(label), "answer": answer, "steps": steps})
    if arguments.json:
        print_json(out)
    else:
        for one in out:
            for step in one["steps"]:
                say(f"{'yes' if step['holds'] else 'no ':<4} {step['step']}: {step['words']}")
    return DONE if all(one["answer"] for one in out) else REFUSED


def explain_alone(label: Label, book: PolicyBook) -> list[Step]:
    """Is it valid, whom it admits, and how each policy reads it."""
    return list(_explain_alone(label, book))


def explain_person(label: Label, sight: PersonSight, book: PolicyBook) -> list[Step]:
    """The way to a decision for a person of a member."""
    return list(_explain_for(label, sight, book))


def explain_clearance(label: Label, clearance: Clearance, book: PolicyBook) -> list[Step]:
    """The way to a decision within one policy, value by value, as the clearance lists them."""
    from tearline.core.labels import decide, explain

    decision = decide(label, clearance, book)
    faults = _find_faults(label, book)
    words = "; ".join(faults) or _banner(label, book)
    steps = [_step(f"valid under {label.policy}", holds=not faults, words=words)]
    if not faults and label.policy == clearance.policy:
        steps += _explain_values(label, clearance, decision, book)
    return [*steps, _step("this clearance may see it", holds=decision.permitted, words=explain(decision))]


def _explain_alone(label: Label, book: PolicyBook) -> Iterator[Step]:
    from tearline.core.labels import Decision, translate

    faults = _find_faults(label, book)
    yield _step(
        f"valid under {label.policy}", holds=not faults, words="; ".join(faults) or _banner(label, book)
    )
    if faults:
        return
    members = book.audience(label)
    yield _step("admits", holds=True, words="everyone" if members is None else ", ".join(sorted(members)))
    for name in book.policies if has_network(book) else ():
        if label.policy in {name, book.public} or name == book.public:
            continue
        carried = translate(label, name, book)
        yield _step(
            f"read under {name}", holds=not isinstance(carried, Decision), words=_carried_words(carried, book)
        )


def _explain_for(label: Label, sight: PersonSight, book: PolicyBook) -> Iterator[Step]:
    from tearline.core.labels import explain, find_faults, member_sees, person_sees

    faults = _find_faults(label, book)
    yield _step(
        f"valid under {label.policy}", holds=not faults, words="; ".join(faults) or _banner(label, book)
    )
    if not find_faults(label, book) and label.policy != book.public:
        yield from _explain_member(label, sight, book)
    member = member_sees(label, sight.member, book)
    yield _step(f"member {sight.member.member} may have it", holds=member.permitted, words=explain(member))
    person = person_sees(label, sight, book)
    yield _step("this person may read it", holds=person.permitted, words=explain(person))


def _explain_member(label: Label, sight: PersonSight, book: PolicyBook) -> Iterator[Step]:
    """Carried where it has to be carried, and then each of its values."""
    from tearline.core.labels import Decision, decide, translate

    targets = (
        [sight.member.policy] if label.policy == sight.member.policy else [book.network, sight.member.policy]
    )
    for target in dict.fromkeys(targets):
        carried = translate(label, target, book)
        if target != label.policy:
            words = _carried_words(carried, book)
            yield _step(f"read under {target}", holds=not isinstance(carried, Decision), words=words)
        if isinstance(carried, Decision):
            return
        clearance = sight.member.network if target == book.network else sight.member.national
        yield from _explain_values(carried, clearance, decide(carried, clearance, book), book)


def _explain_values(
    label: Label, clearance: Clearance, decision: Decision, book: PolicyBook
) -> Iterator[Step]:
    from tearline.core.labels import TagKind, explain_reason

    where = f"{label.policy} "
    lacks = {(reason.code, reason.tag_set): explain_reason(reason) for reason in decision.reasons}
    lacking = lacks.get(("classification", ""))
    yield _step(
        f"{where}classification", holds=lacking is None, words=lacking or f"{label.classification} is held"
    )
    for name, values in label.categories:
        kind = book.policies[label.policy].tag_sets[name].kind
        if kind is TagKind.INFORMATIVE:
            yield _step(
                f"{where}{name}", holds=True, words=f"{', '.join(values)} informs and does not decide"
            )
        else:
            lacking = lacks.get(("codeword" if kind is TagKind.RESTRICTIVE else "audience", name))
            held = (
                f"{', '.join(values)} is held"
                if kind is TagKind.RESTRICTIVE
                else _named(clearance, name, values)
            )
            yield _step(f"{where}{name}", holds=lacking is None, words=lacking or held)


def _named(clearance: Clearance, name: str, values: tuple[str, ...]) -> str:
    return f"{', '.join(clearance.values(name))} is among {', '.join(values)}"


def _find_faults(label: Label, book: PolicyBook) -> list[str]:
    from tearline.core.labels import explain_reason, find_faults

    return [explain_reason(fault) for fault in find_faults(label, book)]


def _banner(label: Label, book: PolicyBook) -> str:
    from tearline.core.labels import BANNER, print_mark

    return print_mark(label, BANNER, "en", book)


def _carried_words(carried: Label | Decision, book: PolicyBook) -> str:
    from tearline.core.labels import Decision, explain

    return explain(carried) if isinstance(carried, Decision) else _banner(carried, book)


def _step(name: str, *, holds: bool, words: str) -> Step:
    return {"step": name, "holds": holds, "words": words}
