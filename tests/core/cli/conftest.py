"""A small experiment in a file, and a place for its run."""

import json

import pytest

from .command import KNOBS_OF_ALL


@pytest.fixture
def out(tmp_path):
    return tmp_path / "run.npz"


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "experiment.json"
    path.write_text(json.dumps(KNOBS_OF_ALL))
    return path
