# SPDX-License-Identifier: Apache-2.0
"""The ``tearline`` program. Every command is a file of this package with ``add_parser`` and ``run``."""

from tearline.cli.program import main

__all__ = ["main"]
