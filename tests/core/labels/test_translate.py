# SPDX-License-Identifier: Apache-2.0
"""Carrying one label into another policy: what it becomes, and by what name it is refused."""

import msgspec
import pytest

from tearline.core.errors import MalformedError
from tearline.core.labels import (
    Decision,
    Label,
    Reason,
    explain,
    load_pack,
    make_label,
    make_member_sight,
    member_sees,
    refuse,
    translate,
)
from tests.core.labels.packs import (
    AUDIENCE,
    to_network,
    write_home,
    write_level,
    write_pack,
    write_set,
    write_value,
)
from tests.properties.worlds import make_book

BOOK = make_book()
ALL = ["AUS", "JPN", "KOR", "NZL", "NATO"]
DAY = "2023-07-12"


def kor(level, categories, epoch=""):
    return make_label("EXERCISE KOR", level, categories, epoch)


def test_the_originator_is_named_and_the_audience_carried():
    """KOR III to all is CONFIDENTIAL provided by KOR in EXNET, and 秘 provided by KOR in Japan."""
    label = kor("III-KUP", {"Releasable To": ALL, "Handling": ["ORCON"]}, DAY)
    kept = {"Releasable To": ALL, "Handling": ["ORCON"], "Provided By": ["KOR"]}
    assert translate(label, "EXERCISE EXNET", BOOK) == make_label("EXERCISE EXNET", "CONFIDENTIAL", kept, DAY)
    assert translate(label, "EXERCISE JPN", BOOK) == make_label("EXERCISE JPN", "HI", kept, DAY)
    assert translate(label, "EXERCISE KOR", BOOK) is label


@pytest.mark.parametrize(
    ("level", "words", "target", "reason"),
    [
        ("I-KUP", (), "EXERCISE EXNET", "I-KUP has no equivalent in EXERCISE EXNET"),
        ("II-KUP", ("DALBIT",), "EXERCISE USA", "DALBIT has no equivalent in EXERCISE EXNET"),
        ("II-KUP", ("MILLRACE",), "EXERCISE JPN", "MILLRACE has no equivalent in EXERCISE JPN"),
        (
            "I-KUP",
            ("DALBIT",),
            "EXERCISE USA",
            "I-KUP has no equivalent in EXERCISE EXNET; DALBIT has no equivalent in",
        ),
        ("II-KUP", (), "PUBLIC", "EXERCISE KOR has no equivalent in PUBLIC"),
        ("II-KUP", (), "EXERCISE FRA", "EXERCISE EXNET has no equivalent in EXERCISE FRA"),
    ],
)
def test_n4_what_has_no_equivalent_is_refused_by_name(level, words, target, reason):
    categories = {"Releasable To": ["KOR", "USA", "JPN"], **({"Compartment": words} if words else {})}
    carried = translate(kor(level, categories), target, BOOK)
    assert isinstance(carried, Decision)
    assert explain(carried).startswith(reason)


def test_n4_public_is_never_translated():
    label = Label("PUBLIC", "UNMARKED")
    assert translate(label, "PUBLIC", BOOK) is label
    assert isinstance(translate(label, "EXERCISE KOR", BOOK), Decision)


def test_n4_an_invalid_label_is_not_carried():
    carried = translate(Label("EXERCISE KOR", "III-KUP"), "EXERCISE EXNET", BOOK)
    assert isinstance(carried, Decision)
    assert not carried.permitted


def test_n2_eyes_only_of_several_is_carried_as_their_member_set():
    """Nations' own Eyes Only names one member; EXNET's EO {JPN, KOR} is carried there as the same two members."""
    label = make_label(
        "EXERCISE EXNET", "CONFIDENTIAL", {"Provided By": ["USA"], "Eyes Only": ["JPN", "KOR"]}
    )
    carried = translate(label, "EXERCISE KOR", BOOK)
    assert carried == make_label(
        "EXERCISE KOR", "III-KUP", {"Provided By": ["USA"], "Releasable To": ["JPN", "KOR"]}
    )
    sights = {
        m: make_member_sight(m, top, (), BOOK)
        for m, top in (("KOR", "II-KUP"), ("JPN", "HI"), ("USA", "SECRET"))
    }
    assert [m for m, sight in sights.items() if member_sees(label, sight, BOOK).permitted] == ["KOR", "JPN"]


def test_eyes_only_of_one_stays_eyes_only():
    label = make_label("EXERCISE EXNET", "CONFIDENTIAL", {"Provided By": ["USA"], "Eyes Only": ["KOR"]})
    assert translate(label, "EXERCISE KOR", BOOK).values("Eyes Only") == ("KOR",)


