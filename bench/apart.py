# SPDX-License-Identifier: Apache-2.0
"""One benchmark in a process of its own."""

from __future__ import annotations

import importlib
import logging
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from tearline.machine import tune_process


def run_apart(name: str) -> list[dict[str, Any]]:
    """The rows of one module, from a fresh process."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(run_module, name).result()


def run_module(name: str) -> list[dict[str, Any]]:
    """In the fresh process, which is tuned as a node's is."""
    logging.disable(logging.INFO)
    tune_process()
    rows: list[dict[str, Any]] = importlib.import_module(f"bench.{name}").run()
    return rows
