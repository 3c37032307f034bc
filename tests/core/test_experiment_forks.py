"""Forks between experiments: which can take over, and what then acts."""

import pytest

from core.experiment import Experiment, fork, starts_alike

SMALL = {"n": 12, "k": 2, "m": 20, "n_test": 5, "dynamics": "gradient", "precision": "float64"}


@pytest.mark.parametrize(
    ("change", "alike"),
    [
        ({"scale": 20.0}, True),
        ({"dynamics": "output_ascent"}, True),
        ({"loss": "exponential"}, True),
        ({"activation": "tanh"}, True),
        ({"n": 30}, True),
        ({"m": 5}, False),
        ({"tau": 0.1}, False),
        ({"kappa": 0.5}, False),
        ({"seed": 3}, False),
        ({"bias": False}, False),
        ({"d": 4}, False),
        ({"precision": "float32"}, False),
        ({"data": "points", "points": "[[1,1],[-1,-1]]"}, False),
    ],
)
def test_only_the_knobs_of_the_cloud_need_another_start(change, alike):
    assert starts_alike(Experiment(**SMALL), Experiment(**SMALL | change)) is alike


@pytest.mark.parametrize("change", [{"scale": 20.0}, {"loss": "square"}, {"weight_decay": 0.1}])
def test_a_fork_at_step_0_is_the_run_with_those_knobs(change):
    origin = Experiment(**SMALL).simulation()
    origin.advance(50)
    other = Experiment(**SMALL | change)
    forked, fresh = fork(other, origin, 0), other.setup()
    for run in (forked.simulation, fresh.simulation):
        run.advance(40)
    assert (forked.simulation.frame.particles == fresh.simulation.frame.particles).all()
    assert forked.simulation.frame.test_risk == fresh.simulation.frame.test_risk
    assert (forked.dataset.inputs == fresh.dataset.inputs).all()


def test_a_fork_takes_over_the_particles_of_a_later_step():
    origin = Experiment(**SMALL).simulation()
    origin.advance(50)
    run = fork(Experiment(**SMALL | {"scale": 20.0}), origin).simulation
    assert (run.step, run.problem.scale) == (50, 20.0)
    assert run.frame.particles.tobytes() == origin.frame.particles.tobytes()


def test_a_run_too_large_is_refused():
    origin = Experiment(**SMALL).simulation()
    with pytest.raises(ValueError, match="m × n"):
        fork(Experiment(**SMALL | {"n": 100_000, "m": 1_000_000}), origin)
