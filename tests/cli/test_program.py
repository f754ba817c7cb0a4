# SPDX-License-Identifier: Apache-2.0
"""The program as a whole: help, usage, exit codes, and a light start."""

import json
import os
import subprocess
import sys

import pytest

from tearline import __version__
from tearline.cli import program
from tearline.cli.exits import RefusedError, UnusableError
from tearline.core.errors import IntegrityError, LimitError, MalformedError, UsageError

COMMANDS = ["init", "serve", "demo", "write", "release", "read", "search", "verify", "label"]
VERBS = ["mark", "decide", "explain", "translate", "rollup", "policy list", "policy show"]
HEAVY = {"litestar", "uvicorn", "tantivy", "lxml", "httpx2", "apsw", "cryptography", "msgspec", "asyncio"}


def spawn(*arguments, **settings):
    """The program as a process of its own."""
    command = [sys.executable, "-m", "tearline.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **settings)


def test_help_names_every_command(tearline):
    """``tearline --help`` lists the commands and what exit codes mean, and succeeds."""
    ended = tearline("--help")
    assert ended.code == 0
    assert all(f"\n    {name} " in ended.out for name in COMMANDS)
    assert "exit codes:" in ended.out


@pytest.mark.parametrize("command", [*COMMANDS, *(f"label {verb}" for verb in VERBS)])
def test_each_command_has_help_with_examples(tearline, command):
    """Whoever asks a command for help sees how it is used."""
    ended = tearline(*command.split(), "--help")
    assert ended.code == 0
    assert "examples:" in ended.out
    assert "--json" in ended.out or command == "label"  # which has verbs that have it


def test_version(tearline):
    assert tearline("--version").out == f"tearline {__version__}\n"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lable", "label"),
        ("serach --person x y", "search"),
        ("label mrak", "mark"),
        ("verify . --jsno", "--json"),
        ("read --persn kor.watch", "--person"),
        ("demo --break withold", "withhold"),
    ],
)
def test_a_misspelt_word_gets_a_suggestion(tearline, typed, meant):
    """Two lines on standard error: what is unknown, and what may have been meant."""
    ended = tearline(*typed.split())
    assert ended.code == 2
    assert ended.out == ""
    assert f"Did you mean {meant}" in ended.err
    assert len(ended.err.splitlines()) == 2


def test_an_option_is_not_abbreviated(tearline):
    """A script that relies on a shortened name would break with the next option."""
    assert tearline("verify", ".", "--js").code == 2


def test_without_a_command_the_help_is_shown(tearline):
    """A bare ``tearline`` is a mistake that needs the list of commands."""
    ended = tearline()
    assert ended.code == 2
    assert "commands:" in ended.err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("x", "it can't be done", "Do that."), 1),
        (UnusableError("x", "it can't be used", "Do that."), 2),
        (MalformedError("x", "it can't be read", "Do that."), 2),
        (LimitError("x", "it is too large", "Do that."), 2),
        (RefusedError("x", "no", "Do that."), 3),
        (IntegrityError("x", "it does not hold", "Do that."), 4),
        (OSError(28, "No space left on device", "journal.db"), 1),
        (ZeroDivisionError("oh"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_each_failure_has_its_exit_code_and_no_traceback(tearline, monkeypatch, error, code):
    """What went wrong is said in a line or two, and the number is the documented one."""

    def fail(_arguments):
        raise error

    monkeypatch.setattr(program, "_run", fail)
    ended = tearline("anything")
    assert ended.code == code
    assert "Traceback" not in ended.err
    if isinstance(error, KeyboardInterrupt):
        assert ended.err == ""
    else:
        assert 1 <= len(ended.err.splitlines()) <= 2


def test_starting_is_light():
    """``tearline --help`` imports neither the server nor anything else that a command may need."""
    code = "import sys; from tearline.cli import main; main(['--help']); print(sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stderr.strip("[]\n").replace("'", "").split(", ")}
    assert not HEAVY & loaded
    assert "argparse" in loaded


@pytest.mark.slow
def test_as_a_process():
    """The exit code, standard output and standard error of a real process."""
    good = spawn("label", "policy", "list", "--json")
    assert good.returncode == 0
    assert json.loads(good.stdout)["network"] == "EXERCISE EXNET"
    bad = spawn("label", "mark", "{")
    assert bad.returncode == 2
    assert bad.stdout == ""
    assert bad.stderr.startswith("tearline: ")


def test_a_terminal_without_korean_still_gets_the_rest():
    """Letters that the terminal's encoding lacks are written as escapes; nothing stops."""
    label = (
        '{"policy": "EXERCISE KOR", "classification": "III-KUP", "categories": {"Releasable To": ["KOR"]}}'
    )
    surroundings = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = spawn("label", "mark", label, "--lang", "ko", env=surroundings)
    assert done.returncode == 0
    assert "\\uad70" in done.stdout


def test_output_that_nobody_reads_ends_quietly():
    """``tearline … | head`` prints no error about the pipe."""
    command = [sys.executable, "-m", "tearline.cli", "label", "policy", "show", "KOR"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) in {0, 1}


def test_interrupted_is_quiet():
    """Ctrl-C ends with 130 and says nothing."""
    code = """
import os, signal, sys
from tearline.cli import program
program._run = lambda argv: os.kill(os.getpid(), signal.SIGINT)
sys.exit(program.main([]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
