"""`reproduce`: the table, exit codes, Ctrl-C, and a bar that does not flood a log."""

import json
import os
import re
import signal
import threading
import time

import pytest

from core import Experiment
from core.cli import reproduce as command
from core.scenes import read_scene

from .command import core

NUMBER = {
    "name": "the risk", "read": {"how": "median", "x": 1}, "low": 0, "high": 10,
    "origin": "theory", "expected": "small",
}  # fmt: skip
SCENE = {
    "chapter": "noise", "title": "A title", "sentence": "A sentence.", "lesson": "A lesson.",
    "source": "A paper, figure 3", "knobs": {"n": 12, "m": 10, "n_test": 0}, "author_minutes": 5,
    "study": {
        "axis": {"label": "m"}, "quantity": "risk", "steps": 40, "seeds": 3,
        "points": [{"x": 1}, {"x": 2, "knobs": {"m": 20}}],
    },
    "quick": {"steps": 20, "seeds": 1},
    "numbers": [NUMBER],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("WIDEFLOW_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def put_scenes(tmp_path, monkeypatch):
    """Let the command see these scenes only."""

    def put(**changes_by_name):
        found = []
        for name, changes in changes_by_name.items():
            path = tmp_path / f"{name}.json"
            path.write_text(json.dumps({**SCENE, **changes}))
            found.append(read_scene(path))
        monkeypatch.setattr(command, "scenes", lambda: tuple(found))

    return put


def ours(text):
    """Return the numbers printed as ours, by scene."""
    rows = [re.split(r"\s{2,}", row) for row in text.splitlines()[2:]]
    return {row[0]: float(row[5]) for row in rows if len(row) == 10}


def test_the_table_has_the_numbers_of_all_scenes(put_scenes, capsys):
    put_scenes(one={}, two={"knobs": SCENE["knobs"] | {"tau": 2.0}})
    assert core("reproduce", "--quick", "--quiet") == 0
    printed = capsys.readouterr()
    for name, tau in (("one", 1.0), ("two", 2.0)):
        risk = Experiment(**SCENE["knobs"], tau=tau).simulation().advance(20).risk
        assert ours(printed.out)[name] == pytest.approx(risk, rel=1e-3)
    assert "2 of 2 numbers hold" in printed.out and printed.err == ""


def test_sizes_are_full_without_quick(put_scenes, capsys):
    put_scenes(one={})
    core("reproduce", "--quiet")
    risks = sorted(
        Experiment(**SCENE["knobs"], seed=seed).simulation().advance(40).risk for seed in range(3)
    )
    text = capsys.readouterr().out
    assert ours(text)["one"] == pytest.approx(risks[1], rel=1e-3)
    assert f"{risks[0]:.3g} … {risks[2]:.3g}" in text


def test_a_number_that_differs_is_exit_code_1(put_scenes, capsys):
    full = NUMBER | {"name": "at full size", "quick": False}
    put_scenes(one={"numbers": [NUMBER | {"high": 1e-9, "explain": "too strict"}, full]})
    assert core("reproduce", "--quick", "--quiet") == 1
    text = capsys.readouterr().out
    assert "differs" in text and "too strict" in text and "at full size" not in text
    assert "0 of 1 numbers hold" in text


def test_scenes_are_chosen_by_name_and_an_unknown_one_is_refused(put_scenes, capsys):
    put_scenes(one={}, two={}, silent={"numbers": []})
    assert core("reproduce", "two", "--quick", "--quiet") == 0
    assert list(ours(capsys.readouterr().out)) == ["two"]
    for name in ("three", "silent"):
        assert core("reproduce", name) == 2
        error = capsys.readouterr().err
        assert f"{name!r} is no scene with numbers; these are one, two" in error


def test_the_second_time_nothing_is_computed_unless_fresh_is_asked_for(
    put_scenes, capsys, monkeypatch
):
    put_scenes(one={})
    core("reproduce", "--quick", "--quiet")
    made, setup = [], Experiment.setup
    monkeypatch.setattr(Experiment, "setup", lambda self: made.append(1) or setup(self))
    core("reproduce", "--quick", "--quiet")
    assert made == []
    core("reproduce", "--quick", "--quiet", "--fresh")
    assert made
    first, second, third = re.findall(r"(\S+) +– +holds", capsys.readouterr().out)
    assert first == second == third


def test_ctrl_c_ends_it_and_keeps_what_was_measured(put_scenes, tmp_path, capsys):
    long = SCENE["study"] | {"points": [{"x": 1}, {"x": 2, "steps": 10**9}], "seeds": 1}
    still = SCENE["knobs"] | {"stepsize": 0.0}  # it would soon diverge
    put_scenes(one={}, endless={"knobs": still, "study": long, "quick": {}})
    pressed = []

    def press():
        # All six values of the first scene, and the one value that the second can have.
        until = time.perf_counter() + 60
        while len(list(tmp_path.rglob("cache/**/*.json"))) < 7 and time.perf_counter() < until:
            time.sleep(0.05)
        pressed.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)  # ignored by what is started in the background
    threading.Thread(target=press, daemon=True).start()
    assert core("reproduce", "--quiet") == 130
    assert time.perf_counter() - pressed[0] < 10  # of a loaded machine; the run itself has no end
    printed = capsys.readouterr()
    assert list(ours(printed.out)) == ["one"]  # what was whole is shown
    assert "what was measured is kept" in printed.err
    assert signal.getsignal(signal.SIGINT) is before


def test_a_log_file_gets_few_pictures_of_the_bar(put_scenes, capsys):
    put_scenes(one={"quick": {"seeds": 20}})
    core("reproduce", "--quick")
    err = capsys.readouterr().err
    assert err.count("\r") <= 4 and "one: 100%" in err
