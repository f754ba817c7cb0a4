# SPDX-License-Identifier: Apache-2.0
"""Admit a person; issue a delegation or a standing rule; withdraw one."""

from __future__ import annotations

import msgspec

from tearline.core.canon import encode_canonical
from tearline.core.ids import Person, Post
from tearline.node.journal import AuthorityWithdrawn, DelegationIssued, PersonAdmitted, RuleIssued
from tearline.node.node import THE_NODE, Node
from tearline.node.trust import Delegation, Rule


class AdmitPerson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``cleared`` false: no clearance at all. Codewords are of the member's own policy."""

    person: Person
    codewords: tuple[str, ...] = ()
    posts: tuple[Post, ...] = ()
    duties: tuple[str, ...] = ()
    cleared: bool = True


def admit_persons(node: Node, persons: list[AdmitPerson], by: Person = THE_NODE) -> None:
    """Admit people, or change what is recorded of them; one journal entry each."""
    with node.lock:
        work = node.work(by, Post(""))
        for p in persons:
            work.add(
                PersonAdmitted,
                person=p.person,
                codewords=p.codewords,
                posts=p.posts,
                duties=p.duties,
                cleared=p.cleared,
            )
        work.commit()


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
