# SPDX-License-Identifier: Apache-2.0
"""A report (INTREP): free portions."""

from tearline.core.products.kinds.kind import Kind

KIND = Kind("report", "REP")
