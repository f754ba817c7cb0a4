# SPDX-License-Identifier: Apache-2.0
"""Removes one safeguard, to show that the checks would see it: each break must end red and name what failed.

withhold   one node gives one member a portion without asking whether the member may see it
chain      one entry of one node's journal is changed on its disk, before everything is verified
purge      one node says that recalled bytes are gone and leaves them where they are

Where to break follows from the script: who holds a sentence that somebody else must never have, who has to give one back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from tearline.cli.demo.play import Player
from tearline.cli.demo.scenario import Scenario, split_list
from tearline.cli.demo.stage import Stage
from tearline.core.errors import UsageError
from tearline.core.ids import Member
from tearline.core.labels import ClassId, Label
from tearline.node.node import Node

BREAKS = ("withhold", "chain", "purge")
TABLES = {
    "withhold": ("canaries", "acceptance", "withheld"),
    "chain": ("proof",),
    "purge": ("canaries", "proof"),
}
"""The checks of which at least one must name the break."""


class BreakableStage(Stage, Protocol):
    """A stage whose nodes can be reached into."""

    @property
    def nodes(self) -> Mapping[str, Node]:
        """The national sides."""

    def alter_header(self, member: str) -> None:
        """Change an entry of a node's journal where it lies."""


class Broken(NamedTuple):
    """What was broken where, in words for the account."""

    name: str
    words: str


class Leak(NamedTuple):
    """Who would send what to whom."""

    sender: str
    victim: str
    label: dict[str, Any]


def apply_break(name: str, player: Player, stage: BreakableStage) -> Broken:
    """Remove one safeguard of a network that is about to be played on."""
    scenario = player.scene.scenario
    if name == "withhold":
        return _withhold_nothing(scenario, stage)
    if name == "purge":
        return _purge_nothing(scenario, stage)
    if name == "chain":
        return _alter_before_verify(player, stage)
    raise UsageError("no-break", f"no such break: {name}", f"Known: {', '.join(BREAKS)}.")


def _withhold_nothing(scenario: Scenario, stage: BreakableStage) -> Broken:
    leak = find_leak(scenario)
    node = stage.nodes[leak.sender]
    spared = node.member_classes[Member(leak.victim)]
    asked = node.sights.sees_label

    def see_more(class_id: ClassId, label: Label) -> bool:
        return (class_id == spared and _is_made_from(label, leak.label)) or asked(class_id, label)

    node.sights.sees_label = see_more  # type: ignore[method-assign]  # that is the break
    words = f"{leak.sender} gives {leak.victim} what stands in one portion's label without asking whether it may see it"
    return Broken("withhold", words)


def _is_made_from(label: Label, row: dict[str, Any]) -> bool:
    """Whether a label of the node is this one of the script; filing adds the originator to an audience."""
    named = {value for _, values in label.categories for value in values}
    asked = {value for name in ("compartment", "handling", "rt", "eo") for value in row.get(name) or []}
    return (label.policy, label.classification) == (row["policy"], row["classification"]) and named == asked


def _purge_nothing(scenario: Scenario, stage: BreakableStage) -> Broken:
    member = find_recalled(scenario)
    stage.nodes[member].journal.purge = lambda targets: None  # type: ignore[method-assign]  # noqa: ARG005  that is the break
    return Broken("purge", f"{member} records a purge and leaves the bytes in its journal")


def _alter_before_verify(player: Player, stage: BreakableStage) -> Broken:
    member = next(iter(player.scene.scenario.members))

    async def alter(step: dict[str, Any]) -> None:
        if step.get("verify"):
            stage.alter_header(member)

    player.before_step = alter
    return Broken("chain", f"an entry of {member}'s journal is changed on its disk")


def find_leak(scenario: Scenario) -> Leak:
    """A canary whose product goes to somebody who must never have it. No codeword: that would stop it a second time."""
    for row in scenario.table("canaries.csv"):
        for handle, product in scenario.script["products"].items():
            label = _find_label(product, row["text"])
            outside = [m for m in _receivers(scenario, handle) if m not in split_list(row["nodes"])]
            if label is not None and not label.get("compartment") and outside:
                return Leak(product["originator"], outside[0], label)
    raise UsageError("no-canary", "the script has no canary that a receiver of its product must not have")


def find_recalled(scenario: Scenario) -> str:
    """A member that had a canary, loses it by a recall, and purges at once."""
    at_once = {m for m, when in scenario.script["agreement"]["purge"].items() if when == "at_once"}
    for row in scenario.table("canaries.csv"):
        gone = set(split_list(row["nodes"])) - set(split_list(row["nodes_after_recall"]))
        if gone & at_once:
            return min(gone & at_once)
    raise UsageError("no-recall", "the script recalls no canary from a member that purges at once")


def _find_label(product: dict[str, Any], text: str) -> dict[str, Any] | None:
    """The label of the variant in which a text stands."""
    for revision in product["revisions"]:
        for portion in revision["portions"]:
            for variant in portion["variants"]:
                if any(text in wording["text"] for wording in variant["body"].get("wordings", [])):
                    label: dict[str, Any] = variant["label"]
                    return label
    return None


def _receivers(scenario: Scenario, handle: str) -> list[str]:
    steps = [s for s in scenario.steps if handle in {s.get("approve"), s.get("file")}]
    return [m for s in steps for m in s.get("members", [])]
