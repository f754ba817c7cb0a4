# SPDX-License-Identifier: Apache-2.0
"""A node's settings: one JSON file in its folder, strictly read. Nothing is taken from the environment."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tearline.core.errors import UsageError

FILE_NAME = "node.json"


class NodeConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ports are on ``host`` (loopback unless changed): one for people, one for partners (mutual TLS)."""

    member: str
    node: str = "node-1"
    host: str = "127.0.0.1"
    web_port: int = 8470
    federation_port: int = 8471
    languages: tuple[str, ...] = ("en",)
    pack: str = "exercise"
    anchor_tick_s: int = 60
    session_idle_max_s: int = 1_800
    cookie: str = "tearline"
    title: str = ""


def load_config(folder: Path) -> NodeConfig:
    """The settings in a node's folder. Raises ``UsageError`` saying what to do."""
    path = folder / FILE_NAME
    if not path.is_file():
        raise UsageError("no-node", f"there is no node in {folder}", "Make one with: tearline init --help")
    try:
        return msgspec.json.decode(path.read_bytes(), type=NodeConfig)
    except msgspec.MsgspecError as error:
        raise UsageError("bad-settings", f"{path}: {error}", "Correct the file, or make the node again.") from error


def store_config(folder: Path, config: NodeConfig) -> None:
    """Write the settings."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE_NAME).write_bytes(msgspec.json.format(msgspec.json.encode(config), indent=2))
