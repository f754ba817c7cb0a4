# SPDX-License-Identifier: Apache-2.0
"""Mutation testing of what decides, joins and carries labels: one small change at a time, in a process of its own.

``python -m tests.mutants.mutation [function ...]`` changes every place of the functions named (all, without) and says which
changes nothing noticed. Each must be argued in ``survivors.md``, under the name printed here; an argument that is not
needed any more is told as well.

A mutant is one node of a function's syntax tree turned into another; the function takes its place wherever the core
imported it, and the laws, vectors and tests below are asked, cheapest first, until one is red.
"""

import ast
import copy
import gc
import importlib
import inspect
import os
import random
import re
import signal
import sys
import textwrap
from pathlib import Path
from types import FunctionType

import pytest

from tearline.core.labels import Sights, decide_sight
from tests.node.commands import test_release_words
from tests.properties import laws, test_generated_policies
from tests.properties.policies import DrawnPolicy
from tests.properties.worlds import World, draw_label, draw_reader, make_book
from tests.vectors.labels import test_cases, test_vectors

ROOT = Path(__file__).resolve().parents[2]
ARGUED = Path(__file__).with_name("survivors.md")
SECONDS_MAX = 120
MODULES = tuple(
    importlib.import_module(f"tearline.core.labels.{name}")
    for name in ("decide", "audience", "roll_up", "translate", "sight")
)
TESTS = [
    f"tests/core/labels/test_{name}.py" for name in ("decide", "roll_up", "translate", "audience", "sight")
]
_FUTURE = ast.fix_missing_locations(ast.ImportFrom("__future__", [ast.alias("annotations")], 0))
_COMPARISONS = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
_OPERATORS = {ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Sub: ast.BitOr}
_NAMES = {"max": "min", "min": "max", "any": "all", "all": "any"}
_ATTRIBUTES = {"intersection": "union", "isdisjoint": "issubset", "hierarchy": "lacv", "casefold": "upper"}


class Mutant:
    """One changed place: in which function, what stood there, and what stands there now."""

    def __init__(self, original, number, node, changed):
        self.original = original
        self.number = number
        self.tree = changed
        self.what = f"{ast.unparse(node)} -> {ast.unparse(changed.mutated)}"

    @property
    def name(self):
        """The same as long as the code there is the same."""
        module = self.original.__module__.rpartition(".")[2]
        return f"{module}.{self.original.__name__}: {' '.join(self.what.split())}"

    def install(self):
        """Put the function in place of the original, wherever it was imported."""
        module = sys.modules[self.original.__module__]
        names = {**vars(module)}
        exec(compile(self.tree, str(ARGUED), "exec"), names)  # noqa: S102  our own code, changed
        made = names[self.original.__name__]
        made = FunctionType(made.__code__, vars(module), made.__name__, made.__defaults__, made.__closure__)
        made.__kwdefaults__ = self.original.__kwdefaults__
        for other in list(sys.modules.values()):
            for name, value in list(getattr(other, "__dict__", {}).items()):
                if value is self.original:
                    setattr(other, name, made)


