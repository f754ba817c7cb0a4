# SPDX-License-Identifier: Apache-2.0
"""Decisions by family: each yields vectors whose expectation is its own rule, the docstring, in the words of the standard."""

import itertools

ALPHA = "policies/alpha.xml"
AT = "2024-04-15T12:00:00Z"
LEVELS = ("OPEN", "GUARDED", "SECRET", "SEALED")
YES, NO = True, False
WORDS = ("AMBER", "BASALT", "CINDER", "DUNE", "ELM", "FROST", "GROVE")
NATIONS = ("AAA", "BBB", "CCC", "DDD")
EVERYTHING = {
    "policy": "ALPHA",
    "classifications": [*LEVELS, "OLD"],
    "categories": [
        *(["Codewords", list(WORDS)], ["Releasable To", list(NATIONS)], ["Eyes Only", ["AAA", "BBB"]]),
        *(
            ["Projects", ["P1", "P2", "P3", "P4"]],
            ["Sites", ["NORTH", "SOUTH"]],
            ["Seasons", ["SPRING", "AUTUMN"]],
        ),
    ],
}


def label(level, *categories, policy="ALPHA"):
    return {
        "policy": policy,
        "classification": level,
        "categories": [[name, list(values)] for name, values in categories],
    }


def clearance(levels, *categories, policy="ALPHA"):
    held = [[name, list(values)] for name, values in categories if values]
    return {"policy": policy, "classifications": list(levels), "categories": held}


def subsets(values, least=0):
    return [c for n in range(least, len(values) + 1) for c in itertools.combinations(values, n)]


def decision(family, of, held, expected, effect, *, valid=True, at=AT):
    return {
        "kind": "decision",
        "family": family,
        "policy": ALPHA,
        "at": at,
        "label": of,
        "clearance": held,
        "expect": {"valid": valid, "permitted": expected},
        "effect": effect,
    }


def invalid(family, of, effect, *, at=AT):
    """A label that is not valid admits nobody, whoever holds everything."""
    return decision(family, of, EVERYTHING, NO, effect, valid=False, at=at)


def make_levels():
    """A level is held where it is listed, and nowhere else: no order among levels enters the decision."""
    for level, held in itertools.product(LEVELS[:2], subsets(LEVELS)):
        if len(held) < len(LEVELS):
            effect = "who is cleared higher, or lower, reads what was never given to them"
            yield decision("level-listed", label(level), clearance(held), level in held, effect)


def make_restrictive():
    """Every value of a restrictive tag is held."""
    for named, held in itertools.product(subsets(WORDS[:3], 1), subsets(WORDS[:3])):
        of = label("GUARDED", ("Codewords", named))
        effect = "who holds one codeword reads what needs two"
        expected = set(named) <= set(held)
        yield decision("restrictive-all", of, clearance(LEVELS, ("Codewords", held)), expected, effect)


def make_permissive():
    """Of a permissive tag at least one value is held; who holds none of it is outside."""
    for named, held in itertools.product(subsets(NATIONS[:3], 1), subsets(NATIONS[:3])):
        of = label("SECRET", ("Releasable To", named))
        effect = "a nation that is not named reads it"
        expected = bool(set(named) & set(held))
        yield decision("permissive-any", of, clearance(LEVELS, ("Releasable To", held)), expected, effect)


def make_two_permissive():
    """Each permissive tag by itself: to be in one audience is no way into the other."""
    for rel, eyes in itertools.product(subsets(("AAA", "BBB"), 1), repeat=2):
        for held in (("AAA",), ("BBB",), ("CCC",), ()):
            for also in (True, False):
                of = label("SECRET", ("Releasable To", rel), ("Eyes Only", eyes))
                who = clearance(LEVELS, ("Releasable To", held), ("Eyes Only", held if also else ()))
                expected = also and bool(set(rel) & set(held)) and bool(set(eyes) & set(held))
                yield decision("permissive-each", of, who, expected, "one audience stands for both")


def make_same_names():
    """A value is of its tag set: the same name held in another set is another value."""
    for held in ("Releasable To", "Projects", "Codewords", "Sites"):
        of = label("SECRET", ("Eyes Only", ["AAA"]))
        yield decision(
            "set-and-value",
            of,
            clearance(LEVELS, (held, ["AAA"])),
            NO,
            "a name alone is taken for a value",
        )
    of = label("SECRET", ("Eyes Only", ["AAA"]))
    yield decision(
        "set-and-value", of, clearance(LEVELS, ("Eyes Only", ["AAA"])), YES, "nobody reads it at all"
    )


def make_informative():
    """Informative values decide nothing, held or not."""
    for values in (["DRAFT"], ["PERSONAL"], ["DRAFT", "PERSONAL"]):
        of = label("GUARDED", ("Handling", values))
        yield decision("informative", of, clearance(["GUARDED"]), YES, "what only informs keeps readers out")
        yield decision("informative", of, clearance(["OPEN"]), NO, "what only informs lets readers in")


def make_unknown():
    """What its policy doesn't know makes a label invalid: to skip it would widen."""
    effect = "a restriction that is not understood is left out"
    for level in (
        "open",
        "SECRET ",
        " SECRET",
        "TOP SECRET",
        "",
        "S",
        "SЕCRET",
        "ＳＥＣＲＥＴ",
        "SECRET\u200b",
        "0",
    ):
        yield invalid("unknown-level", label(level, ("Releasable To", ["AAA"])), effect)
    for name in (
        "codewords",
        "Codeword",
        "Codewords ",
        "Code words",
        "Сodewords",
        "2.999.1.1",
        "",
        "Releasable",
    ):
        yield invalid("unknown-set", label("GUARDED", (name, ["AMBER"])), effect)
    for value in (
        "amber",
        "AMBER ",
        " AMBER",
        "ONYX",
        "",
        "1",
        "АMBER",
        "AMBER\u200b",
        "AMBER,BASALT",
        "AMBER/BASALT",
        "*",
    ):
        yield invalid("unknown-value", label("GUARDED", ("Codewords", [value])), effect)
        yield invalid("unknown-value", label("GUARDED", ("Codewords", ["AMBER", value])), effect)
    for value in ("AAA ", "aaa", "ALL", "*", "001", "1", "ΑΑΑ", "AAA BBB", "NATO"):
        yield invalid("unknown-nation", label("SECRET", ("Releasable To", ["AAA", value])), effect)


def make_malformed():
    """Nothing stands twice, nothing is empty."""
    for name, value in (
        ("Codewords", "AMBER"),
        ("Releasable To", "AAA"),
        ("Eyes Only", "AAA"),
        ("Handling", "DRAFT"),
    ):
        level = "SECRET" if value == "AAA" else "GUARDED"
        yield invalid("empty-set", label("GUARDED", (name, [])), "an empty audience is taken for everybody")
        yield invalid("value-twice", label(level, (name, [value, value])), "a count of values is met by one")
        yield invalid(
            "set-twice", label(level, (name, [value]), (name, [value])), "the second is the one that counts"
        )
    rel = label("SECRET", ("Releasable To", ["AAA"]), ("Releasable To", ["BBB"]))
    yield invalid("set-twice", rel, "two audiences become their union")
    for level in ("SECRET", "SEALED"):
        both = label(level, ("Releasable To", []), ("Eyes Only", ["AAA"]))
        yield invalid("empty-set", both, "an empty audience is taken for none stated")
