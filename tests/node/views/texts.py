# SPDX-License-Identifier: Apache-2.0
"""One-line drafts for tests of views."""

from __future__ import annotations

from tearline.core.labels import make_label
from tearline.core.products import TextBody, Wording
from tearline.node.commands import DraftPortion, DraftProduct, DraftVariant


def draft(words):
    """A report for Korea alone, of one title."""
    label = make_label("EXERCISE KOR", "III-KUP", {"Eyes Only": ["KOR"]})
    variant = DraftVariant(label, TextBody((Wording("en", words),)))
    return DraftProduct("report", "ROUTINE", "EXERCISE KOR", (DraftPortion("title", (variant,), "AA"),))
