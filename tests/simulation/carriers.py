# SPDX-License-Identifier: Apache-2.0
"""Carriers as bad as they come: they drop, repeat, hold back, replay, cut short and corrupt what they carry."""

import msgspec

from tearline.core.exchange import Item

WAYS = ("pass", "pass", "drop", "twice", "delay", "replay", "truncate", "tail", "corrupt")


class Carriers:
    """The network's fault hook, from one seeded generator."""

    def __init__(self, rng):
        self.rng = rng
        self.history, self.held_back, self.slow = [], [], {}

    def rest(self):
        """All that still lies somewhere, to be delivered after everything else."""
        out = [*self.held_back, *(carried for carried, _ in self.slow.values())]
        self.rng.shuffle(out)
        return out

    def __call__(self, carried):
        rng, out = self.rng, []
        self.history.append(carried)
        lane = carried[:3]
        if lane in self.slow:  # a lane on foot: what set out first arrives first, whatever overtook it
            first, left = self.slow.pop(lane)
            if left:
                self.slow[lane] = first, left - 1
                return []
            return [first, carried]
        if carried[2] != "FLASH" and rng.random() < 0.15:
            self.slow[lane] = carried, rng.randint(2, 20)
            return []
        way = rng.choice(WAYS)
        sender, receiver, lane, start, items, note = carried
        if way in {"pass", "twice"}:
            out = [carried] * (2 if way == "twice" else 1)
        elif way == "delay":
            self.held_back.append(carried)
        elif way == "replay":
            out = [rng.choice(self.history), carried]
        elif way == "truncate":
            out = [(sender, receiver, lane, start, items[: rng.randrange(len(items))], note)]
        elif way == "tail":
            cut = rng.randint(1, len(items))
            out = [(sender, receiver, lane, start + cut, items[cut:], note)]
        elif way == "corrupt":
            out = [corrupt(carried, rng)]
        if self.held_back and rng.random() < 0.5:
            out.insert(rng.randint(0, len(out)), self.held_back.pop(rng.randrange(len(self.held_back))))
        return out


def corrupt(carried, rng):
    """One byte, or one whole thing, is another."""
    sender, receiver, lane, start, items, note = carried
    what = rng.choice(("leaf", "salt", "body", "note", "lane", "start", "swap", "strip"))
    items, at = list(items), rng.randrange(len(items))
    if what in {"leaf", "salt", "body"} and getattr(items[at], what):
        items[at] = msgspec.structs.replace(items[at], **{what: flip(getattr(items[at], what), rng)})
    elif what == "note":
        note = flip(note.encode(), rng).decode(errors="replace")
    elif what == "lane":
        lane = rng.choice([other for other in ("FLASH", "IMMEDIATE", "PRIORITY", "ROUTINE") if other != lane])
    elif what == "start":
        start = max(0, start + rng.choice((-1, 1, 7)))
    elif what == "swap":
        other = rng.randrange(len(items))
        items[at], items[other] = items[other], items[at]
    else:
        items[at] = Item(items[at].leaf)
    return sender, receiver, lane, start, items, note


def flip(raw, rng):
    at = rng.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ 1 << rng.randrange(8)]) + raw[at + 1 :]
