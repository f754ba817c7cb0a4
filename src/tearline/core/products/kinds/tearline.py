# SPDX-License-Identifier: Apache-2.0
"""One self-contained block, made to be passed on."""

from tearline.core.products.kinds.kind import Kind

KIND = Kind("tearline", "TEAR")
