"""Weighted minimax rational functions by Remez exchange: whence the numbers of core/elementary.py.

python tests/core/minimax.py
"""

from __future__ import annotations

from collections.abc import Callable

import mpmath as mp

#: Points on which the error is looked at, crowded towards both ends.
POINTS = 1500


def _extrema(errors: list, count: int) -> list[int]:
    """Return indices of `count` extrema of alternating sign, fewer if there are fewer."""
    best: list[int] = []
    for i, error in enumerate(errors):
        if best and mp.sign(error) == mp.sign(errors[best[-1]]):
            if abs(error) > abs(errors[best[-1]]):
                best[-1] = i
        else:
            best.append(i)
    while len(best) > count:  # only an end can go: the signs must go on alternating
        best.pop(0 if abs(errors[best[0]]) < abs(errors[best[-1]]) else -1)
    return best


def _levelled(x: list, y: list, weights: list, previous: list, n: int, m: int) -> tuple:
    """Return P, Q of degrees n, m with weight·(P/Q − y) = ±level at the n + m + 2 points x."""
    for _ in range(12):
        rows = []
        for j, (v, f, w) in enumerate(zip(x, y, weights, strict=True)):
            sign = (-1) ** j * mp.polyval(previous[::-1], v) / w
            rows.append([*(v**k for k in range(n + 1)), *(-f * v**k for k in range(1, m + 1)), sign])
        solution = list(mp.lu_solve(mp.matrix(rows), mp.matrix(y)))
        p, q, level = solution[: n + 1], [mp.mpf(1), *solution[n + 1 : -1]], solution[-1]
        settled = max(abs(a - b) for a, b in zip(q, previous, strict=True)) < mp.mpf(10) ** -25
        previous = q
        if settled:
            break
    return p, q, level


def minimax(function: Callable, weight: Callable, low, high, n: int, m: int = 0) -> tuple:
    """Return P and Q, of degrees n and m, with the least max |weight·(P/Q − function)|.

    Parameters
    ----------
    function, weight : callable
        Of an mpmath number in [low, high].

    Returns
    -------
    p, q : list
        Coefficients, lowest power first; q starts with 1.
    error : float
        The greatest weighted error.
    """
    angles = [mp.pi * i / (POINTS - 1) for i in range(POINTS)]
    x = [(low + high - (high - low) * mp.cos(a)) / 2 for a in angles]
    y, weights = [function(v) for v in x], [weight(v) for v in x]
    chosen = [round(i * (POINTS - 1) / (n + m + 1)) for i in range(n + m + 2)]
    q = [mp.mpf(1), *[mp.mpf(0)] * m]
    for _ in range(30):
        at = ([values[i] for i in chosen] for values in (x, y, weights))
        p, q, level = _levelled(*at, q, n, m)
        errors = [
            w * (mp.polyval(p[::-1], v) / mp.polyval(q[::-1], v) - f)
            for v, w, f in zip(x, weights, y, strict=True)
        ]
        worst = max(map(abs, errors))
        chosen = _extrema(errors, n + m + 2)
        if worst <= abs(level) * (1 + mp.mpf(10) ** -3) or len(chosen) < n + m + 2:
            break
    return p, q, float(worst)
