# SPDX-License-Identifier: Apache-2.0
"""Everything that a node's views hold, as plain values: for comparing a running node with one that was just replayed."""

from tearline.core.log import EMPTY_ROOT


def observe(node):
    """By view and name. What a restart may forget (cosignatures, caches, how often a partner was sent again) is left out."""
    return {
        "people": (node.people.persons, node.people.delegations, node.people.rules),
        "appearances": {
            (p.person, key): (a.version, a.digest, a.filed_at, a.verified_at)
            for p in node.people.persons.values()
            for key, a in node.catalogue.appearances.get(p.class_id, {}).items()
        },
        "holdings": node.catalogue.holdings,
        "sealed": node.catalogue.sealed,
        "restricted": node.catalogue.restricted,
        "sent": {
            k: _lane(out.lane, out.dropped, out.items) for k, out in node.streams.sent.items() if out.items
        },
        "received": {k: _lane(lane) for k, lane in node.streams.received.items() if lane.size},
        "streams": [getattr(node.streams, n) for n in ("checkpoints", "stopped", "sent_revision")],
        "newest": {k: v for k, v in node.streams.newest.items() if v},
        "releases": [
            getattr(node.releases, n)
            for n in ("sent", "register", "recalls", "receipts", "dispositions", "references", "refused")
        ],
        "links": (node.links.paused, node.links.exported, node.links.bundles),
        "desk": (node.desk.items, node.desk.reviews),
        "custody": [
            getattr(node.custody, n)
            for n in (
                "waiting",
                "destroyed",
                "notices",
                "alarms",
                "acknowledged",
                "displayed",
                "quarantine",
                "readers",
            )
        ],
        "copies": {k: v for k, v in node.custody.copies.items() if v},
    }


def _lane(lane, *more):
    return lane.size, lane.root_at(lane.size) if lane.size else EMPTY_ROOT, more


def check_restart(site):
    """D1: a restarted node's views equal those it had, in every particular."""
    site.node.flush_access()
    before = observe(site.node)
    site.start()
    after = observe(site.node)
    for name, found in before.items():
        assert after[name] == found, (site.member, name, _differ(found, after[name]))


def _differ(one, other):
    if isinstance(one, dict) and isinstance(other, dict):
        return {k: (one.get(k), other.get(k)) for k in {*one, *other} if one.get(k) != other.get(k)}
    return [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
