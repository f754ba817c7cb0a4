# SPDX-License-Identifier: Apache-2.0
"""What a node is made of; the assembly gives it."""

from __future__ import annotations

import msgspec

from tearline.core.ids import Member
from tearline.core.labels import PolicyBook
from tearline.node.journal import AnchorLog, Journal
from tearline.node.ports import Clock, Entropy, Mail
from tearline.node.trust import DirectorySource, Opener, SigningKeys


class Settings(msgspec.Struct, frozen=True):
    """Who this node is. ``languages``: the national one first."""

    member: Member
    node: str = "node-1"
    languages: tuple[str, ...] = ("en",)


class Parts(msgspec.Struct, frozen=True):
    """What the assembly gives a node."""

    settings: Settings
    book: PolicyBook
    clock: Clock
    entropy: Entropy
    journal: Journal
    access: Journal
    mail: Mail
    directory: DirectorySource
    keys: SigningKeys
    opener: Opener | None = None  # of sealed files; none: this node takes none
    anchors: AnchorLog | None = None
