# SPDX-License-Identifier: Apache-2.0
"""What every member and reader should have, naively: a fold of the originators' disks with the second policy engine.

It reads the journals' bytes as JSON and asks ``tests.oracle`` who sees what; it knows nothing of views, lanes or runs.
"""

import hashlib
import json
import re
from collections import defaultdict

import msgspec

from tests.oracle import policy, share

TOKEN = re.compile(rb"kq[0-9a-f]{10}x")


def make_token(number):
    """A word that no flipped bit turns into another one of these."""
    return f"kq{hashlib.sha256(str(number).encode()).hexdigest()[:10]}x"


def tokens_in(raw):
    return set(TOKEN.findall(raw))


def tokens_of(held):
    return {t for _, variants in held or () for _, text in variants for t in tokens_in(text.encode())}


class Naive:
    """``has``: what each member was sent last, as ``[(tag, [(label, text), ...]), ...]``; by member and key."""

    def __init__(self, network):
        self.network = network
        self.at = dict.fromkeys(network.members, 0)
        self.products, self.pending, self.rebuilt = {}, {}, set()
        self.has = {m: {} for m in network.members}
        self.revision = {m: {} for m in network.members}
        self.ever = {m: defaultdict(set) for m in network.members}
        self.seen = {m: defaultdict(set) for m in network.members}  # the same, as far as the disk knows
        self.former = {m: defaultdict(list) for m in network.members}
        self.recalled = {m: defaultdict(set) for m in network.members}

    def clearance(self, member, person=None):
        row = next(r for r in self.network.script["members"] if r["code"] == member)
        level = next(n for n, name in policy.ROWS[policy.HOME[member]].items() if name == row["ceiling"])
        if person is None:
            return {"ceiling": level, "codewords": {w for p in row["persons"] for w in p["codewords"]}}
        found = next(p for p in row["persons"] if p["id"] == person)
        return {"ceiling": level, "codewords": set(found["codewords"])} if found["cleared"] else None

    def share_of(self, product, member):
        return share.share(product, lambda label: policy.sees(label, member, self.clearance(member)))

    def newest(self, key):
        return self.products[key][max(self.products[key])]

    def follow(self):
        """Read what the disks hold by now."""
        for member, site in self.network.sites.items():
            disk = site.journal_disk
            for position in range(self.at[member], len(disk.headers)):
                self._take(member, position, json.loads(disk.headers[position])["entry"], disk)
            self.at[member] = len(disk.headers)

    def forget(self, member):
        """A member's disk was put back: what it released is read anew; what was ever sent stays sent."""
        self.at[member] = 0
        for kept in (self.products, self.pending):
            for key in [key for key in kept if key.startswith(f"{member}.")]:
                del kept[key]
        self.rebuilt = {key for key in self.rebuilt if not key.startswith(f"{member}.")}
        for receiver in self.has:
            for kept in (self.has, self.seen, self.former, self.revision):
                for key in [key for key in kept[receiver] if key.startswith(f"{member}.")]:
                    del kept[receiver][key]

    def _take(self, originator, position, entry, disk):
        key = f"{originator}.{entry.get('product')}"
        if entry["entry"] == "ProductFiled":
            raw = json.loads(disk.payloads[position << 16].body)
            self.rebuilt |= {key} if entry["actor"] == "node" else set()
            self.products.setdefault(key, {})[entry["revision"]] = _plain(raw)
            self.pending[key] = entry["pending"]
        elif entry["entry"] == "StreamRecovered":
            self._recover(originator, position, entry, disk)
        elif entry["entry"] == "ShareReleased":
            self.revision[entry["member"]][key] = entry["revision"]
            left = self._now(key, entry)
            if (
                entry["actor"] == "node" or key in self.rebuilt
            ):  # once more, as it went: perhaps of a lost text
                left = _plain_body(disk, position)
            self._set(entry["member"], key, left)
        elif entry["entry"] == "ShareRecalled":
            self.revision[entry["member"]][key] = entry["revision"]
            member, left = entry["member"], self._now(key, entry)
            if entry["actor"] == "node":
                left = self.has[member].get(key) or []  # once more: one of the two had lost it
            elif key in self.rebuilt:
                left = _plain_body(disk, position)
            elif member in self.pending[key]:  # new words wait on the desk: what is left of the old ones goes
                had = [(tag, v) for tag, variants in self.has[member].get(key) or () for v in variants]
                left = [(tag, [v for v in variants if (tag, v) in had]) for tag, variants in left]
                left = [(tag, variants) for tag, variants in left if variants]
            self._set(member, key, left)
            kept = tokens_of(left) | tokens_of(self.former[member][key])
            self.recalled[member][key] |= self.seen[member][key] - kept

    def _recover(self, originator, position, entry, disk):
        """A partner gave back what the disk had lost: the highest revision counts, as when it was sent."""
        member = entry["member"]
        for n, raw in enumerate(entry["leaves"]):
            leaf = json.loads(raw)
            key = f"{originator}.{leaf['product']}"
            if leaf["kind"] not in {"share", "recall"} or leaf["revision"] <= self.revision[member].get(
                key, 0
            ):
                continue
            left = _plain_body(disk, position, n)
            if left is None:
                continue  # it never had effect there, or no longer has
            self.revision[member][key] = leaf["revision"]
            # What was sent between, and came back without its text, may be former words: nothing is said of those.
            known = tokens_of(self.has[member].get(key)) | tokens_of(self.former[member][key])
            self._set(member, key, left)
            if leaf["kind"] == "recall":
                kept = tokens_of(left) | tokens_of(self.former[member][key])
                self.recalled[member][key] |= known - kept

    def _now(self, key, entry):
        return self.share_of(self.products[key][entry["author_revision"]], entry["member"])

    def _set(self, member, key, held):
        """Former words of a portion that is still held stay readable: its label or its words are as they were."""
        now = dict(held)
        before = [*self.former[member][key], *(self.has[member].get(key) or ())]
        self.former[member][key] = [
            (tag, [(label, text)])
            for tag, variants in before
            for label, text in variants
            if any(label == at or text == words for at, words in now.get(tag, ()))
        ]
        self.has[member][key] = held
        self.ever[member][key] |= tokens_of(held)
        self.seen[member][key] |= tokens_of(held)
        self.recalled[member][key] -= tokens_of(held)

    def reader(self, member, person):
        """Every product as this reader should have it: ``{key: [(tag, label, text), ...]}``."""
        sees, out = self.clearance(member, person), {}
        own = {key: self.newest(key) for key in self.products if key.startswith(f"{member}.")}
        for key, held in {**self.has[member], **own}.items():
            rows = []
            for tag, variants in held:
                seen = [
                    (tag, label, text)
                    for label, text in variants
                    if policy.sees(label, member, self.clearance(member)) and policy.sees(label, member, sees)
                ]
                rows += seen[:1]
            if rows:
                out[key] = rows
        return out

    def may_carry(self, member):
        """Every token that this member was ever released."""
        return set().union(*self.ever[member].values()) if self.ever[member] else set()


def _plain_body(disk, position, n=0):
    """What a stream entry's payload says that its receiver holds; None where it is gone."""
    body = msgspec.msgpack.decode(disk.payloads[position << 16 | n].body)[2]
    if not body:
        return None
    found = json.loads(body)
    share = found["share"] if "lost" in found else found
    return _plain(share) if share else []


def _plain(product):
    return [
        (
            p["tag"],
            [(_label(v["label"]), " ".join(w["text"] for w in v["body"]["wordings"])) for v in p["variants"]],
        )
        for p in product["portions"]
    ]


def _label(label):
    return {
        "policy": label["policy"],
        "class": label["classification"],
        "tags": [(name, values) for name, values in label["categories"]],
        "epoch": label["epoch"],
    }
