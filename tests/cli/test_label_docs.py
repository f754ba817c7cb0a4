# SPDX-License-Identifier: Apache-2.0
"""The pages about labels say what the program and the library do: their examples are run, their codes are complete."""

import doctest
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tearline.cli.label.batch import Shelf, answer_line
from tearline.core import labels
from tearline.core.labels import codecs

ROOT = Path(__file__).resolve().parents[2]
BATCH = (ROOT / "docs/reference/label-batch.md").read_text()
LABEL = (ROOT / "docs/reference/label.md").read_text()
TUTORIAL = ROOT / "docs/how-to/use-labels-as-a-library.md"
BLOCKS = re.findall(r"```jsonl\n(.*?)\n```", BATCH, flags=re.DOTALL)


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("block", BLOCKS)
def test_batch_answers_as_its_page_shows(block):
    """Each request of an example is answered by the line below it."""
    shelf = Shelf()
    lines = block.splitlines()
    for sent, shown in zip(lines[::2], lines[1::2], strict=True):
        assert sent.startswith("> ")
        answer = json.loads(json.dumps(answer_line(sent[2:].encode(), shelf)))
        assert answer == json.loads(shown.removeprefix("< "))


def test_every_op_has_a_section():
    for op in ("policy", "validate", "mark", "mark_clearance", "parse", "decide", "explain", "translate"):
        assert f"\n### {op}\n" in BATCH
    for op in ("rollup", "dominates", "convert", "reset"):
        assert f"\n### {op}\n" in BATCH


def test_every_code_is_on_the_page():
    """Codes that the label verbs and the library raise, and those of reasons, are listed."""
    raised = re.compile(r"(?:Unusable|Malformed|Limit|Integrity|NotInPolicy)Error\(\s*\"([a-z-]+)\"")
    folders = ("src/tearline/cli/label", "src/tearline/core/labels")
    modules = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    codes = {code for path in modules for code in raised.findall(path.read_text())}
    words = (ROOT / "src/tearline/core/labels/explain.py").read_text()
    codes |= set(re.findall(r'^    "([a-z-]+)": ', words, flags=re.MULTILINE))
    assert sorted(code for code in codes if f"`{code}`" not in BATCH) == []


@pytest.mark.parametrize(
    ("command", "output"), re.findall(r"^    \$ tearline (label .*)\n    ([^$].*)$", LABEL, re.MULTILINE)
)
def test_the_verbs_print_what_their_page_shows(tearline, command, output):
    assert tearline(*shlex.split(command)).out.strip() == output


def test_the_tutorial_works_as_written():
    """Every snippet, in order, in one session."""
    parser = doctest.DocTestParser()
    session = parser.get_doctest(TUTORIAL.read_text(), {}, "tutorial", str(TUTORIAL), 0)
    assert len(session.examples) > 30
    said = []
    doctest.DocTestRunner(verbose=False).run(session, out=said.append)
    assert said == []


def test_the_library_loads_nothing_else():
    """Neither the rest of tearline nor an XML parser, an ASN.1 library or a codec."""
    code = "import sys, tearline.core.labels; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    ours = {name for name in loaded if name.startswith("tearline")}
    foreign = {"lxml", "pyasn1", "asyncio", "csv", "json", "unicodedata", "zipfile", "tomllib"}
    assert foreign & loaded == set()
    late = {
        "codecs.stanag4774",
        "binding",
        "document",
        "marking",
        "numeric",
        "pack",
        "pack_cases",
        "pack_files",
    }
    assert {f"tearline.core.labels.{name}" for name in late} & loaded == set()
    allowed = (
        "tearline.core.labels",
        *(f"tearline.core.{m}" for m in ("canon", "errors", "ids", "instants")),
    )
    assert [name for name in ours - {"tearline", "tearline.core"} if not name.startswith(allowed)] == []


def test_each_name_of_the_library_is_there():
    """What it lists it has, whichever of its modules were loaded before; never the module that is called like it."""
    code = (
        "import types; from tearline.core.labels import pack_files, codecs, grounds, colors, numeric, binding\n"
        "from tearline.core import labels\n"
        "print([name for name in labels.__all__ if isinstance(getattr(labels, name), types.ModuleType)])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    with pytest.raises(AttributeError, match="no attribute"):
        labels.nothing  # noqa: B018  asking is the test


def test_each_name_of_the_codecs_is_there():
    """What ``codecs`` lists it has, and nothing else."""
    assert all(getattr(codecs, name) is not None for name in codecs.__all__)
    with pytest.raises(AttributeError, match="no attribute"):
        codecs.nothing  # noqa: B018  asking is the test
