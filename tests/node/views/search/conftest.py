# SPDX-License-Identifier: Apache-2.0
from collections.abc import Iterator

import pytest

from tearline.node.views.search import SearchIndex
from tests.node.views.search.worlds import PLACES


@pytest.fixture
def index() -> Iterator[SearchIndex]:
    made = SearchIndex(None, PLACES)
    yield made
    made.close()
