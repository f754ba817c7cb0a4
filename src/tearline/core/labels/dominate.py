# SPDX-License-Identifier: Apache-2.0
"""Is one label at least as strict as another? Whoever may see ``strict`` may then see ``loose``, at any member.

Labels of different policies are compared in the network policy's words; what can't be carried there is comparable with
nothing but itself. Used for titles, citations and the third-party rule, never for an access decision.
"""

from __future__ import annotations

from tearline.core.labels.book import PROVIDED_BY, PolicyBook
from tearline.core.labels.decide import Decision, find_faults
from tearline.core.labels.label import Label
from tearline.core.labels.policy import TagKind
from tearline.core.labels.translate import translate


def dominates(strict: Label, loose: Label, book: PolicyBook) -> bool:
    """True where ``strict`` has a class not lower, every codeword, and no member in its audience that ``loose`` lacks."""
    if find_faults(strict, book) or find_faults(loose, book):
        return False
    if strict == loose or loose.policy == book.public:
        return True
    if strict.policy == book.public:
        return False
    if strict.policy != loose.policy:
        carried = [translate(label, book.network, book) for label in (strict, loose)]
        if isinstance(carried[0], Decision) or isinstance(carried[1], Decision):
            return False
        strict, loose = carried[0], carried[1]
    return _dominates_within(strict, loose, book)


def _dominates_within(strict: Label, loose: Label, book: PolicyBook) -> bool:
    policy = book.policies[strict.policy]
    levels = policy.classifications
    if levels[strict.classification].hierarchy < levels[loose.classification].hierarchy:
        return False
    for name, values in loose.categories:
        restricts = policy.tag_sets[name].kind is TagKind.RESTRICTIVE
        if restricts and name != PROVIDED_BY and not set(values) <= set(strict.values(name)):
            return False
    inner, outer = book.audience(strict), book.audience(loose)
    return inner is not None and outer is not None and inner <= outer
