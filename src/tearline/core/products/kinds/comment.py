# SPDX-License-Identifier: Apache-2.0
"""A comment on a product, to its originator: a marking that is challenged, an error that was found."""

from __future__ import annotations

from tearline.core.products.kinds.kind import Kind

KIND = Kind("comment", "COM")
