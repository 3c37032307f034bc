"""The table: what each entry says, what it refuses, and what all of them leave unchanged."""

import math
import time
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Problem
from core.activations import ACTIVATIONS
from core.losses import LOSSES
from core.observables import OBSERVABLES, Sight, cheap_observables, measure, observe
from core.observables.base import OF_PROBLEM, OF_SIGHT

from ..cases import FEW, draw

TWELVE = {
    "kappa", "displacement", "kernel_change", "pattern_flips", "tangent_gap", "certificate",
    "predictor_distance", "circle_distance", "directions", "dissipation", "margin_ratio",
    "path_norm", "balance_spread", "sharpness", "alignment", "escape", "rate",
}  # fmt: skip


def full_sight(seed=0, d=2, loss="square", decay=0.05, m=6, **more):
    """A sight with everything an observable may ask for."""
    X, y, w = draw(seed, n=9, d=d, m=m)
    rng = np.random.default_rng(seed + 1)
    problem = Problem(X, y, loss=loss, weight_decay=decay)
    return Sight(
        problem, w, w + 0.3 * rng.standard_normal(w.shape), 10, 1.0, 0.1, ceiling=0.2,
        reference=rng.standard_normal(w.shape),
        history={"time": np.arange(9.0), "objective": np.exp(-np.arange(9.0))}, **more,
    )  # fmt: skip


@pytest.mark.parametrize("entry", OBSERVABLES.values(), ids=lambda entry: entry.name)
def test_every_entry_is_complete_and_computes(entry):
    assert OBSERVABLES[entry.name] is entry
    assert entry.cost in ("cheap", "dear")
    assert entry.doc.endswith(".")
    assert entry.label
    assert entry.latex
    assert set(entry.needs) <= {*OF_PROBLEM, *OF_SIGHT}
    sight = full_sight()
    assert entry.applies(sight.problem)
    result = observe(entry.name, sight)
    assert isinstance(result, float) or isinstance(result.main, float)
    assert math.isfinite(measure(entry.name, sight))
    if entry.cost == "cheap":
        assert isinstance(result, float)


def test_all_of_the_twelve_are_there():
    assert set(OBSERVABLES) >= TWELVE


