# SPDX-License-Identifier: Apache-2.0
"""Families over every policy that is shipped: what TLP 2.0, the exercise's script (2.2) and the standards say of each level."""

from tests.vectors.labels.families import AT, clearance, label

PACKS = "../../../src/tearline/data/packs"
TLP, PUBLIC = f"{PACKS}/tlp/tlp.spif.xml", f"{PACKS}/exercise/public.spif.xml"
EXCHANGE = f"{PACKS}/exercise"
# The recipients of TLP 2.0, from the widest; each level is for these and nobody further out.
RECIPIENTS = ("EVERYONE", "COMMUNITY", "CLIENTS", "ORGANISATION", "NAMED")
WIDEST = {"CLEAR": 0, "GREEN": 1, "AMBER": 2, "AMBER+STRICT": 3, "RED": 4}
LADDER = ("UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET")
LEVELS = {
    "EXNET": LADDER,
    "KOR": ("DAEOEBI", "III-KUP", "II-KUP", "I-KUP"),
    "JPN": ("CHUI", "HI", "GOKUHI", "KIMITSU"),
    "AUS": ("OFFICIAL", "OFFICIAL: Sensitive", "PROTECTED", "SECRET", "TOP SECRET"),
    "NZL": (*LADDER, "TOP SECRET"),
    "USA": ("UNCLASSIFIED", "CONFIDENTIAL", "SECRET", "TOP SECRET"),
    "GBR": ("OFFICIAL", "OFFICIAL-SENSITIVE", "SECRET", "TOP SECRET"),
    "NATO": (*LADDER, "COSMIC TOP SECRET"),
}
OWN = {"EXNET": "KOR", "NATO": "NHQ"}


def _decision(family, policy, of, held, effect, *, valid=True, permitted=False):
    return {
        "kind": "decision",
        "family": family,
        "policy": policy,
        "at": AT,
        "label": of,
        "clearance": held,
        "expect": {"valid": valid, "permitted": permitted},
        "effect": effect,
    }


def make_tlp():
    """TLP 2.0: a level is for its recipients and for nobody further out; its names are these and are written so."""
    name = "EXERCISE TLP"
    everything = clearance(WIDEST, ("Recipients", RECIPIENTS), policy=name)
    for level, widest in WIDEST.items():
        fine = label(level, ("Recipients", RECIPIENTS[widest:]), policy=name)
        for at, recipient in enumerate(RECIPIENTS):
            held = clearance(WIDEST, ("Recipients", [recipient]), policy=name)
            effect = "a text goes further than its colour allows"
            yield _decision("tlp", TLP, fine, held, effect, permitted=at >= widest)
            if at < widest:
                wider = label(level, ("Recipients", [recipient]), policy=name)
                yield _decision("tlp", TLP, wider, everything, "a colour is stretched", valid=False)
        nobody = label(level, policy=name)
        yield _decision(
            "tlp", TLP, nobody, everything, "a colour without recipients is everybody's", valid=False
        )
        others = clearance(
            [other for other in WIDEST if other != level], ("Recipients", RECIPIENTS), policy=name
        )
        yield _decision("tlp", TLP, fine, others, "holding RED is taken for holding AMBER")
    for level in ("WHITE", "Amber", "AMBER STRICT", "TLP:RED"):
        of = label(level, ("Recipients", ["NAMED"]), policy=name)
        yield _decision("tlp", TLP, of, everything, "a colour nobody defined is read as one", valid=False)


def make_public():
    """PUBLIC: one level without categories, for whoever holds it; nothing else is PUBLIC."""
    held = clearance(["UNMARKED"], policy="PUBLIC")
    unmarked = label("UNMARKED", policy="PUBLIC")
    yield _decision("public", PUBLIC, unmarked, held, "public material is withheld", permitted=True)
    yield _decision(
        "public", PUBLIC, unmarked, clearance([], policy="PUBLIC"), "an empty list holds something"
    )
    other = clearance(["UNMARKED"], policy="EXERCISE KOR")
    yield _decision("public", PUBLIC, unmarked, other, "another policy's clearance is taken for this one")
    for of in (
        label("PUBLIC", policy="PUBLIC"),
        label("UNCLASSIFIED", policy="PUBLIC"),
        label("UNMARKED", ("Releasable To", ["KOR"]), policy="PUBLIC"),
        label("UNMARKED", ("Compartment", ["MILLRACE"]), policy="PUBLIC"),
    ):
        yield _decision("public", PUBLIC, of, held, "what is restricted passes as public", valid=False)


def make_nations():
    """Of every level of every policy: valid with an audience only, seen by who lists the level and is of the audience."""
    for code, levels in LEVELS.items():
        name, own = f"EXERCISE {code}", OWN.get(code, code)
        policy, other = f"{EXCHANGE}/{code.lower()}.spif.xml", "AUS" if own != "AUS" else "NZL"
        said = (("Provided By", [own]),) if code == "EXNET" else ()
        everything = clearance(levels, ("Releasable To", [own]), policy=name)
        for level in levels:
            fine = label(level, *said, ("Releasable To", [own]), policy=name)
            below = clearance([x for x in levels if x != level], ("Releasable To", [own]), policy=name)
            abroad = clearance(levels, ("Releasable To", [other]), policy=name)
            of = label(level, *said, policy=name)
            both = label(level, *said, ("Releasable To", [own]), ("Eyes Only", [own]), policy=name)
            yield _decision("shipped", policy, fine, everything, "who may read can't", permitted=True)
            yield _decision("shipped", policy, fine, below, "a level is held that is not listed")
            yield _decision("shipped", policy, fine, abroad, "another nation reads it")
            yield _decision("shipped", policy, of, everything, "no audience is everybody", valid=False)
            yield _decision("shipped", policy, both, everything, "two audiences are one of them", valid=False)


def make_shipped_marks():
    """TLP is never translated and has no blank; PUBLIC is never marked up."""
    for level, widest in WIDEST.items():
        of = label(level, ("Recipients", RECIPIENTS[widest:]), policy="EXERCISE TLP")
        for place, lang in (("pageTopBottom", "en"), ("portionMarking", "ko"), ("documentStart", "fr")):
            yield _mark(TLP, of, place, lang, f"EXERCISE TLP:{level}")
    for place, lang in (("pageTopBottom", "ja"), ("portionMarking", "en")):
        yield _mark(PUBLIC, label("UNMARKED", policy="PUBLIC"), place, lang, "PUBLIC")


def _mark(policy, of, place, lang, text):
    return {
        "kind": "mark",
        "family": "shipped-mark",
        "policy": policy,
        "at": AT,
        "label": of,
        "place": place,
        "lang": lang,
        "expect": {"mark": text},
        "effect": "people read another colour than programs do",
    }
