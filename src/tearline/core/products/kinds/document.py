# SPDX-License-Identifier: Apache-2.0
"""A document taken over from elsewhere, unaltered or paraphrased, with its source."""

from tearline.core.products.kinds.kind import Kind

KIND = Kind("document", "DOC")
