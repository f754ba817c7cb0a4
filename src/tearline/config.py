# SPDX-License-Identifier: Apache-2.0
"""A node's settings: one JSON file in its folder, strictly read. Nothing is taken from the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from tearline.core.errors import UsageError

FILE_NAME = "node.json"


class CastPerson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody whom a visitor of an exercise may play. ``cleared_for`` in the words of the member's policy, or empty."""

    id: str
    posts: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    cleared_for: tuple[str, ...] = ()


class ToldMember(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A member in an exercise's story: its name and its part, by language."""

    code: str
    names: dict[str, str]
    parts: dict[str, str]


class ShownProduct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The product by which an exercise explains itself, by its reference: of this member, to be looked at as this person."""

    member: str
    person: str
    reference: str


class ExerciseStory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the page before the door tells of an exercise. Texts by language; ``day`` as ISO date."""

    title: str
    day: str
    story: dict[str, str]
    members: tuple[ToldMember, ...]
    shown: ShownProduct


class NodeConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``web_port`` is the people's door on ``host`` (loopback). Where partners reach a node stands in the directory.

    ``cast`` belongs to exercises: whom anybody at the door may play without a password; so does ``story``. A node whose
    policies are not an exercise's, or that is not on loopback, has none.
    """

    member: str
    node: str = "node-1"
    host: str = "127.0.0.1"
    web_port: int = 8470
    languages: tuple[str, ...] = ("en",)
    pack: str = "exercise"
    anchor_tick_s: int = 60
    session_idle_max_s: int = 900  # then it is locked
    cookie: str = "tearline"
    title: str = ""
    doors: dict[str, str] = {}  # people's doors of the other members, where an exercise runs on one machine
    cast: tuple[CastPerson, ...] = ()
    story: ExerciseStory | None = None


def load_config(folder: Path) -> NodeConfig:
    """The settings in a node's folder. Raises ``UsageError`` saying what to do."""
    path = folder / FILE_NAME
    if not path.is_file():
        raise UsageError("no-node", f"there is no node in {folder}", "Make one with: tearline init --help")
    try:
        return msgspec.json.decode(path.read_bytes(), type=NodeConfig)
    except msgspec.MsgspecError as error:
        raise UsageError(
            "bad-settings", f"{path}: {error}", "Correct the file, or make the node again."
        ) from error


def store_config(folder: Path, config: NodeConfig) -> None:
    """Write the settings."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE_NAME).write_bytes(msgspec.json.format(msgspec.json.encode(config), indent=2))


class PersonSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person to admit at founding. ``cleared`` false: no clearance at all."""

    id: str
    codewords: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    cleared: bool = True


class PostSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``alternate`` is asked too when a FLASH stays unacknowledged at the post for ``flash_min`` minutes."""

    name: str
    alternate: str
    flash_min: int
    title: str = ""


class MemberSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A member at founding; ``delegations`` and ``rules`` in the form of node.trust.mandates.

    ``cast`` names the persons whom an exercise lets anybody play.
    """

    code: str
    name: str
    ceiling: str
    languages: tuple[str, ...] = ("en",)
    persons: tuple[PersonSpec, ...] = ()
    delegations: tuple[dict[str, Any], ...] = ()
    rules: tuple[dict[str, Any], ...] = ()
    cast: tuple[str, ...] = ()
    posts: tuple[PostSpec, ...] = ()


class NetworkSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An exercise network: its pack, members, and agreements in the form of node.trust.directory. Ports go up by two."""

    pack: str
    members: tuple[MemberSpec, ...]
    agreements: tuple[dict[str, Any], ...]
    title: str = ""
    host: str = "127.0.0.1"
    port_base: int = 8470
    anchor_tick_s: int = 60
    node: str = "node-1"
    story: ExerciseStory | None = None


class Founding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a node's first start takes into its journal: people, posts, mandates. Passwords are never in it."""

    persons: tuple[PersonSpec, ...] = ()
    delegations: tuple[dict[str, Any], ...] = ()
    rules: tuple[dict[str, Any], ...] = ()
    posts: tuple[PostSpec, ...] = ()
