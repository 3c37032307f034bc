"""The command line: runs, their continuation, what it prints and what it refuses."""

import io
import json
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core import Experiment, Simulation
from core.knobs import KNOBS
from core.saved import SavedRun

from .command import KNOBS_OF_ALL, core

ROOT = Path(__file__).parents[3]


def particles(path):
    return Simulation.from_file(path).frame.particles.tobytes()


def test_a_run_is_that_of_the_api(source, out, capsys):
    assert core("run", source, "--steps", 200, "--out", out, "--set", "tau=0.5") == 0
    experiment = Experiment(**KNOBS_OF_ALL, tau=0.5)
    frame = experiment.simulation().advance(200)
    assert particles(out) == frame.particles.tobytes()
    saved = SavedRun.read(out)
    assert saved.experiment == experiment.to_dict() and saved.step == 200
    printed = capsys.readouterr()
    assert f"{out}: step 200," in printed.out and f"risk {frame.risk:.6g}" in printed.out
    last = printed.err.split("\r")[-1]
    assert "100%" in last and "step/s" in last
    assert f"risk={frame.risk:.4g}, margin={frame.margin:.4g}" in last


def test_quiet_is_quiet(source, out, capsys):
    assert core("run", source, "--steps", 5, "--out", out, "--quiet") == 0
    printed = capsys.readouterr()
    assert printed.out == printed.err == ""


def test_runs_that_go_on_have_the_bits_of_one(source, out, tmp_path):
    again, whole = tmp_path / "again.npz", tmp_path / "whole.npz"
    core("run", source, "--steps", 70, "--out", out)
    core("run", out, "--steps", 80, "--out", again)
    core("run", source, "--steps", 150, "--out", whole)
    assert again.read_bytes() == whole.read_bytes()
    # The first command with --resume, and more steps, finishes the run in its place.
    assert core("run", source, "--steps", 150, "--out", out, "--resume") == 0
    assert out.read_bytes() == whole.read_bytes()
    assert core("run", out, "--steps", 10, "--out", out, "--force") == 0
    assert SavedRun.read(out).step == 160


def test_resume_starts_what_is_not_there_and_leaves_what_is_done(source, out, capsys):
    assert core("run", source, "--steps", 20, "--out", out, "--resume") == 0
    before = out.read_bytes()
    assert core("run", source, "--steps", 10, "--out", out, "--resume") == 0
    assert out.read_bytes() == before
    assert "is at step 20 already" in capsys.readouterr().err


def test_live_knobs_of_a_run_that_goes_on(source, out, tmp_path):
    again = tmp_path / "again.npz"
    core("run", source, "--steps", 20, "--out", out)
    core("run", out, "--steps", 30, "--out", again, "--set", "stepsize=0.1", "--set",
         "weight_decay=0.01")  # fmt: skip
    simulation = Experiment(**KNOBS_OF_ALL).simulation()
    simulation.advance(20)
    Experiment(**KNOBS_OF_ALL, stepsize=0.1, weight_decay=0.01).apply_live(simulation)
    assert particles(again) == simulation.advance(30).particles.tobytes()
    assert SavedRun.read(again).experiment["stepsize"] == 0.1
    core("run", source, "--steps", 50, "--out", out, "--resume", "--set", "stepsize=0.1",
         "--set", "weight_decay=0.01")  # fmt: skip
    assert out.read_bytes() == again.read_bytes()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_saves_what_is_there(source, out, capsys, monkeypatch, number):
    advance = Simulation.advance
    handler = signal.getsignal(number)

    def interrupted(self, steps):
        frame = advance(self, steps)
        if frame.step > 20:
            signal.raise_signal(number)
        return frame

    monkeypatch.setattr(Simulation, "advance", interrupted)
    assert core("run", source, "--steps", 10**6, "--out", out) == 128 + number
    monkeypatch.setattr(Simulation, "advance", advance)
    assert signal.getsignal(number) == handler
    step = SavedRun.read(out).step
    said = capsys.readouterr().err
    assert 20 < step < 10**6 and f"stopped at step {step}; {out} holds the run" in said
    frame = Experiment(**KNOBS_OF_ALL).simulation().advance(step)
    assert particles(out) == frame.particles.tobytes()


def test_a_second_ctrl_c_stops_at_once(source, out, capsys, monkeypatch):
    def stubborn(self, steps):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Simulation, "advance", stubborn)
    # A process started in the background of a shell ignores the signal from the beginning.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert core("run", source, "--steps", 10, "--out", out) == 130
    finally:
        signal.signal(signal.SIGINT, before)
    assert not out.exists() and "nothing was saved" in capsys.readouterr().err


