# SPDX-License-Identifier: Apache-2.0
"""First run: a folder without a node is set up in the browser, behind a link that works until the node is founded.

Nothing of the node stands in the folder until all of it does: it is made beside, and its settings come last.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec

from tearline.config import FILE_NAME, MemberSpec, NetworkSpec, PersonSpec
from tearline.core.errors import UsageError
from tearline.core.ids import Member, Person, check_id
from tearline.edge.accounts import Accounts
from tearline.edge.api import Setup, SetupChosen, SetupNetwork, SetupRequest, make_setup_app
from tearline.edge.screens import load_screens
from tearline.edge.serve import listen_web
from tearline.founding import FOUNDING, found_network
from tearline.joining import JOINING, apply, join, take_admission
from tearline.machine import read_pack

PACK = "exercise"
CHOSEN = "setup.json"
FRESH = ".new"
TOKEN_BYTES = 32
PASSWORD_MIN_CHARS = 12
LAST_ANSWER_S = 0.5
_MADE = (
    *("authority", "keys", "tls", "authority.pem", "authority.pub", "directory.json", FOUNDING),
    *("accounts.db", "accounts.db-wal", "accounts.db-shm", "accounts.key", FRESH),
)
"""What a founding that was cut off may have left."""


def wants_set_up(folder: Path) -> bool:
    """Whether this folder is empty, or holds no more than a set-up that was begun."""
    if not folder.is_dir() or any(folder.glob(f"*/{FILE_NAME}")):
        return False
    names = {path.name for path in folder.iterdir()}
    return (
        FILE_NAME not in names
        and names <= {CHOSEN, CHOSEN + FRESH, JOINING, *_MADE}
        and (not names or CHOSEN in names)
    )


async def set_up(folder: Path, port: int, show: Callable[[str], None], asked: asyncio.Event) -> bool:
    """Serve the set-up until the node is founded (True) or until ``asked`` to stop. ``show`` is told the link."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    setup = Setup(
        token,
        read_pack(PACK),
        _read_chosen(folder / CHOSEN),
        keep=lambda chosen: _keep(folder / CHOSEN, chosen),
        establish=lambda chosen, password: establish(folder, chosen, password, port),
        join=_Join(folder, port),
    )
    _keep(folder / CHOSEN, setup.chosen)
    founded = asyncio.Event()
    setup.finished = founded.set
    listener = await listen_web(make_setup_app(setup, load_screens()), "127.0.0.1", port)
    show(f"http://localhost:{listener.port}/#/setup/{token}")
    waits = [asyncio.create_task(event.wait()) for event in (founded, asked)]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.sleep(LAST_ANSWER_S if founded.is_set() else 0)
    finally:
        for task in waits:
            task.cancel()
        await listener.stop()
    return founded.is_set()


class _Join:
    """The way into a network, from this folder."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder, self._port = folder, port

    def apply(self, chosen: SetupChosen) -> SetupRequest:
        """The application for what was chosen."""
        return apply(self._folder, chosen, self._port)

    def take(self, raw: bytes) -> SetupNetwork:
        """The network that an admission leads to."""
        return take_admission(self._folder, raw)


def establish(folder: Path, chosen: SetupChosen, password: str, port: int) -> None:
    """A network of this one member, or the node that was admitted; with an administrator who is cleared for nothing.

    ``TearlineError`` where it can't be.
    """
    admin = check_id("person", chosen.admin)
    if len(password) < PASSWORD_MIN_CHARS:
        raise UsageError("bad-password", f"The password needs at least {PASSWORD_MIN_CHARS} characters.")
    for name in _MADE:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    fresh = folder / FRESH
    if chosen.joins:
        made = join(folder, fresh, chosen, password, port)
    else:
        made = _found_alone(fresh, _make_spec(chosen, admin, port), Person(admin), password)
        (fresh / "authority").rename(folder / "authority")
    for path in sorted(made.iterdir(), key=lambda p: p.name == FILE_NAME):
        path.rename(folder / path.name)
    shutil.rmtree(fresh)
    shutil.rmtree(folder / JOINING, ignore_errors=True)
    (folder / CHOSEN).unlink(missing_ok=True)


def _found_alone(fresh: Path, spec: NetworkSpec, admin: Person, password: str) -> Path:
    found_network(fresh, spec)
    made = fresh / spec.members[0].code.lower()
    accounts = Accounts(made / "accounts.db")
    accounts.set_password(admin, password)
    accounts.close()
    return made


def _make_spec(chosen: SetupChosen, admin: str, port: int) -> NetworkSpec:
    name = read_pack(PACK).members[Member(chosen.member)].names.get("en", chosen.member)
    person = PersonSpec(id=admin, duties=("administration",), cleared=False)
    member = MemberSpec(
        code=chosen.member, name=name, ceiling=chosen.ceiling, languages=chosen.languages, persons=(person,)
    )
    return NetworkSpec(pack=PACK, members=(member,), agreements=(), title=chosen.title, port_base=port)


def _read_chosen(path: Path) -> SetupChosen:
    try:
        return msgspec.json.decode(path.read_bytes(), type=SetupChosen)
    except (OSError, msgspec.MsgspecError):
        return SetupChosen()


def _keep(path: Path, chosen: SetupChosen) -> None:
    fresh = path.with_name(path.name + FRESH)
    fresh.write_bytes(msgspec.json.encode(chosen))
    fresh.replace(path)
