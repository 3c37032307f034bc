"""The usual run takes a few cases of every test that has many; `-m thorough` takes the others.

A test marked `every_case` has all its cases in the usual run.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

#: Cases of a parametrized test that the usual run takes, spread over all of them. Nearly every
#: case compiles kernels of its own, and all of them together take the better part of an hour.
MOST_CASES = 1

_HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)  # before the marks are looked at
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    cases: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if item.get_closest_marker("every_case"):
            continue
        if item.path.is_relative_to(_HERE / "core") or item.path.is_relative_to(_HERE / "app"):
            cases[item.nodeid.partition("[")[0]].append(item)
    for group in cases.values():
        usual = [item for item in group if not item.get_closest_marker("thorough")]
        kept = set(np.linspace(0, len(usual) - 1, min(MOST_CASES, len(usual))).round().astype(int))
        for at, item in enumerate(usual):
            if at not in kept:
                item.add_marker(pytest.mark.thorough)
