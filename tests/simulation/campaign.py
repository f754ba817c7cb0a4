# SPDX-License-Identifier: Apache-2.0
"""One seeded run of a network: a drawn schedule of acts and faults, with invariants after each step.

The model is ``tests.simulation.naive``. A command that a crash ended was not acknowledged: it may have happened or not, the
disk decides; whatever was answered must be there.
"""

import copy
import functools
import random

from tearline.core.ids import LANES
from tearline.core.instants import MINUTE, Instant
from tearline.node.commands import (
    Refused,
    acknowledge_product,
    amend_product,
    approve_release,
    backfill,
    confirm_purge,
    file_product,
    find_own_product,
    make_copy,
    open_text,
    refuse_release,
    return_product,
)
from tearline.node.gate import Filters, Query
from tearline.node.journal import JournalStoppedError
from tests.oracle import policy
from tests.simulation.carriers import Carriers
from tests.simulation.drafts import Drafts
from tests.simulation.naive import Naive, tokens_in
from tests.simulation.network import Network, SimMail, load_book, load_script
from tests.simulation.observe import check_restart

MEMBERS = ("KOR", "JPN", "NZL", "USA")
AUTHORS = {
    "KOR": (("kor.watch", "KOR-WATCH"), ("kor.analyst", "KOR-DESK")),
    "JPN": (("jpn.watch", "JPN-WATCH"), ("jpn.analyst", "JPN-DESK")),
    "NZL": (("nzl.duty", "NZL-DESK"),),
    "USA": (("usa.watch", "USA-WATCH"), ("usa.analyst", "USA-DESK")),
}
OFFICERS = {"KOR": "kor.disclosure", "JPN": "jpn.disclosure", "NZL": "nzl.duty", "USA": "usa.disclosure"}
ACTS = {
    "file": 6,
    "amend": 8,
    "approve": 8,
    "send_back": 2,
    "refuse": 1,
    "read": 5,
    "backfill": 1,
    "confirm": 2,
    "crash": 3,
    "back_up": 2,
    "restore": 1,
    "cut": 2,
    "carry": 9,
}


class Crash(BaseException):
    """The end of a process."""


@functools.cache
def small_script():
    script = copy.deepcopy(load_script())
    script["members"] = [m for m in script["members"] if m["code"] in MEMBERS]
    return script


@functools.cache
def shared_book():
    return load_book()


