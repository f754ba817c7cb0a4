# SPDX-License-Identifier: Apache-2.0
"""The long form, by hand: ``python -m tests.fuzz.campaign NAME [SECONDS]``.

Where atheris is installed (it is not among the locked dependencies) inputs are guided by the coverage of the parser; else
they are drawn as in the short form, from a seed that is printed. An input that breaks something is printed whole.
"""

import random
import sys
import time

from tests.fuzz.mutate import mutate
from tests.fuzz.parsers import TARGETS, feed


def run_drawn(name, seconds):
    """Drawn inputs until the time is over; how many."""
    seed = random.SystemRandom().randrange(2**32)
    sys.stdout.write(f"{name}: seed {seed}\n")
    rng, samples = random.Random(seed), TARGETS[name].samples
    ends, count = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        raw = mutate(rng.choice(samples), samples, rng)
        try:
            feed(name, raw)
        except Exception:
            sys.stdout.write(f"{name}: input {count}: {raw!r}\n")
            raise
        count += 1
    sys.stdout.write(f"{name}: {count} inputs, none broke it\n")
    return count


def run_guided(name, seconds):
    """The same by atheris, in this process until it ends; samples first."""
    import atheris  # noqa: PLC0415  not among the locked dependencies

    for raw in TARGETS[name].samples:
        feed(name, raw)
    with atheris.instrument_imports(include=["tearline.core.labels"]):
        atheris.instrument_all()
    atheris.Setup(
        [sys.argv[0], f"-max_total_time={seconds}", "-rss_limit_mb=1024", "-timeout=10"],
        lambda raw: feed(name, raw),
    )
    atheris.Fuzz()


def main(arguments):
    """One parser, or each of them for an equal time."""
    names = [arguments[0]] if arguments and arguments[0] != "all" else list(TARGETS)
    seconds = int(arguments[1]) if len(arguments) > 1 else 60
    try:
        import atheris  # noqa: F401, PLC0415
    except ImportError:
        for name in names:
            run_drawn(name, seconds)
        return
    run_guided(names[0], seconds)


if __name__ == "__main__":
    main(sys.argv[1:])
