# SPDX-License-Identifier: Apache-2.0
"""Indicators of compromise as STIX 2.1 patterns, with what is known about them."""

from tearline.core.products.kinds.kind import Kind

KIND = Kind("indicators", "IND")