def _swap(applied):
    """A policy whose word for BBB means CCC in NET (and the reverse)."""
    crossed = [
        write_value("AAA", 1, to_network("RT", 1)),
        write_value("BBB", 2, to_network("RT", 3, applied)),
        write_value("CCC", 3, to_network("RT", 2, applied)),
    ]
    return [write_set("RT", "permissive", *crossed), write_set("EO", "permissive", write_value("AAA", 1))]


def _group_for_member():
    """A policy whose word for the member BBB means a group in NET."""
    values = [
        write_value("AAA", 1, to_network("RT", 1)),
        write_value("BBB", 2, to_network("RT", 4, "encrypt")),
    ]
    return [write_set("RT", "permissive", *values), write_set("EO", "permissive", write_value("AAA", 1))]


@pytest.mark.parametrize("sets", [_swap("both"), _swap("encrypt"), _swap("decrypt"), _group_for_member()])
def test_n4_a_pack_that_turns_one_member_into_another_is_refused(sets):
    """Audiences are member sets: a value carried as another value would admit somebody else."""
    with pytest.raises(MalformedError) as caught:
        load_pack(write_pack(home=write_home(None, sets)))
    assert caught.value.code == "bad-equivalence"
    assert "another member" in str(caught.value)


def test_n4_two_audiences_that_meet_in_one_tag_set_are_not_widened():
    """A label that must satisfy two permissive tag sets, both carried into RT, is not carried as one of them."""
    rule = AUDIENCE.replace("onlyOne", "oneOrMore")
    levels = [write_level("OPEN", 1, '<equivalentClassification policyRef="NET" lacv="1"/>' + rule)]
    members = [(name, number) for number, name in enumerate(("AAA", "BBB", "CCC"), 1)]
    sets = [
        write_set(name, "permissive", *(write_value(m, n, to_network("RT", n, applied)) for m, n in members))
        for name, applied in (("EO", "encrypt"), ("RT", "both"))
    ]
    book = load_pack(write_pack(home=write_home(levels, sets)))
    label = make_label("HOME", "OPEN", {"EO": ["AAA", "BBB"], "RT": ["BBB", "CCC"]})
    assert book.audience(label) == {"BBB"}
    carried = translate(label, "NET", book)
    assert isinstance(carried, Decision) or book.audience(carried) <= {"BBB"}


@pytest.mark.parametrize(("kind", "carried"), [("tagType7", True), ("restrictive", False)])
def test_n4_discard_is_honoured_for_informative_values_only(kind, carried):
    """An informative value may be dropped on the way; a codeword that is to be discarded stops the label."""
    drop = '<equivalentSecCategoryTag policyRef="NET" action="discard"/>'
    sets = [
        write_set("Note", kind, write_value("N", 1, drop)),
        write_set("RT", "permissive", write_value("AAA", 1, to_network("RT", 1))),
        write_set("EO", "permissive", write_value("AAA", 1, to_network("EO", 1))),
    ]
    book = load_pack(write_pack(home=write_home(None, sets)))
    found = translate(make_label("HOME", "OPEN", {"RT": ["AAA"], "Note": ["N"]}), "NET", book)
    assert isinstance(found, Label) is carried


def test_n4_a_policy_that_is_nobodys_is_carried_nowhere():
    """The network policy names who provided a label: where nobody marks with its policy, nobody did."""
    book = msgspec.structs.replace(load_pack(write_pack()), members={})
    label = make_label("HOME", "OPEN", {"RT": ["AAA"]})
    assert translate(label, "HOME", book) == label
    refused = translate(label, "NET", book)
    assert isinstance(refused, Decision)
    assert [(r.code, r.values, r.policy) for r in refused.reasons] == [("no-equivalent", ("HOME",), "NET")]


EPOCH = "2015-01-01"


def carry_both(name, row, inner=AUDIENCE, applied="both"):
    """A level of HOME that is the level of that number in NET."""
    return write_level(
        name, row, f'<equivalentClassification policyRef="NET" lacv="{row}" applied="{applied}"/>' + inner
    )


def words_of(*rows):
    """Values of HOME, each with its number and the set, number and direction of its counterpart."""
    return [write_value(name, n, to_network(other, lacv, applied)) for name, n, other, lacv, applied in rows]


def home_book(*, levels=None, codewords=None, releasable=None, eyes=None):
    """A pack whose HOME has these parts; what is left out is carried both ways under its own name."""
    people = [(m, n, "RT", n, "both") for n, m in enumerate(("AAA", "BBB", "CCC"), 1)]
    sets = [
        write_set(
            "Provided By",
            "tagType7",
            *words_of(*((m, n, "Provided By", n, both) for m, n, _, _, both in people)),
        ),
        write_set("CW", "restrictive", *words_of(*(codewords or [("X", 1, "CW", 1, "both")]))),
        write_set("RT", "permissive", *words_of(*(releasable or people))),
        write_set("EO", "permissive", *words_of(*(eyes or [("AAA", 1, "EO", 1, "both")]))),
    ]
    return load_pack(write_pack(home=write_home(levels, sets)))


