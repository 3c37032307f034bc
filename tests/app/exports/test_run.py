"""Run files, tables and experiments hold what they say, and can be read elsewhere."""

import csv
import io
import json

import numpy as np

from app.exports import EXPORTS
from core import Experiment, Simulation
from core.__main__ import main


def made(name, run, progress):
    export = EXPORTS[name]()
    return export.make(export.seize(run), progress)


def test_a_run_file_goes_on_bit_for_bit(make_run, progress, tmp_path):
    run = make_run(60)
    path = tmp_path / "run.npz"
    path.write_bytes(made("npz", run, progress))
    resumed = Simulation.from_file(path)
    assert resumed.step == 60
    assert Experiment.from_dict(resumed.experiment).to_dict() == run.knobs
    assert (resumed.advance(40).particles == run.setup.simulation.advance(40).particles).all()
    assert np.load(path)["particles"].shape == (30, 4)


def test_the_table_holds_the_risk_of_each_step(make_run, progress):
    run = make_run(80, m=12, activation="relu", loss="logistic")
    rows = list(csv.DictReader(io.StringIO(made("csv", run, progress).decode())))
    assert {"step", "time", "risk", "margin", "total_mass"} <= set(rows[0])
    assert [int(row["step"]) for row in rows] == run.scalars["step"].astype(int).tolist()
    dataset = run.setup.dataset
    clouds = dict(zip(run.steps.tolist(), run.clouds, strict=True))
    for row in rows[:: len(rows) // 7]:
        w = clouds[int(row["step"])].astype(np.float64)
        f = np.maximum(dataset.inputs @ w[:, :-1].T, 0) @ w[:, -1] / len(w)
        assert np.isclose(float(row["risk"]), np.log1p(np.exp(-dataset.targets * f)).mean(), 1e-5)
        assert np.isclose(float(row["total_mass"]), (w**2).sum() / len(w), 1e-5)
    assert rows[-1]["test_risk"] == ""  # there are no test samples


def test_a_table_loses_no_digit(make_run, progress):
    run = make_run(30)
    rows = list(csv.DictReader(io.StringIO(made("csv", run, progress).decode())))
    for name, column in run.scalars.items():
        read = np.array([float(row[name] or "nan") for row in rows])
        assert np.array_equal(read, column, equal_nan=True)


def test_an_experiment_is_what_the_command_line_prints(make_run, progress, capsys):
    run = make_run(1)
    written = made("json", run, progress).decode()
    assert main(["experiment", *(f"--set={name}={run.knobs[name]}" for name in ("n", "m"))]) == 0
    printed = json.loads(capsys.readouterr().out)
    knobs = json.loads(written)
    assert list(knobs) == list(printed)
    assert Experiment.from_dict(knobs).to_dict() == run.knobs


def test_file_names_tell_experiment_and_step(make_run):
    run = make_run(7, m=30, seed=5)
    assert run.name == "wideflow-circles-m30-softmin-seed5-step7"


def test_every_format_says_what_it_is():
    for export in EXPORTS.values():
        assert export.label and export.doc.endswith(".") and export.group
        assert export.mime.count("/") == 1 and not export.extension.startswith(".")
