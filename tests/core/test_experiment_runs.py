"""Experiments make the runs they name, or say why there is none; links make the same run."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import Experiment, Setup, Simulation
from core.activations import ACTIVATIONS
from core.datasets import DATASETS
from core.dynamics import DYNAMICS, SCHEDULES
from core.experiment.declared import USUAL
from core.initial import INITIAL_CLOUDS
from core.losses import LOSSES
from core.penalties import PENALTIES

from .cases import FEW

#: Whatever a test does not say: small data and clouds.
SMALL = {"n": 12, "n_test": 9, "m": 20, "k": 2, "m0": 3}

#: Activation, precision and bias, each both ways; each line is a compilation or two.
NETWORKS = [
    {"activation": "relu", "precision": "float32", "bias": True},
    {"activation": "relu", "precision": "float64", "bias": False},
    {"activation": "tanh", "precision": "float64", "bias": True},
]


def refusal(activation, loss, dynamics, schedule, penalty, **others):
    """What the ValueError of an impossible choice says, or None: one rule of a docstring each."""
    kind = DYNAMICS[dynamics].kind
    if schedule not in (USUAL, *kind.schedules):
        return f"schedule='{schedule}' is unknown; choose one of {', '.join(kind.schedules)}"
    if schedule == "normalised" and LOSSES[loss].softmin is None:
        return "schedule='normalised' needs a loss that decreases to 0 in the margin"
    if dynamics == "conic" and ACTIVATIONS[activation].degree != 1:
        return f"homogeneous activation of degree 1 .* and activation='{activation}' is not"
    if dynamics == "tangent" and penalty != "mass":
        return f"TangentFlow needs penalty='mass', not '{penalty}'"
    return None


@settings(FEW, max_examples=30)
@given(
    data=st.sampled_from(list(DATASETS)), network=st.sampled_from(NETWORKS),
    loss=st.sampled_from(list(LOSSES)), dynamics=st.sampled_from(list(DYNAMICS)),
    init=st.sampled_from(list(INITIAL_CLOUDS)), ntk=st.booleans(), seed=st.integers(0, 2**31 - 1),
    schedule=st.one_of(st.just(USUAL), st.sampled_from([USUAL, *SCHEDULES])),
    penalty=st.sampled_from(list(PENALTIES)), weight_decay=st.sampled_from([0.0, 0.1]),
)  # fmt: skip
def test_any_choice_makes_a_run_and_its_link_the_same_run(network, **chosen):
    """Or it is refused when the run is made, saying what is allowed; nothing fails later."""
    chosen |= network
    experiment = Experiment(**SMALL, stepsize=0.01, **chosen)
    if message := refusal(**chosen):
        with pytest.raises(ValueError, match=message):
            experiment.simulation()
        return
    setup = experiment.setup()
    simulation = setup.simulation
    assert isinstance(setup, Setup) and isinstance(simulation, Simulation)
    frame = simulation.advance(3)
    assert frame.step == 3 and frame.finite
    assert frame.particles.shape == (20, setup.problem.d + 1)
    assert frame.particles.dtype == chosen["precision"]
    assert setup.problem.scale == (np.sqrt(20) if chosen["ntk"] else 1)
    assert setup.problem.loss == chosen["loss"] and setup.problem.activation == chosen["activation"]
    again = Experiment.from_query(experiment.to_query()).simulation().advance(3)
    assert again.particles.tobytes() == frame.particles.tobytes()
    assert (again.risk, again.time) == (frame.risk, frame.time)


def test_seeds_draw_apart():
    runs = [Experiment(**SMALL, **seeds).setup() for seeds in ({}, {"seed": 5}, {"data_seed": 5})]
    first, cloud, data = ((r.problem.inputs, r.simulation.frame.particles) for r in runs)
    assert (first[0] == cloud[0]).all() and (first[1] != cloud[1]).any()
    assert (first[0] != data[0]).any() and (first[1] == data[1]).all()


@pytest.mark.parametrize("kappa", [0.0, 0.2])
def test_kappa_multiplies_the_output_weights_of_the_start(kappa):
    usual, other = (Experiment(**SMALL, kappa=k).simulation().initial for k in (1.0, kappa))
    np.testing.assert_array_equal(other[:, :-1], usual[:, :-1])
    np.testing.assert_allclose(other[:, -1], kappa * usual[:, -1], rtol=1e-6)


def test_live_knobs_act_on_the_run_that_goes_on():
    experiment = Experiment(**SMALL, dynamics="gradient", stepsize=0.1)
    simulation = experiment.simulation()
    frame = simulation.advance(5)
    experiment.apply_live(simulation)
    assert simulation.frame is frame
    experiment.param.update(stepsize=0.05, weight_decay=0.2, speed=7.0, steps=100)
    experiment.apply_live(simulation)
    assert simulation.dynamics.stepsize == 0.05 and simulation.weight_decay == 0.2
    assert simulation.frame.step == 5
    velocity = simulation.problem.velocity(frame.particles)
    moved = simulation.advance(1)
    assert (moved.step, moved.time) == (6, pytest.approx(0.55))
    expected = frame.particles + 0.05 * velocity
    np.testing.assert_allclose(moved.particles, expected, rtol=1e-5, atol=1e-6)


def test_the_default_experiment_separates_its_data():
    """The published run on clusters does so between 30 000 and 56 000 steps."""
    setup = Experiment().setup()
    start = setup.simulation.frame
    frame = setup.simulation.advance(60_000)
    assert start.accuracy < 1 == frame.accuracy and start.margin < 0 < frame.margin
    assert frame.finite and frame.risk < start.risk and frame.test_risk < start.test_risk
    assert Experiment.from_query("").to_dict() == Experiment().to_dict()