def home(tags, level="OPEN", epoch=""):
    return make_label("HOME", level, tags, epoch)


def net(tags, level="LOW", epoch=""):
    return make_label("NET", level, {"Provided By": ["BBB"], **tags}, epoch)


def test_n4_every_codeword_of_a_set_is_carried():
    """Two values of one tag set stay two."""
    book = home_book(codewords=[("X", 1, "CW", 1, "both"), ("Z", 2, "CW", 2, "both")])
    carried = translate(home({"RT": ["AAA", "BBB"], "CW": ["X", "Z"]}), "NET", book)
    assert carried.values("CW") == ("X", "Y")
    assert translate(net({"RT": ["AAA"], "CW": ["X", "Y"]}), "HOME", book).values("CW") == ("X", "Z")


@pytest.mark.parametrize(
    ("applied", "sends", "receives"), [("encrypt", True, False), ("decrypt", False, True)]
)
def test_n4_an_equivalent_holds_in_its_direction_only(applied, sends, receives):
    """What is only sent is not received, and the reverse: of levels, codewords and members."""
    levels = [carry_both("OPEN", 1), carry_both("SHUT", 2, applied=applied)]
    people = [("AAA", 1, "RT", 1, "both"), ("BBB", 2, "RT", 2, applied)]
    book = home_book(levels=levels, codewords=[("X", 1, "CW", 1, applied)], releasable=people)
    for out, back, reason in (
        (home({"RT": ["AAA"]}, "SHUT"), net({"RT": ["AAA"]}, "HIGH"), ("", ("SHUT",), ("HIGH",))),
        (home({"RT": ["AAA"], "CW": ["X"]}), net({"RT": ["AAA"], "CW": ["X"]}), ("CW", ("X",), ("X",))),
        (home({"RT": ["AAA", "BBB"]}), net({"RT": ["AAA", "BBB"]}), ("RT", ("BBB",), ("BBB",))),
    ):
        where, sent, received = reason
        for label, target, fine, named in ((out, "NET", sends, sent), (back, "HOME", receives, received)):
            carried = translate(label, target, book)
            refused = refuse(Reason("no-equivalent", where, named, target))
            assert (not isinstance(carried, Decision)) if fine else carried == refused


def test_n4_members_in_two_tag_sets_of_the_other_policy_have_no_name_there():
    """RT and EO of NET would be two conditions, not one."""
    people = [("AAA", 1, "RT", 1, "both"), ("BBB", 2, "EO", 2, "both")]
    book = home_book(releasable=people, eyes=[("AAA", 1, "EO", 1, "decrypt")])
    refused = translate(home({"RT": ["AAA", "BBB"]}), "NET", book)
    assert refused == refuse(Reason("no-equivalent", "RT", ("AAA", "BBB"), "NET"))
    assert translate(home({"RT": ["AAA"]}), "NET", book).values("RT") == ("AAA",)


def test_n4_a_date_goes_where_its_group_does():
    """HOME has no word for the group: its members of that day are named, and no day."""
    book = home_book()
    carried = translate(net({"RT": ["AAA", "GRP"]}, epoch=EPOCH), "HOME", book)
    assert (carried.values("RT"), carried.epoch) == (("AAA", "BBB"), "")
    people = [(m, n, "RT", n, "both") for n, m in enumerate(("AAA", "BBB", "CCC", "GRP"), 1)]
    same = home_book(releasable=people)
    kept = translate(net({"RT": ["GRP"]}, epoch=EPOCH), "HOME", same)
    assert (kept.values("RT"), kept.epoch) == (("AAA", "GRP"), EPOCH)


def test_n4_what_the_other_policy_forbids_is_refused_there():
    """Each word has its counterpart, and together they are no valid label of the other policy."""
    levels = [
        carry_both("OPEN", 1),
        carry_both(
            "SHUT",
            2,
            AUDIENCE + '<requiredCategory operation="all"><categoryGroup tagSetRef="CW"/></requiredCategory>',
        ),
    ]
    book = home_book(levels=levels)
    refused = translate(net({"RT": ["AAA"]}, "HIGH"), "HOME", book)
    assert refused == refuse(Reason("required", "CW", policy="HOME"))
    assert translate(net({"RT": ["AAA"], "CW": ["X"]}, "HIGH"), "HOME", book).classification == "SHUT"
