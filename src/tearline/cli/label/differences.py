# SPDX-License-Identifier: Apache-2.0
"""What changed between two versions of a policy: levels, tag sets, values, equivalents, marks; each by name.

Compared is what was read of the SPIFs, field by field, so that nothing which the library honours is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Change = dict[str, Any]  # change (added, removed, changed), what, and for changed: old, new
_IGNORED = frozenset({"digest"})
_NAMES = ("name", "policy", "group", "location")


def compare_policies(old: Any, new: Any) -> list[Change]:
    """Every change, in the policy's order."""
    import msgspec

    return list(_compare(msgspec.to_builtins(old), msgspec.to_builtins(new), ""))


def _compare(old: Any, new: Any, path: str) -> Iterator[Change]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _compare_rows(old, new, path)
    elif isinstance(old, list | tuple) and isinstance(new, list | tuple):
        yield from _compare_rows(_index(old), _index(new), path)
    else:
        yield {"change": "changed", "what": path, "old": old, "new": new}


def _compare_rows(old: Mapping[str, Any], new: Mapping[str, Any], path: str) -> Iterator[Change]:
    for name in dict.fromkeys([*old, *new]):
        where = f"{path} / {name}" if path else str(name)
        if where in _IGNORED:
            continue
        if name not in new:
            yield {"change": "removed", "what": where}
        elif name not in old:
            yield {"change": "added", "what": where}
        else:
            yield from _compare(old[name], new[name], where)
    if list(old) != list(new) and set(old) == set(new) and path:
        yield {"change": "changed", "what": f"{path} / order", "old": list(old), "new": list(new)}


def _index(rows: list[Any] | tuple[Any, ...]) -> dict[str, Any]:
    """Rows of a list by what names them; rows without a name are their own."""
    out: dict[str, Any] = {}
    for row in rows:
        out[_name(row, out)] = row
    return out


def _name(row: Any, taken: Mapping[str, Any]) -> str:
    name = str(row)
    if isinstance(row, Mapping):
        parts = [str(row[key]) for key in (*_NAMES, "lang", "value", "member", "since") if row.get(key)]
        name = " ".join(parts) or str(row)
    number = 2
    unique = name
    while unique in taken:
        unique, number = f"{name} ({number})", number + 1
    return unique
