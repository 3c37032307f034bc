"""Small studies."""

import pytest

from core.studies import Arm, Axis, Point, Spec, Study

SMALL = {"n": 12, "m": 10, "n_test": 0, "precision": "float64"}


@pytest.fixture
def make_study():
    def make(steps=30, quantity="risk", seeds=(0, 1), arms=(), points=None, **knobs):
        points = points or (Point(1.0), Point(2.0, Spec({"m": 20})))
        spec = Spec({**SMALL, **knobs}, steps, quantity)
        return Study(spec, tuple(arms) or (Arm("a"),), tuple(points), Axis("m"), tuple(seeds))

    return make
