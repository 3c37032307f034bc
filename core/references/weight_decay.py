"""The optimum of the square loss with weight decay, over all widths, with a duality gap."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from core.activations import activation as activation_of
from core.kernels.threads import single_threaded_blas
from core.references.checks import Budget, Progress, data, reduced, slopes_of
from core.references.measure_search import MeasureSearch
from core.references.oracle import MAX_N_SEARCH, make_oracle
from core.references.particle_kernel import rows
from core.validation import integer, number


@dataclass(frozen=True)
class WeightDecayOptimum:
    """The least objective over clouds of any width, enclosed, and a measure that reaches it.

    Attributes
    ----------
    objective : float
        risk/scale² + weight_decay (1/m) sum |w_j|² of the balanced network of the measure below.
    lower : float
        No cloud of particles has a smaller objective; rigorous, tight if `certified`.
    gap : float
        objective - lower.
    search_lower, search_gap : float
        The same with the maximum over directions as the oracle found it; equal if `certified`.
    certificate : float
        max_theta |sum_i r_i act(theta . x_i)/n| over the penalty of a unit of mass, r the residual:
        1 at the optimum, on its atoms; more where a new neuron would help (as the oracle found).
    certified : bool
        Whether that maximum was exact (rank at most 3).
    tolerance : float
        Accuracy reached: search_gap / objective (0 if the objective is 0).
    directions : (r, D), weights : (r,)
        Atoms: f(x) = sum_k weights_k act(directions_k . x), unit directions.
    rounds : int
    solver : str
    """

    objective: float
    lower: float
    gap: float
    search_lower: float
    search_gap: float
    certificate: float
    certified: bool
    tolerance: float
    directions: np.ndarray
    weights: np.ndarray
    rounds: int
    solver: str
    _activation: str = field(repr=False)

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        """Return f(x) for the rows of inputs (k, D)."""
        inputs = rows("inputs", inputs, self.directions.shape[1])
        return activation_of(self._activation)(inputs @ self.directions.T) @ self.weights


def weight_decay_optimum(
    inputs: np.ndarray,
    targets: np.ndarray,
    activation: str,
    weight_decay: float,
    *,
    scale: float = 1.0,
    tolerance: float = 1e-6,
    method: str = "auto",
    rounds: int = 200,
    seconds: float = math.inf,
    seed: int = 0,
    progress: Progress | None = None,
) -> WeightDecayOptimum:
    """Return the least of risk/scale² + weight_decay (1/m) sum_j |w_j|² over all m and particles.

    Square loss, risk = (1/2n) sum_i (f(x_i) - y_i)². At an optimum neurons are balanced, |a| = |c|,
    so (1/m) sum |w|² is twice the path norm, and with f = int act(theta . x) dnu the objective is
    (1/scale²) [(1/2n)|y - f|² + penalty |nu|], penalty = 2 weight_decay scale: a convex problem
    over measures on the sphere. Fully corrective conditional gradient: a lasso over some
    directions; those where |sum_i r_i act(theta . x_i)|/n exceeds the penalty come next; the atoms
    slide to a local minimum. Every scaled residual q = s r/n within the penalty bounds the
    objective below by q . y - (n/2)|q|².

    Parameters
    ----------
    inputs : (n, D) array
        With a bias, the constant column included. n at most 500 up to rank 3, else at most 4000.
    targets : (n,) array
    activation : str
        One that is homogeneous of degree 1: relu, leaky_relu, abs, identity.
    weight_decay : float
        > 0.
    scale : float
        > 0, that of the Problem.
    tolerance : float
        In ]0, 1]. Stop once search_gap <= tolerance * objective.
    method, rounds, seconds, seed, progress
        As in `max_margin`; progress(round, search_lower, objective).

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.

    Notes
    -----
    Bach (2017), "Breaking the curse of dimensionality with convex neural networks"; Denoyelle,
    Duval, Peyre and Soubies (2019), "The sliding Frank-Wolfe algorithm".
    """
    inputs, targets = data(inputs, targets, MAX_N_SEARCH, labels=False)
    act, slopes = slopes_of(activation)
    weight_decay = number("weight_decay", weight_decay, 0, 1e12, open_low=True)
    scale = number("scale", scale, 0, 1e12, open_low=True)
    tolerance = number("tolerance", tolerance, 0, 1, open_low=True)
    points, frame, size = reduced(inputs)
    oracle = make_oracle(method, points, slopes, integer("seed", seed, 0, 2**63 - 1))
    budget = Budget(rounds, seconds, progress, 1 / scale**2)
    # The weight of an atom is divided by the length of the longest input, as the penalty is.
    penalty = 2 * weight_decay * scale / (size or 1.0)
    search = MeasureSearch(points, targets, slopes, oracle, penalty)
    with single_threaded_blas():
        done = search.run(tolerance, budget)
    directions, weights = search.directions @ frame, search.weights / (size or 1.0)
    residual = targets - act(inputs @ directions.T) @ weights
    fit = float(residual @ residual) / (2 * len(targets))
    objective = (fit + 2 * weight_decay * scale * float(np.abs(weights).sum())) / scale**2
    found = min(objective, search.lower / scale**2)
    lower = min(found, search.rigorous_lower / scale**2)
    return WeightDecayOptimum(
        objective=objective, lower=lower, gap=objective - lower,
        search_lower=found, search_gap=objective - found,
        certificate=search.certificate, certified=oracle.rigorous,
        tolerance=(objective - found) / objective if objective > 0 else 0.0,
        directions=directions, weights=weights, rounds=done,
        solver=f"active-set lasso with {oracle.name} and sliding, {done} round(s)",
        _activation=activation,
    )  # fmt: skip
