# SPDX-License-Identifier: Apache-2.0
"""Every view says which entries it follows, and is shown these and no others."""

import ast
import inspect
import textwrap

import pytest

from tests.simulation.network import Network, load_script

VIEWS = Network(load_script()).sites["KOR"].node._views


def list_asked(view):
    """The entries that ``apply`` asks for by name."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(type(view).apply)))
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "isinstance":
            subject, shapes = call.args
            if getattr(subject, "id", "") == "entry":
                yield from (name.id for name in ast.walk(shapes) if isinstance(name, ast.Name))


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: type(view).__name__)
def test_a1_a_view_is_shown_what_it_asks_for(view):
    """What ``apply`` looks for and ``follows`` left out would never come: the fold would miss it in silence."""
    asked = list(list_asked(view))
    assert asked
    assert sorted(shape.__name__ for shape in view.follows) == sorted(set(asked))
