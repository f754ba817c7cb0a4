# SPDX-License-Identifier: Apache-2.0
"""N1: what a reader finds of former texts is the same, whatever was recalled, amended or purged that they never had.

The reader had two texts of a report of a partner's. Then the partner recalls a portion that only others had: their former
payloads are purged. The reader's former text may neither vanish, nor come back, nor change.
"""

from __future__ import annotations

import pytest

from tearline.core.ids import Member, ProductId
from tests.edge.driver import Client, Door, Sync
from tests.simulation.network import leave
from tests.twins.worlds import CANARY, USA_HIDDEN, USA_OPEN, Day, draft, found, portion, text

OLD, NEW = "The second relay is down", "The second relay is up again"
LOST = "The third relay answers"
BACK = "The third relay is being watched"
WORLDS = (
    "nothing",
    "hidden amendment first",
    "hidden recall",
    "hidden recall twice",
    "hidden variant lost",
    "hidden variant and recall",
)


class Story(Day):
    """A report with an open paragraph and, in some worlds, hidden ones; each revision at a minute of its own."""

    def report(self, open_text: str, *, lost: str = "", hidden: tuple[str, ...] = (), fine: str = ""):
        portions = [
            portion("TU", "title", text(USA_OPEN, "Network activity against shipping")),
            portion("PO", "paragraph", text(USA_OPEN, open_text)),
        ]
        if lost:
            portions.append(portion("PL", "paragraph", text(USA_OPEN, lost)))
        coarse = text(USA_OPEN, "Seen by national means")
        variants = [text(USA_HIDDEN, f"{CANARY} {fine}"), coarse] if fine else [coarse]
        portions.append(portion("PV", "paragraph", *variants))
        for n, words in enumerate(hidden):
            portions.append(portion(f"H{'ABC'[n]}", "paragraph", text(USA_HIDDEN, f"{CANARY} {words}")))
        return draft("USA", "report", *portions, action=["KOR-DESK", "KOR-CYBER"])

    def tell(self, world: str) -> str:
        hidden = () if world == "nothing" else ("implant", "payload")
        fine = "by sensor LARK" if "variant" in world else ""
        first = self.report(OLD, lost=LOST, hidden=hidden, fine=fine)
        self.file("report", "USA", "usa.cyber", first, minute=4)
        self.release("USA", "usa.disclosure", "report", ("KOR",))
        self.network.pump()
        if world == "hidden amendment first":
            self.step(self.report(OLD, lost=LOST, hidden=("implant, corrected", "payload")), 5)
        self.step(self.report(NEW, lost=LOST, hidden=hidden, fine=fine), 6)
        self.step(self.report(NEW, hidden=hidden, fine=fine), 7)  # PL is withdrawn from everybody
        if world == "hidden recall":
            self.step(self.report(NEW, hidden=hidden[:1]), 8)
        if world == "hidden recall twice":
            self.step(self.report(NEW, hidden=hidden[:1]), 8)
            self.step(self.report(NEW), 9)
        if "variant" in world:
            self.step(self.report(NEW, hidden=hidden), 8)
        if world == "hidden variant and recall":
            self.step(self.report(NEW), 9)
        self.at(30)
        self.network.pump()
        return self.named["report"]

    def tell_late(self) -> str:
        """A portion is withdrawn and comes back in other words before the partner hears of either."""
        self.file("report", "USA", "usa.cyber", self.report(OLD, lost=LOST), minute=4)
        self.release("USA", "usa.disclosure", "report", ("KOR",))
        self.network.pump()
        self.step(self.report(OLD), 5, heard=False)
        self.step(self.report(OLD, lost=BACK), 6)
        return self.named["report"]

    def step(self, made, minute: int, *, heard: bool = True) -> None:
        self.amend("USA", "usa.cyber", "report", made, minute=minute)
        product = ProductId(self.named["report"].partition(".")[2])
        if "KOR" in self.network.sites[Member("USA")].node.desk.items[product].pending:
            self.release("USA", "usa.disclosure", "report", ("KOR",))
        if heard:
            self.network.pump()


def ask_all(door: Door, person: str, key: str) -> list[bytes]:
    """Every question about versions, with every number that could be."""
    client = Sync(Client(door, person))
    client.sign_in()
    base = f"/api/products/{key}/versions"
    targets = [base, *(f"{base}/{n}?until={m}" for n in range(5) for m in range(5))]
    return [client.get(target).body for target in targets]


