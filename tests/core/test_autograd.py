"""Every activation × loss × penalty × dynamics: one step against JAX's automatic differentiation.

Both in float64, the other side written from the formulas in `autograd`. What is random is drawn
again by `reference`. `pytest -s` prints the worst relative errors, max|Δ| / max|step|.
"""

import numpy as np
import pytest

from core import Problem, Simulation
from core.activations import ACTIVATIONS
from core.dynamics import DYNAMICS
from core.losses import LOSSES
from core.penalties import PENALTIES

from . import autograd, reference
from .cases import DENSE, MATRIX, draw

#: The bound asked of every gradient.
MOST = 1e-10

#: Away from the defaults, so that a parameter that is not passed on shows.
PARAMETERS = {"huber": 0.7, "quantile": 0.3, "polynomial": 1.5}
SCALE, DECAY, STEPSIZE, SEED = 1.7, 0.03, 0.2, 12345
LABELLED = {name for name, entry in DYNAMICS.items() if entry.labels}

worst: dict[str, float] = {}


@pytest.fixture(scope="module", autouse=True)
def report():
    yield
    print("\nworst relative error of a step against JAX:")
    for name, error in worst.items():
        print(f"  {name:28} {error:.1e}")


def position(table, name):
    return list(table).index(name)


def about(act, loss, penalty, risk=None):
    """What `autograd` needs to know of a problem."""
    return {
        "activation": position(autograd.ACTIVATIONS, act),
        "risk": position(autograd.RISKS, risk or loss),
        "penalty": position(autograd.PENALTIES, penalty),
        "parameter": PARAMETERS.get(loss, 1.0),
        "scale": SCALE,
        "weight_decay": DECAY,
    }


def step(dynamics, problem, w, before=0):
    """Where one step leads: the particles before it and after it."""
    simulation = Simulation(problem, dynamics, w, seed=SEED)
    start = simulation.advance(before).particles
    return start, simulation.advance(1).particles


def by_velocity(name, dynamics, told, w, X, y):
    """The stepsize times the velocity JAX finds; of what does not move, nothing."""
    moved = dynamics.stepsizes(0, 1)[0] * autograd.velocity(told, w, X, y)
    if name.startswith("output"):
        moved[:, :-1] = 0
    if name == "hidden":
        moved[:, -1] = 0
    if name == "output_ascent":
        moved *= max(1, np.sqrt((w[:, -1] ** 2).mean()))
    if name == "langevin":
        size = np.sqrt(2 * STEPSIZE * dynamics.temperature)
        moved += size * reference.noise(SEED, 0, len(w), w.shape[1] - 1)
    return w + moved


def by_batch(name, dynamics, told, w, X, y):
    chosen = reference.batch(SEED, 0, dynamics.batch, len(y), X.shape[1])
    return w + STEPSIZE * autograd.velocity(told, w, X[chosen], y[chosen])


def by_masks(name, dynamics, told, w, X, y):
    first, second = reference.masks(SEED, 0, len(w), dynamics.keep)
    one = np.ones_like(first)
    forward, update = {
        "dropout": (first, first),
        "update": (one, first),
        "independent": (second, first),
        "none": (one, one),
    }[dynamics.masking]
    return w + STEPSIZE * autograd.dropout_velocity(told, w, X, y, forward, update)


def by_cone(name, dynamics, told, w, X, y):
    speeds = dynamics.radial, dynamics.angular
    mirror = dynamics.retraction == "mirror"
    return autograd.conic_step(told, w, X, y, STEPSIZE, *speeds, mirror)


def by_roots(name, dynamics, told, w, X, y):
    return autograd.squared_step(told, w, X, y, STEPSIZE, dynamics.radial, dynamics.angular)


#: The settings each dynamics is run with, and how its step is found.
WAYS = {
    "sgd": (by_batch, [{"batch": 11}]),
    "dropout": (by_masks, [{"masking": k} for k in ("dropout", "update", "independent", "none")]),
    "conic": (by_cone, [{"retraction": k, "radial": 1.3, "angular": 0.6}
                        for k in ("mirror", "canonical")]),
    "squared": (by_roots, [{"radial": 1.3, "angular": 0.6}]),
    "langevin": (by_velocity, [{"temperature": t} for t in (0.0, 0.3)]),
}  # fmt: skip


