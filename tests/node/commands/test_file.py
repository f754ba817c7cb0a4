# SPDX-License-Identifier: Apache-2.0
"""Filing: what is found in a draft, what a refusal says, and what becomes of a draft that was sent back."""

import msgspec
import pytest

from tearline.core.ids import ProductId
from tearline.core.labels import Label, make_label
from tearline.node.commands import (
    DraftPortion,
    DraftProduct,
    DraftSource,
    Filed,
    file_product,
    find_own_product,
    return_product,
)
from tests.node.commands.world import PUBLIC, World, draft, label, portion, variant

JOINT = label("KOR", "DAEOEBI", "KOR", "JPN", "USA")
LINE = "The vessel left the harbour at first light, heading west."


@pytest.fixture
def world():
    return World("KOR", "JPN", "USA", "NZL")


def title(of=JOINT, text="title", tag="AA"):
    return portion(of, text, tag, "title")


BAD = {
    "an unknown kind": (draft("KOR", title(), kind="rumour"), "unknown-kind"),
    "an unknown precedence": (draft("KOR", title(), lane="URGENT"), "precedence"),
    "no title": (draft("KOR", portion(JOINT)), "title"),
    "two titles": (draft("KOR", title(), title(tag="BB")), "title"),
    "a tag twice": (draft("KOR", title(), portion(JOINT, tag="AA")), "tag-twice"),
    "a tag that is none": (draft("KOR", title(tag="aa")), "bad-name"),
    "a post that is none": (draft("KOR", title(), action=("nobody",)), "bad-name"),
    "an unknown level": (draft("KOR", title(label("KOR", "IV-KUP", "KOR"))), "invalid-label"),
    "an unknown policy": (draft("KOR", title(Label("EXERCISE FRA", "SECRET"))), "invalid-label"),
    "nobody as its audience": (
        draft("KOR", title(make_label("EXERCISE KOR", "DAEOEBI", {"Releasable To": []}))),
        "invalid-label",
    ),
    "no audience": (draft("KOR", title(make_label("EXERCISE KOR", "DAEOEBI", {}))), "invalid-label"),
    "another's policy": (draft("KOR", title(label("JPN", "CHUI", "JPN", "KOR"))), "other-policy"),
    "a portion that outsees the title": (
        draft("KOR", title(label("KOR", "DAEOEBI", "KOR")), portion(JOINT)),
        "title-hidden",
    ),
    "above the node": (draft("KOR", title(JOINT), portion(label("KOR", "I-KUP", "KOR"))), "above-ceiling"),
    "above the author": (
        draft("KOR", title(JOINT), portion(label("KOR", "II-KUP", "KOR", codewords=["DALBIT"]))),
        "above-clearance",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_n5_a_draft_that_says_what_it_cannot_is_refused_and_nothing_is_recorded(world, what):
    made, code = BAD[what]
    if what == "another's policy":
        made = msgspec.structs.replace(made, policy="EXERCISE KOR")
    before = len(world.sites["KOR"].journal_disk.headers)
    refused = world.file("kor.analyst", made)
    assert refused.code == code, refused
    assert len(world.sites["KOR"].journal_disk.headers) == before


def test_n3_the_originator_is_in_every_audience_once_the_label_is_valid(world):
    abroad = label("KOR", "DAEOEBI", "JPN")
    done = world.file("kor.analyst", draft("KOR", title(abroad), portion(abroad, tag="BB")))
    assert isinstance(done, Filed), done
    assert world.tags("kor.analyst", done.key) == ("AA", "BB")
    product = find_own_product(world.node("KOR"), done.key)
    assert {v.label for p in product.portions for v in p.variants} == {label("KOR", "DAEOEBI", "JPN", "KOR")}
    preview = world.duty("kor.analyst").preview(draft("KOR", title(abroad)))
    assert [g.members for g in preview.groups] == [("JPN",)]


def test_n3_a_lasting_group_means_its_members_of_the_day_of_filing(world):
    undated = label("KOR", "DAEOEBI", "KOR", "NATO")
    done = world.file("kor.analyst", draft("KOR", title(undated)))
    (found,) = find_own_product(world.node("KOR"), done.key).labels()
    assert found.epoch == "2023-07-11"
    assert done.pending == ("USA",)


def test_n7_an_account_without_clearance_files_nothing_unless_it_is_an_intake(world):
    assert world.file("kor.admin", draft("KOR", title())).code == "not-cleared"
    assert isinstance(world.file("kor.feed", draft("KOR", title())), Filed)


def test_n1_tags_are_drawn_distinct_and_three_letters_beyond_a_hundred(world):
    many = [portion(JOINT, str(n)) for n in range(150)]
    done = world.file("kor.analyst", draft("KOR", title(tag=""), *many))
    tags = [p.tag for p in find_own_product(world.node("KOR"), done.key).portions]
    assert len(set(tags)) == 151
    assert {len(tag) for tag in tags} == {2, 3}


def file_usa_line(world, *, handling=(), audience=("USA", "KOR")):
    """USA's report with one line, at KOR."""
    seen = label("USA", "SECRET", *audience, handling=handling)
    made = draft("USA", portion(seen, "title", "TT", "title"), portion(seen, LINE, "CQ"))
    done = world.file("usa.watch", made, "USA-WATCH")
    world.approve("usa.disclosure", done.key, "KOR")
    world.pump()
    return done


def cite(source, of, text="other words", tag="CQ"):
    return DraftPortion("paragraph", (variant(of, text),), "BB", (DraftSource(source.key, tag),))


def test_n2_a_third_partys_words_stay_inside_the_audience_they_were_given_to(world):
    source = file_usa_line(world)
    inside = label("KOR", "II-KUP", "KOR", "USA")
    done = world.file("kor.analyst", draft("KOR", title(inside), cite(source, inside)))
    assert isinstance(done, Filed), done
    wider = label("KOR", "II-KUP", "KOR", "USA", "JPN")
    refused = world.file("kor.analyst", draft("KOR", title(wider), cite(source, wider)))
    assert refused.code == "third-party"
    assert refused.findings == (("third-party", "BB", f"{source.reference}/CQ was released to USA, KOR"),)
    lower = label("KOR", "DAEOEBI", "KOR", "USA")
    assert world.file("kor.analyst", draft("KOR", title(lower), cite(source, lower))).code == "third-party"
    public = draft("KOR", title(PUBLIC), cite(source, PUBLIC))
    assert world.file("kor.analyst", public).code == "third-party"


def test_n1_a_source_that_the_author_cannot_see_is_as_absent_as_one_that_is_not_held(world):
    source = file_usa_line(world)
    inside = label("KOR", "II-KUP", "KOR")
    answers = set()
    for key, tag in ((source.key, "ZZ"), ("USA." + "0" * 32, "CQ"), ("nonsense", "CQ"), ("", "")):
        made = draft("KOR", title(inside), cite(msgspec.structs.replace(source, key=key), inside, tag=tag))
        answers.add(world.file("kor.analyst", made))
    assert {a.code for a in answers} == {"unknown-source"}
    assert len(answers) == 1


def test_n2_orcon_is_neither_cited_nor_quoted_declared_or_not(world):
    source = file_usa_line(world, handling=["ORCON"])
    inside = label("KOR", "II-KUP", "KOR", "USA")
    cited = world.file("kor.analyst", draft("KOR", title(inside), cite(source, inside)))
    assert [code for code, _, _ in cited.findings] == ["orcon"]
    quoted = world.file("kor.analyst", draft("KOR", title(inside), portion(inside, f"We hear: {LINE}", "BB")))
    assert quoted.findings == (("orcon", "BB", f"ORCON: quotes {source.reference}/CQ"),)
    named = portion(inside, f"See {source.reference}.", "BB")
    assert isinstance(world.file("kor.analyst", draft("KOR", title(inside), named)), Filed)


def test_a1_a_draft_that_was_sent_back_is_filed_again_as_the_same_product_by_its_author_with_a_new_reference(
    world,
):
    first = world.file("kor.analyst", draft("KOR", title()))
    officer = world.act("kor.disclosure")
    again = draft("KOR", title(text="reworded"))
    assert world.file("kor.analyst", again, replaces=first.key).code == "not-returned"
    assert return_product(world.node("KOR"), officer, first.key, (("AA", ("JPN",)),), "Other words.") is None
    assert world.duty("kor.disclosure").desk() == ()
    assert [i.comment for i in world.duty("kor.analyst").returned()] == ["Other words."]
    assert world.duty("kor.watch").returned() == ()
    assert world.file("kor.watch", again, replaces=first.key).code == "not-returned"
    assert world.file("kor.analyst", again, replaces="KOR." + "0" * 32).code == "not-returned"
    second = world.file("kor.analyst", again, replaces=first.key)
    assert second.key == first.key
    assert second.reference != first.reference
    assert second.pending == first.pending
    assert world.file("kor.analyst", again, replaces=first.key).code == "not-returned"


def test_d4_filed_again_after_a_part_was_released_is_a_recall_for_those_who_lose(world):
    narrow = label("KOR", "DAEOEBI", "KOR", "JPN")
    first = world.file("kor.analyst", draft("KOR", title(), portion(JOINT, tag="BB")))
    world.approve("kor.disclosure", first.key, "JPN", "USA")
    world.pump()
    amended = draft("KOR", title(), portion(JOINT, tag="BB"), portion(JOINT, "more", tag="CC"))
    done = world.file("kor.analyst", amended, replaces=first.key)
    assert done.code == "not-returned"  # nothing waits: it is amended instead
    held = world.file("kor.analyst", draft("KOR", title(), portion(JOINT, tag="BB")))
    world.approve("kor.disclosure", held.key, "USA")
    return_product(world.node("KOR"), world.act("kor.disclosure"), held.key, (), "Other words.")
    again = draft("KOR", title(), portion(narrow, "narrower", tag="BB"))
    done = world.file("kor.analyst", again, replaces=held.key)
    world.pump()
    assert world.share("USA", held.key) == {"AA": 1}
    assert [r.lost for r in world.duty("kor.disclosure").recalls()] == [("BB",)]
    assert set(done.pending) == {"JPN"}


def test_n2_held_products_wait_for_nobody_and_go_to_nobody(world):
    done = world.file("kor.analyst", draft("KOR", title()), hold=True)
    assert (done.released, done.pending) == ((), ())
    assert world.tags("kor.watch", done.key) == ("AA",)


def test_n5_a_draft_of_nothing_is_refused(world):
    empty = DraftProduct("report", "ROUTINE", "EXERCISE KOR", ())
    assert world.file("kor.analyst", empty).code == "portions"
    hollow = msgspec.structs.replace(empty, portions=(DraftPortion("title", (), "AA"),))
    assert world.file("kor.analyst", hollow).code == "empty-portion"


def test_a_draft_is_filed_once_whoever_asks_again(world):
    """The answer was lost, or a colleague pressed the same key: one product, and one answer to its author."""
    node, author = world.node("KOR"), world.act("kor.analyst")
    made = draft("KOR", title())
    done = file_product(node, author, made, draft_name="kor.analyst/d1")
    assert file_product(node, author, made, draft_name="kor.analyst/d1") == done
    assert file_product(node, author, made, draft_name="kor.analyst/d2").key != done.key
    other = draft("KOR", title(), portion(JOINT, "more"))
    refused = file_product(node, author, other, draft_name="kor.analyst/d1")
    assert (refused.code, refused.reasons[0].values) == ("already-filed", (done.reference,))
    colleague = file_product(node, world.act("kor.watch"), made, draft_name="kor.analyst/d1")
    assert (colleague.code, colleague.reasons) == ("already-filed", ())
    assert len(node.desk.items) == 2


def test_what_was_sent_back_is_filed_again_once_for_each_time(world):
    node, author, officer = world.node("KOR"), world.act("kor.analyst"), world.act("kor.disclosure")
    made = draft("KOR", title())
    first = file_product(node, author, made, draft_name="a")
    references = {first.reference}
    for _ in range(2):
        assert return_product(node, officer, first.key, (), "Other words.") is None
        again = file_product(node, author, made, replaces=first.key, draft_name="again")
        assert file_product(node, author, made, replaces=first.key, draft_name="again") == again
        references.add(again.reference)
    assert len(node.desk.items) == 1
    assert node.desk.items[ProductId(first.key.partition(".")[2])].revision == 3


def test_a_restarted_node_still_knows_what_was_filed(world):
    made = draft("KOR", title())
    done = file_product(world.node("KOR"), world.act("kor.analyst"), made, draft_name="a")
    world.sites["KOR"].start()
    assert file_product(world.node("KOR"), world.act("kor.analyst"), made, draft_name="a") == done
