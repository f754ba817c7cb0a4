# SPDX-License-Identifier: Apache-2.0
"""A request for information: what is asked of another member, about which product, by when."""

from __future__ import annotations

from tearline.core.products.kinds.kind import Kind

KIND = Kind("rfi", "RFI")
