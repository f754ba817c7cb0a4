# SPDX-License-Identifier: Apache-2.0
"""Writes tests/vectors/labels/cases.json: label vectors that any implementation can run.

Run it as ``python -m tools.make_label_vectors``. What is expected is stated here by each family's own rule, in the words of
the standard beside it, and by no implementation: neither tearline nor the oracle is asked.
"""

import itertools
import json
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "tests/vectors/labels/cases.json"
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
    """MinSelection 2 and maxSelection 3 of Projects; singleSelection of Sites."""
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


SLAB = "urn:nato:stanag:4774:confidentialitymetadatalabel:1:0"
DOCUMENT = (
    f'<l:originatorConfidentialityLabel xmlns:l="{SLAB}" ReviewDateTime="2034-01-01T00:00:00Z">'
    '<l:ConfidentialityInformation><l:PolicyIdentifier URI="urn:oid:2.999.1">ALPHA</l:PolicyIdentifier>'
    "<l:Classification>SECRET</l:Classification>"
    '<l:Category Type="PERMISSIVE" TagName="Releasable To" URI="urn:oid:2.999.1.2">'
    "<l:GenericValue>AAA</l:GenericValue><l:GenericValue>BBB</l:GenericValue></l:Category>"
    "</l:ConfidentialityInformation><l:CreationDateTime>2024-01-01T00:00:00Z</l:CreationDateTime>"
    "</l:originatorConfidentialityLabel>"
)
CATEGORY = DOCUMENT[DOCUMENT.index("<l:Category") : DOCUMENT.index("</l:ConfidentialityInformation>")]
POLICY = DOCUMENT[DOCUMENT.index("<l:PolicyIdentifier") : DOCUMENT.index("<l:Classification>")]
CREATED = "<l:CreationDateTime>2024-01-01T00:00:00Z</l:CreationDateTime>"
LEVEL = "<l:Classification>SECRET</l:Classification>"
REFUSED = {
    "no-creation": (CREATED, "", "nobody knows of when the label is"),
    "no-review": (' ReviewDateTime="2034-01-01T00:00:00Z"', "", "a label without end"),
    "empty-review": ("2034-01-01T00:00:00Z", "", "a label without end"),
    "two-creations": (CREATED, CREATED * 2, "which one counts is the reader's guess"),
    "two-levels": (LEVEL, LEVEL + LEVEL.replace("SECRET", "OPEN"), "the lower one is read"),
    "two-policies": (POLICY, POLICY * 2, "read under either policy"),
    "two-categories": (
        CATEGORY,
        CATEGORY + CATEGORY.replace("AAA", "CCC"),
        "two audiences become their union",
    ),
    "no-level": (LEVEL, "", "a label without a level is the lowest"),
    "no-policy": (POLICY, "", "read under any policy"),
    "level-first": (POLICY + LEVEL, LEVEL + POLICY, "order is free, and so is what was signed"),
    "category-first": (LEVEL + CATEGORY, CATEGORY + LEVEL, "order is free, and so is what was signed"),
    "creation-first": (
        "<l:ConfidentialityInformation>",
        CREATED + "<l:ConfidentialityInformation>",
        "two creations",
    ),
    "value-twice": ("BBB", "AAA", "a count of values is met by one"),
    "no-type": (' Type="PERMISSIVE"', "", "a restriction of no kind restricts nothing"),
    "type-in-lower-case": ("PERMISSIVE", "permissive", "a kind that is not known is skipped"),
    "type-unknown": ("PERMISSIVE", "ADVISORY", "a kind that is not known is skipped"),
    "no-tag-name": (' TagName="Releasable To"', "", "a restriction of no set restricts nothing"),
    "tag-name-with-space": (
        '"Releasable To"',
        '" Releasable To"',
        "a name that looks like another is another",
    ),
    "value-with-space": (">AAA<", "> AAA<", "a value that looks like another is another"),
    "value-with-line-end": (">AAA<", ">AAA\n<", "a value that looks like another is another"),
    "value-empty": (">AAA<", "><", "nobody is everybody"),
    "value-with-comment": (">AAA<", ">A<!-- -->AA<", "one reader sees A, another AAA"),
    "value-with-element": (">AAA<", ">AAA<l:b/><", "one reader sees it, another doesn't"),
    "value-right-to-left": (">AAA<", ">\u202eAAA<", "the eye reads another value"),
    "value-zero-width": (">AAA<", ">A\u200bAA<", "the eye reads another value"),
    "value-tag-characters": (">AAA<", ">AAA\U000e0041<", "a value carries what nobody sees"),
    "text-between": (
        "<l:CreationDateTime>",
        "and OPEN<l:CreationDateTime>",
        "text that no program reads is read by people",
    ),
    "other-element": (CREATED, "<l:Hint>OPEN</l:Hint>" + CREATED, "what is not understood is skipped"),
    "other-attribute": (
        "<l:Classification>",
        '<l:Classification lacv="0">',
        "what is not understood is skipped",
    ),
    "attribute-on-root": (
        " ReviewDateTime",
        ' Level="OPEN" ReviewDateTime',
        "what is not understood is skipped",
    ),
    "other-namespace": (SLAB, SLAB.replace("1:0", "2:0"), "another vocabulary is read by this one's rules"),
    "no-namespace": (
        f' xmlns:l="{SLAB}"',
        ' xmlns:l="urn:other"',
        "another vocabulary is read by this one's rules",
    ),
    "other-root": (
        "originatorConfidentialityLabel",
        "alternateConfidentialityLabel",
        "an erratum is read as a label",
    ),
    "oid-of-no-form": ('urn:oid:2.999.1"', 'urn:oid:2.999.01"', "an identifier has two spellings"),
    "oid-without-scheme": ('urn:oid:2.999.1"', '2.999.1"', "an identifier has two spellings"),
    "url-attribute": (" URI=", " URL=", "an erratum is read as an identifier"),
    "id-prefixed": (" ReviewDateTime", ' l:Id="a" ReviewDateTime', "an erratum is read as an identifier"),
    "id-of-no-form": (" ReviewDateTime", ' Id="#a" ReviewDateTime', "a binding points nowhere"),
    "no-such-day": ("2024-01-01T00", "2024-02-30T00", "a date that is none sorts somewhere"),
    "day-without-time": ("2024-01-01T00:00:00Z", "2024-01-01", "when in the day is the reader's guess"),
    "hour-24": ("2024-01-01T00:00", "2024-01-01T25:00", "a date that is none sorts somewhere"),
    "doctype": ("<l:originator", "<!DOCTYPE x><l:originator", "a document type brings entities"),
    "internal-entity": (
        "<l:originator",
        '<!DOCTYPE x [<!ENTITY a "OPEN">]><l:originator',
        "text comes from elsewhere",
    ),
    "external-entity": (
        "<l:originator",
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><l:originator',
        "files are read",
    ),
    "undeclared-entity": (">AAA<", ">&a;<", "text comes from elsewhere"),
    "not-closed": ("</l:originatorConfidentialityLabel>", "", "half a label is read"),
    "two-roots": (
        "</l:originatorConfidentialityLabel>",
        "</l:originatorConfidentialityLabel><x/>",
        "what follows hides",
    ),
    "attribute-twice": (
        ' Type="PERMISSIVE"',
        ' Type="PERMISSIVE" Type="INFORMATIVE"',
        "the second is the one that counts",
    ),
    "signature-like-wrapping": (
        "<l:ConfidentialityInformation>",
        "<w><l:ConfidentialityInformation/></w><l:ConfidentialityInformation>",
        "what was signed and what is read are two places",
    ),
    "label-within-extension": (
        "</l:originatorConfidentialityLabel>",
        '<x:x xmlns:x="urn:x"><l:ConfidentialityLabel/></x:x></l:originatorConfidentialityLabel>',
        "a second label hides in what is not read",
    ),
}
READ = {
    "as-it-is": ("", ""),
    "with-declaration": ("<l:originator", '<?xml version="1.0" encoding="UTF-8"?><l:originator'),
    "default-namespace": (f'xmlns:l="{SLAB}"', f'xmlns:l="{SLAB}" xmlns="urn:other"'),
    "comment-between": ("<l:CreationDateTime>", "<!-- a remark --><l:CreationDateTime>"),
    "space-between": ("><", ">\n  <"),
    "level-is-a-token": (">SECRET<", ">\n  SECRET\t<"),
    "character-reference": (">AAA<", ">&#65;AA<"),
    "with-id": (" ReviewDateTime", ' Id="a1" ReviewDateTime'),
    "zone-in-hours": ("2024-01-01T00:00:00Z", "2024-01-01T09:00:00+09:00"),
    "no-oid": (' URI="urn:oid:2.999.1"', ""),
}


