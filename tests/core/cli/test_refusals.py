"""What the command line refuses: with the culprit's name, exit code 2 and nothing written."""

import pytest

from core import Experiment
from core.saved import SavedRun

from .command import KNOBS_OF_ALL, core


def refused(capsys, *arguments):
    """Run a command that must be refused; return what it says."""
    try:
        code = core(*arguments)
    except SystemExit as stop:  # argparse's own way
        code = stop.code
    printed = capsys.readouterr()
    assert code == 2 and printed.out == "" and "Traceback" not in printed.err
    return printed.err


def test_an_existing_file_is_not_overwritten(source, out, capsys):
    out.write_text("precious")
    said = refused(capsys, "run", source, "--steps", 1, "--out", out)
    assert f"--out {out} exists; --force" in said and out.read_text() == "precious"
    assert core("run", source, "--steps", 1, "--out", out, "--force") == 0
    assert SavedRun.read(out).step == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is no JSON"),
        ("[1]", "holds no JSON object of knobs"),
        ('{"mm": 3}', "mm is no knob"),
        ('{"m": 0}', "m=0 is not allowed: it takes a whole number from 1"),
        ('{"stepsize": NaN}', "stepsize=nan is not allowed"),
        ('{"data": "moon"}', "data='moon' is not allowed: it takes one of"),
        ('{"m": 1000000, "n": 100000}', "is more than the"),
        ("[" * 100_000, "is no JSON"),
        (b"\xff\xfe", "neither JSON text in UTF-8 nor a run file"),
        (b"PK\x03\x04 and more", "is truncated or damaged"),
    ],
)
def test_bad_sources_are_named(tmp_path, out, capsys, text, message):
    path = tmp_path / "bad.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    said = refused(capsys, "run", path, "--steps", 1, "--out", out)
    assert message in said and ("bad.json" in said or "more than" in said)
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "{source}", "--steps", "-1", "--out", "{out}"], "--steps: '-1' is not a whole"),
        (["run", "{source}", "--steps", "1.5", "--out", "{out}"], "--steps: '1.5'"),
        (["run", "{source}", "--steps", "nan", "--out", "{out}"], "--steps: 'nan'"),
        (["run", "{source}", "--steps", "2e9", "--out", "{out}"], "0 to 1,000,000,000"),
        (["run", "{source}", "--out", "{out}"], "--steps"),
        (["run", "{source}", "--steps", "1"], "--out"),
        (["run", "{source}", "--steps", "1", "--out", "{out}/x.npz"], "its directory does not"),
        (["run", "{source}", "--steps", "1", "--out", "."], "is a directory"),
        (["run", "{out}", "--steps", "1", "--out", "{out}"], "No such file"),
        (["run", "{source}", "--steps", "1", "--out", "{out}", "--set", "m"], "NAME=VALUE"),
        (["run", "{source}", "--steps", "1", "--out", "{out}", "--set", "x=1"], "no such knob"),
        (["run", "{source}", "--steps", "1", "--out", "{out}", "--set", "m=lots"], "m='lots'"),
        (["show", "{out}"], "No such file"),
        (["show", "{source}"], "is no run file"),
        (["sing"], "invalid choice"),
        ([], "COMMAND"),
    ],
)
def test_bad_arguments_are_named(source, out, capsys, arguments, message):
    filled = [text.format(source=source, out=out) for text in arguments]
    assert message in refused(capsys, *filled)
    assert not out.exists()


def test_what_a_run_that_goes_on_cannot_take(source, out, tmp_path, capsys):
    core("run", source, "--steps", 5, "--out", out, "--quiet")
    there = ["--steps", 9, "--out", out, "--resume"]
    elsewhere = ["--steps", 9, "--out", tmp_path / "b.npz"]
    said = refused(capsys, "run", source, *there, "--set", "m=31")
    assert f"{out} was made with m=30, and the experiment has m=31" in said
    said = refused(capsys, "run", out, *elsewhere, "--set", "seed=1")
    assert "--set seed needs a new run" in said and "stepsize" in said
    Experiment(**KNOBS_OF_ALL).simulation().save(out)
    assert "holds no experiment" in refused(capsys, "run", source, *there)
    said = refused(capsys, "run", out, *elsewhere, "--set", "stepsize=1")
    assert "--set needs an experiment" in said
