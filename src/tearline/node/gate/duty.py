# SPDX-License-Identifier: Apache-2.0
"""The gate's side for duties: own drafts and their preview, the desk items an officer sees whole, listed views of headers."""

from __future__ import annotations

import itertools

import msgspec

from tearline.core.ids import Member
from tearline.core.labels import ClassId, Label
from tearline.core.products import KINDS, Product
from tearline.node.commands import (
    Acting,
    AwaitedRelease,
    DeskReview,
    DraftPreview,
    DraftProduct,
    DraftRule,
    Explained,
    Mandates,
    Queued,
    RecallReach,
    Refused,
    Tried,
    act_again,
    answers_for,
    draft_of,
    explain_outcomes,
    find_item,
    find_known_product,
    find_newest,
    find_reach,
    find_review,
    find_waiting,
    held_texts,
    list_awaited,
    list_mandates,
    may_read_draft,
    may_recall,
    may_write_anew,
    preview_draft,
    queue_item,
    review_item,
    review_sent,
    try_rule,
)
from tearline.node.gate.banner import MarkedScreen, mark_screen
from tearline.node.gate.partners import (
    DirectoryState,
    HeldRow,
    LaneState,
    LifeState,
    Partner,
    SentRow,
    describe_directory,
    describe_life,
    list_bundles,
    list_held,
    list_lanes,
    list_partners,
    list_sent,
)
from tearline.node.gate.proofs import (
    Anchors,
    Proof,
    RangeCheck,
    list_anchors,
    make_range_check,
    prove_entry,
)
from tearline.node.gate.roster import (
    PostLine,
    Roster,
    list_people,
    list_posts,
)
from tearline.node.gate.shapes import VIEWS, AskedPost, Due
from tearline.node.gate.trail import TrailFilter, TrailPage, note_trail_read, read_trail
from tearline.node.node import Node
from tearline.node.trust import Agreement
from tearline.node.views.catalogue import Key, make_key
from tearline.node.views.custody import Copy, Notice, Withdrawal
from tearline.node.views.desk import DeskItem
from tearline.node.views.links import BundleRow
from tearline.node.views.releases import PostReceipt, RecallStatus, RegisterFilter, RegisterRow

LISTED_MAX = 2_000
"""Of what a partner's stream can make longer, the newest; all of it stands in the trail."""


class ProductActs(msgspec.Struct, frozen=True):
    """What somebody may do with a product: write it anew, recall it from who holds it, decide on who waits for it.

    ``waiting``: who decides for whom; for its author and officers, as long as they see all of it. ``receipts``: whether this
    person is one of these, and may ask where it stands with posts.
    """

    amend: bool
    recall: bool
    decide: bool
    waiting: tuple[AwaitedRelease, ...] = ()
    receipts: bool = False