def make_documents():
    """A STANAG 4774 document is read whole or refused whole; what is read means the label that stands in it."""
    meant = label("SECRET", ("Releasable To", ["AAA", "BBB"]))
    common = {"kind": "document", "policy": ALPHA}
    for name, (old, new, effect) in REFUSED.items():
        if old not in DOCUMENT:
            raise ValueError(name)
        text = DOCUMENT.replace(old, new, 1)
        yield {
            **common,
            "family": f"document-{name}",
            "document": text,
            "expect": {"read": False},
            "effect": effect,
        }
    for name, (old, new) in READ.items():
        text = DOCUMENT.replace(old, new) if old else DOCUMENT
        expect, effect = {"read": True, "label": meant}, "a label that the standard allows is refused"
        yield {**common, "family": f"document-{name}", "document": text, "expect": expect, "effect": effect}


def make_marks():
    """Values in the policy's order, never the label's; a prefix that begins with // is the separator itself."""
    rel = ("Releasable To", ["BBB", "AAA"])
    for of, place, lang, text in (
        (label("OPEN"), "pageTopBottom", "en", "ALPHA OPEN"),
        (label("OPEN"), "pageTopBottom", "fr", "ALPHA OUVERT"),
        (label("OPEN"), "pageTopBottom", "fr-CA", "ALPHA OUVERT"),
        (label("OPEN"), "pageTopBottom", "ko", "ALPHA OPEN"),
        (label("OPEN"), "portionMarking", "en", "ALPHA O"),
        (label("SECRET", rel), "pageTopBottom", "en", "ALPHA SECRET//REL TO AAA, BBB"),
        (label("SECRET", rel), "pageTopBottom", "fr", "ALPHA SECRET//REL TO AAA, BBB"),
        (label("SECRET", rel), "portionMarking", "en", "ALPHA S//REL AAA BBB"),
        (label("SECRET", ("Eyes Only", ["AAA"])), "pageTopBottom", "en", "ALPHA SECRET//AAA EYES ONLY"),
        (
            label("SECRET", rel, ("Codewords", ["BASALT", "AMBER"])),
            *("pageTopBottom", "en", "ALPHA SECRET//AMBER/BASALT//REL TO AAA, BBB"),
        ),
        (label("GUARDED", ("Codewords", ["CINDER"])), "portionMarking", "en", "ALPHA G//CINDER"),
        (label("GUARDED", ("Notes", ["Case: 7"])), "pageTopBottom", "en", "ALPHA GUARDED Case 7"),
        (
            label("GUARDED", ("Handling", ["PERSONAL", "DRAFT"])),
            "pageTopBottom",
            "en",
            "ALPHA GUARDED DRAFT/PERSONAL",
        ),
    ):
        common = {"kind": "mark", "family": "mark", "policy": ALPHA, "at": AT, "label": of}
        effect = "people read another label than programs do"
        yield {**common, "place": place, "lang": lang, "expect": {"mark": text}, "effect": effect}


FAMILIES = (
    *(make_levels, make_restrictive, make_permissive, make_two_permissive, make_same_names, make_informative),
    *(make_unknown, make_malformed, make_required, make_conditions, make_selections, make_times, make_inputs),
    *(make_policies, make_nothing_held, make_documents, make_marks),
)


def make_vectors():
    """Every vector, numbered within its family."""
    counts = {}
    for make in FAMILIES:
        rule = " ".join(make.__doc__.split())
        for vector in make():
            number = counts[vector["family"]] = counts.get(vector["family"], 0) + 1
            family = vector.pop("family")
            yield {"id": f"{family}-{number:03}", "rule": rule, **vector}


def main():
    """Write the file, a vector a line, so that a change shows as what it is."""
    rows = ",\n".join(json.dumps(vector, ensure_ascii=False) for vector in make_vectors())
    OUT.write_text(f"[\n{rows}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
