"""Values kept on disk: found again by another process, and harmless when the disk is not."""

import dataclasses
import os
import subprocess
import sys

import pytest

from core.studies import Store, store
from core.studies.store import default_folder, key

_LOOK = """
from core.studies import Cell, Store
print(Store().get(Cell("other arm", 9.0, 7, {"m": 3}, 5, "risk", {"u": 1})))
"""


@pytest.fixture
def cell(make_study):
    return next(iter(make_study().cells()))


def test_what_is_kept_comes_back_bit_by_bit(tmp_path, cell):
    kept = Store(tmp_path)
    assert kept.get(cell) is None
    kept.put(cell, 1 / 3, 2.5)
    assert Store(tmp_path).get(cell) == (1 / 3, 2.5)


def test_another_process_finds_it_whatever_the_arm_is_called(tmp_path, cell):
    same = dataclasses.replace(cell, knobs={"m": 3}, steps=5, quantity="risk", options={"u": 1})
    Store(tmp_path).put(same, 0.1, 0.2)
    environment = os.environ | {"WIDEFLOW_CACHE": str(tmp_path)}
    look = [sys.executable, "-c", _LOOK]
    done = subprocess.run(look, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(0.1, 0.2)"


def test_other_content_has_another_key(cell, monkeypatch):
    def with_(**changes):
        return key(dataclasses.replace(cell, **changes))

    keys = {
        key(cell),
        with_(knobs={**cell.knobs, "tau": 2.0}),
        with_(knobs={**cell.knobs, "seed": 5}),
        with_(steps=31),
        with_(quantity="objective"),
        with_(options={"m": 3}),
    }
    assert len(keys) == 6
    assert with_(knobs={**cell.knobs, "speed": 7.0}) == with_(arm="b", x=4.0) == key(cell)
    monkeypatch.setattr(store, "_code", lambda: "another program")
    assert key(cell) not in keys


@pytest.mark.every_case
@pytest.mark.parametrize("text", ["", "{", "[1.0]", "[1, 2, 3]", '["a", "b"]', "null", "7"])
def test_a_file_that_is_damaged_counts_for_nothing(tmp_path, cell, text):
    kept = Store(tmp_path)
    kept.put(cell, 0.5, 1.0)
    [path] = tmp_path.rglob("*.json")
    path.write_text(text)
    assert kept.get(cell) is None
    kept.put(cell, 0.5, 1.0)
    assert kept.get(cell) == (0.5, 1.0)


def test_bytes_that_are_no_text_count_for_nothing(tmp_path, cell):
    Store(tmp_path).put(cell, 0.5, 1.0)
    [path] = tmp_path.rglob("*.json")
    path.write_bytes(b"\xff\xfe\x00")
    assert Store(tmp_path).get(cell) is None


def test_a_folder_that_cannot_be_written_is_harmless(tmp_path, cell):
    blocked = tmp_path / "file"
    blocked.write_text("")
    kept = Store(blocked)
    kept.put(cell, 0.5, 1.0)
    assert kept.get(cell) is None


def test_the_folder_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("WIDEFLOW_CACHE", raising=False)
    assert default_folder() == tmp_path / "wideflow"
    monkeypatch.setenv("WIDEFLOW_CACHE", str(tmp_path / "mine"))
    assert default_folder() == tmp_path / "mine"
