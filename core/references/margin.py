"""The maximal F1-margin: linear programs with column generation, and a certificate."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.kernels.threads import single_threaded_blas
from core.references.checks import Budget, Progress, data, reduced, slopes_of
from core.references.margin_search import MarginSearch
from core.references.oracle import MAX_N, MAX_N_SEARCH, MAX_RANK, make_oracle
from core.validation import integer, number

__all__ = ["MAX_N", "MAX_N_SEARCH", "MAX_RANK", "MaxMargin", "max_margin"]

_ROUNDS_EXACT, _ROUNDS_SEARCH = 100, 60


@dataclass(frozen=True)
class MaxMargin:
    """The maximal F1-margin, enclosed, and the measure that reaches the lower end.

    Attributes
    ----------
    lower : float
        min_i y_i f(x_i) for the measure below, evaluated directly: a margin that is reached.
    upper : float
        No measure of total variation 1 has a larger margin; rigorous, whatever the method. Tight
        if `certified`, else only within a factor (often 1.5 to 4).
    gap : float
        upper - lower, not negative.
    search_upper : float
        The same bound with the maximum over directions as the oracle found it. Equal to `upper`
        if `certified`; else a bound if the local search missed no higher maximum.
    search_gap : float
        search_upper - lower.
    certified : bool
        Whether the maxima over all directions were exact, so that `upper` is tight.
    tolerance : float
        Accuracy reached: search_gap / search_upper (0 if both ends are 0).
    directions : (r, D) float64
        Atoms of the measure, on the unit sphere.
    weights : (r,) float64
        Their signed weights, sum |weights| <= 1. None (r = 0) if no positive margin was found.
    rounds : int
        Programs solved.
    solver : str
        What was solved, and how often.
    """

    lower: float
    upper: float
    gap: float
    search_upper: float
    search_gap: float
    certified: bool
    tolerance: float
    directions: np.ndarray
    weights: np.ndarray
    rounds: int
    solver: str


def max_margin(
    inputs: np.ndarray,
    targets: np.ndarray,
    activation: str,
    *,
    tolerance: float = 1e-6,
    method: str = "auto",
    rounds: int | None = None,
    seconds: float = math.inf,
    seed: int = 0,
    progress: Progress | None = None,
) -> MaxMargin:
    """Return the largest margin of a two-layer network of any width and F1 norm at most 1.

    gamma_1 = max {t : y_i f(x_i) >= t for all i}, f(x) = int act(theta . x) dnu(theta), over
    signed measures nu on the unit sphere of R^D of total variation at most 1. Particles of total
    mass beta have an F1 norm of at most beta/2, so min_i y_i f(x_i) / beta <= gamma_1 / 2.

    Every q in the simplex shows gamma_1 <= max_theta |sum_i q_i y_i act(theta . x_i)|. The dual
    q of a linear program over some directions gives such a bound; the directions that exceed
    the program's value are its next columns. Up to rank 3 the maximum over theta is taken over
    all cells of the arrangement of the planes theta . x_i = 0, not over a grid. So both ends are
    rigorous in exact arithmetic, whatever the solver did: `lower` is evaluated on a measure,
    `upper` on a q. In floating point `upper` is off by about 1e-14 max |x_i|, and a cell too thin
    to be resolved (planes that all but meet in a line) may be passed over, next to others of
    nearly its value.

    Beyond rank 3 the maximum over theta comes from local ascents, many at a time. `lower` is
    reached all the same; `search_upper` rests on the search; `upper` bounds the maximum by that
    of a quadratic function, rigorously and loosely. `certified` tells the two cases apart.

    Parameters
    ----------
    inputs : (n, D) array
        With a bias, the constant column included. n at most 500 up to rank 3, else at most 4000.
    targets : (n,) array
        All +1 or -1.
    activation : str
        One that is homogeneous of degree 1: relu, leaky_relu, abs, identity.
    tolerance : float
        In ]0, 1]. Stop once search_gap <= tolerance * search_upper. The gap returned is larger if
        the programs reach their own precision (1e-10 max |x_i|), or `rounds` or `seconds` end.
    method : {"auto", "exact", "search"}
        auto: exact up to rank 3, search beyond.
    rounds : int, optional
        Most programs solved; 100 by default if exact, 60 if not (20 s at n = 256, D = 15).
    seconds : float
        Wall time after which no further round begins; the result then depends on the machine.
    seed : int
        Of the starts of the local search.
    progress : callable, optional
        Called as progress(round, lower, search_upper) after each round. An exception that it
        raises ends the work and is passed on.

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed.

    Notes
    -----
    Chizat and Bach (2020), "Implicit bias of gradient descent for wide two-layer neural networks
    trained with the logistic loss".
    """
    inputs, labels = data(inputs, targets, MAX_N_SEARCH)
    act, slopes = slopes_of(activation)
    tolerance = number("tolerance", tolerance, 0, 1, open_low=True)
    points, frame, scale = reduced(inputs)
    oracle = make_oracle(method, points, slopes, integer("seed", seed, 0, 2**63 - 1))
    most = (_ROUNDS_EXACT if oracle.rigorous else _ROUNDS_SEARCH) if rounds is None else rounds
    budget = Budget(most, seconds, progress, scale)
    if scale == 0:  # every function is 0 at 0
        return _enclosed((0.0, 0.0, 0.0), True, np.empty((0, inputs.shape[1])), np.empty(0), 0, "")
    search = MarginSearch(points, labels, slopes, oracle, seed)
    with single_threaded_blas():  # small matrices: threads of BLAS would cost more than they gain
        programs = search.run(tolerance, budget)
    directions = search.best_directions @ frame
    outputs = act(inputs @ directions.T) @ search.best_weights
    lower = max(0.0, float((labels * outputs).min()))
    found = max(lower, float(scale * search.upper))
    upper = max(found, float(scale * search.rigorous_upper))
    solver = f"{search.program_name} with {oracle.name}"
    return _enclosed(
        (lower, found, upper), oracle.rigorous, directions, search.best_weights, programs, solver
    )


def _enclosed(
    ends: tuple[float, float, float], certified: bool, directions: np.ndarray,
    weights: np.ndarray, programs: int, solver: str,
) -> MaxMargin:  # fmt: skip
    lower, found, upper = ends
    return MaxMargin(
        lower=lower, upper=upper, gap=upper - lower,
        search_upper=found, search_gap=found - lower, certified=certified,
        tolerance=(found - lower) / found if found > 0 else 0.0,
        directions=directions, weights=weights, rounds=programs,
        solver=f"{solver}, {programs} linear program(s)" if solver else "none needed",
    )  # fmt: skip
