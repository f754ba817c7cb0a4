# SPDX-License-Identifier: Apache-2.0
"""Banner and portion markings as text: United States (DoDM 5200.01 / CAPCO), NATO, JOINT and foreign government markings.

Example::

    marking = parse_marking("SECRET//SI//REL TO USA, AUS, GBR")
    check_marking(marking)  # () : it may stand
    print_marking(marking, "portion")  # (S//SI//REL TO USA, AUS, GBR)

``suggest`` reads historical and careless forms; its answers are for a person to confirm and never enter a decision.
"""

from tearline.core.labels.codecs.text.hygiene import check_length, find_hostile
from tearline.core.labels.codecs.text.marking import (
    MARKING_CHARS_MAX,
    Atomic,
    AtomicItem,
    Compartment,
    Control,
    Dissem,
    DissemItem,
    Fault,
    Fgi,
    Form,
    Marking,
    NatoControls,
    Other,
    OtherItem,
    Owner,
    Sap,
    Sci,
    Segment,
)
from tearline.core.labels.codecs.text.parsing import is_control_word, parse_marking
from tearline.core.labels.codecs.text.printing import print_marking, reorder
from tearline.core.labels.codecs.text.rules import check_marking, read_marking
from tearline.core.labels.codecs.text.suggest import Change, Suggestion, suggest
from tearline.core.labels.codecs.text.words import (
    GROUPS,
    NATIONS,
    WORDS,
    Level,
    Words,
    sort_codes,
    sort_release,
)

__all__ = [
    "GROUPS",
    "MARKING_CHARS_MAX",
    "NATIONS",
    "WORDS",
    "Atomic",
    "AtomicItem",
    "Change",
    "Compartment",
    "Control",
    "Dissem",
    "DissemItem",
    "Fault",
    "Fgi",
    "Form",
    "Level",
    "Marking",
    "NatoControls",
    "Other",
    "OtherItem",
    "Owner",
    "Sap",
    "Sci",
    "Segment",
    "Suggestion",
    "Words",
    "check_length",
    "check_marking",
    "find_hostile",
    "is_control_word",
    "parse_marking",
    "print_marking",
    "read_marking",
    "reorder",
    "sort_codes",
    "sort_release",
    "suggest",
]
