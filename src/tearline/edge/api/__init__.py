# SPDX-License-Identifier: Apache-2.0
"""The HTTP API of the screens: one file for each resource, thin: parse, ask the gate or a command, encode."""

from tearline.edge.api.app import describe, make_app
from tearline.edge.api.services import LinkFact, Pace, Services

__all__ = ["LinkFact", "Pace", "Services", "describe", "make_app"]
