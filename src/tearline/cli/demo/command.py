# SPDX-License-Identifier: Apache-2.0
"""``tearline demo`` and ``./run demo``: found, play, prove, and stay up; or with ``--headless`` end by itself.

Steps: 1. the folder ``.demo``: afresh, or with ``--keep`` as it was left. 2. the network starts. 3. a fresh one is played on.
4. the account; ``--json``. 5. addresses and names to sign in with, until Ctrl-C.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import sys
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import msgspec

from tearline.cli.demo.account import print_account
from tearline.cli.demo.breaks import Broken, apply_break
from tearline.cli.demo.checks import check_proof
from tearline.cli.demo.director import follow_lines, let_pass
from tearline.cli.demo.network import LocalNetwork, found
from tearline.cli.demo.play import Player
from tearline.cli.demo.record import StepResult
from tearline.cli.demo.scenario import DEFAULT, Scenario, find_script, load_scenario
from tearline.cli.exits import DONE, INTERRUPTED, UNSOUND
from tearline.cli.printing import note, say, width_of
from tearline.core.errors import UsageError
from tearline.core.instants import Instant

FOLDER = Path(".demo")
LOCK = Path(".demo.lock")
STATE = "demo.json"
HEADLESS_MAX_S = 60.0


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a later start with ``--keep`` needs. Passwords of an exercise: drawn at set-up, printed anyway."""

    script: str
    seed: str
    port_base: int
    dtg: Instant
    passwords: dict[str, dict[str, str]]


def run(arguments: argparse.Namespace) -> int:
    """Play; the exit code."""
    return asyncio.run(_run(arguments))


async def _run(arguments: argparse.Namespace) -> int:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    with _hold_folder():
        return await _run_alone(arguments, stopping)


async def _run_alone(arguments: argparse.Namespace, stopping: asyncio.Event) -> int:
    kept = _load_state() if arguments.keep else None
    scenario = load_scenario(find_script(kept.script if kept else str(arguments.script or DEFAULT)))
    _check_ports(kept.port_base if kept else arguments.port_base, scenario)
    state = kept or _found_afresh(scenario, arguments)
    # Whoever starts again must not draw the same salts again.
    seed = f"{state.seed}/{secrets.token_hex(8)}" if kept else state.seed
    network = LocalNetwork(FOLDER / "network", scenario, seed=seed, passwords=state.passwords)
    network.set_time(state.dtg)
    await _start(network, state.port_base)
    try:
        player = Player(scenario, network)
        broken = apply_break(arguments.break_, player, network) if arguments.break_ and not kept else None
        work = _look_again(player) if kept else _play(player)
        if not await _finish(player, work, stopping, max_s=HEADLESS_MAX_S if arguments.headless else None):
            note("Stopped. What was answered is kept in .demo; ./run demo begins afresh.")
            return INTERRUPTED
        _store_state(msgspec.structs.replace(state, dtg=network.clock.dtg()))
        _tell(player, arguments, state, broken)
        if not arguments.headless:
            _print_addresses(network, scenario)
            with follow_lines(lambda line: say(let_pass(network, line))):
                await stopping.wait()
            _store_state(msgspec.structs.replace(state, dtg=network.clock.dtg()))
            say("\nStopping.")
    finally:
        await network.stop()
    return DONE if player.record.holds else UNSOUND


