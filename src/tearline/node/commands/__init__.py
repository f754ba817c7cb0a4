# SPDX-License-Identifier: Apache-2.0
"""Commands: one imperative each, which becomes journal entries or a refusal. Every one is bound to a person acting."""

from tearline.node.commands.acting import DUTIES, NOT_CLEARED, Acting, Refused, act_again, act_as, is_author
from tearline.node.commands.admit import AdmitPerson, admit_persons, issue_mandates, withdraw_authority
from tearline.node.commands.advice import Advice, Advised, advise_draft
from tearline.node.commands.amend import Amended, amend_product, find_own_product
from tearline.node.commands.approve import Released, approve_release
from tearline.node.commands.backfill import Backfilled, backfill
from tearline.node.commands.bundles import Exported, Imported, export_bundle, import_bundle
from tearline.node.commands.ceilings import describe_ceiling, list_ceilings, set_ceiling
from tearline.node.commands.desk import (
    Group,
    Preview,
    Withheld,
    explain_withheld,
    find_item,
    open_text,
    preview_product,
    refuse_release,
    return_product,
    review_release,
)
from tearline.node.commands.draft import (
    DraftPortion,
    DraftProduct,
    DraftSource,
    DraftVariant,
    find_in_draft,
    keep_sound,
    try_product,
)
from tearline.node.commands.file import Filed, file_product
from tearline.node.commands.find import Noted
from tearline.node.commands.handle import Copied, acknowledge_product, make_copy
from tearline.node.commands.labels import (
    Choice,
    Choices,
    Described,
    LevelChoice,
    describe_choice,
    describe_label,
    join_labels,
    list_choices,
)
from tearline.node.commands.links import pause_link, resume_link
from tearline.node.commands.people import (
    SetPost,
    admit_person,
    end_clearances,
    end_person,
    list_codewords,
    set_post,
)
from tearline.node.commands.receive import NodeInbox
from tearline.node.commands.review import (
    Authority,
    DeskReview,
    Original,
    Queued,
    TextReview,
    queue_item,
    review_item,
    review_sent,
)
from tearline.node.commands.withdraw import confirm_purge, destroy_copy

__all__ = [
    "DUTIES",
    "NOT_CLEARED",
    "Acting",
    "AdmitPerson",
    "Advice",
    "Advised",
    "Amended",
    "Authority",
    "Backfilled",
    "Choice",
    "Choices",
    "Copied",
    "Described",
    "DeskReview",
    "DraftPortion",
    "DraftProduct",
    "DraftSource",
    "DraftVariant",
    "Exported",
    "Filed",
    "Group",
    "Imported",
    "LevelChoice",
    "NodeInbox",
    "Noted",
    "Original",
    "Preview",
    "Queued",
    "Refused",
    "Released",
    "SetPost",
    "TextReview",
    "Withheld",
    "acknowledge_product",
    "act_again",
    "act_as",
    "admit_person",
    "admit_persons",
    "advise_draft",
    "amend_product",
    "approve_release",
    "backfill",
    "confirm_purge",
    "describe_ceiling",
    "describe_choice",
    "describe_label",
    "destroy_copy",
    "end_clearances",
    "end_person",
    "explain_withheld",
    "export_bundle",
    "file_product",
    "find_in_draft",
    "find_item",
    "find_own_product",
    "import_bundle",
    "is_author",
    "issue_mandates",
    "join_labels",
    "keep_sound",
    "list_ceilings",
    "list_choices",
    "list_codewords",
    "make_copy",
    "open_text",
    "pause_link",
    "preview_product",
    "queue_item",
    "refuse_release",
    "resume_link",
    "return_product",
    "review_item",
    "review_release",
    "review_sent",
    "set_ceiling",
    "set_post",
    "try_product",
    "withdraw_authority",
]
