"""The regime table: measured numbers against core, and what they speak for."""

import math

import numpy as np
import pytest

from app.views import VIEWS
from app.views.signs import BETWEEN, LAZY, RICH, SIGNS, judge, measure
from core import GradientDescent, Problem, Simulation
from core.observables import Sight

RNG = np.random.default_rng(5)
INPUTS, CLOUD = RNG.standard_normal((15, 3)), RNG.standard_normal((40, 4))
DOUBLED = np.concatenate([CLOUD, CLOUD * [1, 1, 1, -1]])  # no function at the start
TARGETS = np.sin(INPUTS[:, 0])


def trained(scale, steps=300):
    problem = Problem(INPUTS, TARGETS, "relu", "square", scale=scale)
    run = Simulation(problem, GradientDescent(stepsize=0.5), DOUBLED)
    run.advance(steps)
    return run


def signs_of(run):
    start = run.initial
    first = measure(Sight(run.problem, start, initial=start), of_start=True)
    return first | measure(Sight(run.problem, run.frame.particles, initial=start), of_start=False)


@pytest.mark.parametrize(("scale", "regime"), [(1.0, RICH), (1000.0, LAZY)])
def test_a_large_scale_is_lazy_and_the_mean_field_scale_is_not(scale, regime):
    found = signs_of(trained(scale))
    assert judge(found, moved=True) == regime
    assert (judge(found, moved=False) == LAZY) == (regime == LAZY)


def test_the_numbers_are_those_of_core():
    run = trained(3.0, 50)
    found = signs_of(run)
    observed = {name: run.observe(name) for name in SIGNS if name not in ("kappa", "flatness")}
    assert found.keys() == {"kappa", "flatness", *observed}
    for name, value in observed.items():
        assert found[name] == pytest.approx(value), name
    moved = np.linalg.norm(run.frame.particles - DOUBLED) / np.linalg.norm(DOUBLED)
    assert found["displacement"] == pytest.approx(moved)


def test_flatness_grows_with_the_scale():
    flat = [signs_of(trained(scale, 0))["flatness"] for scale in (1.0, 7.0)]
    assert flat[1] / flat[0] == pytest.approx(7.0)


@pytest.mark.parametrize(
    ("name", "value", "verdict"),
    [
        ("kernel_change", 0.1, LAZY),
        ("kernel_change", 0.3, BETWEEN),
        ("kernel_change", 0.5, RICH),
        ("kernel_alignment", 0.999, LAZY),
        ("kernel_alignment", 0.95, BETWEEN),
        ("kernel_alignment", 0.5, RICH),
        ("displacement", math.nan, ""),
        ("flatness", 3.0, ""),
    ],
)
def test_verdicts(name, value, verdict):
    assert SIGNS[name].verdict(value) == verdict


def test_what_cannot_be_measured_says_why():
    problem = Problem(np.zeros((4000, 2)), np.ones(4000), "tanh", "square")
    cloud = np.ones((400, 3))
    found = measure(Sight(problem, cloud, initial=cloud), of_start=False)
    assert found["kernel_change"] == "too large"
    assert isinstance(found["displacement"], float)


def test_the_table_holds_the_numbers_and_the_verdict(make_setup):
    setup = make_setup(2)
    view = VIEWS["regime"]()
    view.build(setup)
    text = view._div.text
    sight = Sight(setup.problem, setup.simulation.frame.particles, initial=setup.simulation.initial)
    for name, value in measure(sight, of_start=False).items():
        assert f"{value:.4g}" in text, name
    assert text.count("<tr>") == len(SIGNS) + 2
    assert r"\(\kappa(w_0)\)" in text
    assert "most signs say" in text