def test_a_diverging_run_is_saved_up_to_its_last_finite_step(source, out, tmp_path, capsys):
    arguments = ["--steps", 1000, "--set", "dynamics=gradient", "--set", "loss=square", "--set",
                 "activation=relu2", "--set", "stepsize=1e3"]  # fmt: skip
    assert core("run", source, "--out", out, *arguments) == 1
    run = Simulation.from_file(out)
    assert run.divergence is not None and np.isfinite(run.frame.particles).all()
    assert run.divergence.message in capsys.readouterr().err
    again = tmp_path / "again.npz"
    assert core("run", out, "--steps", 10, "--out", again) == 1
    assert again.read_bytes() == out.read_bytes()
    capsys.readouterr()
    core("show", out)
    shown = " ".join(capsys.readouterr().out.split())
    assert f"diverged {run.divergence.message}" in shown


def test_the_experiment_to_start_from(out, capsys, monkeypatch):
    assert core("experiment") == 0
    assert json.loads(capsys.readouterr().out) == Experiment().to_dict()
    core("experiment", "--set", "data=teacher", "--set", "d=3", "--set", "bias=no")
    text = capsys.readouterr().out
    expected = Experiment(data="teacher", d=3, bias=False)
    assert json.loads(text) == expected.to_dict()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert core("run", "-", "--steps", 3, "--out", out) == 0
    assert particles(out) == expected.simulation().advance(3).particles.tobytes()


def test_show(source, out, capsys):
    core("run", source, "--steps", 3000, "--out", out, "--quiet")
    assert core("show", out) == 0
    shown = capsys.readouterr().out
    words = " ".join(shown.split())
    for text in ("m=30", "n=20", "10 test samples", "float32", "seed=5", "stepsize=0.4",
                 f"numpy {np.__version__}", "softmin"):  # fmt: skip
        assert text in words, text
    assert "noise=" not in words and "diverged" not in words  # what does not apply
    header, *rows = shown.split("\n\n")[1].splitlines()
    assert header.split() == ["step", "time", "risk", "test", "risk", "margin", "accuracy"]
    assert 15 <= len(rows) <= 21
    frame = Simulation.from_file(out).frame
    now = [frame.step, frame.time, frame.risk, frame.test_risk, frame.margin, frame.accuracy]
    assert [float(cell) for cell in rows[-1].split()] == pytest.approx(now, rel=1e-5)
    start = Experiment(**KNOBS_OF_ALL).simulation().frame
    assert float(rows[0].split()[2]) == pytest.approx(start.risk, rel=1e-5)


def test_show_a_run_made_in_python_at_its_start(out, capsys):
    knobs = {"data": "teacher", "loss": "square", "dynamics": "gradient", "n_test": 0}
    Experiment(**knobs).simulation().save(out)
    assert core("show", out) == 0
    shown = capsys.readouterr().out
    assert "none: the run was put together in Python" in shown
    assert shown.split("\n\n")[1].splitlines()[0].split() == ["step", "time", "risk"]
    assert not re.search(r"\bnan\b", shown)


def test_a_run_from_another_machine_is_taken_up_with_a_note(source, out, tmp_path, capsys):
    core("run", source, "--steps", 5, "--out", out, "--quiet")
    saved = SavedRun.read(out)
    saved.versions["numpy"] = "1.0"
    saved.write(out)
    assert core("run", out, "--steps", 1, "--out", tmp_path / "b.npz", "--quiet") == 0
    said = capsys.readouterr().err
    assert f"note: {out} was written with numpy 1.0 (here {np.__version__})" in said


def test_every_knob_can_be_set(capsys):
    changes = [f"--set={name}={value}" for name, value in Experiment().to_dict().items()]
    assert core("experiment", *changes) == 0 and len(changes) == len(KNOBS)
    assert json.loads(capsys.readouterr().out) == Experiment().to_dict()


def test_the_command_itself(source, out):
    """One process as a user starts it: warnings are errors, and a closed pipe is none."""
    command = [sys.executable, "-W", "error", "-m", "core"]
    run = [*command, "run", str(source), "--steps", "50", "--out", str(out)]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "step 50" in done.stdout
    pipe = f"{shlex.join([*command, 'show', str(out)])} | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", pipe], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2 and done.stderr.startswith("error: --out")
    assert particles(out) == Experiment(**KNOBS_OF_ALL).simulation().advance(50).particles.tobytes()