class Duty:
    """Own drafts, the desk, and listed views of headers."""

    def __init__(self, node: Node, acting: Acting) -> None:
        self._node = node
        self._bound = acting

    @property
    def _acting(self) -> Acting:
        """The person as of now: a right is checked at delivery, not when this was handed out (N7)."""
        return act_again(self._node, self._bound)

    def preview(
        self, draft: DraftProduct, lang: str = "en", *, replaces: Key = "", amends: Key = ""
    ) -> DraftPreview | Refused:
        """Who would get what of one's own draft, by whose decision; findings, and why not, in ``lang``."""
        return preview_draft(self._node, self._acting, draft, lang, replaces=replaces, amends=amends)

    def readable(self, drafts: tuple[DraftProduct, ...]) -> tuple[bool, ...]:
        """Of each draft that this person kept, whether their clearance still covers what stands in it."""
        with self._node.lock:
            acting = self._acting
            return tuple(may_read_draft(self._node, acting, draft) for draft in drafts)

    def banner(
        self,
        renditions: tuple[Key, ...],
        titles: tuple[Key, ...],
        whole: tuple[Key, ...],
        written: tuple[Label, ...],
        histories: tuple[Key, ...] = (),
    ) -> MarkedScreen:
        """The mark of a screen that shows these renditions, titles, own products and labels of text being written.

        ``histories``: products of which former texts are shown, beside the present one.
        What does not exist for this person adds nothing to it and is named, hidden and unknown alike (N1): a screen that
        still shows it would be marked too low.
        """
        with self._node.lock:
            node, acting = self._node, self._acting
            if acting.class_id is None:
                asked = {*renditions, *titles, *whole, *histories}
                return MarkedScreen(None, tuple(sorted(asked)), not written)
            known = frozenset(label for label in written if label.policy in node.book.policies)
            found = self._labels_of((*renditions, *histories), titles, whole, acting.class_id)
            rows = (r for key in histories for r in node.catalogue.histories.list(acting.class_id, key))
            known |= {label for row in rows for _, label in row.parts}
            labels = known.union(*(labels for labels in found.values() if labels))
            missing = tuple(sorted(key for key, labels in found.items() if labels is None))
            return MarkedScreen(mark_screen(labels, node.voice, node.book), missing, known >= set(written))

    def _labels_of(
        self, renditions: tuple[Key, ...], titles: tuple[Key, ...], whole: tuple[Key, ...], class_id: ClassId
    ) -> dict[Key, frozenset[Label] | None]:
        """The labels of each key that is shown; None where it does not exist for this person."""
        read = frozenset(renditions)
        found: dict[Key, frozenset[Label] | None] = {}
        for key in read.union(titles):
            shown = self._node.catalogue.shown(key, class_id)
            labels = frozenset(s.label for s in shown if key in read or s.kind == "title")
            found[key] = labels if shown else None
        for key in whole:
            product = find_known_product(self._node, self._acting, key)
            before = found.get(key, frozenset())
            if product is None or before is None or not answers_for(self._node, self._acting, key):
                found[key] = None
                continue
            held = held_texts(self._node, product, class_id).values()
            found[key] = before.union(product.labels(), *(share.labels() for share in held))
        return found

    def desk(self) -> tuple[Queued, ...]:
        """Items with members that wait, offered only to officers who see all of each."""
        with self._node.lock:
            found = ((p, i) for p, i in self._node.desk.items.items() if i.state == "open")
            products = (find_item(self._node, self._acting, make_key(self._node.member, p)) for p, _ in found)
            return tuple(queue_item(self._node, self._acting, product) for product in products if product)

    def returned(self) -> tuple[DeskItem, ...]:
        """One's own drafts that the desk sent back, while one may see all that its words are about."""
        with self._node.lock:
            items = (i for i in self._node.desk.items.values() if i.state == "returned")
            member = self._node.member
            return tuple(i for i in items if self._own_whole(make_key(member, i.product)) is not None)

    def written(self, key: Key) -> DraftProduct | None:
        """One's own product as a draft, newest revision; none where its author may not see all of it any more."""
        with self._node.lock:
            product = self._own_whole(key)
            return None if product is None else draft_of(product)

    def _own_whole(self, key: Key) -> Product | None:
        """One's own product, where one sees all of it."""
        acting = self._acting
        product = find_known_product(self._node, acting, key)
        if product is None or acting.class_id is None:
            return None
        return product if may_write_anew(self._node, acting, product) else None

    def desk_item(self, key: Key, lang: str = "en") -> DeskReview | None:
        """One item that waits, as texts by group beside the original, for an officer who sees all of it."""
        with self._node.lock:
            found = find_waiting(self._node, self._acting, key)
            return (
                None if isinstance(found, Refused) else review_item(self._node, self._acting, found[0], lang)
            )

    def reviews(self) -> tuple[Due, ...]:
        """Watch posts' releases that wait for review, offered to officers who see all of each; due first first."""
        with self._node.lock:
            node, acting = self._node, self._acting
            keyed = (make_key(node.member, product) for product in node.desk.reviews)
            found = (find_review(node, acting, key) for key in keyed)
            due = [Due(r, p.envelope.reference, node.clock.dtg() > r.due) for p, r in filter(None, found)]
            return tuple(sorted(due, key=lambda d: (d.review.due, d.reference)))

    def review(self, key: Key, lang: str = "en") -> DeskReview | None:
        """What a watch post released, as it was sent, beside the original."""
        with self._node.lock:
            found = find_review(self._node, self._acting, key)
            return review_sent(self._node, self._acting, *found, lang) if found else None

    def explain(self, key: Key, lang: str = "en") -> Explained | None:
        """What became of it with every member and why (A3): to its author and to officers, as long as they see all of it."""
        with self._node.lock:
            return explain_outcomes(self._node, self._acting, key, lang)

    def explain_newest(self, lang: str = "en", named: str = "") -> Explained | None:
        """The same of the newest product that this person answers for, of those so ``named``; None where there is none."""
        with self._node.lock:
            return find_newest(self._node, self._acting, lang, named)

    def register(
        self, asked: RegisterFilter, limit: int, before: int | None = None
    ) -> tuple[tuple[int, RegisterRow], ...]:
        """Lines of the disclosure register with their numbers, newest first: for release, audit."""
        with self._node.lock:
            rows = self._node.releases.find_rows(asked, before)
            if not self.may("register"):
                return ()
            held = self._node.releases.is_held
            return tuple(
                (n, msgspec.structs.replace(row, held=held(row))) for n, row in itertools.islice(rows, limit)
            )

    def mandates(self) -> Mandates:
        """Delegations and rules of this node, in force or not: for release, audit, administration, security."""
        with self._node.lock:
            return (
                list_mandates(self._node, self._acting)
                if self.may("mandates")
                else Mandates((), (), (), (), (), ())
            )

    def try_rule(self, draft: DraftRule) -> Tried | Refused:
        """What a rule would have released over the last month, of what this officer sees whole."""
        return try_rule(self._node, self._acting, draft)

    def reach(self, key: Key) -> RecallReach | None:
        """Whom a recall would reach: for the product's author and for officers, as long as they see all of it."""
        with self._node.lock:
            return find_reach(self._node, self._acting, key)

    def acts(self, key: Key) -> ProductActs | None:
        """What this person may do with a product now; none where it does not exist for them."""
        with self._node.lock:
            waiting = find_waiting(self._node, self._acting, key)
            own = find_known_product(self._node, self._acting, key)
            answers = own is not None and answers_for(self._node, self._acting, key)
            acts = ProductActs(
                amend=self._own_whole(key) is not None,
                recall=may_recall(self._node, self._acting, key),
                decide=not isinstance(waiting, Refused),
                waiting=list_awaited(self._node, own) if own is not None and answers else (),
                receipts=answers,
            )
            class_id = self._acting.class_id
            shown = class_id is not None and bool(self._node.catalogue.shown(key, class_id))
            return acts if shown or acts.amend or acts.recall or acts.decide else None

    def recalls(self) -> tuple[RecallStatus, ...]:
        """How our recalls stand at partners, oldest first."""
        with self._node.lock:
            return tuple(self._node.releases.recalls) if self.may("recalls") else ()

    def withdrawals(self) -> tuple[Withdrawal, ...]:
        """What partners withdrew here, and whether its bytes are gone. Those that wait stand last."""
        with self._node.lock:
            return self._node.custody.withdrawals[-LISTED_MAX:] if self.may("withdrawals") else ()

    def notices(self) -> tuple[Notice, ...]:
        """Who was told of what withdrawal."""
        with self._node.lock:
            return tuple(self._node.custody.notices) if self.may("notices") else ()

    def copies(self, key: Key) -> tuple[Copy, ...]:
        """Prints and exports of a product."""
        with self._node.lock:
            return tuple(self._node.custody.copies.get(key, ())) if self.may("copies") else ()

    def receipts(self, key: Key) -> tuple[PostReceipt, ...] | None:
        """Which posts of partners displayed or acknowledged an own product: to its author and to officers.

        To anybody else it would tell to whom something they can't see was released.
        """
        with self._node.lock:
            product = find_known_product(self._node, self._acting, key)
            if product is None or not answers_for(self._node, self._acting, key):
                return None
            return tuple(self._node.releases.receipts.get(product.envelope.product, ()))

    def asked_posts(self, key: Key) -> tuple[AskedPost, ...] | None:
        """How an own product stands with each post it is addressed to, and with others that answered. As ``receipts``."""
        with self._node.lock:
            product, receipts = find_known_product(self._node, self._acting, key), self.receipts(key)
            if product is None or receipts is None:
                return None
            sent = self._node.releases.sent.get(product.envelope.product, {})
            asked = {(m, p) for m in sent for p in product.action if p.startswith(f"{m}-")}
            answered = {(r.member, r.post) for r in receipts}
            at = {(r.member, r.post, r.state): r.at for r in receipts}
            return tuple(
                AskedPost(
                    member,
                    post,
                    (member, post) in asked,
                    (member, post) in answered
                    or self._node.streams.is_held(member, product.envelope.product),
                    at.get((member, post, "displayed")),
                    at.get((member, post, "acknowledged")),
                    KINDS[product.envelope.kind].acknowledged,
                    member in sent and sent[member].withdrawn,
                )
                for member, post in sorted(asked | answered)
            )

    def agreements(self) -> tuple[Agreement, ...]:
        """The agreements that this member is party to."""
        found = self._node.directory.agreements
        return tuple(a for a in found if self._node.member in a.parties) if self.may("agreements") else ()

    def quarantine(self) -> tuple[tuple[Member, str, int, str], ...]:
        """Entries kept sealed, with the reason."""
        with self._node.lock:
            return tuple(self._node.custody.quarantine[-LISTED_MAX:]) if self.may("quarantine") else ()

    def lanes(self) -> tuple[LaneState, ...]:
        """Both ends of every lane. Sizes count what others see too, so the watch has no such view."""
        with self._node.lock:
            return list_lanes(self._node) if self.may("lanes") else ()

    def partners(self, lang: str = "en") -> tuple[Partner, ...]:
        """Every other member of the directory by its name in ``lang``, and how we stand to it."""
        with self._node.lock:
            return list_partners(self._node, lang) if self.may("lanes") else ()

    def life(self) -> LifeState | None:
        """Our own present life, where it is not the first."""
        with self._node.lock:
            return describe_life(self._node) if self.may("lanes") else None

    def directory(self) -> DirectoryState | None:
        """The directory in force."""
        with self._node.lock:
            return describe_directory(self._node) if self.may("lanes") else None

    def held(self) -> tuple[HeldRow, ...]:
        """What members have not been sent, and why; with the key for an officer who sees all of the product."""
        with self._node.lock:
            if not self.may("held"):
                return ()
            node, out = self._node, []
            for row, product in list_held(node, named=self.may("references")):
                key = f"{node.member}.{product}"
                mine = find_item(node, self._acting, key) is not None
                out.append(msgspec.structs.replace(row, key=key) if mine else row)
            return tuple(out)

    def sent(self, member: Member, before: int | None, limit: int) -> tuple[SentRow, ...] | None:
        """Our stream to a member, newest first; None where there is no such member."""
        with self._node.lock:
            if not self.may("held") or member not in self._node.directory.members:
                return None
            return list_sent(self._node, member, before, limit, named=self.may("references"))

    def trail(
        self, wanted: TrailFilter, before: tuple[int, int] | None, limit: int, *, fold: bool = False
    ) -> TrailPage:
        """Who did what, newest first: for auditors. That they looked is on record. ``fold``: reads in a row are one."""
        if not self.may("trail"):
            return TrailPage((), None, 0, None)
        node, acting = self._node, self._acting
        page = read_trail(node, wanted, before, limit, fold=fold)
        note_trail_read(node, acting.person, acting.post, wanted, len(page.rows))
        return page

    def prove(self, log: str, position: int) -> Proof | None:
        """That one entry stands where it stands; None where there is none."""
        if not self.may("trail"):
            return None
        node, acting = self._node, self._acting
        proof = prove_entry(node, log, position)
        if proof is not None:
            note_trail_read(node, acting.person, acting.post, {"log": log, "position": position}, 1)
        return proof

    def anchors(self, limit: int) -> Anchors:
        """Anchors, and who cosigned them."""
        return list_anchors(self._node, limit if self.may("verify") else 0)

    def log_sizes(self) -> tuple[int, int]:
        """Entries of the journal and of the access log."""
        node = self._node
        return (node.journal.size(), node.access.size()) if self.may("verify") else (0, 0)

    def range_check(self, log: str, start: int, end: int) -> tuple[int, RangeCheck] | None:
        """A check of entries [start, end) and its end (0: the newest); None where there is no such range."""
        return make_range_check(self._node, log, start, end) if self.may("verify") else None

    def bundles(self) -> tuple[BundleRow, ...]:
        """Files made and brought, newest first."""
        with self._node.lock:
            return list_bundles(self._node) if self.may("bundles") else ()

    def people(self) -> Roster:
        """Who may act here, and what may be given."""
        with self._node.lock:
            return list_people(self._node) if self.may("people") else Roster()

    def posts(self) -> tuple[PostLine, ...]:
        """Posts, with who holds them."""
        with self._node.lock:
            return list_posts(self._node) if self.may("people") else ()

    def may(self, view: str) -> bool:
        """Whether this person's duties give them a listed view (see ``VIEWS``)."""
        return not set(VIEWS[view]).isdisjoint(self._acting.duties)
