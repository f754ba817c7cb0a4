# SPDX-License-Identifier: Apache-2.0
"""Folders that hold a node, or a network of them, as ``tearline init`` makes them."""

from __future__ import annotations

from pathlib import Path

from tearline.cli.exits import UnusableError

FILE_NAME = "node.json"


def list_nodes(folder: Path) -> list[Path]:
    """The node in ``folder``, or the nodes in the folders directly below it."""
    if not folder.is_dir():
        advice = (
            f"For a new node: mkdir {folder}; tearline serve {folder}. For a network: tearline init --help"
        )
        raise UnusableError("no-folder", f"there is no folder {folder}", advice)
    if (folder / FILE_NAME).is_file():
        return [folder]
    found = sorted(path.parent for path in folder.glob(f"*/{FILE_NAME}"))
    if not found:
        advice = "Give a folder that tearline init made."
        raise UnusableError("no-node", f"there is no node in {folder}", advice)
    return found


def find_node(folder: Path) -> Path:
    """The one node meant; a folder of several is not guessed about."""
    found = list_nodes(folder)
    if len(found) > 1 or found[0] != folder:
        names = ", ".join(str(path) for path in found)
        raise UnusableError("which-node", f"{folder} holds a network", f"Give one of: {names}")
    return folder