def tell(world: str) -> tuple[Day, str]:
    day = Story(found(), frozenset())
    return day, day.tell(world)


@pytest.fixture(scope="module")
def plain() -> list[bytes]:
    day, key = tell("nothing")
    answers = ask_all(Door(day.network, "KOR"), "kor.analyst", key)
    day.world.close()
    return answers


@pytest.mark.parametrize("world", WORLDS)
def test_n1_former_texts_neither_vanish_nor_appear(world: str, plain: list[bytes]) -> None:
    """Equal bytes for who never had what was recalled, before and after a restart."""
    day, key = tell(world)
    assert ask_all(Door(day.network, "KOR"), "kor.analyst", key) == plain
    day.network.sites[Member("KOR")].start()
    assert ask_all(Door(day.network, "KOR"), "kor.analyst", key) == plain
    assert CANARY.encode() not in b"".join(plain)
    day.world.close()


def test_n1_former_texts_stay_their_readers_own_when_the_directory_changes() -> None:
    """A member leaves the network: it loses its class, and nobody gets another's history for it; at the next start neither."""
    day, key = tell("hidden recall")
    readers = ("kor.analyst", "kor.cyber", "kor.watch", "kor.disclosure")
    before = {person: ask_all(Door(day.network, "KOR"), person, key) for person in readers}
    leave(day.network, Member("NZL"))
    site = day.network.sites[Member("KOR")]
    for _ in range(2):
        site.start()
        assert "NZL" not in site.node.member_classes
        assert {person: ask_all(Door(day.network, "KOR"), person, key) for person in readers} == before
    day.world.close()


def test_n1_what_a_reader_lost_is_lost_in_their_history(plain: list[bytes]) -> None:
    """The former text is there, without the portion that was withdrawn from this reader; it says that it is not whole."""
    now, told = plain[0], b"".join(plain[1:])
    assert now.count(b'"number"') == 3
    assert OLD.encode() in told
    assert NEW.encode() in told
    assert LOST.encode() not in told
    assert b'"whole":false' in now


def test_n1_what_an_author_took_out_is_lost_in_the_history_of_their_own_readers() -> None:
    """No recall comes to the originator's own node: a portion that is not shown any more is in no former text either."""
    day, key = tell("nothing")
    told = b"".join(ask_all(Door(day.network, "USA"), "usa.watch", key))
    assert OLD.encode() in told
    assert LOST.encode() not in told
    day.world.close()


@pytest.mark.parametrize("world", ["hidden recall", "hidden recall twice", "hidden variant and recall"])
def test_d4_n1_a_purge_leaves_each_class_what_it_may_have_and_no_more(world: str) -> None:
    """Who had the hidden portions has their former texts without them; so has the node when it is started again."""
    day, key = tell(world)
    site = day.network.sites[Member("KOR")]
    before = ask_all(Door(day.network, "KOR"), "kor.cyber", key)
    told = b"".join(before)
    assert OLD.encode() in told
    assert b"payload" not in told
    if world != "hidden recall":
        assert CANARY.encode() not in told
    journal = site.node.journal
    records = journal.records(0, journal.size())
    held = [journal.payload(r.position, n) or b"" for r in records for n in range(len(r.commitments))]
    assert not any(f"{CANARY} payload".encode() in raw for raw in held)
    assert not any(LOST.encode() in raw for raw in held)
    assert any(OLD.encode() in raw for raw in held)
    site.start()
    assert ask_all(Door(day.network, "KOR"), "kor.cyber", key) == before
    day.world.close()


def test_d4_d3_a_recall_that_comes_after_other_words_still_takes_the_former_ones() -> None:
    """It was overtaken by the words that came back under its label: former texts are without what it withdrew."""
    day = Story(found(), frozenset())
    key = day.tell_late()
    site = day.network.sites[Member("KOR")]
    told = b"".join(ask_all(Door(day.network, "KOR"), "kor.analyst", key))
    assert BACK.encode() in told
    assert OLD.encode() in told
    assert LOST.encode() not in told
    journal = site.node.journal
    records = journal.records(0, journal.size())
    held = [journal.payload(r.position, n) or b"" for r in records for n in range(len(r.commitments))]
    assert not any(LOST.encode() in raw for raw in held)
    day.world.close()
