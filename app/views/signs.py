"""Signs of the regime of a run: what is measured, and what speaks for lazy or for mean-field."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.observables import OBSERVABLES, Sight
from core.observables import measure as measured
from core.observables.laziness import Laziness, laziness

LAZY, BETWEEN, RICH = "lazy", "in between", "mean-field"

#: Work, in products, above which a run is too large for a sign to be measured while it plays.
MOST_WORK = 300_000_000


@dataclass(frozen=True)
class Sign:
    """One number that tells the regimes apart.

    Attributes
    ----------
    label, latex : str
        Its name and its symbol.
    measure : callable
        From a `Sight` to the number.
    lazy, rich : float
        Ends: from `lazy` on to the outside it speaks for lazy training, from `rich` on for the
        mean-field regime. ``lazy > rich`` where large numbers are lazy; nan for no verdict.
    needs : tuple of str
        As those of an observable.
    work : callable
        From m, n and d to the products it takes.
    of_start : bool
        Whether it is a property of the start, measured once.
    """

    label: str
    latex: str
    measure: Callable[[Sight], float]
    lazy: float = math.nan
    rich: float = math.nan
    needs: tuple[str, ...] = ()
    work: Callable[[int, int, int], int] = lambda m, n, d: m * n * d
    of_start: bool = False

    def verdict(self, value: float) -> str:
        """Return what a value speaks for; "" where it says nothing."""
        if math.isnan(value) or math.isnan(self.lazy):
            return ""
        sign = 1.0 if self.lazy < self.rich else -1.0
        if sign * value <= sign * self.lazy:
            return LAZY
        return RICH if sign * value >= sign * self.rich else BETWEEN

    def ends(self) -> tuple[str, str]:
        """Return in words which numbers are lazy and which are not."""
        if math.isnan(self.lazy):
            return "", ""
        less, more = ("≤", "≥") if self.lazy < self.rich else ("≥", "≤")
        return f"{less} {self.lazy:g}", f"{more} {self.rich:g}"

    def lacks(self, sight: Sight) -> str:
        """Return why it cannot be measured, in a few words; "" if it can."""
        lacking = [need for need in self.needs if not _HAS[need](sight)]
        if lacking:
            return f"needs {lacking[0]}"
        problem = sight.problem
        return "too large" if self.work(sight.m, problem.n, problem.d) > MOST_WORK else ""


_HAS: dict[str, Callable[[Sight], bool]] = {
    "samples": lambda sight: sight.problem.n > 0,
    "initial": lambda sight: sight.initial is not None,
}


def _observed(name: str, label: str, latex: str, lazy: float, rich: float, **about: Any) -> Sign:
    """Return the sign that an observable of core is."""
    entry = OBSERVABLES[name]

    def value(sight: Sight) -> float:
        return measured(name, sight)

    return Sign(label, latex, value, lazy, rich, entry.needs, **about)


def _kernel_work(m: int, n: int, d: int) -> int:
    return m * min(n, 1000) ** 2


def _curvature_work(m: int, n: int, d: int) -> int:
    return 400 * m * n * d  # iterations on every neuron


def _kappa(sight: Sight) -> Laziness:
    return sight.shared(laziness)


def _flatness(sight: Sight) -> float:
    """Return ‖Df‖²/‖D²f‖, how far the network is from bending."""
    found = _kappa(sight)
    return found.slope**2 / found.curvature if found.curvature else math.nan


SIGNS: dict[str, Sign] = {
    "kappa": Sign(
        "laziness of the start", r"\kappa(w_0)", lambda sight: _kappa(sight).main,
        0.1, 1.0, ("samples",), _curvature_work, True,
    ),
    "flatness": Sign(
        "flatness of the start", r"\|Df\|^2/\|D^2f\|", _flatness,
        needs=("samples",), work=_curvature_work, of_start=True,
    ),
    "displacement": _observed(
        "displacement", "movement of the weights", r"\|w_t-w_0\|/\|w_0\|", 0.1, 0.5),
    "pattern_flips": _observed(
        "pattern_flips", "flipped activations", r"\mathrm{share\ of}\ 1[a\cdot x>0]", 0.02, 0.1),
    "tangent_gap": _observed(
        "tangent_gap", "distance to tangent model", r"\|f-\bar f\|/\|f-f_0\|", 0.1, 0.5),
    "kernel_change": _observed(
        "kernel_change", "change of tangent kernel", r"\|K_t-K_0\|/\|K_0\|", 0.1, 0.5,
        work=_kernel_work),
    "kernel_alignment": _observed(
        "kernel_alignment", "alignment of the kernels", r"\cos\angle(K_t,K_0)", 0.99, 0.9,
        work=_kernel_work),
}  # fmt: skip


def measure(sight: Sight, of_start: bool) -> dict[str, float | str]:
    """Return the signs of the start, or those of the present: numbers, or why there is none."""
    found: dict[str, float | str] = {}
    for name, sign in SIGNS.items():
        if sign.of_start == of_start:
            found[name] = sign.lacks(sight) or sign.measure(sight)
    return found


def judge(found: dict[str, float | str], moved: bool) -> str:
    """Return the regime that most signs speak for; of the start alone while nothing has moved."""
    voices = [
        SIGNS[name].verdict(value)
        for name, value in found.items()
        if isinstance(value, float) and (moved or SIGNS[name].of_start)
        if not (moved and SIGNS[name].of_start)
    ]
    ranks = sorted([LAZY, BETWEEN, RICH].index(voice) for voice in voices if voice)
    if not ranks:
        return ""
    middle = (ranks[(len(ranks) - 1) // 2] + ranks[len(ranks) // 2]) / 2
    return [LAZY, BETWEEN, RICH][round(middle)]
