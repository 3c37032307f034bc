"""The script of a run is started as a user starts it, and must give the same bits."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.exports.script import script

ROOT = Path(__file__).parents[3]

#: Two dynamics, a schedule, weight decay, noise; twice at one step.
CHANGES = [
    (0, {"stepsize": 0.2}),
    (40, {"dynamics": "langevin", "temperature": 0.001}),
    (40, {"weight_decay": 0.01}),
    (75, {"dynamics": "gradient", "stepsize": 0.05}),
]


def started(text):
    """Return what a script prints, by the first word of each line."""
    result = subprocess.run(
        [sys.executable, "-c", text],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert result.returncode == 0, result.stderr
    return dict(line.split(" ", 1) for line in result.stdout.splitlines())


def test_a_script_makes_a_changed_run_again_bit_for_bit(make_run):
    run = make_run(120, CHANGES, data="blobs", batch=7)
    text = script(run)
    printed = started(text)
    assert printed["step"] == "120"
    assert float(printed["risk"]) == run.frame.risk
    assert printed["the"] == "same bits as in the page: True"
    assert not re.search(r"\bapp\b", text)  # core alone
    # It can say no: with another stepsize on the way.
    other = text.replace("'stepsize': 0.05", "'stepsize': 0.06")
    assert other != text and started(other)["the"] == "same bits as in the page: False"


def test_a_script_of_own_points_holds_them(make_run):
    points = "[[0.25, -1.0, 1], [0.5, 2.0, -1]]"
    moved = "[[0.25, -1.5, 1], [0.5, 2.0, -1]]"
    run = make_run(10, [(4, {"points": moved})], data="points", points=points)
    assert run.changes[0].knobs == {"points": moved}
    assert started(script(run))["the"].endswith("True")


def test_no_script_for_a_run_that_began_elsewhere(make_run):
    run = make_run(3)
    object.__setattr__(run, "beginning", None)
    with pytest.raises(ValueError, match="NPZ"):
        script(run)
