# SPDX-License-Identifier: Apache-2.0
"""Headers that every answer carries, errors included, and what none carries.

Nothing is cached by anything shared; nothing is sniffed, framed, or loaded from elsewhere; no address is told onwards. No
compression, since an answer's length must say nothing about what it was compressed with (assurance A8.7).
"""

from __future__ import annotations

from litestar.types import Message, Scope

FIXED = (
    (b"cache-control", b"private, no-store"),
    (b"x-content-type-options", b"nosniff"),
    (
        b"content-security-policy",
        b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"vary", b"Cookie"),
)
_FIXED_NAMES = {name for name, _ in FIXED}


async def set_headers(message: Message, _: Scope) -> None:
    """Called by the framework before anything is sent."""
    if message["type"] == "http.response.start":
        kept = [(name, value) for name, value in message["headers"] if name.lower() not in _FIXED_NAMES]
        message["headers"] = [*kept, *FIXED]
