"""Early alignment by hand and against loops."""

import math

import numpy as np
import pytest

from core import Problem
from core.observables import Sight, measure
from core.observables.alignment import cosines, drive

from .. import reference
from ..cases import draw


@pytest.mark.parametrize("act", ["relu", "leaky_relu", "abs"])
def test_drive_and_cosines_against_loops(act):
    X, y, w = draw(1, n=9, d=3, m=12)
    view = Sight(Problem(X, y, act), w)
    g = reference.forces("logistic", reference.predict(w, X, act), y)
    found = []
    for j, (*a, c) in enumerate(w):
        d = -sum(
            g[i] * reference.activation(act, np.array(x @ a))[1] * x for i, x in enumerate(X)
        )  # fmt: skip
        np.testing.assert_allclose(drive(view)[j], d, atol=1e-14)
        size = np.linalg.norm(a) * np.linalg.norm(d)
        found.append(np.sign(c) * (d @ a) / size if size else 0.0)
    np.testing.assert_allclose(cosines(view), found, atol=1e-13)
    mass = (w**2).sum(axis=1)
    assert measure("alignment", view) == pytest.approx(mass @ found / mass.sum(), abs=1e-13)
    share = mass[np.abs(found) > 0.99].sum() / mass.sum()
    assert measure("extremal_share", view) == pytest.approx(share)


def test_a_neuron_turns_towards_the_cosine_it_lacks():
    """Small neurons, one step of the flow without its own c: all cosines grow."""
    X, y, w = draw(2, n=9, d=3, m=20)
    w *= 1e-3
    view = Sight(Problem(X, y, "relu"), w)
    turned = w + 1e-3 * np.column_stack((w[:, -1:] * drive(view), 0 * w[:, -1]))
    after = cosines(Sight(Problem(X, y, "relu"), turned))
    assert (after >= cosines(view) - 1e-9).all()
    assert (after > cosines(view)).mean() > 0.8  # all but dead neurons


def test_one_sample_aligns_with_itself():
    """D(a) = −g x for every active a: particles along x are at rest, orthogonal ones are dead."""
    w = np.array([[2.0, 0, 1], [3.0, 0, -1], [0.0, 1, 1], [1.0, 1, 1]])
    view = Sight(Problem([[1.0, 0]], [1.0], "relu"), w)
    np.testing.assert_allclose(cosines(view), [1, -1, 0, math.sqrt(0.5)], atol=1e-15)
    mass = np.array([5.0, 10, 2, 3])
    assert measure("extremal_share", view) == pytest.approx(15 / 20)
    assert measure("alignment", view) == pytest.approx((5 - 10 + 3 * math.sqrt(0.5)) / 20)
    assert mass.sum() == 20


def test_no_mass_no_alignment():
    view = Sight(Problem([[1.0, 0]], [1.0]), np.zeros((2, 3)))
    assert math.isnan(measure("alignment", view))
    assert math.isnan(measure("extremal_share", view))