def variants():
    """Every dynamics with its settings, and once with the schedule "normalised" where it has it."""
    for name, entry in DYNAMICS.items():
        way, settings = WAYS.get(name, (by_velocity, [{}]))
        for own in settings:
            yield pytest.param(name, way, own, id="-".join([name, *map(str, own.values())]))
        if "normalised" in entry.kind.schedules:
            own = settings[0] | {"schedule": "normalised"}
            yield pytest.param(name, way, own, id=f"{name}-normalised")


def risks(name, own):
    """Losses and the risk descended: of soft minima, where they are."""
    for loss, entry in LOSSES.items():
        if name in ("softmin", "output_ascent"):
            yield loss, "softmin exponential"
        elif own.get("schedule") != "normalised":
            yield loss, loss
        elif entry.softmin is not None:
            yield loss, f"softmin {loss}"


def applies(name, act, penalty):
    """The two restrictions there are: cones and degree 1, tangent model and mass."""
    homogeneous = reference.DEGREES.get(act) == 1
    return (name != "conic" or homogeneous) and (name != "tangent" or penalty == "mass")


def check(name, way, own, act, d, n, m):
    """All losses and penalties of one dynamics and one activation; return the worst error."""
    errors = []
    for number, (loss, risk) in enumerate(risks(name, own)):
        labels = LOSSES[loss].labels or name in LABELLED
        X, y, w = draw(number, n=n, d=d, m=m, labels=labels)
        dynamics = DYNAMICS[name].kind(stepsize=STEPSIZE, **own)
        for penalty in PENALTIES:
            if not applies(name, act, penalty):
                continue
            problem = Problem(
                X, y, act, loss, SCALE, DECAY, loss_parameter=PARAMETERS.get(loss), penalty=penalty
            )
            told = about(act, loss, penalty, risk)
            before = 1 if name == "tangent" else 0  # at its anchor it is the network
            start, found = step(dynamics, problem, w, before)
            if name == "tangent":
                expected = start + STEPSIZE * autograd.tangent_velocity(told, start, X, y, w)
            else:
                expected = way(name, dynamics, told, w, X, y)
            errors.append(np.abs(found - expected).max() / np.abs(expected - start).max())
    return max(errors, default=0.0)


@pytest.mark.parametrize("act", ACTIVATIONS)
@pytest.mark.parametrize(("name", "way", "own"), list(variants()))
def test_a_step_against_automatic_differentiation(request, name, way, own, act):
    error = check(name, way, own, act, DENSE, n=11, m=6)
    label = request.node.callspec.id.removesuffix(f"-{act}")
    worst[label] = max(worst.get(label, 0.0), error)
    assert error <= MOST


@pytest.mark.parametrize("act", ["relu", "tanh"])
@pytest.mark.parametrize(("name", "way", "own"), list(variants()))
def test_a_step_of_the_matrix_engine_against_automatic_differentiation(name, way, own, act):
    error = check(name, way, own, act, MATRIX, n=11, m=6)
    worst["matrix engine"] = max(worst.get("matrix engine", 0.0), error)
    assert error <= MOST


@pytest.mark.parametrize("d", [DENSE, MATRIX])
@pytest.mark.parametrize("act", ACTIVATIONS)
def test_objective_and_velocity_against_automatic_differentiation(act, d):
    """Of `Problem` itself, and of the value that is differentiated."""
    errors = []
    for number, loss in enumerate(LOSSES):
        X, y, w = draw(100 + number, n=11, d=d, m=6, labels=LOSSES[loss].labels)
        for penalty in PENALTIES:
            told = about(act, loss, penalty)
            problem = Problem(
                X, y, act, loss, SCALE, DECAY, loss_parameter=PARAMETERS.get(loss), penalty=penalty
            )
            value, expected = autograd.value_and_velocity(told, w, X, y)
            assert problem.objective(w) == pytest.approx(float(value), rel=1e-13)
            errors.append(np.abs(problem.velocity(w) - expected).max() / np.abs(expected).max())
    worst["Problem.velocity"] = max(worst.get("Problem.velocity", 0.0), *errors)
    assert max(errors) <= MOST


def test_all_of_the_registries_is_covered():
    assert set(autograd.ACTIVATIONS) == set(ACTIVATIONS)
    assert set(autograd.PENALTIES) == set(PENALTIES)
    assert set(autograd.RISKS) == set(LOSSES) | {
        f"softmin {name}" for name, entry in LOSSES.items() if entry.softmin is not None
    }
