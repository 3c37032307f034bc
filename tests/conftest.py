"""Which tests share a worker: those with pages and event loops, so that they do not crowd out."""

from __future__ import annotations

from pathlib import Path

import pytest

_TOGETHER = {"browser", "app"}


@pytest.hookimpl(tryfirst=True)  # before the workers read the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of app and browser on one worker."""
    for item in items:
        if _TOGETHER & set(Path(item.path).relative_to(item.config.rootpath).parts):
            item.add_marker(pytest.mark.xdist_group("page"))
