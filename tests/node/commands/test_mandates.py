# SPDX-License-Identifier: Apache-2.0
"""Standing rules and delegations: never beyond what they are made under; a dry run is the real run without its effect."""

import random

import msgspec
import pytest

from tearline.core.instants import DAY, Instant
from tearline.node.commands import (
    AdmitPerson,
    DraftDelegation,
    DraftRule,
    Refused,
    admit_persons,
    backfill,
    issue_mandates,
    issue_rule,
    redelegate,
    refuse_release,
    return_product,
    try_rule,
    withdraw_mandate,
)
from tests.node.commands.world import PUBLIC, World, draft, label, portion

WIDE = label("KOR", "DAEOEBI", "KOR", "JPN", "USA", "NZL")
NARROW = label("KOR", "III-KUP", "KOR", "JPN", "USA")


def make_world():
    """Without the script's own rules, which would release beside the ones under test."""
    made = World("KOR", "JPN", "USA", "NZL")
    for rule in list(made.node("KOR").people.rules):
        made.node("KOR").people.rules.pop(rule)
    return made


@pytest.fixture
def world():
    return make_world()


def code_of(result):
    """A refusal's code; nothing where it was no refusal."""
    return getattr(result, "code", "")


def rule_for(world, **changes):
    at = world.clock.dtg()
    plain = DraftRule(
        "Events", "D3-KOR", ("event",), "DAEOEBI", ("JPN", "USA"), "template", Instant(at + 5 * DAY)
    )
    return msgspec.structs.replace(plain, **changes)


def part_for(world, **changes):
    at = world.clock.dtg()
    plain = DraftDelegation(
        "Part", "D3-KOR", "KOR-WATCH", ("report",), "DAEOEBI", ("JPN",), Instant(at + 5 * DAY), 12
    )
    return msgspec.structs.replace(plain, **changes)


def event(of=WIDE, remark=WIDE):
    return draft(
        "KOR", portion(of, "title", "AA", "title"), portion(remark, "so", "BB", "remark"), kind="event"
    )


def test_a1_a_rule_is_made_under_ones_own_delegation_and_releases_at_once(world):
    node, officer = world.node("KOR"), world.act("kor.disclosure")
    assert world.file("kor.analyst", event()).released == ()
    rule = issue_rule(node, officer, rule_for(world))
    done = world.file("kor.analyst", event())
    assert (set(done.released), done.pending) == ({"JPN", "USA"}, ("NZL",))
    assert {r.authority for r in world.register("kor.disclosure")} == {rule.id}
    assert rule.valid_from == world.clock.dtg()
    assert rule.name == "Events"


@pytest.mark.parametrize(
    "changes",
    [
        {"kinds": ()},
        {"kinds": ("nothing",)},
        {"kinds": ("report",)},  # free text
        {"highest": "I-KUP"},
        {"highest": "SECRETT"},
        {"audience": ()},
        {"audience": ("KOR",)},
        {"audience": ("JPN", "SWE")},
        {"condition": "always"},
        {"name": " "},
        {"name": "x" * 61},
        {"name": "two\nlines"},
        {"valid_to": Instant(0)},
        {"valid_to": Instant(2_000_000_000_000_000)},
    ],
)
def test_a1_a_rule_never_goes_beyond_its_delegation(world, changes):
    node, officer = world.node("KOR"), world.act("kor.disclosure")
    before = len(node.people.rules)
    for ask in (issue_rule, try_rule):
        assert code_of(ask(node, officer, rule_for(world, **changes))) == "bad-mandate"
    assert len(node.people.rules) == before


@pytest.mark.parametrize("person", ["kor.watch", "kor.analyst", "kor.security", "kor.admin"])
def test_n7_only_a_release_officer_of_the_post_makes_ends_or_tries_a_mandate(world, person):
    node, acting = world.node("KOR"), world.act(person)
    rule = issue_rule(node, world.act("kor.disclosure"), rule_for(world))
    assert code_of(issue_rule(node, acting, rule_for(world))) == "no-authority"
    assert code_of(try_rule(node, acting, rule_for(world))) == "no-authority"
    assert code_of(redelegate(node, acting, part_for(world))) == "no-authority"
    assert code_of(withdraw_mandate(node, acting, rule.id)) == "unknown-mandate"
    assert rule.id in node.people.rules


