# SPDX-License-Identifier: Apache-2.0
"""The house rules that a machine can check: sizes, names, first lines, guarantee ids, stray paths.

Rules, by the names that tests/tidy_exceptions.txt uses:

    function-lines   a function's body has at most 60 lines
    module-lines     a module has at most 500 lines
    parameters       a function takes at most 6 parameters, not counting self
    spdx             each source file starts with the SPDX line
    name             no module has one of the names that say nothing (utils, helpers, common, base, ...)
    insides          first-party imports stop at the package where its __init__ lists what is public
"""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SPDX = "# SPDX-License-Identifier: Apache-2.0"
FUNCTION_LINES_MAX = 60
MODULE_LINES_MAX = 500
PARAMETERS_MAX = 6
NAMES_RETIRED = {"util", "utils", "helper", "helpers", "common", "base", "mgr"}
GUARANTEES = [f"n{i}" for i in range(1, 8)] + [f"d{i}" for i in range(1, 5)] + [f"a{i}" for i in range(1, 4)]

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def list_files() -> list[str]:
    """Every file that is or could be committed, so that a slip shows before the commit as well."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return sorted({name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()})


def list_modules(*folders: str) -> list[str]:
    return [name for name in list_files() if name.endswith(".py") and name.startswith(folders)]


def walk_functions(path: str) -> Iterator[tuple[str, Function]]:
    """Each function of a module with its dotted name, nested ones too."""

    def walk(node: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield prefix + child.name, child
                yield from walk(child, f"{prefix}{child.name}.")
            elif isinstance(child, ast.ClassDef):
                yield from walk(child, f"{prefix}{child.name}.")
            else:
                yield from walk(child, prefix)

    yield from walk(ast.parse((ROOT / path).read_text(encoding="utf-8")), "")


def count_body_lines(function: Function) -> int:
    """Lines of the body without the docstring."""
    body = function.body
    if ast.get_docstring(function, clean=False) is not None:
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def count_parameters(function: Function) -> int:
    arguments = function.args
    named = [a.arg for a in arguments.posonlyargs + arguments.args + arguments.kwonlyargs]
    return len([name for name in named if name not in {"self", "cls"}])


@cache
def find_faults() -> frozenset[str]:
    return frozenset(list_faults())


def list_faults() -> Iterator[str]:
    for path in list_modules("src/", "tests/", "bench/", "tools/"):
        text = (ROOT / path).read_text(encoding="utf-8")
        if not text.startswith(SPDX):
            yield f"spdx {path}"
        if text.count("\n") > MODULE_LINES_MAX:
            yield f"module-lines {path}"
        if NAMES_RETIRED & set(Path(path).with_suffix("").parts):
            yield f"name {path}"
        for name, function in walk_functions(path):
            if count_body_lines(function) > FUNCTION_LINES_MAX:
                yield f"function-lines {path}:{name}"
            # A test's parameters are its fixtures and cases; pytest names them.
            if count_parameters(function) > PARAMETERS_MAX and not path.startswith("tests/"):
                yield f"parameters {path}:{name}"
    yield from find_imports_of_insides()


def find_imports_of_insides() -> Iterator[str]:
    """Imports that reach past a package whose __init__ has an __all__, from outside of that package."""
    public = {
        p for p in list_modules("src/") if p.endswith("__init__.py") and "__all__" in (ROOT / p).read_text()
    }
    packages = {p.removeprefix("src/").removesuffix("/__init__.py").replace("/", ".") for p in public}
    for path in list_modules("src/"):
        importer = path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                yield from (
                    f"insides {path}:{node.module}"
                    for package in packages
                    if node.module.startswith(package + ".")
                    and node.module not in packages
                    and not f"{importer}.".startswith(package + ".")
                    and importer != "tearline.assembly"
                )


def read_exceptions() -> tuple[int, list[str]]:
    lines = (ROOT / "tests/tidy_exceptions.txt").read_text(encoding="utf-8").splitlines()
    lines = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    assert lines[0].startswith("ceiling ")
    return int(lines[0].split()[1]), lines[1:]


def test_code_keeps_the_house_rules() -> None:
    """No fault beyond the listed exceptions."""
    _, exceptions = read_exceptions()
    assert sorted(find_faults() - set(exceptions)) == []


def test_exceptions_only_shrink() -> None:
    """Every exception is still needed, and the list is exactly as long as its ceiling says."""
    ceiling, exceptions = read_exceptions()
    assert sorted(set(exceptions) - find_faults()) == [], "mended: remove these lines and lower the ceiling"
    assert len(exceptions) == ceiling


@pytest.mark.skipif(
    not (ROOT / "docs/guarantees.md").exists(), reason="docs/guarantees.md is not written yet"
)
@pytest.mark.parametrize("guarantee", GUARANTEES)
def test_each_guarantee_has_a_test(guarantee: str) -> None:
    """Each id stands in docs/guarantees.md and in the name of a test."""
    page = (ROOT / "docs/guarantees.md").read_text(encoding="utf-8")
    assert re.search(rf"\b{guarantee.upper()}\b", page), (
        f"docs/guarantees.md does not name {guarantee.upper()}"
    )
    names = [name.rpartition(".")[2] for path in list_modules("tests/") for name, _ in walk_functions(path)]
    assert any(re.match(rf"test_(\w+_)?{guarantee}_", name) for name in names)


def test_the_page_of_guarantees_names_tests_that_exist() -> None:
    """Each test by its name, each folder or file of tests by its path."""
    page = (ROOT / "docs/guarantees.md").read_text(encoding="utf-8")
    names = {name.rpartition(".")[2] for path in list_modules("tests/") for name, _ in walk_functions(path)}
    named = set(re.findall(r"`(test_\w+)`", page))
    assert len(named) > 20
    assert sorted(named - names) == []
    places = set(re.findall(r"`(tests/[\w./-]+)`", page))
    assert sorted(place for place in places if not (ROOT / place).exists()) == []


def test_no_file_names_this_machine() -> None:
    """No committed file holds the path of this checkout, nor of the folder in which it lies."""
    parent = ROOT.parent
    # Folders that every machine has may be named: then only the checkout's own path counts.
    place = ROOT if str(parent) in {"/", "/tmp", "/var/tmp", "/root", "/home", "/srv", "/opt"} else parent  # noqa: S108
    needle = f"{place}/".encode()
    assert [name for name in list_files() if needle in (ROOT / name).read_bytes()] == []


def strip_funding(raw: bytes) -> bytes:
    """Without what authors of packages say about gifts: addresses of theirs, and no registry's."""
    return re.sub(rb'"funding": (\{[^}]*\}|\[[^\]]*\]|"[^"]*")', b"", raw)


def test_locks_hold_no_registry_address() -> None:
    """Lock files pin by hash alone; which registry serves them is the machine's setting."""
    address = re.compile(rb"https?://|file://|--(extra-)?index-url|--find-links|\"resolved\":")
    locks = [
        name for name in list_files() if re.search(r"(\.lock|lock\.ya?ml|package-lock\.json|uv\.lock)$", name)
    ]
    assert "requirements.lock" in locks
    assert [name for name in locks if address.search(strip_funding((ROOT / name).read_bytes()))] == []
    assert "uv.lock" not in {Path(name).name for name in locks}
