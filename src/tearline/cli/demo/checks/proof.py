# SPDX-License-Identifier: Apache-2.0
"""Every journal, stream, disposition and anchor of every node, recomputed from what lies on its disk."""

from __future__ import annotations

from tearline.cli.demo import api
from tearline.cli.demo.scene import Scene

PROOF = "proof"


async def check_proof(scene: Scene) -> None:
    """One expectation a node, after each has committed to its logs."""
    await scene.stage.anchor()
    for member in scene.scenario.members:
        answer = await api.send(await scene.audit(member), "/api/verify")
        parts = answer["parts"]
        wrong = [
            f"{part}: {f['explanation']}"
            for part, report in parts.items()
            for f in report["findings"]
            if f["severity"] == "error"
        ]
        looked = sum(report["entries"] for report in parts.values())
        scene.record.expect(
            PROOF, member, "; ".join(wrong[:3]) if wrong or looked else "nothing was looked at"
        )
