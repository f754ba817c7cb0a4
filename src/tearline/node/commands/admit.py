# SPDX-License-Identifier: Apache-2.0
"""Admit a person; issue a delegation or a standing rule; withdraw one."""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from tearline.core.canon import encode_canonical
from tearline.core.ids import Person, Post
from tearline.core.instants import Instant
from tearline.node.journal import AuthorityWithdrawn, DelegationIssued, PersonAdmitted, RuleIssued
from tearline.node.node import THE_NODE, Node, Work
from tearline.node.trust import Delegation, Rule


class AdmitPerson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``cleared`` false: no clearance at all. Codewords are of the member's own policy.

    ``until``: when the clearance ends, 0: no end. ``terms``: posts held from one time until another (0: no bound).
    """

    person: Person
    codewords: tuple[str, ...] = ()
    posts: tuple[Post, ...] = ()
    duties: tuple[str, ...] = ()
    cleared: bool = True
    name: str = ""
    until: Instant = Instant(0)
    terms: tuple[tuple[Post, Instant, Instant], ...] = ()
    second_factor: bool = False


def admit_persons(node: Node, persons: list[AdmitPerson], by: Person = THE_NODE) -> None:
    """Admit people, or change what is recorded of them; one journal entry each."""
    with node.lock:
        work = node.work(by, Post(""))
        for person in persons:
            record_person(work, person)
        work.commit()


def record_person(work: Work, p: AdmitPerson) -> None:
    """The entry of one person. What isn't stated is left out of its bytes."""
    work.add(
        PersonAdmitted,
        person=p.person,
        codewords=p.codewords,
        posts=p.posts,
        duties=p.duties,
        cleared=p.cleared,
        name=p.name or UNSET,
        until=p.until or UNSET,
        terms=p.terms or UNSET,
        second_factor=p.second_factor or UNSET,
    )


def issue_mandates(
    node: Node, delegations: list[Delegation], rules: list[Rule], by: Person = THE_NODE
) -> None:
    """Put delegations and rules in force."""
    with node.lock:
        work = node.work(by, Post(""))
        for delegation in delegations:
            payload = encode_canonical(delegation)
            work.add(
                DelegationIssued,
                payloads=(payload,),
                authority=delegation.agreement,
                delegation=delegation.id,
            )
        for rule in rules:
            work.add(RuleIssued, payloads=(encode_canonical(rule),), authority=rule.delegation, rule=rule.id)
        work.commit()


def withdraw_authority(node: Node, authority: str, by: Person) -> None:
    """A delegation or rule ends now; what hangs on it is suspended at once."""
    with node.lock:
        work = node.work(by, Post(""))
        work.add(AuthorityWithdrawn, withdrawn=authority)
        work.commit()
