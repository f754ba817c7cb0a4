# SPDX-License-Identifier: Apache-2.0
"""A decision in words (A3), for those who may know: the originator's own people and its desk.

Every reason carries a stable code, so that other languages are a table and no parser.
"""

from __future__ import annotations

from tearline.core.labels.decide import Decision, Reason

_WORDS = {
    "no-clearance": "no clearance",
    "classification": "classification {values} is not held",
    "codeword": "{values} is not held",
    "audience": "not in the audience ({values})",
    "no-equivalent": "{values} has no equivalent in {policy}",
    "other-policy": "the label is of another policy than {policy}",
    "unknown-policy": "the policy {values} is not known here",
    "unknown-classification": "{values} is no classification of {policy}",
    "unknown-tag-set": "{tag_set} is no tag set of {policy}",
    "unknown-value": "{values} is no value of {tag_set} in {policy}",
    "unknown-epoch": "membership of {values} is not known",
    "needless-epoch": "a membership date ({values}) without a group",
    "empty": "{tag_set} names nobody",
    "repeated-value": "{tag_set} repeats a value",
    "repeated-tag-set": "a tag set stands twice",
    "selection": "{tag_set} has too many or too few values",
    "required": "exactly what is required of {tag_set} is missing or given twice",
    "obsolete": "{values} is obsolete",
    "window": "{values} is not in force, or not known to be",
    "privacy-mark": "{values} is no privacy mark of {policy}",
    "policy-window": "{policy} is not in force, or not known to be",
    "excluded-class": "{values} do not go together",
    "required-class": "{values} do not go together",
    "excluded": "{values} excludes {tag_set}",
    "ceiling": "{values} is above the ceiling",
    "agreement": "the agreement does not cover {values}",
    "no-agreement": "no agreement in force",
}


def explain_reason(reason: Reason) -> str:
    """One reason as a sentence without a full stop."""
    words = _WORDS.get(reason.code, reason.code)
    return words.format(values=", ".join(reason.values), tag_set=reason.tag_set, policy=reason.policy)


def explain(decision: Decision) -> str:
    """``permitted``, or the reasons joined."""
    if decision.permitted:
        return "permitted"
    return "; ".join(dict.fromkeys(explain_reason(reason) for reason in decision.reasons))
