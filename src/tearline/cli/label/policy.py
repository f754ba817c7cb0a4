# SPDX-License-Identifier: Apache-2.0
"""``tearline label policy``: what policies a pack holds, and what one of them says."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from tearline.cli.arguments import Parser, SubParsers, add_command, add_json
from tearline.cli.exits import DONE
from tearline.cli.label.inputs import add_pack, find_policy_name, load_book
from tearline.cli.printing import print_json, say

if TYPE_CHECKING:
    from tearline.core.labels import Policy, PolicyBook

_TEXT = "Look into a policy pack: the shipped one, or that of --pack FOLDER."
_EXAMPLES = (
    "tearline label policy list",
    "tearline label policy show KOR",
    "tearline label policy show PUBLIC --json",
)


def add_parser(verbs: SubParsers) -> None:
    """The verb and its two questions."""
    parser = verbs.add_parser("policy", help="look into a policy pack", description=_TEXT)
    questions = parser.add_subparsers(
        title="questions", metavar="QUESTION", dest="question", required=True, parser_class=Parser
    )
    every = add_command(
        questions, "list", "every policy of the pack", text=_TEXT, examples=_EXAMPLES, run=run_list
    )
    one = add_command(questions, "show", "one policy", text=_TEXT, examples=_EXAMPLES, run=run_show)
    one.add_argument("policy", metavar="POLICY", help="a policy's name, or a member's code")
    for question in (every, one):
        add_pack(question)
        add_json(question)


def run_list(arguments: argparse.Namespace) -> int:
    """A line for each policy."""
    book = load_book(arguments)
    rows = [_summarise(policy, book) for policy in book.policies.values()]
    if arguments.json:
        print_json({"kind": book.kind, "network": book.network, "digest": book.digest(), "policies": rows})
        return DONE
    for row in rows:
        owner = row["member"] or ("network" if row["network"] else "everyone")
        say(f"{row['policy']:<16} {owner:<9} {', '.join(row['classifications'])}")
    return DONE


def run_show(arguments: argparse.Namespace) -> int:
    """Its levels and tag sets, with their equivalents in the network policy."""
    book = load_book(arguments)
    policy = book.policies[find_policy_name(arguments.policy, book)]
    shown = _show(policy, book)
    if arguments.json:
        print_json(shown)
        return DONE
    say(f"{shown['policy']}  {shown['oid']}  version {shown['version']}")
    say("classifications")
    for level in shown["levels"]:
        ways = [
            f"{way} {level[key]}"
            for key, way in (("sent_as", "sent as"), ("received_as", "received from"))
            if level[key]
        ]
        say(f"  {level['hierarchy']}  {level['name']:<20} {', '.join(ways) or 'stays at home'}")
    for tag_set in shown["tag_sets"]:
        say(f"{tag_set['name']} ({tag_set['kind']})")
        say(f"  {', '.join(tag_set['values'])}")
        if tag_set["without_equivalent"]:
            say(f"  without equivalent: {', '.join(tag_set['without_equivalent'])}")
    return DONE


def _summarise(policy: Policy, book: PolicyBook) -> dict[str, Any]:
    owner = book.owner(policy.name)
    return {
        "policy": policy.name,
        "member": owner.code if owner else None,
        "network": policy.name == book.network,
        "version": policy.version,
        "digest": policy.digest,
        "classifications": list(policy.classifications),
    }


def _show(policy: Policy, book: PolicyBook) -> dict[str, Any]:
    from tearline.core.labels import get_bridge

    bridge = None if policy.name in {book.network, book.public} else get_bridge(policy.name, book)
    levels = [
        {
            "name": level.name,
            "hierarchy": level.hierarchy,
            "obsolete": level.obsolete,
            "sent_as": bridge.class_up.get(level.name, "") if bridge else "",
            "received_as": ", ".join(up for up, down in bridge.class_down.items() if down == level.name)
            if bridge
            else "",
        }
        for level in policy.classifications.values()
    ]
    tag_sets = [
        {
            "name": tag_set.name,
            "kind": tag_set.kind.value,
            "values": list(tag_set.categories),
            "without_equivalent": [
                value
                for value in tag_set.categories
                if bridge and (tag_set.name, value) not in bridge.values_up
            ],
        }
        for tag_set in policy.tag_sets.values()
    ]
    return {**_summarise(policy, book), "oid": policy.oid, "levels": levels, "tag_sets": tag_sets}
