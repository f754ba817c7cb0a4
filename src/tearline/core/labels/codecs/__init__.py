# SPDX-License-Identifier: Apache-2.0
"""Forms in which policies and labels come from and go to other systems."""

from tearline.core.labels.codecs.spif import parse_spif

__all__ = ["parse_spif"]