def change_node(node):
    """Every way in which one node may be changed."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARISONS:
        yield ast.Compare(node.left, [_COMPARISONS[type(node.ops[0])]()], node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        yield ast.BinOp(node.left, _OPERATORS[type(node.op)](), node.right)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield ast.Constant(node.value + 1)
    elif isinstance(node, ast.Name) and node.id in _NAMES:
        yield ast.Name(_NAMES[node.id], node.ctx)
    elif isinstance(node, ast.Attribute) and node.attr in _ATTRIBUTES:
        yield ast.Attribute(node.value, _ATTRIBUTES[node.attr], node.ctx)
    elif isinstance(node, ast.If | ast.IfExp):
        for truth in (True, False):
            yield type(node)(**{**dict(ast.iter_fields(node)), "test": ast.Constant(truth)})
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield | ast.YieldFrom | ast.Call):
        yield ast.Pass()


def list_mutants(modules=MODULES, only=()):
    """Every mutant of every function of the modules, in order."""
    for module in modules:
        for name, value in vars(module).items():
            own = isinstance(value, FunctionType) and value.__module__ == module.__name__
            if own and (not only or name in only):
                yield from _list_of(value)


def _list_of(function):
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    docstring = ast.get_docstring(tree.body[0])
    nodes = [n for n in ast.walk(tree) if isinstance(n, ast.expr | ast.stmt)]
    skipped = set(_list_annotations(tree))
    for number, node in enumerate(nodes):
        if node in skipped or (isinstance(node, ast.Constant) and node.value == docstring):
            continue
        for changed in change_node(node):
            other = copy.deepcopy(tree)
            place = [n for n in ast.walk(other) if isinstance(n, ast.expr | ast.stmt)][number]
            made = _replace(other, place, copy.deepcopy(changed))
            made.body.insert(0, _FUTURE)
            yield Mutant(function, number, node, made)


def _list_annotations(tree):
    """What is never run."""
    for node in ast.walk(tree):
        for name in ("annotation", "returns"):
            if getattr(node, name, None) is not None:
                yield from ast.walk(getattr(node, name))


def _replace(tree, place, changed):
    class Put(ast.NodeTransformer):
        def visit(self, node):
            return ast.copy_location(changed, node) if node is place else self.generic_visit(node)

    made = ast.fix_missing_locations(Put().visit(tree))
    made.mutated = changed
    return made


def is_noticed():
    """Does anything go red? Cheapest first: vectors, laws on a small world, then the tests themselves."""
    for check in CHEAP:
        try:
            check()
        except Exception:  # noqa: BLE001  whatever goes wrong is noticed
            return True
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    return (
        pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", str(ROOT), *TESTS])
        != 0
    )


def _run_cases():
    test_cases.make_book.cache_clear()
    for vector in test_cases.OF_KIND["decision"]:
        test_cases.test_n5_a_decision(vector)


def _run_vectors():
    test_vectors.BOOK = test_vectors.make_book()
    test_vectors.READERS = {r["id"]: test_vectors.read_reader(r) for r in test_vectors.VECTORS["readers"]}
    for vector in test_vectors.VECTORS["decisions"]:
        test_vectors.test_n5_who_sees_a_label(vector)
    for vector in test_vectors.VECTORS["banners"]:
        test_vectors.test_n3_what_a_banner_means(vector)
    for vector in test_vectors.VECTORS["translations"]:
        test_vectors.test_n4_what_a_translation_means(vector)


def _run_drawn():
    rng = random.Random(27)
    for _ in range(12):
        drawn = DrawnPolicy(rng)
        labels = [drawn.draw_label(rng) for _ in range(16)]
        test_generated_policies.compare(drawn, labels, [drawn.draw_clearance(rng) for _ in range(16)])
    test_generated_policies.test_n3_tlp_and_policies_without_an_audience_have_banners()


def _run_words():
    test_release_words.test_a3_display_only_is_told_as_the_reason()
    book = make_book()
    sights = Sights(book)
    reader = draw_reader(random.Random(28), book).sight
    rng = random.Random(29)
    labels = [draw_label(rng, malformed=0.2) for _ in range(60)]
    number = sights.class_id(reader)
    for label in labels:
        assert sights.sees_label(number, label) == decide_sight(label, reader, book).permitted
    for _ in range(6):  # whoever comes after the labels
        reader = draw_reader(rng, book).sight
        number = sights.class_id(reader)
        seen = [decide_sight(label, reader, book).permitted for label in labels]
        assert [sights.sees_label(number, label) for label in labels] == seen


def _run_laws():
    laws.check_decisions(World(23, labels=150, readers=24))
    laws.check_malformed(World(24, labels=80, readers=12), 20)
    laws.check_banners(World(25, labels=120, readers=24), 300)
    laws.check_translations(World(26, labels=150, readers=24), 300)


CHEAP = (_run_cases, _run_vectors, _run_drawn, _run_words, _run_laws)


def survives(mutant):
    """Runs it in a process of its own. One that never ends is noticed."""
    child = os.fork()
    if child == 0:
        gc.freeze()  # what the parent holds (connections, an index with threads) is not for this process to let go of
        signal.alarm(SECONDS_MAX)
        try:
            mutant.install()
            noticed = is_noticed()
        except BaseException:  # noqa: BLE001  it could not even be put in place
            noticed = True
        os._exit(1 if noticed else 0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        say(f"ended by signal {os.WTERMSIG(status)} (of {SECONDS_MAX} s at most): {mutant.name}")
    return status == 0


def read_arguments():
    """The names of the mutants that are argued: the headings of ``survivors.md``."""
    return set(re.findall(r"^### `(.+)`$", ARGUED.read_text(encoding="utf-8"), flags=re.MULTILINE))


def say(text):
    """A line, at once: a run takes long."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(only):
    """Every mutant; exit code 1 where one survives without an argument."""
    argued = read_arguments()
    mutants = list(list_mutants(only=only))
    survivors = []
    for number, mutant in enumerate(mutants, 1):
        if survives(mutant):
            survivors.append(mutant.name)
            say(f"[{number}/{len(mutants)}] survives: {mutant.name}")
    unargued = [name for name in survivors if name not in argued]
    say(f"{len(mutants)} mutants, {len(survivors)} survive, {len(unargued)} of them without an argument")
    if not only:
        for name in sorted(argued - set(survivors)):
            say(f"argued, and noticed: {name}")
    return 1 if unargued else 0


if __name__ == "__main__":
    sys.exit(main(set(sys.argv[1:])))