def test_a1_another_post_of_an_officer_has_no_hand_in_it(world):
    at = world.clock.dtg()
    wanted = DraftRule("x", "D3-NZL", ("event",), "RESTRICTED", ("KOR",), "template", Instant(at + DAY))
    node = world.node("NZL")
    rule = issue_rule(node, world.act("nzl.duty", "NZL-RELEASE"), wanted)
    other = world.act("nzl.duty", "NZL-DESK")
    assert code_of(issue_rule(node, other, wanted)) == "no-authority"
    assert code_of(withdraw_mandate(node, other, rule.id)) == "unknown-mandate"


def test_a1_a_rule_does_not_stand_for_a_second_officer(world):
    node = world.node("KOR")
    d3 = node.people.delegations["D3-KOR"]
    issue_mandates(node, [msgspec.structs.replace(d3, approvals=2)], [])
    assert code_of(issue_rule(node, world.act("kor.disclosure"), rule_for(world))) == "bad-mandate"


def test_a1_a_withdrawn_rule_releases_nothing_from_then_on(world):
    node, officer = world.node("KOR"), world.act("kor.disclosure")
    rule = issue_rule(node, officer, rule_for(world))
    assert withdraw_mandate(node, officer, rule.id) is None
    assert world.file("kor.analyst", event()).released == ()
    assert code_of(withdraw_mandate(node, officer, rule.id)) == "unknown-mandate"
    assert (
        withdraw_mandate(node, officer, "D3-KOR").code == "unknown-mandate"
    )  # the member's own, not the post's


def test_a1_a_part_of_a_delegation_is_passed_on_within_its_limits_and_ended_again(world):
    node, officer = world.node("KOR"), world.act("kor.disclosure")
    made = redelegate(node, officer, part_for(world))
    assert (made.under, made.issued_by, made.review_by, made.review_h) == (
        "D3-KOR",
        "KOR-RELEASE",
        "KOR-RELEASE",
        12,
    )
    wide = draft("KOR", portion(WIDE, "title", "AA", "title"))
    done = world.file("kor.watch", wide, "KOR-WATCH")
    assert done.released == ("JPN",)
    assert [r.review.authority for r in world.duty("kor.disclosure").reviews()] == [made.id]
    assert withdraw_mandate(node, officer, made.id) is None
    assert world.file("kor.watch", wide, "KOR-WATCH").released == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "KOR-RELEASE"},
        {"to": "KOR-NOBODY"},
        {"review_h": 0},
        {"review_h": 25},
        {"highest": "I-KUP"},
        {"audience": ("JPN", "SWE")},
        {"kinds": ("*",)},
        {"valid_to": Instant(0)},
        {"under": "D1"},
    ],
)
def test_a1_nothing_is_passed_on_beyond_what_is_held(world, changes):
    made = redelegate(world.node("KOR"), world.act("kor.disclosure"), part_for(world, **changes))
    assert made.code in {"bad-mandate", "no-authority"}


def test_a1_what_may_not_be_passed_on_is_not(world):
    node = world.node("KOR")
    d3 = node.people.delegations["D3-KOR"]
    issue_mandates(node, [msgspec.structs.replace(d3, may_redelegate=False)], [])
    assert code_of(redelegate(node, world.act("kor.disclosure"), part_for(world))) == "bad-mandate"


def draw(rng):
    """A product that some rule may or may not release: kinds, levels, audiences, declared or not."""
    if rng.random() < 0.3:
        declared = rng.choice(("unaltered", "paraphrase", ""))
        return draft("KOR", portion(PUBLIC, "t", "AA", "title"), kind="document", declared=declared)
    audience = ["KOR", *rng.sample(["JPN", "USA", "NZL"], rng.randint(1, 3))]
    title = label("KOR", "DAEOEBI", *audience)
    remark = label("KOR", rng.choice(("DAEOEBI", "III-KUP")), *audience)
    if rng.random() < 0.6:
        return event(title, remark)
    return draft("KOR", portion(title, "t", "AA", "title"), portion(remark, "so", "BB"), kind="report")


