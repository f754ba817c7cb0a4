# SPDX-License-Identifier: Apache-2.0
"""The only way out of a product: shares for members, renditions for readers."""

from tearline.core.renditions.advice import Advisor, Suggestion, WordsNeeded, add_words, advise
from tearline.core.renditions.changes import PortionChange, list_changes
from tearline.core.renditions.compare import Comparison, Statement, compare
from tearline.core.renditions.render import (
    Rendition,
    RenditionPortion,
    Shown,
    Voice,
    check_of,
    print_banner,
    print_portion_mark,
    print_rendition,
    print_rolled,
    render,
)
from tearline.core.renditions.share import (
    Change,
    Sees,
    Share,
    compare_shares,
    content_of,
    find_withdrawn,
    make_share,
    share_portions,
)

__all__ = [
    "Advisor",
    "Change",
    "Comparison",
    "PortionChange",
    "Rendition",
    "RenditionPortion",
    "Sees",
    "Share",
    "Shown",
    "Statement",
    "Suggestion",
    "Voice",
    "WordsNeeded",
    "add_words",
    "advise",
    "check_of",
    "compare",
    "compare_shares",
    "content_of",
    "find_withdrawn",
    "list_changes",
    "make_share",
    "print_banner",
    "print_portion_mark",
    "print_rendition",
    "print_rolled",
    "render",
    "share_portions",
]
