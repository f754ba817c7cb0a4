# SPDX-License-Identifier: Apache-2.0
"""The command as people start it: real nodes on loopback, a small script, its ends good and bad."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tearline.core.instants import print_dtg
from tests.demo.small import write_small
from tools.nodes import find_ports

pytestmark = pytest.mark.slow
WAIT_S = 60


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return write_small(tmp_path / "small")


def command(script: Path, *arguments: str, port: int | None = None) -> list[str]:
    base = ["--script", str(script), "--port-base", str(find_ports(4) if port is None else port)]
    return [sys.executable, "-m", "tearline.cli", "demo", *base, *arguments]


def run(tmp_path: Path, line: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, timeout=WAIT_S, check=False)


def test_headless_plays_proves_and_ends(tmp_path: Path, script: Path) -> None:
    """Exit code 0, the account on standard output, the document in the file; no key of it lies open."""
    done = run(tmp_path, command(script, "--headless", "--json", "out.json", "--seed", "7"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("PROVED")
    document = json.loads((tmp_path / "out.json").read_text())
    assert document["holds"]
    assert document["seed"] == "7"
    assert (tmp_path / ".demo").stat().st_mode & 0o077 == 0


def test_what_does_not_hold_is_an_exit_code(tmp_path: Path) -> None:
    """A table that asks for what must not be: exit code 4, and the check is named."""
    script = write_small(tmp_path / "small", expects_hidden=False)
    done = run(tmp_path, command(script, "--headless"))
    assert done.returncode == 4
    assert "NOT PROVED: acceptance" in done.stdout


@pytest.mark.parametrize("name", ["withhold", "chain", "purge"])
def test_a_break_of_real_nodes_ends_red(name: str, tmp_path: Path, script: Path) -> None:
    """One safeguard of a real node removed: exit code 4, and the account says what was broken."""
    done = run(tmp_path, command(script, "--headless", "--break", name))
    assert done.returncode == 4
    assert f"BROKEN ON PURPOSE ({name})" in done.stdout
    assert "NOT PROVED" in done.stdout


def test_it_starts_afresh_or_goes_on(tmp_path: Path, script: Path) -> None:
    """``--keep`` verifies the network that is there and plays nothing; without it there is a new one."""
    port = find_ports(4)
    first = run(tmp_path, command(script, "--headless", port=port))
    assert first.returncode == 0, first.stderr
    authority = (tmp_path / ".demo/network/nzl/authority.pub").read_text()
    kept = run(tmp_path, command(script, "--headless", "--keep", port=port))
    assert kept.returncode == 0, kept.stderr
    assert "WHO WROTE WHAT" not in kept.stdout
    assert (tmp_path / ".demo/network/nzl/authority.pub").read_text() == authority
    assert run(tmp_path, command(script, "--headless", port=port)).returncode == 0
    assert (tmp_path / ".demo/network/nzl/authority.pub").read_text() != authority


def test_it_leaves_what_is_not_its_own(tmp_path: Path, script: Path) -> None:
    """A folder of that name that no demo made is not removed."""
    (tmp_path / ".demo").mkdir()
    (tmp_path / ".demo" / "thesis.txt").write_text("mine")
    done = run(tmp_path, command(script, "--headless"))
    assert done.returncode == 1
    assert "Move it away" in done.stderr
    assert (tmp_path / ".demo" / "thesis.txt").read_text() == "mine"


def test_a_taken_port_is_said_kindly(tmp_path: Path, script: Path) -> None:
    """Which port, and what to do; no traceback."""
    base = find_ports(4)
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", base + 2))
        taken.listen()
        done = run(tmp_path, command(script, "--headless", port=base))
    assert done.returncode == 1
    assert f"{base + 2} is in use" in done.stderr
    assert "--port-base" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_stays_up_until_it_is_told_to_stop(tmp_path: Path, script: Path) -> None:
    """Addresses and names to sign in with; Ctrl-C ends it with exit code 0."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    line = command(script)
    with subprocess.Popen(line, cwd=tmp_path, stdout=subprocess.PIPE, text=True, env=environment) as running:
        assert running.stdout is not None
        shown = ""
        while "hawk" not in shown:
            shown += running.stdout.readline()
        assert re.search(r"NZL  http://nzl\.localhost:\d+", shown)
        assert "control" not in shown
        running.send_signal(signal.SIGINT)
        assert running.wait(WAIT_S) == 0


def test_time_passes_when_it_is_told_to_and_stays_passed(tmp_path: Path, script: Path) -> None:
    """`+5` moves the exercise clock of every node; what can't be read is answered with how it is written."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    line = command(script)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(line, cwd=tmp_path, text=True, env=environment, **pipes) as running:
        assert running.stdout is not None
        assert running.stdin is not None
        while "hawk" not in running.stdout.readline():
            pass
        for typed, told in (("+5", "040705Z MAY 31"), ("-5", "Type + and minutes"), ("+1", "040706Z MAY 31")):
            running.stdin.write(f"{typed}\n")
            running.stdin.flush()
            while told not in running.stdout.readline():
                pass
        running.send_signal(signal.SIGINT)
        assert running.wait(WAIT_S) == 0
    kept = json.loads((tmp_path / ".demo/demo.json").read_text())
    assert print_dtg(kept["dtg"]) == "040706Z MAY 31"


def test_it_can_be_stopped_while_it_plays(tmp_path: Path, script: Path) -> None:
    """Ctrl-C at any time: no traceback, exit code 130 or, where it was over already, 0."""
    with subprocess.Popen(command(script), cwd=tmp_path, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        running.stderr.readline()
        running.send_signal(signal.SIGINT)
        errors = running.stderr.read()
        assert running.wait(WAIT_S) in {0, 130}
        assert "Traceback" not in errors


def test_a_second_demo_leaves_the_first_alone(tmp_path: Path, script: Path) -> None:
    """In one folder one demo at a time; neither a second one nor a taken port costs the network that is there."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    port = find_ports(4)
    line = command(script, port=port)
    with subprocess.Popen(line, cwd=tmp_path, stdout=subprocess.PIPE, text=True, env=environment) as running:
        assert running.stdout is not None
        while "STAY UP" not in running.stdout.readline():
            pass
        authority = (tmp_path / ".demo/network/nzl/authority.pub").read_text()
        second = run(tmp_path, command(script, "--headless", port=port + 10))
        assert second.returncode == 1
        assert "another demo runs" in second.stderr
        (tmp_path / ".demo.lock").unlink()
        third = run(tmp_path, command(script, "--headless", port=port))
        assert third.returncode == 1
        assert "is in use" in third.stderr
        assert (tmp_path / ".demo/network/nzl/authority.pub").read_text() == authority
        running.send_signal(signal.SIGINT)
        assert running.wait(WAIT_S) == 0