class Campaign:
    """``run`` draws and does; ``finish`` heals and compares everything with the model."""

    ACTS = ACTS

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.network = Network(small_script(), seed=str(seed), book=shared_book())
        self.network.fault = self.carriers = Carriers(self.rng)
        self.naive = Naive(self.network)
        self.drafts = Drafts(self.rng, list(MEMBERS))
        self.keys, self.answered, self.log, self.wired = [], [], [], 0
        self.backups = {}
        self.naive.follow()

    def run(self, steps):
        for _ in range(steps):
            act = self.rng.choices(list(self.ACTS), self.ACTS.values())[0]
            self.log.append(act)
            self.network.clock.operational = Instant(self.network.clock.operational + MINUTE)
            try:
                getattr(self, act)()
            except Crash:
                self.log[-1] += " (crashed)"
            except JournalStoppedError:
                self.log[-1] += " (stopped)"
            self.restart_dead()
            self.naive.follow()
            self.check_wire()
            self.check_lanes()

    # --- acts ---

    def act(self, member, person, post=""):
        found = self.site(member).gate.act_as(person, post or self._post(member, person))
        assert found is not None, (person, post)
        return found

    def _post(self, member, person):
        row = next(r for r in self.network.script["members"] if r["code"] == member)
        posts = next(p["posts"] for p in row["persons"] if p["id"] == person)
        return next((p for p in posts if p.endswith("-RELEASE")), posts[0])

    def site(self, member):
        return self.network.sites[member]

    def codewords(self, member, person):
        return sorted(self.naive.clearance(member, person)["codewords"])

    def file(self, replaces=""):
        member = self.rng.choice(MEMBERS) if not replaces else replaces[:3]
        person, post = self.rng.choice(AUTHORS[member])
        hold = not replaces and self.rng.random() < 0.15
        if replaces:
            item = self.site(member).node.desk.items[replaces[4:]]
            person, post = item.author, item.author_post
        draft = self.drafts.draft(member, self.codewords(member, person))
        acting = self.act(member, person, post)
        done = file_product(self.site(member).node, acting, draft, replaces=replaces, hold=hold)
        if isinstance(done, Refused):
            assert done.code in {"above-clearance", "title-hidden", "above-ceiling", "not-returned"}, done
            return
        self.naive.follow()
        self.answered.append((member, done.key))
        self.keys.append(done.key)
        due = {m for m in MEMBERS if m != member and self.naive.share_of(self.naive.newest(done.key), m)}
        had = {m for m in MEMBERS if self.naive.has[m].get(done.key)}
        if not hold and not replaces:
            assert set(done.released) | set(done.pending) == due, (done, due, had)

    def amend(self):
        if not self.keys:
            return
        sent = [key for key in self.keys if any(self.naive.has[m].get(key) for m in MEMBERS)]
        key = self.rng.choice(sent if sent and self.rng.random() < 0.8 else self.keys)
        node = self.site(key[:3]).node
        item, product = node.desk.items[key[4:]], find_own_product(node, key)
        draft = self.drafts.amended(product, self.codewords(key[:3], item.author))
        before = {m: copy.deepcopy(self.naive.has[m].get(key)) for m in MEMBERS}
        done = amend_product(node, self.act(key[:3], item.author, item.author_post), key, draft)
        if isinstance(done, Refused):
            assert done.code in {"title-hidden", "above-clearance", "above-ceiling"}, done
            return
        self.naive.follow()
        for member in set(MEMBERS) - {key[:3]}:
            had, now = before[member], self.naive.share_of(self.naive.newest(key), member)
            if had == now and had:
                assert member in done.unchanged or member in done.changed, (member, done)
            elif had and any(loses(variants, dict(now).get(tag, ())) for tag, variants in had):
                assert member in done.recalled, (member, done, had, now)
            elif had:
                assert (member in done.changed) != (member in done.pending), (member, done)
            elif member in done.pending:
                assert now, (member, done)

    def approve(self):
        found = self._open_item()
        if found is None:
            return
        node, acting, key, item = found
        preview = self.site(key[:3]).gate.duty(acting).desk_item(key)
        for group in preview.groups:
            opened = open_text(node, acting, key, group.text)
            assert not isinstance(opened, Refused), opened
        offered = {m for g in preview.groups for m in g.members}
        members = tuple(self.rng.sample(item.pending, self.rng.randint(1, len(item.pending))))
        done = approve_release(node, acting, key, members)
        if isinstance(done, Refused):
            assert not set(members) <= offered, (done, item)
            return
        self.naive.follow()
        for member in members:
            assert self.naive.has[member][key] == self.naive.share_of(self.naive.newest(key), member)

    def _open_item(self):
        for member in self.rng.sample(MEMBERS, len(MEMBERS)):
            acting = self.act(member, OFFICERS[member])
            items = [queued.item for queued in self.site(member).gate.duty(acting).desk()]
            if items:
                item = self.rng.choice(items)
                return self.site(member).node, acting, f"{member}.{item.product}", item
        return None

    def send_back(self):
        found = self._open_item()
        if found is not None:
            node, acting, key, _ = found
            assert return_product(node, acting, key, (), "Other words, please.") is None
            if self.rng.random() < 0.8:
                self.file(replaces=key)

    def refuse(self):
        found = self._open_item()
        if found is not None:
            node, acting, key, item = found
            assert refuse_release(node, acting, key, item.pending[:1], "No.") is None

    def read(self):
        member = self.rng.choice(MEMBERS)
        persons = [p for r in self.network.script["members"] if r["code"] == member for p in r["persons"]]
        person = self.rng.choice([p for p in persons if p["cleared"]])
        acting = self.act(member, person["id"], person["posts"][0])
        reading = self.site(member).gate.reading(acting)
        for summary in reading.browse(Filters(), limit=3).items:
            reading.get(summary.key)
            if self.rng.random() < 0.3:
                assert acknowledge_product(self.site(member).node, acting, summary.key) is None
            if self.rng.random() < 0.1:
                assert not isinstance(make_copy(self.site(member).node, acting, summary.key), Refused)

    def backfill(self):
        member = self.rng.choice(MEMBERS)
        acting, node = self.act(member, OFFICERS[member]), self.site(member).node
        before = node.clock.dtg()
        counted = backfill(node, acting, before=before, dry_run=True)
        done = backfill(node, acting, before=before, dry_run=False)
        assert (counted.members, counted.rules) == (done.members, done.rules)
        assert backfill(node, acting, before=before, dry_run=True).members == {}

    def confirm(self):
        member = "NZL"
        waiting = self.site(member).node.custody.waiting
        for key in sorted({w.key for w in waiting}):
            confirm_purge(self.site(member).node, self.act(member, "nzl.security"), key)

    def crash(self):
        """The process of a node ends, or its disk fails, at a commit to come."""
        site, left = self.site(self.rng.choice(MEMBERS)), [self.rng.randint(1, 4)]
        at, how = self.rng.choice(("before-commit", "after-commit")), self.rng.choice((Crash, OSError))

        def fault(step):
            left[0] -= step == at
            if left[0] == 0:
                site.journal_disk.fault = lambda _step: None
                raise how(step)

        site.journal_disk.fault = fault

    def back_up(self):
        site = self.site(self.rng.choice(MEMBERS))
        self.backups[site.member] = site.back_up()

    def restore(self):
        """A node's disk is lost; it goes on from an old backup, and from what those partners give back whose links are up."""
        if not self.backups:
            return
        member = self.rng.choice(sorted(self.backups))
        site = self.site(member)
        site.journal_disk.fault = lambda _step: None
        site.restore(self.backups[member])
        self.naive.forget(member)
        self.naive.follow()
        found = {key for key in self.keys if key[:3] != member or self.has_author(key)}
        self.keys = [key for key in self.keys if key in found]
        self.answered = [(m, key) for m, key in self.answered if m != member or key in found]

    def has_author(self, key):
        item = self.site(key[:3]).node.desk.items.get(key[4:])
        return item is not None and item.author != "node"

    def cut(self):
        pair = frozenset(self.rng.sample(MEMBERS, 2))
        self.network.closed ^= {pair}

    def carry(self):
        self.network.pump(rounds=self.rng.randint(1, 3))

    def restart_dead(self):
        for site in self.network.sites.values():
            if site.node.journal._stopped or site.node.journal._dead:
                if self.rng.random() < 0.2:
                    site.mail = SimMail()
                site.start()

    # --- what must hold ---

    def check_wire(self):
        """N1: nothing carried to a member, nor spooled for it, that it was never released."""
        for _, receiver, raw in self.network.wire[self.wired :]:
            carried = tokens_in(raw) & self.drafts.drawn  # a corrupted one is no word of anybody's
            assert carried <= self.naive.may_carry(receiver), (receiver, self.log)
        self.wired = len(self.network.wire)
        for site in self.network.sites.values():
            for (peer, _), items in site.mail.items.items():
                spooled = set().union(*(tokens_in(i.body or b"") for i in items))
                assert spooled <= self.naive.may_carry(peer), (site.member, peer)
                for key, gone in self.naive.recalled[peer].items():
                    assert key[:3] != site.member or not spooled & gone, (peer, key, spooled & gone)

    def check_lanes(self):
        """D2: what is held of a lane is exactly its beginning, as sent."""
        for receiver in MEMBERS:
            node = self.site(receiver).node
            assert not node.streams.stopped, (receiver, node.streams.stopped)
            for sender in set(MEMBERS) - {receiver}:
                for lane in LANES:
                    held = node.streams.incoming(sender, lane)
                    if node.streams.incarnation_of(sender) != self.site(sender).node.streams.incarnation:
                        continue  # it has not heard yet that the sender began another life
                    out = self.site(sender).node.streams.out(receiver, lane)
                    sent = out.lane
                    assert held.size <= sent.size
                    if node.streams.incarnation == 1:  # what was cosigned outlived every crash (D1)
                        assert out.acknowledged <= held.size
                    assert held.root_at(held.size) == sent.root_at(held.size), (sender, receiver, lane)

    def finish(self):
        """Links heal, everything is carried; then every reader has exactly what the model says."""
        for site in self.network.sites.values():
            site.journal_disk.fault = lambda _step: None
        self.network.fault, self.network.closed = (lambda carried: [carried]), set()
        self.restart_dead()
        for carried in self.carriers.rest():
            self.network._deliver(carried)
        self.network.pump(rounds=200)
        self.naive.follow()
        for site in self.network.sites.values():
            assert not any(site.node.streams.is_recovering(m) for m in MEMBERS if m != site.member), (
                site.member
            )
        self.check_wire()
        self.check_lanes()
        self.check_answered()
        self.check_readers()
        self.check_recalled(("KOR", "JPN", "USA"))
        self.confirm()
        self.network.pump()
        self.check_recalled(MEMBERS)
        for site in self.network.sites.values():
            for lane_of, out in site.node.streams.sent.items():
                assert out.acknowledged == out.lane.size, lane_of
            assert all(r.records for r in site.node.releases.recalls), site.member
        for site in self.network.sites.values():
            check_restart(site)
        self.check_readers()

    def check_answered(self):
        """D1: what was answered is on the disk that answered."""
        for _member, key in self.answered:
            assert key in self.naive.products

    def check_readers(self):
        """D3, N2: list, search and page agree with the model for every person, to the portion and its order."""
        for row in self.network.script["members"]:
            for person in row["persons"]:
                self.check_reader(row["code"], person["id"], (*person["posts"], "")[0])

    def check_reader(self, member, person, post):
        expected = self.naive.reader(member, person)
        reading = self.site(member).gate.reading(self.site(member).gate.act_as(person, post))
        listed, after = [], None
        while True:
            page = reading.browse(Filters(), limit=3, after=after)
            listed += [s.key for s in page.items]
            after = page.next
            if after is None:
                break
        assert sorted(listed) == sorted(expected), (person, set(listed) ^ set(expected))
        assert page.total == len(expected)
        searched = reading.search(Query("line", limit=1000))
        assert {h.summary.key for h in searched.hits} == set(expected)
        for key, rows in expected.items():
            rendition = reading.get(key).rendition
            shown = [(p.tag, " ".join(w.text for w in p.body.wordings)) for p in rendition.portions]
            assert shown == [(tag, text) for tag, _, text in rows], (person, key)
            check_banner(rendition.banner, [label for _, label, _ in rows])
            token = self.rng.choice(rows)[2].split()[1]
            assert [h.summary.key for h in reading.search(Query(token)).hits] == [key], (person, token)
        held = {t for rows in expected.values() for _, _, text in rows for t in tokens_in(text.encode())}
        for token in sorted(set().union(*self.naive.recalled[member].values(), set()) - held)[:3]:
            assert reading.search(Query(token.decode())).total == 0
            assert reading.browse(Filters()).total == len(expected)

    def check_recalled(self, members):
        """D4: what was recalled and is purged is in no payload of the receiver's disks."""
        for member in members:
            site = self.site(member)
            on_disk = set()
            for opening in site.journal_disk.payloads.values():
                on_disk |= tokens_in(opening.body)
            for key, gone in self.naive.recalled[member].items():
                assert not gone & on_disk, (member, key, gone & on_disk)
            cached = {t for r in site.gate._store._renditions.values() for t in tokens_in(repr(r).encode())}
            gone = set().union(*self.naive.recalled[member].values(), set())
            assert not gone & cached, member


def loses(old, new):
    """Fewer wordings, or one that is neither reworded under its label nor regraded with its words."""
    labels, texts = [label for label, _ in new], [text for _, text in new]
    return len(new) < len(old) or any(label not in labels and text not in texts for label, text in old)


def check_banner(banner, labels):
    assert banner.startswith("EXERCISE ORIGINATOR ONLY") == (policy.roll_up(labels) is None), (banner, labels)
