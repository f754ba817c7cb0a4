# SPDX-License-Identifier: Apache-2.0
"""The long form, by hand: ``python -m tests.fuzz.campaign NAME|all [SECONDS]`` (docs/how-to/fuzz-the-parsers.md).

Where atheris is installed (it is not among the locked dependencies) inputs are guided by the coverage of the parser, each
parser in a process of its own; else they are drawn as in the short form, from a seed that is printed. An input that breaks
something is printed whole; it belongs into ``tests/fuzz/found``, from where the short form feeds it ever after.
"""

import argparse
import importlib
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.mutate import SIZE_MAX, mutate


def load_parsers():
    """The parsers; instrumented where atheris is there, which has to be before anything of them is loaded."""
    try:
        import atheris  # noqa: PLC0415  not among the locked dependencies
    except ImportError:
        return importlib.import_module("tests.fuzz.parsers"), None
    with atheris.instrument_imports(include=["tearline.core"]):
        return importlib.import_module("tests.fuzz.parsers"), atheris


def run_drawn(name, seconds, parsers):
    """Drawn inputs until the time is over; how many."""
    seed = random.SystemRandom().randrange(2**32)
    sys.stdout.write(f"{name}: seed {seed}\n")
    rng, samples = random.Random(seed), parsers.TARGETS[name].samples
    ends, count = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        raw = mutate(rng.choice(samples), samples, rng)
        try:
            parsers.feed(name, raw)
        except Exception:
            sys.stdout.write(f"{name}: input {count}: {raw!r}\n")
            raise
        count += 1
    sys.stdout.write(f"{name}: {count} inputs, none broke it\n")
    return count


def run_guided(name, seconds, parsers, atheris):
    """The same by atheris, from the samples, in this process until it ends."""
    folder = Path(tempfile.mkdtemp(prefix="tearline-fuzz-"))
    for number, raw in enumerate(parsers.TARGETS[name].samples):
        (folder / f"sample-{number}").write_bytes(raw)

    def feed(raw):
        try:
            parsers.feed(name, raw)
        except Exception:
            sys.stdout.write(f"{name}: {raw!r}\n")
            raise

    options = {
        "max_total_time": seconds,
        "max_len": SIZE_MAX // 4,
        "rss_limit_mb": 1024,
        "timeout": 10,
        "verbosity": 0,
        "print_final_stats": 1,
        "artifact_prefix": f"{folder}/found-",
    }
    atheris.Setup([sys.argv[0], *(f"-{key}={value}" for key, value in options.items()), str(folder)], feed)
    atheris.Fuzz()


def run_each(seconds, parsers):
    """Every parser in a process of its own, one after another; exit code 1 where one broke."""
    broken = [
        name
        for name in parsers.TARGETS
        if subprocess.run(
            [sys.executable, "-m", "tests.fuzz.campaign", name, str(seconds)], check=False
        ).returncode
    ]
    sys.stdout.write(f"{len(parsers.TARGETS)} parsers, broken: {', '.join(broken) or 'none'}\n")
    return 1 if broken else 0


def main():
    """One parser, or each of them for an equal time."""
    parsers, atheris = load_parsers()
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz.campaign")
    asked.add_argument("name", choices=["all", *parsers.TARGETS])
    asked.add_argument("seconds", type=int, nargs="?", default=60)
    arguments = asked.parse_args()
    if arguments.name == "all":
        return run_each(arguments.seconds, parsers)
    if atheris is None:
        run_drawn(arguments.name, arguments.seconds, parsers)
    else:
        run_guided(arguments.name, arguments.seconds, parsers, atheris)
    return 0


if __name__ == "__main__":
    sys.exit(main())
