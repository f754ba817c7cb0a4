# SPDX-License-Identifier: Apache-2.0
"""The exchange between two nodes as state machines without I/O: entries, lanes, arrivals."""

from tearline.core.exchange.arrival import Arrival, Receiver, decide_arrival
from tearline.core.exchange.entry import (
    DISPOSITION,
    RECALL,
    RECEIPT,
    SHAPES,
    SHARE,
    Body,
    DestructionRecord,
    Disposition,
    Leaf,
    Recall,
    Receipt,
    check_commitment,
    open_body,
    open_leaf,
    read_kept_share,
    seal_entry,
)
from tearline.core.exchange.frames import LIMITS, Held, Item, Limits, PullAnswer, PullRequest, Run
from tearline.core.exchange.stream import Fresh, Lane, check_run, print_origin

__all__ = [
    "DISPOSITION",
    "LIMITS",
    "RECALL",
    "RECEIPT",
    "SHAPES",
    "SHARE",
    "Arrival",
    "Body",
    "DestructionRecord",
    "Disposition",
    "Fresh",
    "Held",
    "Item",
    "Lane",
    "Leaf",
    "Limits",
    "PullAnswer",
    "PullRequest",
    "Recall",
    "Receipt",
    "Receiver",
    "Run",
    "check_commitment",
    "check_run",
    "decide_arrival",
    "open_body",
    "open_leaf",
    "print_origin",
    "read_kept_share",
    "seal_entry",
]
