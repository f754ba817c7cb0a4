# SPDX-License-Identifier: Apache-2.0
"""What a member sees, where its policy is not the network's: it must be able to mark it, and levels go by their hierarchy."""

import msgspec

from tearline.core.labels import (
    Decision,
    MemberSight,
    PersonSight,
    Reason,
    load_pack,
    make_clearance,
    make_label,
    make_member_sight,
    make_national_clearance,
    member_sees,
    person_sees,
    refuse,
    translate,
)
from tearline.core.labels.sight import judge_member, own_sees
from tests.core.labels.packs import (
    AUDIENCE,
    MEMBERS,
    to_network,
    write_home,
    write_level,
    write_pack,
    write_set,
    write_spif,
    write_value,
)


def write_network(*more):
    values = [write_value(member, number) for number, member in enumerate((*MEMBERS, "GRP"), 1)]
    sets = [
        write_set("Provided By", "tagType7", *values[:3]),
        write_set("CW", "restrictive", write_value("X", 1), write_value("Y", 2)),
        write_set("RT", "permissive", *values),
        write_set("EO", "permissive", *values[:3]),
    ]
    return write_spif("NET", [write_level("LOW", 1), write_level("HIGH", 2)], [*sets, *more])


def test_n2_what_a_member_cannot_mark_does_not_travel_to_it():
    """Its clearance in the network policy covers the label; its own policy has no word for one of its values."""
    book = load_pack(write_pack(net=write_network(write_set("INFO", "tagType7", write_value("N1", 1)))))
    sight = make_member_sight("AAA", "SHUT", (), book)
    plain = {"Provided By": ["BBB"], "RT": ["AAA", "BBB"]}
    unmarked = make_label("NET", "LOW", {**plain, "INFO": ["N1"]})
    decision = member_sees(unmarked, sight, book)
    assert not decision.permitted
    assert ("no-equivalent", ("N1",)) in {(r.code, r.values) for r in decision.reasons}
    assert not person_sees(unmarked, PersonSight(sight, sight.national), book).permitted


def test_n7_a_ceiling_goes_by_the_hierarchy_and_not_by_numbers():
    """A level whose number is lower may stand above."""
    levels = [
        f'<securityClassification name="{name}" lacv="{lacv}" hierarchy="{row}">'
        f'<equivalentClassification policyRef="NET" lacv="{row}" applied="both"/>{AUDIENCE}</securityClassification>'
        for name, lacv, row in (("OPEN", 9, 1), ("SHUT", 4, 2))
    ]
    book = load_pack(write_pack(home=write_home(levels)))
    assert make_national_clearance("AAA", "OPEN", (), book).classifications == ("OPEN",)
    assert make_national_clearance("AAA", "SHUT", (), book).classifications == ("OPEN", "SHUT")


def test_n7_a_clearance_holds_what_names_the_member_and_the_codewords_listed():
    """No word of another set, no empty set, and no set in which the member has no place."""
    book = load_pack(write_pack())
    held = make_national_clearance("AAA", "SHUT", ("X", "BBB", "NOTHING"), book)
    assert held == make_clearance("HOME", ["OPEN", "SHUT"], {"RT": ["AAA"], "EO": ["AAA"], "CW": ["X"]})
    plain = make_national_clearance("AAA", "OPEN", (), book)
    assert plain == make_clearance("HOME", ["OPEN"], {"RT": ["AAA"], "EO": ["AAA"]})
    without = [
        write_set("RT", "permissive", write_value("AAA", 1, to_network("RT", 1))),
        write_set("EO", "permissive", write_value("BBB", 2, to_network("EO", 2))),
    ]
    book = load_pack(write_pack(home=write_home(None, without)))
    assert make_national_clearance("AAA", "OPEN", (), book) == make_clearance(
        "HOME", ["OPEN"], {"RT": ["AAA"]}
    )


def test_n5_a_member_whose_policy_meets_no_other_sees_its_own_alone():
    """Without equivalence with the network policy there is nothing to see there."""
    apart = write_spif(
        "HOME",
        [write_level("OPEN", 1)],
        [write_set(name, "permissive", write_value("AAA", 1)) for name in ("RT", "EO")],
    )
    book = load_pack(write_pack(home=apart))
    sight = make_member_sight("AAA", "OPEN", (), book)
    assert sight.network == make_clearance("NET", [], {})
    assert member_sees(make_label("HOME", "OPEN", {"RT": ["AAA"]}), sight, book).permitted
    assert not member_sees(
        make_label("NET", "LOW", {"Provided By": ["BBB"], "RT": ["AAA"]}), sight, book
    ).permitted


def test_a3_a_label_that_cannot_be_carried_tells_whom_it_leaves_out_as_well():
    """Refused for a word without equivalent, and for the audience where the member is not in it; valid labels only."""
    book = load_pack(write_pack(home=write_home()))
    net = make_member_sight("AAA", "SHUT", (), book)
    other = MemberSight("BBB", "NET", make_clearance("NET", ["LOW"], {}), make_clearance("NET", ["LOW"], {}))
    stuck = make_label("HOME", "OPEN", {"RT": ["AAA"], "CW": ["HOMEONLY"]})
    missing = Reason("no-equivalent", "CW", ("HOMEONLY",), "NET")
    other = msgspec.structs.replace(other, policy="OTHER")
    assert member_sees(stuck, other, book) == refuse(missing, Reason("audience", "RT", ("AAA",), "HOME"))
    assert judge_member(stuck, other, book) == refuse(missing)
    named = make_label("HOME", "OPEN", {"RT": ["AAA", "BBB"], "CW": ["HOMEONLY"]})
    assert member_sees(named, other, book) == refuse(missing)
    own = make_label(
        "HOME", "OPEN", {"RT": ["BBB"], "CW": ["HOMEONLY"]}
    )  # of its own policy: each reason once
    lacks = Reason("codeword", "CW", ("HOMEONLY",), "HOME"), Reason("audience", "RT", ("BBB",), "HOME")
    assert member_sees(own, net, book) == refuse(*lacks)
    broken = make_label("HOME", "OPEN", {"RT": ["AAA"], "CW": ["NOWORD"]})
    assert {r.code for r in member_sees(broken, other, book).reasons} == {"unknown-value"}
    plain = make_label(
        "HOME", "OPEN", {"RT": ["AAA"]}
    )  # carried, and refused there: by that policy's word alone
    assert member_sees(plain, other, book) == refuse(Reason("audience", "RT", ("AAA",), "NET"))
    assert member_sees(plain, net, book).permitted


def test_n7_who_has_no_clearance_is_told_that_and_nothing_else():
    """Whatever the member's half would have said."""
    book = load_pack(write_pack())
    sight = make_member_sight("AAA", "OPEN", (), book)
    for label in (make_label("HOME", "SHUT", {"RT": ["AAA"]}), make_label("PUBLIC", "UNMARKED", {})):
        assert person_sees(label, PersonSight(sight, None), book) == refuse(Reason("no-clearance"))
        assert own_sees(label, PersonSight(sight, None), book) == refuse(Reason("no-clearance"))


def test_n5_a_persons_own_half_refuses_what_their_policy_cannot_say():
    """Asked alone, as who keeps the member's half does."""
    book = load_pack(write_pack())
    sight = make_member_sight("AAA", "SHUT", (), book)
    label = make_label("NET", "LOW", {"Provided By": ["BBB"], "RT": ["AAA"], "CW": ["Y"]})
    carried = translate(label, "HOME", book)
    assert isinstance(carried, Decision)
    assert own_sees(label, PersonSight(sight, sight.national), book) == carried
