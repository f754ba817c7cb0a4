# SPDX-License-Identifier: Apache-2.0
"""Labels, clearances and policies: decide, explain, roll up, translate and mark. Usable without the rest of tearline.

Example::

    book = load_pack(files)
    label = make_label("EXERCISE KOR", "III-KUP", {"Releasable To": ["KOR", "JPN"]})
    decide(label, clearance, book).permitted

What decides is loaded at once; what reads packs and documents, and what marks, when one of its names is first asked for.
"""

from typing import TYPE_CHECKING, Any

from tearline.core.labels.audience import add_member, name_audience
from tearline.core.labels.book import (
    DISPLAY_ONLY,
    PROVIDED_BY,
    RELIDO,
    RESTRICTED_HANDLING,
    MemberName,
    Membership,
    PolicyBook,
    book_as_of,
    carries,
    expand_shortcuts,
    find_stretch,
    get_policy,
    list_turns,
)
from tearline.core.labels.bridge import Bridge, get_bridge
from tearline.core.labels.codecs import parse_spif
from tearline.core.labels.decide import (
    PERMIT,
    Decision,
    Reason,
    UnknownWordError,
    decide,
    find_faults,
    refuse,
)
from tearline.core.labels.dominate import dominates
from tearline.core.labels.explain import LANGUAGES, explain, explain_no_label, explain_reason
from tearline.core.labels.intern import (
    ClassId,
    Interner,
    LabelId,
    Sights,
    SplitId,
    decide_many,
    decide_sight,
    list_differing,
)
from tearline.core.labels.label import Clearance, Label, NoLabel, make_clearance, make_label
from tearline.core.labels.policy import Policy, TagKind, TagSet, as_of
from tearline.core.labels.restate import restate
from tearline.core.labels.roll_up import roll_up
from tearline.core.labels.sight import (
    MemberSight,
    PersonSight,
    make_member_sight,
    make_national_clearance,
    member_sees,
    person_sees,
)
from tearline.core.labels.translate import translate

if TYPE_CHECKING:
    from tearline.core.labels.binding import BindingDocument, DigestCheck, inherit_labels, verify_digests
    from tearline.core.labels.colors import Colors, color_of
    from tearline.core.labels.document import (
        LabelDocument,
        Role,
        StatedClearance,
        StatedLabel,
        choose_label,
        find_privacy_faults,
        resolve_clearance,
        resolve_label,
        state_clearance,
        state_label,
        succeed,
    )
    from tearline.core.labels.grounds import Ground, explain_ground, list_grounds
    from tearline.core.labels.marking import (
        PORTION,
        RECEIVER,
        print_clearance_mark,
        print_mark,
        print_policy_mark,
        print_privacy_mark,
    )
    from tearline.core.labels.numeric import (
        NumericClearance,
        NumericLabel,
        number_clearance,
        number_label,
        resolve_numbers,
        resolve_numeric_clearance,
    )
    from tearline.core.labels.pack import load_pack
    from tearline.core.labels.pack_cases import CaseResult, run_pack_cases
    from tearline.core.labels.pack_files import (
        PACK_MAX_BYTES,
        accept_pack,
        digest_pack,
        judge_pack,
        make_pack_zip,
        open_pack_zip,
    )
    from tearline.core.labels.printer import BANNER

_PLACES = {
    "BindingDocument": "binding",
    "DigestCheck": "binding",
    "inherit_labels": "binding",
    "verify_digests": "binding",
    "Colors": "colors",
    "color_of": "colors",
    "LabelDocument": "document",
    "Role": "document",
    "StatedClearance": "document",
    "StatedLabel": "document",
    "choose_label": "document",
    "find_privacy_faults": "document",
    "resolve_clearance": "document",
    "resolve_label": "document",
    "state_clearance": "document",
    "state_label": "document",
    "succeed": "document",
    "Ground": "grounds",
    "explain_ground": "grounds",
    "list_grounds": "grounds",
    "PORTION": "marking",
    "RECEIVER": "marking",
    "print_clearance_mark": "marking",
    "print_mark": "marking",
    "print_policy_mark": "marking",
    "print_privacy_mark": "marking",
    "NumericClearance": "numeric",
    "NumericLabel": "numeric",
    "number_clearance": "numeric",
    "number_label": "numeric",
    "resolve_numbers": "numeric",
    "resolve_numeric_clearance": "numeric",
    "load_pack": "pack",
    "CaseResult": "pack_cases",
    "run_pack_cases": "pack_cases",
    "PACK_MAX_BYTES": "pack_files",
    "accept_pack": "pack_files",
    "digest_pack": "pack_files",
    "judge_pack": "pack_files",
    "make_pack_zip": "pack_files",
    "open_pack_zip": "pack_files",
    "BANNER": "printer",
}


def __getattr__(name: str) -> Any:
    """A name of a module that is not loaded yet. None is called like its module, which would come in its place."""
    if name not in _PLACES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value = globals()[name] = getattr(__import__(f"{__name__}.{_PLACES[name]}", fromlist=[name]), name)
    return value


__all__ = [
    "BANNER",
    "DISPLAY_ONLY",
    "LANGUAGES",
    "PACK_MAX_BYTES",
    "PERMIT",
    "PORTION",
    "PROVIDED_BY",
    "RECEIVER",
    "RELIDO",
    "RESTRICTED_HANDLING",
    "BindingDocument",
    "Bridge",
    "CaseResult",
    "ClassId",
    "Clearance",
    "Colors",
    "Decision",
    "DigestCheck",
    "Ground",
    "Interner",
    "Label",
    "LabelDocument",
    "LabelId",
    "MemberName",
    "MemberSight",
    "Membership",
    "NoLabel",
    "NumericClearance",
    "NumericLabel",
    "PersonSight",
    "Policy",
    "PolicyBook",
    "Reason",
    "Role",
    "Sights",
    "SplitId",
    "StatedClearance",
    "StatedLabel",
    "TagKind",
    "TagSet",
    "UnknownWordError",
    "accept_pack",
    "add_member",
    "as_of",
    "book_as_of",
    "carries",
    "choose_label",
    "color_of",
    "decide",
    "decide_many",
    "decide_sight",
    "digest_pack",
    "dominates",
    "expand_shortcuts",
    "explain",
    "explain_ground",
    "explain_no_label",
    "explain_reason",
    "find_faults",
    "find_privacy_faults",
    "find_stretch",
    "get_bridge",
    "get_policy",
    "inherit_labels",
    "judge_pack",
    "list_differing",
    "list_grounds",
    "list_turns",
    "load_pack",
    "make_clearance",
    "make_label",
    "make_member_sight",
    "make_national_clearance",
    "make_pack_zip",
    "member_sees",
    "name_audience",
    "number_clearance",
    "number_label",
    "open_pack_zip",
    "parse_spif",
    "person_sees",
    "print_clearance_mark",
    "print_mark",
    "print_policy_mark",
    "print_privacy_mark",
    "refuse",
    "resolve_clearance",
    "resolve_label",
    "resolve_numbers",
    "resolve_numeric_clearance",
    "restate",
    "roll_up",
    "run_pack_cases",
    "state_clearance",
    "state_label",
    "succeed",
    "translate",
    "verify_digests",
]
