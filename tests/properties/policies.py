# SPDX-License-Identifier: Apache-2.0
"""Drawn SPIFs with everything that they can demand of a label, and labels and clearances for them, mostly well-formed."""

from tearline.core.instants import parse_iso
from tearline.core.labels import Clearance, Label, PolicyBook, book_as_of, parse_spif
from tests.core.labels.packs import write_level, write_set, write_spif, write_value
from tests.oracle import acdf

AT = "2024-04-15T12:00:00Z"
WINDOWS = (
    'notBefore="2024-01-01T00:00:00Z"',
    'notAfter="2024-12-31T00:00:00Z"',
    'notBefore="2024-04-15T12:00:00Z" notAfter="2024-04-15T12:00:00Z"',
    'notBefore="2024-04-15T12:00:01Z"',
    'notAfter="2024-04-15T11:59:59Z"',
)
KINDS = (
    ("restrictive", ""),
    ("permissive", ""),
    ("enumerated", 'enumType="restrictive"'),
    ("enumerated", 'enumType="permissive"'),
    ("tagType7", 'tag7Encoding="securityAttributes"'),
)


class DrawnPolicy:
    """A SPIF as tearline reads it (``book``) and as the oracle does (``plain``)."""

    def __init__(self, rng):
        self.levels = [f"L{n}" for n in range(rng.randint(1, 5))]
        self.sets = {f"T{n}": [f"V{v}" for v in range(rng.randint(1, 5))] for n in range(rng.randint(0, 5))}
        text = write_spif("DRAWN", self._draw_levels(rng), [self._draw_set(rng, name) for name in self.sets])
        policy = parse_spif(text.encode())
        self.book = book_as_of(PolicyBook("real", "", "PUBLIC", {policy.name: policy}, {}), parse_iso(AT))
        self.plain = acdf.parse_spif(text)

    def _draw_levels(self, rng):
        for row, name in enumerate(self.levels):
            required = self._draw_required(rng) if rng.random() < 0.3 else ""
            yield write_level(name, row, required, 'obsolete="true"' if rng.random() < 0.05 else "")

    def _draw_group(self, rng, tag="categoryGroup"):
        name = rng.choice(list(self.sets))
        lacv = f'lacv="{rng.randrange(len(self.sets[name]))}"' if rng.random() < 0.6 else ""
        return f'<{tag} tagSetRef="{name}" {lacv}/>'

    def _draw_required(self, rng):
        if not self.sets:
            return ""
        groups = "".join(self._draw_group(rng) for _ in range(rng.randint(1, 3)))
        return f'<requiredCategory operation="{rng.choice(["onlyOne", "oneOrMore", "all"])}">{groups}</requiredCategory>'

    def _draw_set(self, rng, name):
        kind, attributes = rng.choice(KINDS)
        size = len(self.sets[name])
        if rng.random() < 0.2:
            attributes += ' singleSelection="true"'
        elif rng.random() < 0.2:
            least = rng.randint(1, size)
            attributes += f' minSelection="{least}" maxSelection="{rng.randint(least, size)}"'
        values = [self._draw_value(rng, v, n) for n, v in enumerate(self.sets[name])]
        return write_set(name, kind, *values, attributes=attributes)

    def _draw_value(self, rng, name, number):
        inner = attributes = ""
        if rng.random() < 0.08:
            inner += f"<excludedClass>{rng.choice(self.levels)}</excludedClass>"
        if rng.random() < 0.08:
            inner += self._draw_required(rng)
        if rng.random() < 0.06:
            inner += self._draw_group(rng, "excludedCategory")
        if rng.random() < 0.05:
            attributes = f'requiredClass="{rng.choice(self.levels)}"'
        if rng.random() < 0.04:
            attributes += ' obsolete="true"'
        if rng.random() < 0.08:
            attributes += " " + rng.choice(WINDOWS)
        return write_value(name, number, inner, attributes)

    def draw_label(self, rng):
        """Mostly of known words; one in six is spoilt."""
        tags = [[name, self._choose(rng, name, 1)] for name in self.sets if rng.random() < 0.45]
        label = {"policy": "DRAWN", "classification": rng.choice(self.levels), "categories": tags}
        if rng.random() < 1 / 6:
            self._spoil(rng, label)
        return label

    def _choose(self, rng, name, least):
        return rng.sample(self.sets[name], rng.randint(least, len(self.sets[name])))

    def _spoil(self, rng, label):
        fault = rng.choice(["level", "policy", "set", "value", "empty", "value twice", "set twice"])
        tags = label["categories"] or [["T0", ["V0"]]]
        if fault == "level":
            label["classification"] = rng.choice(["L9", "l0", "", "L0 "])
        elif fault == "policy":
            label["policy"] = rng.choice(["drawn", "OTHER", ""])
        elif fault == "set":
            tags.append([rng.choice(["T9", "t0", ""]), ["V0"]])
        elif fault == "set twice":
            tags.append([tags[0][0], list(tags[0][1])])
        else:
            more = {"value": [*tags[0][1], "V9"], "empty": [], "value twice": tags[0][1] * 2}
            tags[0][1] = more[fault]
        label["categories"] = tags

    def draw_clearance(self, rng):
        """Any levels, any values; now and then of another policy."""
        tags = [[name, self._choose(rng, name, 0)] for name in self.sets if rng.random() < 0.8]
        levels = rng.sample(self.levels, rng.randint(0, len(self.levels)))
        policy = "OTHER" if rng.random() < 0.03 else "DRAWN"
        return {"policy": policy, "classifications": levels, "categories": tags}


def read_label(plain):
    """Tearline's label of an oracle's, faults and all."""
    tags = tuple((name, tuple(values)) for name, values in plain["categories"])
    return Label(plain["policy"], plain["classification"], tags)


def read_clearance(plain):
    """Tearline's clearance of an oracle's."""
    tags = tuple((name, tuple(values)) for name, values in plain["categories"])
    return Clearance(plain["policy"], tuple(plain["classifications"]), tags)
