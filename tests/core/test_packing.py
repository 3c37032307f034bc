"""What a run file may consist of: kinds that are registered, parts that fit one another."""

import dataclasses
import json

import numpy as np
import pytest

from core import GradientDescent, Problem, Simulation, packing, runfile

from .cases import DENSE, draw


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.npz"


@dataclasses.dataclass(frozen=True, eq=False)
class Teacher:
    """A kind of problem this file makes up: arrays, numbers, texts, tuples, another object."""

    neurons: np.ndarray
    law: str
    sizes: tuple
    inner: Problem
    limit: float = np.inf
    derived: int = dataclasses.field(default=7, init=False)


def test_a_new_kind_needs_its_row_alone(monkeypatch):
    monkeypatch.setattr(packing, "KINDS", dict(packing.KINDS))
    teacher = Teacher(np.eye(2), "sphere", (1, (2.5, None)), Problem([[1.0]], [1.0]))
    with pytest.raises(ValueError, match="problem is a Teacher, of which"):
        packing.pack(teacher, "problem", {})
    packing.register("teacher", Teacher)
    arrays = {}
    packed = json.loads(json.dumps(packing.pack(teacher, "problem", arrays), allow_nan=False))
    assert set(arrays) == {"problem.neurons", "problem.inner.inputs", "problem.inner.targets"}
    again = packing.unpack(packed, arrays)
    assert (again.law, again.sizes, again.limit) == ("sphere", (1, (2.5, None)), np.inf)
    np.testing.assert_array_equal(again.neurons, teacher.neurons)
    assert again.inner.d == 1 and again.inner.loss == "logistic"


def altered(path, change):
    """Write the run of a file anew with its meta and arrays changed, checksum and all."""
    meta, arrays = runfile.read(path)
    change(meta, arrays)
    runfile.write(path, meta, arrays)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda meta, arrays: meta.pop("step"), "lacks 'step'"),
        (lambda meta, arrays: arrays.pop("particles"), "lacks 'particles'"),
        (lambda meta, arrays: arrays.pop("history.scalars"), "lacks 'scalars'"),
        (lambda meta, arrays: arrays.pop("problem.inputs"), "'problem.inputs' is unknown"),
        (lambda meta, arrays: meta["dynamics"].update(kind="os.system"), "'os.system' is unknown"),
        (lambda meta, arrays: meta["dynamics"].update(kind="problem"), "cannot be built"),
        (lambda meta, arrays: meta.update(dynamics=meta["problem"]), "dynamics is a Problem"),
        (lambda meta, arrays: meta.update(test=meta["dynamics"]), "test is a GradientDescent"),
        (lambda meta, arrays: meta["problem"]["fields"].update(x=1), "cannot be built here.*'x'"),
        (lambda meta, arrays: meta["problem"]["fields"].update(loss="l"), "loss='l' is unknown"),
        (lambda meta, arrays: meta.update(step=-1), "step=-1"),
        (lambda meta, arrays: meta.update(time=None), "time=None"),
        (lambda meta, arrays: meta["history"].update(names=[]), "columns of the history"),
        (lambda meta, arrays: meta["history"]["scalars"].update(ratio=1), "fit its thinning"),
        (lambda meta, arrays: meta["history"]["scalars"].update(next_step=0), "fit its thinning"),
        (lambda meta, arrays: arrays["history.scalar_steps"].sort()
         or arrays.update({"history.scalar_steps": arrays["history.scalar_steps"][::-1]}),
         "do not grow"),
        (lambda meta, arrays: meta.update(problem=[1]), "problem is a tuple"),
        (lambda meta, arrays: meta.update(history=3), "cannot take up"),
        (lambda meta, arrays: meta.update(versions=3), "cannot take up"),
        (lambda meta, arrays: meta.update(experiment=3), "cannot take up"),
        (lambda meta, arrays: meta.update(divergence={"why": 3}), "cannot take up.*'why'"),
        (lambda meta, arrays: meta["now"].pop("risk"), "lacks 'risk'"),
    ],
)  # fmt: skip
def test_content_that_is_no_run_is_refused_with_the_reason(path, change, message):
    X, y, w = draw(3, n=10, d=DENSE, m=40)
    run = Simulation(Problem(X, y), GradientDescent(0.1), w, test=Problem(X, y))
    run.advance(5)
    run.save(path)
    altered(path, change)
    with pytest.raises(ValueError, match=message):
        Simulation.from_file(path)
