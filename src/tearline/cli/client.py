# SPDX-License-Identifier: Apache-2.0
"""A person at a running node, through the same HTTP API as the screens. It holds nothing but a session.

- Proxies and other settings of the environment are not read; redirects are not followed.
- A password goes to this machine or over TLS, and nowhere else.
- A refusal by the node becomes ``RefusedError`` (exit code 3) with its findings; what it can't read, ``UnusableError``.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, Self
from urllib.parse import urlsplit

from tearline.cli.arguments import Parser
from tearline.cli.exits import RefusedError, UnusableError
from tearline.core.errors import UsageError

if TYPE_CHECKING:
    import httpx2

URL = "http://127.0.0.1:8470"
WAIT_MAX_S = 60
PASSWORD_MAX_BYTES = 4096
_LOCAL = {"127.0.0.1", "::1", "localhost"}
_ADVICE = {
    "not-found": "Check the key. What is not for you is answered in the same way.",
    "sign-in-failed": "Check --person, --post and the password.",
    "no-session": "The session has ended: try again.",
    "not-opened": "Read it first: tearline release KEY --open TEXT.",
    "bad-query": "Times are written like 2023-07-12T01:04:00Z; see --help for the rest.",
    "bad-cursor": "Start the list anew, without --after.",
}
_MALFORMED = {400, 405, 413, 415}
_REFUSED = {401, 403, 404, 409, 410, 412, 422, 423}


def add_connection(parser: Parser) -> None:
    """Which node, and who asks."""
    group = parser.add_argument_group("connection")
    group.add_argument("--url", metavar="URL", help=f"the node (default: TEARLINE_URL, else {URL})")
    group.add_argument("--person", metavar="NAME", help="who you are (default: TEARLINE_PERSON)")
    group.add_argument(
        "--post", metavar="POST", help="the post you act for (default: TEARLINE_POST, else your first)"
    )
    add_password(group)


def add_password(group: argparse._ActionsContainer) -> None:
    """Where the password comes from."""
    group.add_argument(
        "--password-file",
        metavar="FILE",
        help="its first line is the password (else TEARLINE_PASSWORD, else a prompt)",
    )


class Client:
    """Signed in from ``with`` to its end."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        import httpx2

        self.url = arguments.url or os.environ.get("TEARLINE_URL") or URL
        self._sign_in = {"person": _find_person(arguments), "password": read_password(arguments)}
        if post := arguments.post or os.environ.get("TEARLINE_POST"):
            self._sign_in["post"] = post
        base, host = _split_url(self.url)
        self._http = httpx2.Client(
            base_url=base, headers={"Host": host, "X-Tearline": "1"}, trust_env=False, timeout=WAIT_MAX_S
        )

    def __enter__(self) -> Self:
        try:
            self.post("/api/session", self._sign_in)
        except BaseException:
            self._http.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        import httpx2

        try:
            if error is None:
                self._http.delete("/api/session")
        except httpx2.HTTPError:
            pass  # an idle session ends by itself
        finally:
            self._http.close()

    def get(self, path: str, **query: Any) -> Any:
        """What stands at ``path``; parameters without a value are left out."""
        return self._ask(
            "GET", path, params={name: value for name, value in query.items() if value not in {None, ""}}
        )

    def post(self, path: str, body: Any) -> Any:
        """Ask for a change."""
        return self._ask("POST", path, json=body)

    def _ask(self, method: str, path: str, **request: Any) -> Any:
        import httpx2

        try:
            answer = self._http.request(method, path, **request)
        except httpx2.TimeoutException as error:
            raise UsageError("no-answer", f"{self.url} gave no answer within {WAIT_MAX_S} s") from error
        except httpx2.HTTPError as error:
            advice = "Is the node running (tearline serve FOLDER), and is --url right?"
            raise UsageError("unreachable", f"{self.url} can't be reached ({error})", advice) from error
        if answer.is_success:
            return _decode(answer, self.url) if answer.content else None
        return _fail(answer, self.url)


def _find_person(arguments: argparse.Namespace) -> str:
    person: str = arguments.person or os.environ.get("TEARLINE_PERSON", "")
    if not person:
        raise UnusableError("no-person", "who are you?", "Give --person NAME, or set TEARLINE_PERSON.")
    return person


def read_password(arguments: argparse.Namespace) -> str:
    """From the file, the environment, or a person at a terminal; never from the command line, where all can read it."""
    if arguments.password_file:
        with Path(arguments.password_file).open("rb") as file:
            lines = file.read(PASSWORD_MAX_BYTES).decode(errors="replace").splitlines()
        return lines[0] if lines else ""
    if (password := os.environ.get("TEARLINE_PASSWORD")) is not None:
        return password
    if not sys.stdin.isatty():
        advice = "Set TEARLINE_PASSWORD, or give --password-file FILE."
        raise UnusableError("no-password", "there is no terminal to ask for a password", advice)
    import getpass

    try:
        return getpass.getpass("Password: ")
    except EOFError as error:
        raise UnusableError("no-password", "no password was given") from error


def _split_url(url: str) -> tuple[str, str]:
    """The address to connect to, and the host to ask for: names under .localhost are this machine (RFC 6761)."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host or parts.path not in {"", "/"}:
        raise UnusableError("bad-url", f"{url!r} is not the address of a node", f"Write it like {URL}.")
    local = host in _LOCAL or host.endswith(".localhost")
    if parts.scheme == "http" and not local:
        advice = "Use https://, or reach the node from its own machine."
        raise UnusableError("plain-http", f"a password would cross the network in clear to {host}", advice)
    asked = f"{host}:{port}" if port else host
    if parts.scheme == "http" and host.endswith("localhost"):
        return f"http://127.0.0.1:{port or 80}", asked
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}", asked if ":" not in host else parts.netloc


def _decode(answer: httpx2.Response, url: str) -> Any:
    try:
        return answer.json()
    except ValueError as error:
        raise UsageError("not-a-node", f"{url} does not answer as a node does", "Is --url right?") from error


def _fail(answer: httpx2.Response, url: str) -> NoReturn:
    """A problem document (RFC 9457) as an error."""
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    problem = problem if isinstance(problem, dict) else {}
    code = str(problem.get("code") or f"http-{answer.status_code}")
    words = str(problem.get("detail") or problem.get("title") or f"{url} answered {answer.status_code}")
    advice = str(problem.get("advice") or _ADVICE.get(code, ""))
    if answer.status_code in _REFUSED:
        raise RefusedError(code, words.rstrip("."), advice, findings=_read_findings(problem.get("findings")))
    if answer.status_code in _MALFORMED:
        raise UnusableError(code, words.rstrip("."), advice)
    wait = answer.headers.get("Retry-After", "")
    again = f"Try again in {wait} s." if wait else "Try again; if it stays so, ask the node's administrator."
    raise UsageError(code, words.rstrip("."), advice or again)


def _read_findings(found: Any) -> tuple[tuple[str, str], ...]:
    rows = found if isinstance(found, list) else []
    return tuple(
        (str(row.get("tag", "")), str(row.get("words", ""))) for row in rows if isinstance(row, dict)
    )