async def _finish(
    player: Player, work: Coroutine[Any, Any, None], stopping: asyncio.Event, *, max_s: float | None
) -> bool:
    """Whether the work came to its end before somebody stopped it. Too late is an end that does not hold."""
    working, asked = asyncio.create_task(work), asyncio.create_task(stopping.wait())
    await asyncio.wait({working, asked}, timeout=max_s, return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    if working.done():
        working.result()
        return True
    working.cancel()
    await asyncio.wait({working})
    if not stopping.is_set():
        player.record.expect("time", "play", f"not over within {max_s:.0f} s")
        player.record.end()
    return not stopping.is_set()


async def _start(network: LocalNetwork, port_base: int) -> None:
    try:
        await network.start()
    except UsageError as error:
        if error.code != "port-taken":
            raise
        raise UsageError(error.code, error.message, _port_advice(port_base, network.scenario)) from error


def _check_ports(port_base: int, scenario: Scenario) -> None:
    """Before anything is removed or made: a taken port costs nobody their network."""
    for port in range(port_base, port_base + 2 * len(scenario.members)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                message = f"127.0.0.1 port {port} is in use"
                raise UsageError("port-taken", message, _port_advice(port_base, scenario)) from error


def _port_advice(port_base: int, scenario: Scenario) -> str:
    last = port_base + 2 * len(scenario.members) - 1
    return f"The demo needs ports {port_base} to {last}: stop what listens there, or add --port-base N."


async def _play(player: Player) -> None:
    with _progress(player):
        await player.play()


async def _look_again(player: Player) -> None:
    note("The network goes on where it was left; it is verified and not played again.")
    player.record.begin("verify")
    await check_proof(player.scene)
    player.record.end()


def _tell(player: Player, arguments: argparse.Namespace, state: State, broken: Broken | None) -> None:
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for line in print_account(player.scene, state.seed, broken, coloured=coloured):
        print(line)
    if arguments.json:
        text = json.dumps(player.record.to_json(state.seed), ensure_ascii=False, indent=2)
        arguments.json.write_text(f"{text}\n", "utf-8")


# folder


@contextlib.contextmanager
def _hold_folder() -> Iterator[None]:
    """One demo at a time in this folder: another would remove the network of the one that runs."""
    with LOCK.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            advice = "Stop it with Ctrl-C first, or use another folder."
            raise UsageError("demo-runs", f"another demo runs in {FOLDER}", advice) from error
        yield


def _found_afresh(scenario: Scenario, arguments: argparse.Namespace) -> State:
    """A new network in ``.demo``, in the place of the one before."""
    if FOLDER.exists():
        if any(FOLDER.iterdir()) and not (FOLDER / STATE).is_file():
            raise UsageError("not-ours", f"{FOLDER} holds something else than a demo", "Move it away first.")
        shutil.rmtree(FOLDER)
    FOLDER.mkdir(mode=0o700)
    (FOLDER / STATE).touch(mode=0o600)  # from here on the folder is ours to remove
    note(f"Making {len(scenario.members)} nodes in {FOLDER}: keys, certificates, people.")
    passwords = found(FOLDER / "network", scenario, arguments.port_base)
    state = State(
        script=str(arguments.script.resolve()) if arguments.script else DEFAULT,
        seed=str(arguments.seed),
        port_base=arguments.port_base,
        dtg=scenario.start,
        passwords={m: dict(p) for m, p in passwords.items()},
    )
    _store_state(state)
    return state


def _load_state() -> State | None:
    path = FOLDER / STATE
    if not path.is_file() or not path.stat().st_size:
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=State)
    except msgspec.MsgspecError as error:
        raise UsageError("bad-state", f"{path}: {error}", "Start without --keep to begin afresh.") from error


def _store_state(state: State) -> None:
    (FOLDER / STATE).write_bytes(msgspec.json.format(msgspec.json.encode(state), indent=2))


# terminal


@contextlib.contextmanager
def _progress(player: Player) -> Iterator[None]:
    """A line that says where the play is, on a terminal only."""
    shows = sys.stderr.isatty()

    def tell(step: dict[str, Any], result: StepResult) -> None:
        if shows:
            mark = "" if result.holds else "  DOES NOT HOLD"
            print(
                f"\r\x1b[Kplaying {step.get('at', '')[:16]} {result.id}{mark}",
                end="",
                file=sys.stderr,
                flush=True,
            )

    player.after_step = tell
    try:
        yield
    finally:
        if shows:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _print_addresses(network: LocalNetwork, scenario: Scenario) -> None:
    """Where to look, and as whom; exercise control's accounts are left out."""
    first = network.open_nodes[next(iter(scenario.members))].web_url
    say("\nTHE NODES STAY UP UNTIL Ctrl-C.")
    say(
        f"Open {first} in a browser: it tells the exercise, Show me opens one warning as each nation holds it,"
        " and one click signs you in as anybody."
    )
    say("The exercise clock stands: + and minutes, then Enter, lets that time pass (+5).")
    say("Every node's address for people, and names with passwords to sign in:")
    for code, member in scenario.members.items():
        say(f"  {code}  {network.open_nodes[code].web_url}")
        cells = [f"{p['id']} {network.passwords[code][p['id']]}" for p in member["persons"]]
        wide = max(map(width_of, cells)) + 3
        for start in range(0, len(cells), 3):
            say("       " + "".join(cell.ljust(wide) for cell in cells[start : start + 3]).rstrip())
