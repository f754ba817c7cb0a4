# SPDX-License-Identifier: Apache-2.0
"""Banners one by one: what is joined, and where no sound label exists."""

import itertools

import pytest

from tearline.core.labels import (
    BANNER,
    Label,
    Membership,
    NoLabel,
    PolicyBook,
    load_pack,
    make_label,
    parse_spif,
    print_mark,
    roll_up,
)
from tests.core.labels.packs import (
    AUDIENCE,
    to_network,
    write_home,
    write_level,
    write_pack,
    write_set,
    write_spif,
    write_value,
)
from tests.properties.worlds import make_book

BOOK = make_book()
PUBLIC = Label("PUBLIC", "UNMARKED")
ALL = ("AUS", "JPN", "KOR", "NZL", "NATO")


def kor(level, *members, words=(), eyes=(), epoch="2023-07-12"):
    categories = {"Releasable To": members, "Eyes Only": eyes, "Compartment": words}
    categories = {name: values for name, values in categories.items() if values}
    return make_label("EXERCISE KOR", level, categories, epoch if "NATO" in members else "")


def exnet(provider, *members):
    return make_label("EXERCISE EXNET", "SECRET", {"Provided By": [provider], "Releasable To": members})


JOINED = {
    "highest class, common members": (
        [kor("III-KUP", *ALL), kor("II-KUP", "KOR", "JPN", "USA")],
        kor("II-KUP", "KOR", "JPN", "USA"),
    ),
    "codewords of all": (
        [kor("III-KUP", "KOR", "USA", words=["MILLRACE"]), kor("III-KUP", "KOR", "USA", words=["DALBIT"])],
        kor("III-KUP", "KOR", "USA", words=["DALBIT", "MILLRACE"]),
    ),
    "eyes only where one is": (
        [kor("III-KUP", *ALL), kor("II-KUP", eyes=["KOR"])],
        kor("II-KUP", eyes=["KOR"]),
    ),
    "eyes only where one member remains": (
        [kor("III-KUP", "KOR", "USA"), kor("III-KUP", "KOR", "JPN")],
        kor("III-KUP", eyes=["KOR"]),
    ),
    "one foreign member remains": (
        [kor("III-KUP", "AUS", "USA"), kor("III-KUP", "AUS", "JPN")],
        kor("III-KUP", "AUS"),
    ),
    "the group stays named": (
        [kor("III-KUP", *ALL), kor("III-KUP", "KOR", "NATO")],
        kor("III-KUP", "KOR", "NATO"),
    ),
    "a member of the group": (
        [kor("III-KUP", *ALL), kor("III-KUP", "KOR", "USA", "GBR")],
        kor("III-KUP", "GBR", "KOR", "USA"),
    ),
    "PUBLIC does not count": ([PUBLIC, kor("III-KUP", "KOR", "USA")], kor("III-KUP", "KOR", "USA")),
    "PUBLIC alone": ([PUBLIC, PUBLIC], PUBLIC),
}


@pytest.mark.parametrize("case", JOINED)
def test_n3_labels_are_joined(case):
    """In any order, once or twice, the same banner."""
    labels, expected = JOINED[case]
    for order in itertools.permutations(labels):
        assert roll_up(order, BOOK) == expected
        assert roll_up([*order, *order, expected], BOOK) == expected


NO_LABEL = {
    "nothing": [],
    "nobody in common": [kor("III-KUP", "USA"), kor("III-KUP", "JPN")],
    "eyes only of another": [kor("III-KUP", "USA"), kor("III-KUP", eyes=["KOR"])],
    "two policies": [kor("III-KUP", "KOR"), make_label("EXERCISE JPN", "HI", {"Releasable To": ["KOR"]})],
    "an invalid label": [kor("III-KUP", "KOR"), Label("EXERCISE KOR", "III-KUP")],
    "an invalid PUBLIC": [kor("III-KUP", "KOR"), Label("PUBLIC", "SECRET")],
    "an invalid label alone": [Label("EXERCISE KOR", "III-KUP")],
    "two providers": [exnet("KOR", "KOR", "JPN"), exnet("JPN", "KOR", "JPN")],
}


@pytest.mark.parametrize("case", NO_LABEL)
def test_n3_where_no_sound_label_exists_there_is_none(case):
    """The standard drops a releasability without common value, which widens; here there is no label, and it says so."""
    rolled = roll_up(NO_LABEL[case], BOOK)
    assert isinstance(rolled, NoLabel)
    assert rolled.why
    assert print_mark(rolled, BANNER, "en", BOOK) == "EXERCISE ORIGINATOR ONLY"


def test_n3_groups_of_different_days_are_joined_as_members():
    """NATO of 2023 and NATO of 2024 have 2023's members in common, and no word for them but their names."""
    before, after = (kor("III-KUP", "KOR", "NATO", epoch=day) for day in ("2023-07-12", "2024-06-01"))
    rolled = roll_up([before, after], BOOK)
    assert BOOK.audience(rolled) == BOOK.audience(before)
    assert "SWE" not in rolled.values("Releasable To")


def test_n3_a_rule_of_the_policy_is_kept_by_the_banner():
    """Where joining codewords makes a combination that the policy excludes, there is no label."""
    exclude = '<excludedCategory tagSetRef="CW" tagType="restrictive" lacv="2"/>'
    sets = [
        write_set("CW", "restrictive", write_value("X", 1, exclude), write_value("Y", 2)),
        write_set("RT", "permissive", write_value("AAA", 1)),
        write_set("EO", "permissive", write_value("AAA", 1)),
    ]
    home = write_home([write_level("OPEN", 1, AUDIENCE)], sets)
    book = load_pack(write_pack(home=home))
    labels = [make_label("HOME", "OPEN", {"RT": ["AAA"], "CW": [word]}) for word in "XY"]
    assert isinstance(roll_up(labels, book), NoLabel)
    assert roll_up(labels[:1], book) == labels[0]


