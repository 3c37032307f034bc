"""What is recorded of a run besides its frames, and how often: by steps and sizes alone."""

import numpy as np
import pytest

from core import GradientDescent, Problem, Simulation, watch
from core.watch import MOST_EACH_TIME, MOST_OFTEN, MOST_PAIRS, to_record

from .cases import draw


def recorded(m, n, d, steps):
    """Return which of `steps` have observables recorded; each follows the one before."""
    X, y, w = draw(0, n=n, d=d, m=m, dtype=np.float32)
    simulation = Simulation(Problem(X, y), GradientDescent(0.0), w)
    frame, last, found = simulation.frame, -1, {}
    for step in steps:
        object.__setattr__(frame, "step", step)
        found[step] = to_record(simulation.problem, frame, w, last)
        last = step
    return found


STEPS = (0, 1, 2, 3, 9, 12, 90, 110, 120, 1000)


def test_a_small_cloud_is_looked_at_each_time():
    assert all(recorded(20, 10, 2, STEPS).values())


def test_a_larger_one_ten_times_a_decade():
    found = recorded(MOST_EACH_TIME // 4, 5, 2, (0, 1, 2, 100, 105, 140))
    assert [step for step, extras in found.items() if extras] == [0, 1, 2, 100, 140]


def test_a_huge_one_once_a_decade_and_never_pair_by_pair():
    m = MOST_OFTEN // 3 + 1
    found = recorded(m, MOST_PAIRS // m + 1, 2, STEPS)
    assert [step for step, extras in found.items() if extras] == [0, 9, 110, 1000]
    names = set(found[0])
    assert {"displacement", "path_norm"} <= names
    assert not names & {"escape_share", "alignment", "pattern_flips", "mass_margin"}
    assert "escape_share" in recorded(20, 10, 2, (0,))[0]


@pytest.mark.parametrize("parts", [1, 10])
def test_parts_of_a_decade_grow_with_the_steps(parts):
    assert watch._part_of_decade(-1, parts) == -1
    found = [watch._part_of_decade(step, parts) for step in range(1000)]
    assert found == sorted(found) and found[0] == 0 and found[-1] == 3 * parts
