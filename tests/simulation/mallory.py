# SPDX-License-Identifier: Apache-2.0
"""Mallory has JPN's keys and sends to KOR whatever she likes; USA is an honest neighbour whose flow must go on."""

import json
from functools import partial

from tearline.core.canon import commit, encode_canonical
from tearline.core.exchange import Item, Lane, Leaf, print_origin
from tearline.core.labels import Label, make_label
from tearline.core.log import Checkpoint, print_checkpoint, sign_note
from tearline.core.log import make_signer as make_note_signer
from tearline.core.products import Envelope, Portion, TextBody, Variant, Wording
from tearline.core.renditions import Share
from tearline.node.commands import DraftPortion, DraftProduct, DraftVariant, file_product
from tearline.node.gate import Filters, Query, RegisterFilter
from tests.simulation.campaign import shared_book, small_script
from tests.simulation.network import Network

CANARY = "kq999999x"
VICTIM, SELF, NEIGHBOUR = "KOR", "JPN", "USA"
AT = 1_689_124_000_000_000
SEEN = make_label("EXERCISE JPN", "CHUI", {"Releasable To": ["JPN", "KOR"]})


def make_envelope(product="a" * 32, originator=SELF, **changes):
    values = {
        "product": product,
        "originator": originator,
        "kind": "report",
        "precedence": "PRIORITY",
        "reference": "JPN-REP 120104Z JUL 23 K7QF",
        "filed_at": AT,
    }
    return Envelope(**{**values, **changes})


def make_portion(label=SEEN, text=CANARY, tag="AA", kind="title"):
    return Portion(tag, kind, (Variant(label, TextBody((Wording("en", text),))),))


def make_share(*portions, **envelope):
    packs = shared_book().digest()
    return Share(make_envelope(**envelope), AT, portions or (make_portion(),), packs=packs)


class Mallory:
    """Her own lanes, from nothing. ``send`` raises what the victim's inbox raises."""

    def __init__(self):
        self.network = Network(small_script(), book=shared_book())
        self.victim = self.network.sites[VICTIM]
        self.lanes = {}
        self.salts = 0

    def item(self, body, *, kind="share", product="a" * 32, revision=1, **leaf):
        """An item over ``body``: a struct, or bytes as they are. ``leaf`` overrides fields of the leaf."""
        raw = body if isinstance(body, bytes) else encode_canonical(body)
        self.salts += 1
        salt = self.salts.to_bytes(16, "big")
        values = json.loads(encode_canonical(Leaf(1, kind, product, revision, commit(salt, raw).hex(), AT)))
        return Item(encode_canonical({**values, **leaf}), salt, raw)

    def lane(self, name):
        return self.lanes.setdefault(name, Lane(print_origin(SELF, "node-1", VICTIM, name)))

    def sign(self, origin, size, root, role="stream"):
        key = getattr(self.network.keys[SELF], role)
        note = print_checkpoint(Checkpoint(origin, size, root))
        return sign_note(note, make_note_signer(key.name, key.public, key.sign))

    def send(self, *items, lane="PRIORITY"):
        """An honest run of dishonest items."""
        log = self.lane(lane)
        start = log.size
        log.append([item.leaf for item in items])
        note = self.sign(log.origin, log.size, log.root_at(log.size))
        return self.victim.inbox.accept(SELF, lane, start, list(items), note)

    # --- what the victim made of it ---

    def codes(self):
        """Every code the victim gave to her entries, in order."""
        entries = [json.loads(header)["entry"] for header in self.victim.journal_disk.headers]
        found = [e["codes"] for e in entries if e["entry"] == "StreamReceived" and e["member"] == SELF]
        return [code for codes in found for code in codes]

    def alarms(self):
        return [alarm.code for alarm in self.victim.node.custody.alarms]

    def on_disk(self, canary=CANARY):
        needle = canary.encode()
        return any(needle in opening.body for opening in self.victim.journal_disk.payloads.values())

    def sweep(self):
        """Every page of every reader still loads, and what is in them; who holds the canary."""
        found = set()
        for row in self.network.script["members"]:
            for person in row["persons"] if row["code"] == VICTIM else ():
                acting = self.victim.gate.act_as(person["id"])
                reading, duty = self.victim.gate.reading(acting), self.victim.gate.duty(acting)
                keys = tuple(s.key for s in reading.browse(Filters()).items)
                pages = [reading.get(key) for key in keys]
                assert None not in pages
                assert reading.search(Query("", limit=1000)).total == len(keys)
                hits = reading.search(Query(CANARY)).hits
                found |= {h.summary.key for h in hits}
                reading.compare(keys)
                reading.inbox()
                for view in (
                    duty.desk,
                    partial(duty.register, RegisterFilter(), 100),
                    duty.recalls,
                    duty.withdrawals,
                    duty.quarantine,
                    duty.lanes,
                ):
                    view()
        return found

    def check_neighbours(self):
        """USA's next product arrives, and the victim's own goes out; a restart replays all of it."""
        number = len(self.victim.node.catalogue.holdings)
        for sender, receiver in ((NEIGHBOUR, VICTIM), (VICTIM, NEIGHBOUR)):
            site = self.network.sites[sender]
            text = TextBody((Wording("en", f"neighbour {sender} {number}"),))
            portion = DraftPortion("title", (DraftVariant(Label("PUBLIC", "UNMARKED"), text),))
            draft = DraftProduct("document", "ROUTINE", "PUBLIC", (portion,), declared="unaltered")
            acting = site.gate.act_as(f"{sender.lower()}.analyst")
            key = file_product(site.node, acting, draft).key
            self.network.carry(sender, receiver)
            other = self.network.sites[receiver]
            reader = other.gate.act_as(f"{receiver.lower()}.analyst")
            assert other.gate.reading(reader).get(key) is not None
        self.victim.start()
        self.sweep()
