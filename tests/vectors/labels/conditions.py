# SPDX-License-Identifier: Apache-2.0
"""More families of decisions: what a policy demands of a label beyond its words, and of whom."""

import itertools

from tests.vectors.labels.families import (
    EVERYTHING,
    LEVELS,
    NO,
    YES,
    clearance,
    decision,
    invalid,
    label,
    subsets,
)


def make_required():
    """A level's requiredCategory: oneOrMore at SECRET, onlyOne at SEALED."""
    rel, eyes = ("Releasable To", ["AAA"]), ("Eyes Only", ["AAA"])
    without = "a label without an audience is everybody's"
    for level, categories, valid in (
        ("SECRET", (), False),
        ("SECRET", (("Codewords", ["AMBER"]),), False),
        ("SECRET", (("Projects", ["P1", "P2"]),), False),
        ("SECRET", (("Handling", ["DRAFT"]),), False),
        ("SECRET", (rel,), True),
        ("SECRET", (eyes,), True),
        ("SECRET", (rel, eyes), True),
        ("SEALED", (), False),
        ("SEALED", (("Sites", ["NORTH"]),), False),
        ("SEALED", (rel,), True),
        ("SEALED", (eyes,), True),
        ("SEALED", (rel, eyes), False),
    ):
        of = label(level, *categories)
        yield decision("required-category", of, EVERYTHING, valid, without, valid=valid)


def make_conditions():
    """excludedClass, requiredClass, excludedCategory, and requiredCategory of a value."""
    rel = ("Releasable To", ["AAA"])
    together = "words that never go together admit who holds both"
    for level in LEVELS:
        audience = (rel,) if level in {"SECRET", "SEALED"} else ()
        of = label(level, ("Codewords", ["CINDER"]), *audience)
        yield decision("excluded-class", of, EVERYTHING, level != "OPEN", together, valid=level != "OPEN")
        of = label(level, ("Codewords", ["ELM"]), *audience)
        yield decision("required-class", of, EVERYTHING, level == "SEALED", together, valid=level == "SEALED")
    for words in subsets(("AMBER", "BASALT", "GROVE"), 1):
        fine = not {"BASALT", "GROVE"} <= set(words)
        yield decision(
            "excluded-category",
            label("GUARDED", ("Codewords", words)),
            EVERYTHING,
            fine,
            together,
            valid=fine,
        )
    for words, handling in itertools.product(
        (("FROST",), ("AMBER", "FROST"), ("BASALT", "FROST")), ((), ("DRAFT",))
    ):
        fine = "AMBER" in words and bool(handling)
        categories = [("Codewords", words), *([("Handling", handling)] if handling else [])]
        of = label("GUARDED", *categories)
        yield decision("required-of-value", of, EVERYTHING, fine, "half of a condition is enough", valid=fine)


def make_selections():
    """Projects takes from minSelection 2 to maxSelection 3 values, Sites one (singleSelection)."""
    for chosen in subsets(("P1", "P2", "P3", "P4"), 1):
        fine = len(chosen) in {2, 3}
        of = label("GUARDED", ("Projects", chosen))
        yield decision(
            "selection", of, EVERYTHING, fine, "a label that its policy forbids is honoured", valid=fine
        )
    for chosen in subsets(("NORTH", "SOUTH"), 1):
        fine = len(chosen) == 1
        of = label("GUARDED", ("Sites", chosen))
        yield decision("single-selection", of, EVERYTHING, fine, "two places are read as either", valid=fine)


def make_times():
    """A value is in force from notBefore to notAfter, both included; obsolete ones never are."""
    effect = "a word that is out of force still opens, or a coming one already does"
    for value, at, fine in (
        ("SPRING", "2024-02-29T23:59:59Z", False),
        ("SPRING", "2024-03-01T00:00:00Z", True),
        ("SPRING", "2024-05-31T23:59:59Z", True),
        ("SPRING", "2024-06-01T00:00:00Z", False),
        ("SPRING", "2025-04-15T00:00:00Z", False),
        ("SPRING", "1999-04-15T00:00:00Z", False),
        ("AUTUMN", "2024-08-31T23:59:59Z", False),
        ("AUTUMN", "2024-09-01T00:00:00Z", True),
        ("AUTUMN", "2099-01-01T00:00:00Z", True),
    ):
        of = label("GUARDED", ("Seasons", [value]))
        yield decision("window", of, EVERYTHING, fine, effect, valid=fine, at=at)
    both = label("GUARDED", ("Seasons", ["AUTUMN", "SPRING"]))
    for at in ("2024-04-15T00:00:00Z", "2024-10-15T00:00:00Z"):
        yield invalid("window", both, effect, at=at)
    for of in (
        label("OLD"),
        label("GUARDED", ("Codewords", ["DUNE"])),
        label("GUARDED", ("Codewords", ["AMBER", "DUNE"])),
    ):
        yield invalid("obsolete", of, effect)


def make_inputs():
    """A value that its writer completes is written ``name: text``, and never without the text."""
    effect = "what a writer types passes for a value of the policy"
    good = ("Case: 7", "Case: 00012", "Until: 2024-02-29", "Source: the harbour master", "Source: 항만장")
    bad = (
        *(
            "Case",
            "Case: ",
            "Case:7",
            "Case: 7a",
            "Case: -7",
            "Case: ７",
            "Case:  7",
            "Case: 7 ",
            "case: 7",
            "Case: 7\n",
        ),
        *("Until: 2023-02-29", "Until: 20240229", "Until: 29.02.2024", "Until: 2024-2-9", "Until: "),
        *(
            "Source",
            "Source: ",
            "Source:  x",
            "Source: x\u202ey",
            "Source: x\u0000",
            f"Source: {'x' * 129}",
            "Other: x",
        ),
    )
    for value in good:
        of = label("GUARDED", ("Notes", [value]))
        yield decision(
            "user-input", of, clearance(["GUARDED"]), YES, "a label as its policy has it is refused"
        )
    for value in bad:
        yield invalid("user-input", label("GUARDED", ("Notes", [value])), effect)


def make_policies():
    """A clearance speaks of its own policy alone."""
    for name in ("BETA", "alpha", "ALPHA ", "", "2.999.1"):
        other = {**EVERYTHING, "policy": name}
        effect = "a clearance of another policy opens this one's labels"
        yield decision("other-policy", label("GUARDED"), other, NO, effect)
        yield invalid(
            "unknown-policy",
            label("GUARDED", policy=name),
            "a label of no known policy is read by this one's rules",
        )


def make_nothing_held():
    """Who holds nothing sees nothing."""
    for level in LEVELS:
        audience = (("Releasable To", ["AAA"]),) if level in {"SECRET", "SEALED"} else ()
        effect = "a clearance that lists nothing lists the lowest level"
        yield decision("nothing-held", label(level, *audience), clearance([]), NO, effect)
        lacking = clearance([n for n in (*LEVELS, "OLD") if n != level], ("Releasable To", ["AAA"]))
        yield decision(
            "nothing-held", label(level, *audience), lacking, NO, "another level stands for this one"
        )
