"""Weighted minimax rational functions by Remez exchange.

Whence the numbers of core/exponential.py and core/elementary.py:

python tests/core/minimax.py
"""

from __future__ import annotations

from collections.abc import Callable

import mpmath as mp
import numpy as np

#: Points on which the error is looked at, crowded towards both ends.
POINTS = 600


def polynomial(coefficients: list, v: object) -> object:
    """Return Σ_k coefficients_k v^k, by Horner's rule."""
    total = mp.mpf(0)
    for coefficient in reversed(coefficients):
        total = total * v + coefficient
    return total


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
            sign = (-1) ** j * polynomial(previous, v) / w
            rows.append(
                [*(v**k for k in range(n + 1)), *(-f * v**k for k in range(1, m + 1)), sign]
            )
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
            w * (polynomial(p, v) / polynomial(q, v) - f)
            for v, w, f in zip(x, weights, y, strict=True)
        ]
        worst = max(map(abs, errors))
        chosen = _extrema(errors, n + m + 2)
        if worst <= abs(level) * (1 + mp.mpf(10) ** -3) or len(chosen) < n + m + 2:
            break
    return p, q, float(worst)


def expm1(degree: int) -> tuple[list, float]:
    """Return P and the relative error of r + r² P(r) for expm1(r), |r| ≤ (log 2)/2 and a little."""
    half = mp.log(2) / 2 * mp.mpf("1.0001")  # rounding k may leave r just outside
    p, _q, error = minimax(
        lambda r: (mp.expm1(r) - r) / r**2 if abs(r) > 1e-15 else mp.mpf(1) / 2 + r / 6,
        lambda r: abs(r**2 / mp.expm1(r)) if r else mp.mpf(10) ** -20,
        -half, half, degree,
    )  # fmt: skip
    return p, error


def erf(top: mp.mpf, n: int, m: int) -> tuple[list, list, float]:
    """Return N, D of (1 − e^(a²) erfc(a))/a on [0, top], weighted by their part of erf(a)."""
    at_zero = 2 / mp.sqrt(mp.pi)
    return minimax(
        lambda a: (1 - mp.erfc(a) * mp.exp(a * a)) / a if a > 1e-12 else at_zero - a,
        lambda a: mp.exp(-a * a) * a / mp.erf(a) if a > 1e-12 else 1 / at_zero,
        mp.mpf(0), top, n, m,
    )  # fmt: skip


def atanh(degree: int) -> tuple[list, float]:
    """Return P and the relative error of s + s³ P(s²) for atanh(s), 0 ≤ s² ≤ 1/9 and a little."""

    def over(v: mp.mpf) -> mp.mpf:
        return mp.atanh(mp.sqrt(v)) / mp.sqrt(v) if v else mp.mpf(1)

    p, _q, error = minimax(
        lambda v: (over(v) - 1) / v if v > 1e-20 else mp.mpf(1) / 3 + v / 5,
        lambda v: v / over(v) if v else mp.mpf(10) ** -20,
        mp.mpf(0), mp.mpf(1) / 9 * mp.mpf("1.0001"), degree,
    )  # fmt: skip
    return p, error


def main() -> None:
    mp.mp.dps = 60
    p, error = atanh(8)
    print("atanh", error, [float(c) for c in p])
    for digits, degree in ((np.float32, 4), (float, 8)):
        p, error = expm1(degree)
        print("expm1", error, [float(digits(float(c))) for c in p])
    for digits, top, n, m, common in (
        (np.float32, "3.95", 3, 3, 1.65625),
        (float, "5.95", 5, 6, 1),
    ):
        p, q, error = erf(mp.mpf(top), n, m)
        for c in (p, q):
            print("erf", error, [float(digits(float(common * v))) for v in c])


if __name__ == "__main__":
    main()