LACKING = {
    "labels": Problem(np.eye(2), [0.5, 2.0], loss="square", weight_decay=1.0),
    "square": Problem(np.eye(2), [1.0, -1.0], weight_decay=1.0),
    "homogeneous": Problem(np.eye(2), [1.0, -1.0], "tanh", "square", weight_decay=1.0),
    "power": Problem(np.eye(2), [1.0, -1.0], "tanh", "square", weight_decay=1.0),
    "planar": Problem(np.eye(3), np.ones(3), loss="square", weight_decay=1.0),
    "decay": Problem(np.eye(2), [1.0, -1.0], loss="square"),
    "samples": SimpleNamespace(
        n=0, d=2, labels=False, activation="relu", loss="square", loss_code=0, scale=1.0,
        weight_decay=1.0,
    ),
    "positive": SimpleNamespace(
        n=2, d=2, labels=True, activation="relu", loss="unhinged", loss_code=9, scale=1.0,
        weight_decay=1.0,
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    "name, need", [(entry.name, need) for entry in OBSERVABLES.values() for need in entry.needs]
)
def test_what_is_lacking_is_named(name, need):
    entry = OBSERVABLES[name]
    if need in OF_PROBLEM:
        problem = LACKING[need]
        assert not entry.applies(problem)
        sight = Sight(problem, np.ones((2, problem.d + 1)))
        said = OF_PROBLEM[need].missing
    else:
        base = full_sight()
        given = tuple(field for field in OF_SIGHT if field != need)
        assert not entry.applies(base.problem, given)
        parts = {field: getattr(base, field) for field in given}
        sight = Sight(base.problem, base.particles, **parts)
        said = need
    with pytest.raises(ValueError) as refusal:
        observe(name, sight)
    assert f"observable {name!r} needs" in str(refusal.value)
    # Another need may be missed first (the problem without samples has no targets either).
    assert said in str(refusal.value) or need in ("labels", "homogeneous", "square", "decay")


def test_an_unknown_name_lists_those_there_are():
    with pytest.raises(ValueError, match="kappa"):
        observe("entropy", full_sight())


@pytest.mark.parametrize(
    "change, name",
    [({"initial": np.ones((5, 3))}, "initial"), ({"reference": np.ones((6, 4))}, "reference"),
     ({"particles": np.full((6, 3), np.nan)}, "particles"), ({"stepsize": 0.0}, "stepsize"),
     ({"ceiling": -1.0}, "ceiling"), ({"particles": np.ones((6, 4))}, "particles")],
)  # fmt: skip
def test_wrong_sights_are_refused(change, name):
    base = full_sight()
    parts = {"problem": base.problem, "particles": base.particles} | change
    with pytest.raises(ValueError, match=name):
        Sight(**parts)


@pytest.mark.parametrize("loss", list(LOSSES))
@pytest.mark.parametrize("act", list(ACTIVATIONS))
def test_cheap_ones_are_numbers_on_any_problem(act, loss):
    X, y, w = draw(0, n=9, d=3, m=6, dtype=np.float32)
    problem = Problem(X, y, act, loss)
    cheap = cheap_observables(problem)
    for entry in cheap:
        value = entry(Sight(problem, 1.1 * w, w))
        assert isinstance(value, float), entry.name
        assert math.isfinite(value), entry.name
    names = {entry.name for entry in cheap}
    assert {"displacement", "pattern_flips", "path_norm", "mass_margin"} <= names
    assert ("alignment" in names) == (ACTIVATIONS[act].degree == 1)
    assert "margin_ratio" not in names  # needs the ceiling
    with_ceiling = cheap_observables(problem, ("initial", "ceiling"))
    assert ("margin_ratio" in {e.name for e in with_ceiling}) == (ACTIVATIONS[act].degree == 1)


def test_cheap_ones_without_samples():
    names = {entry.name for entry in cheap_observables(LACKING["samples"])}
    assert names == {
        "displacement", "largest_displacement", "total_mass", "path_norm", "balance_spread",
        "balance_drift", "mass_growth", "escape_share",
    }  # fmt: skip


def test_cheap_ones_cost_as_little_as_a_few_velocities():
    X, y, w = draw(0, n=500, d=3, m=4000)
    problem = Problem(X, y)
    entries = cheap_observables(problem)

    def best(function):
        spans = []
        for _ in range(3):
            start = time.perf_counter()
            function()
            spans.append(time.perf_counter() - start)
        return min(spans)

    velocity = best(lambda: problem.velocity(w))

    def all_of_them():
        sight = Sight(problem, 1.1 * w, w)
        for entry in entries:
            entry(sight)

    assert best(all_of_them) < 12 * velocity  # about 4 on an idle machine


#: Numbers that turning all of space leaves as they are (a grid or fixed lines are not turned).
TURNED = sorted(set(OBSERVABLES) - {"sphere_distance"})
#: Iterations from a fixed start stop at these relative accuracies.
ROUGH = {"kappa": 1e-4, "sharpness": 1e-2, "edge": 1e-2}


def agree(name, first, second):
    # The residual of dissipation is rounding, about 1e-8.
    around = 1e-5 if name == "dissipation" else 1e-9
    expected = pytest.approx(measure(name, first), rel=ROUGH.get(name, 1e-6), abs=around)
    assert measure(name, second) == expected


@FEW
@given(seed=st.integers(0, 2**32 - 1), d=st.integers(2, 3))
def test_the_order_of_particles_does_not_matter(seed, d):
    sight = full_sight(seed, d)
    order = np.random.default_rng(seed).permutation(sight.m)
    shuffled = Sight(
        sight.problem, sight.particles[order], sight.initial[order], 10, 1.0, 0.1, ceiling=0.2,
        reference=sight.reference[order[::-1]], history=sight.history,
    )  # fmt: skip
    for name, entry in OBSERVABLES.items():
        if entry.applies(sight.problem):
            agree(name, sight, shuffled)


@FEW
@given(seed=st.integers(0, 2**32 - 1), d=st.integers(2, 3))
def test_turning_inputs_and_weights_together_does_not_matter(seed, d):
    sight = full_sight(seed, d)
    q = np.linalg.qr(np.random.default_rng(seed).standard_normal((d, d)))[0]
    full = np.eye(d + 1)
    full[:d, :d] = q
    problem = sight.problem.replace(inputs=sight.problem.inputs @ q)
    turned = Sight(
        problem, sight.particles @ full, sight.initial @ full, 10, 1.0, 0.1, ceiling=0.2,
        reference=sight.reference @ full, history=sight.history,
    )  # fmt: skip
    for name in TURNED:
        if OBSERVABLES[name].applies(problem):
            agree(name, sight, turned)
