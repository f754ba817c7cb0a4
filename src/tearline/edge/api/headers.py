# SPDX-License-Identifier: Apache-2.0
"""Headers that every answer carries, errors included, and what none carries.

Nothing is cached by anything shared; nothing is sniffed, framed, or loaded from elsewhere; no address is told onwards. No
compression, since an answer's length must say nothing about what it was compressed with (assurance A8.7).

Two routes say otherwise, by ``HEADERS`` in their ``opt``: the page of the screens may run its own files, and these files,
which are the same for everybody and never change under their names, may be kept and come compressed.
"""

from __future__ import annotations

from typing import Any

from litestar.types import Message, Scope

HEADERS = "headers"
"""In a route's ``opt``: which headers its good answers carry; ``PAGE`` or ``ASSET``."""

PAGE, ASSET = "page", "asset"
OK = 200
_NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_OWN_FILES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; media-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FEATURES = (
    "accelerometer", "camera", "display-capture", "geolocation",
    "gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip

Headers = tuple[tuple[bytes, bytes], ...]
FIXED: Headers = (
    (b"cache-control", b"private, no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", _NOTHING.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"vary", b"Cookie"),
)
_KINDS: dict[str, dict[bytes, bytes]] = {
    PAGE: {
        b"content-security-policy": _OWN_FILES.encode(),
        b"cross-origin-opener-policy": b"same-origin",
        b"permissions-policy": ", ".join(f"{name}=()" for name in _FEATURES).encode(),
    },
    ASSET: {b"cache-control": b"public, max-age=31536000, immutable", b"vary": b"Accept-Encoding"},
}


def _of_kind(kind: str) -> Headers:
    return tuple((dict(FIXED) | _KINDS[kind]).items())


_BY_KIND = {kind: _of_kind(kind) for kind in _KINDS}


async def set_headers(message: Message, scope: Scope) -> None:
    """Called by the framework before anything is sent."""
    if message["type"] == "http.response.start":
        fixed = _find_headers(message["status"], scope)
        names = {name for name, _ in fixed}
        kept = [(name, value) for name, value in message["headers"] if name.lower() not in names]
        message["headers"] = [*kept, *fixed]


def _find_headers(status: int, scope: Scope) -> Headers:
    handler: Any = scope.get("route_handler")
    kind = handler.opt.get(HEADERS) if handler is not None and status == OK else None
    return _BY_KIND.get(kind, FIXED) if kind else FIXED
