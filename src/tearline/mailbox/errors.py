# SPDX-License-Identifier: Apache-2.0
"""Failures of the network side.

TearlineError (core.errors)
└── CarrierError    a link did not bring what was asked; ``code`` says why, trying again later is right
"""

from __future__ import annotations

from tearline.core.errors import TearlineError


class CarrierError(TearlineError):
    """A link did not bring what was asked."""
