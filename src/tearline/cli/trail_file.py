# SPDX-License-Identifier: Apache-2.0
"""An exported trail, verified without a node: ``tearline verify FILE --authority KEY`` (docs/reference/trail.md)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tearline.cli.exits import DONE, UnusableError
from tearline.cli.printing import print_json, say

if TYPE_CHECKING:
    from tearline.node.journal import ExtractReport

KEY_BYTES = 32


def verify_trails(paths: Sequence[Path], authority: str | None, *, as_json: bool) -> int:
    """What each proves, one file at a time; ``IntegrityError`` (exit code 4) names the first thing that does not hold.

    Several files of one log have to follow one another: a range that was taken in parts is whole.
    """
    import msgspec

    from tearline.node.journal import join_extracts, verify_extract

    key = read_authority(authority)
    reports = []
    for path in paths:
        report = verify_extract(path.read_bytes(), key)
        reports.append(report)
        if not as_json:
            for line in _describe(path, report):
                say(line)
    joined = join_extracts(reports) if len(reports) > 1 else ()
    if as_json:
        files = [{"sound": True, **msgspec.to_builtins(one)} for one in reports]
        whole = {"sound": True, "files": files, "together": msgspec.to_builtins(joined)}
        print_json(files[0] if len(files) == 1 else whole)
    else:
        for one in joined:
            say(f"together: {one.start} to {one.end} of {one.origin}, and none left out")
    return DONE


def read_authority(given: str | None) -> bytes:
    """The authority's public key. It never comes out of the file that it is to verify."""
    if not given:
        advice = "Give --authority authority.pub; a node keeps the network's in its folder."
        raise UnusableError("no-authority", "whose key is the directory in it to be signed with?", advice)
    path = Path(given)
    text = path.read_text(encoding="ascii", errors="replace") if path.is_file() else given
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise UnusableError(
            "bad-authority", f"{given[:80]} is no public key", "It has 64 hexadecimal digits."
        )
    return key


def _describe(path: Path, report: ExtractReport) -> list[str]:
    whose = f"{report.member}/{report.node}/{report.log}"
    if report.cosigners:
        vouched = f"anchored, and vouched for by {', '.join(report.cosigners)}"
    elif report.anchored:
        vouched = "anchored; no partner has cosigned that anchor yet"
    else:
        vouched = "signed by its node alone: no anchor bound it yet"
    return [
        f"{path}: everything holds",
        f"    {report.entries} entries, {report.start} to {report.end}, of {whose}, in a log of {report.signed_size}",
        f"    {report.opened} payloads laid open; {vouched}",
        f"    keys from directory {report.directory}, signed by the authority that was named",
    ]