def draw_rule(rng, world):
    public = rng.random() < 0.4
    return rule_for(
        world,
        kinds=("document", "report") if public else ("event",),
        highest=rng.choice(("DAEOEBI", "III-KUP")),
        audience=tuple(rng.sample(["JPN", "USA", "NZL"], rng.randint(1, 3))),
        condition="public" if public else "template",
    )


@pytest.mark.parametrize("seed", range(12))
def test_a1_a_dry_run_tells_exactly_what_the_rule_then_releases(world, seed):
    """Filed under the rule, and as a backfill of what was filed before: both are what the dry run said."""
    rng = random.Random(seed)
    drafts = [draw(rng) for _ in range(8)]
    node, officer = world.node("KOR"), world.act("kor.disclosure")
    wanted = draw_rule(rng, world)
    before = [world.file("kor.analyst", made) for made in drafts]
    tried = try_rule(node, officer, wanted)
    assert all(not f.released for f in before)
    said = {f"KOR.{w.envelope.product}": {m for m, _ in w.became} for w in tried.products}
    assert tried.looked == len(drafts)
    size = node.journal.size() if callable(getattr(node.journal, "size", None)) else None
    assert try_rule(node, officer, wanted) == tried  # and nothing was recorded by it
    assert size is None or size == node.journal.size()
    rule = issue_rule(node, officer, wanted)
    at_filing = [set(world.file("kor.analyst", made).released) for made in drafts]
    assert at_filing == [said.get(f.key, set()) for f in before]
    backfill(node, officer, before=Instant(world.clock.dtg() + 1), dry_run=False)
    rows = [r for r in world.register("kor.disclosure") if r.what == "released" and r.authority == rule.id]
    sent = {f.key: {r.member for r in rows if f"KOR.{r.product}" == f.key} for f in before}
    assert {key: members for key, members in sent.items() if members} == said


def test_a1_a_dry_run_says_what_became_of_each_without_the_rule(world):
    node, officer = world.node("KOR"), world.act("kor.disclosure")
    released, refused, returned, waiting = (world.file("kor.analyst", event()) for _ in range(4))
    world.approve("kor.disclosure", released.key, "JPN")
    refuse_release(node, officer, refused.key, ("JPN",), "No.")
    return_product(node, officer, returned.key, (), "Other words.")
    tried = try_rule(node, officer, rule_for(world, audience=("JPN",)))
    became = {f"KOR.{w.envelope.product}": dict(w.became)["JPN"] for w in tried.products}
    assert became == {
        released.key: "released", refused.key: "refused", returned.key: "returned", waiting.key: "waiting",
    }  # fmt: skip


def test_a1_a_dry_run_looks_a_month_back_and_no_further(world):
    node, officer = world.node("KOR"), world.act("kor.disclosure")
    at = world.clock.dtg()
    for days in (0, 10, 30, 32, 200):
        world.file("kor.analyst", msgspec.structs.replace(event(), dtg=Instant(at - days * DAY)))
    assert (len(try_rule(node, officer, rule_for(world)).products)) == 3


def test_n1_a_dry_run_speaks_only_of_what_the_officer_sees_whole(world):
    node = world.node("KOR")
    secret = label("KOR", "DAEOEBI", "KOR", codewords=["DALBIT"])
    world.file("kor.watch", event(remark=secret))
    blind = AdmitPerson("kor.blind", (), ("KOR-RELEASE",), ("release",))
    admit_persons(node, [blind])
    seen, unseen = (try_rule(node, world.act(p), rule_for(world)) for p in ("kor.disclosure", "kor.blind"))
    assert (seen.looked, len(seen.products)) == (1, 1)
    assert (unseen.looked, unseen.products) == (0, ())


def test_a1_mandates_are_listed_with_what_the_acting_post_may_do(world):
    node, officer = world.node("KOR"), world.act("kor.disclosure")
    rule = issue_rule(node, officer, rule_for(world))
    listed = world.duty("kor.disclosure").mandates()
    assert [(r.rule.id, r.members, r.in_force, r.ours) for r in listed.rules] == [
        (rule.id, ("JPN", "USA"), True, True)
    ]
    held = {d.delegation.id: (d.held, d.ours) for d in listed.delegations}
    assert held["D3-KOR"] == (True, False)
    assert held["D1"] == (False, True)
    assert not world.duty("kor.watch").mandates().rules
    assert not isinstance(listed, Refused)