def test_n3_the_highest_level_is_that_of_the_hierarchy_and_not_of_the_numbers():
    """A level's number (lacv) orders nothing: levels that were added later stand between older ones."""
    levels = [
        '<securityClassification name="LOW" lacv="5" hierarchy="1"/>',
        '<securityClassification name="MID" lacv="9" hierarchy="2"/>',
        '<securityClassification name="TOP" lacv="7" hierarchy="3"/>',
    ]
    policy = parse_spif(write_spif("ALONE", levels).encode())
    book = PolicyBook("real", "", "PUBLIC", {"ALONE": policy}, {})
    labels = [make_label("ALONE", level, {}) for level in ("MID", "TOP", "LOW")]
    assert roll_up(labels, book) == labels[1]


def test_n3_what_is_no_page_has_no_label_and_says_why():
    assert roll_up([], BOOK) == NoLabel("nothing to mark")


def test_n3_groups_under_a_spif_by_itself_are_of_one_day():
    """The same group on two days is two sets of members; beside a label that names no group its day stays."""
    levels = [write_level("LOW", 1, ""), write_level("TOP", 2, "")]
    sets = [
        write_set(
            "RT", "permissive", *(write_value(v, n) for n, v in enumerate(("AAA", "BBB", "GRP", "OTH")))
        )
    ]
    policy = parse_spif(write_spif("ALONE", levels, sets).encode())
    members = (Membership("GRP", "AAA", "2000-01-01"), Membership("GRP", "BBB", "2020-01-01"))
    members += (Membership("OTH", "BBB", "2000-01-01"),)
    book = PolicyBook("real", "", "PUBLIC", {"ALONE": policy}, {}, members)

    def label(level, day, *to):
        return make_label("ALONE", level, {"RT": to} if to else {}, day)

    old, new = label("LOW", "2010-01-01", "GRP"), label("TOP", "2024-01-01", "GRP")
    assert roll_up([old, label("TOP", "2010-01-01", "GRP")], book) == label("TOP", "2010-01-01", "GRP")
    assert roll_up([old, new], book) == NoLabel("the policy has no words for the members that remain")
    assert roll_up([old, label("TOP", "")], book) == label("TOP", "2010-01-01", "GRP")
    both = label("TOP", "2010-01-01", "GRP", "BBB")
    assert roll_up([both, label("LOW", "", "BBB")], book) == label("TOP", "", "BBB")
    assert roll_up([old, label("LOW", "", "BBB")], book) == NoLabel("no member is in every audience")
    other = label("LOW", "2024-01-01", "OTH", "BBB")
    assert roll_up([both, other], book) == label("TOP", "", "BBB")  # no group is left, so no day is


def test_n3_public_labels_that_differ_have_no_banner():
    """Nothing is dropped from what everybody may see either."""
    tells = write_set(
        "INFO",
        "tagType7",
        write_value("A", 1),
        write_value("B", 2),
        attributes='tag7Encoding="securityAttributes"',
    )
    book = load_pack(write_pack(public=write_spif("PUBLIC", [write_level("UNMARKED", 1, "")], [tells])))
    first, second = (make_label("PUBLIC", "UNMARKED", {"INFO": [value]}) for value in "AB")
    assert roll_up([first, first], book) == first
    assert roll_up([first, second], book) == NoLabel("PUBLIC labels that differ")


def test_n3_members_that_the_policy_has_no_word_for_have_no_banner():
    """Two groups share one member, whom the policy names only through them."""
    rows = "GRP,AAA,2000-01-01,\nGRP,BBB,2000-01-01,\nOTH,BBB,2000-01-01,\nOTH,CCC,2000-01-01,\n"
    words = [
        write_value("AAA", 1, to_network("RT", 1)),
        write_value("CCC", 3, to_network("RT", 3)),
        *(write_value("GRP", 4, to_network("RT", 4)), write_value("OTH", 9)),
    ]
    sets = [write_set("RT", "permissive", *words), write_set("EO", "permissive", write_value("AAA", 1))]
    home = write_home([write_level("OPEN", 1, AUDIENCE)], sets)
    book = load_pack(write_pack(home=home, memberships="group,member,from,to\n" + rows))
    labels = [make_label("HOME", "OPEN", {"RT": [group]}, "2015-01-01") for group in ("GRP", "OTH")]
    assert roll_up(labels, book) == NoLabel("the policy has no words for the members that remain")


def test_n3_a_rule_of_a_spif_by_itself_is_kept_by_its_banner():
    """Codewords that never go together are not joined either."""
    exclude = '<excludedCategory tagSetRef="CW" tagType="restrictive" lacv="2"/>'
    words = write_set(
        "CW", "restrictive", write_value("X", 1, exclude), write_value("Y", 2), write_value("Z", 3)
    )
    policy = parse_spif(write_spif("ALONE", [write_level("LOW", 1, "")], [words]).encode())
    book = PolicyBook("real", "", "PUBLIC", {"ALONE": policy}, {})
    x, y, z = (make_label("ALONE", "LOW", {"CW": [word]}) for word in "XYZ")
    assert roll_up([x, y], book) == NoLabel("the joined label is not valid")
    assert roll_up([x, z], book) == make_label("ALONE", "LOW", {"CW": ["X", "Z"]})
