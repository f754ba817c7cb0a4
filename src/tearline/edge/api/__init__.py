# SPDX-License-Identifier: Apache-2.0
"""The HTTP API of the screens: one file for each resource, thin: parse, ask the gate or a command, encode."""

from tearline.edge.api.app import describe, make_app
from tearline.edge.api.services import Health, LinkFact, LogHealth, Pace, Services
from tearline.edge.api.setup import Setup, SetupChosen, SetupNetwork, SetupRequest, make_setup_app

__all__ = [
    "Health",
    "LinkFact",
    "LogHealth",
    "Pace",
    "Services",
    "Setup",
    "SetupChosen",
    "SetupNetwork",
    "SetupRequest",
    "describe",
    "make_app",
    "make_setup_app",
]
