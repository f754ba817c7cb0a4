# SPDX-License-Identifier: Apache-2.0
"""``main``: which command, and what its end means as an exit code.

Start-up stays light: only argument parsers are made here; what a command needs is imported when it runs. Errors are one
or two lines that say what to do. TEARLINE_DEBUG=1 shows the traceback of a defect.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from tearline import __version__
from tearline.cli import (
    admit,
    backup,
    bundle,
    demo_command,
    directory,
    init,
    policy,
    read,
    release,
    search,
    serve,
    verify,
    write,
)
from tearline.cli.arguments import Parser, add_exits
from tearline.cli.exits import DONE, FAILED, INTERRUPTED, UNUSABLE, code_of
from tearline.cli.label import command as label
from tearline.cli.printing import clean, print_error
from tearline.core.errors import TearlineError

COMMANDS = (
    init,
    serve,
    admit,
    directory,
    backup,
    demo_command,
    write,
    release,
    read,
    search,
    bundle,
    policy,
    verify,
    label,
)

_TEXT = """\
tearline: share the most, leak nothing, lose nothing, prove it.
An open, federated network on which nations share labelled military intelligence."""

_START = """\
to begin:
  tearline demo                     seven nations on this machine, one exercise
  tearline label policy list        the policies that are shipped
  tearline COMMAND --help           examples of each command"""


OWNER_ONLY = 0o077
"""No umask of a login shell opens a journal, an index or an export to the others on the machine."""


def make_parser() -> Parser:
    """The program's parser with those of all commands."""
    parser = Parser(prog="tearline", description=_TEXT, epilog=_START)
    parser.add_argument("--version", action="version", version=f"tearline {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command", parser_class=Parser)
    for command in COMMANDS:
        command.add_parser(commands)
    add_exits(parser)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; the exit code (see ``exits``). What it writes is its owner's alone."""
    os.umask(OWNER_ONLY)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Korean still gets the rest
    try:
        return _run(argv)
    except SystemExit as done:  # --help and --version
        return done.code if isinstance(done.code, int) else DONE
    except TearlineError as error:
        print_error(error)
        return code_of(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read our output has left; say nothing more, also not at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print(clean(f"tearline: {place}{error.strerror or error}"), file=sys.stderr)
        return FAILED
    except Exception as error:  # noqa: BLE001 (the outermost loop: a defect is said in a line, and can be looked at)
        if os.environ.get("TEARLINE_DEBUG"):
            import traceback

            traceback.print_exc()
        print(clean(f"tearline: a defect in tearline: {type(error).__name__}: {error}"), file=sys.stderr)
        print("Run it again with TEARLINE_DEBUG=1 for the details, and report them.", file=sys.stderr)
        return FAILED


def _run(argv: Sequence[str] | None) -> int:
    parser = make_parser()
    arguments = parser.parse_args(argv)
    if not hasattr(arguments, "run"):
        parser.print_help(sys.stderr)
        return UNUSABLE
    try:
        code: int = arguments.run(arguments)
    except TearlineError as error:
        explain = getattr(arguments, "explain_failure", None)
        if explain is not None:  # a command with a language of its own says it in that
            error.message, error.advice = explain(error, getattr(arguments, "lang", "en"))
        raise
    sys.stdout.flush()
    return code
