# SPDX-License-Identifier: Apache-2.0
"""What a member sees, where its policy is not the network's: it must be able to mark it, and levels go by their hierarchy."""

from tearline.core.labels import (
    PersonSight,
    load_pack,
    make_label,
    make_member_sight,
    make_national_clearance,
    member_sees,
    person_sees,
)
from tests.core.labels.packs import (
    AUDIENCE,
    MEMBERS,
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
