# SPDX-License-Identifier: Apache-2.0
"""What must be seen of a play: one module for each table, each asking the nodes' API as the people concerned would."""

from tearline.cli.demo.checks.acceptance import (
    check_absent,
    check_acceptance,
    check_holdings,
    check_people,
    check_versions,
)
from tearline.cli.demo.checks.canaries import check_canaries, check_canaries_before
from tearline.cli.demo.checks.comparison import check_comparison
from tearline.cli.demo.checks.proof import check_proof
from tearline.cli.demo.checks.recall import check_due_facts, check_recall, check_recall_totals
from tearline.cli.demo.checks.register import check_register_row, check_register_table, check_streams
from tearline.cli.demo.checks.searches import check_searches
from tearline.cli.demo.checks.withheld import check_shares, check_withheld

__all__ = [
    "check_absent",
    "check_acceptance",
    "check_canaries",
    "check_canaries_before",
    "check_comparison",
    "check_due_facts",
    "check_holdings",
    "check_people",
    "check_proof",
    "check_recall",
    "check_recall_totals",
    "check_register_row",
    "check_register_table",
    "check_searches",
    "check_shares",
    "check_streams",
    "check_versions",
    "check_withheld",
]
