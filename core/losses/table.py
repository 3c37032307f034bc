"""The table of the losses: which there are and what is known of each."""

from __future__ import annotations

from dataclasses import dataclass

from core.losses.formulas import (
    ABSOLUTE,
    DEFAULTS,
    EXPONENTIAL,
    HINGE,
    HUBER,
    LOGISTIC,
    LOGISTIC_SOFTMIN,
    POLYNOMIAL,
    POLYNOMIAL_SOFTMIN,
    QUANTILE,
    SOFTMIN,
    SQUARE,
    SQUARED_HINGE,
    UNHINGED,
)
from core.validation import choose, number


@dataclass(frozen=True)
class Parameter:
    """The one number a loss may depend on: its symbol, name, default and range ]low, high]."""

    latex: str
    label: str
    default: float
    low: float
    high: float


@dataclass(frozen=True)
class Loss:
    """One loss.

    Attributes
    ----------
    name, label, latex : str
        The name in code and URLs, the name on the page, the formula in f and y.
    code : int
        Its branch in `evaluate`.
    labels : bool
        Whether targets must be ±1.
    parameter : Parameter or None
    softmin : int or None
        Code of its soft minimum, for the losses that decrease to 0 in the margin.
    """

    name: str
    label: str
    latex: str
    code: int
    labels: bool
    parameter: Parameter | None = None
    softmin: int | None = None


_THRESHOLD = Parameter(r"\delta", "threshold", DEFAULTS[HUBER], 0.0, 1e6)
_LEVEL = Parameter(r"\kappa", "level", DEFAULTS[QUANTILE], 0.0, 1.0)
_POWER = Parameter("k", "power", DEFAULTS[POLYNOMIAL], 0.0, 100.0)

LOSSES: dict[str, Loss] = {
    entry.name: entry
    for entry in (
        Loss("square", "square", r"\tfrac12 (f-y)^2", SQUARE, False),
        Loss("huber", "Huber", r"\tfrac12 e^2 \text{ if } |e| \le \delta \text{ else } "
             r"\delta(|e| - \tfrac\delta2),\ e = f-y", HUBER, False, _THRESHOLD),
        Loss("absolute", "absolute", r"|f-y|", ABSOLUTE, False),
        Loss("quantile", "quantile", r"\max(\kappa(y-f), (1-\kappa)(f-y))", QUANTILE, False,
             _LEVEL),
        Loss("logistic", "logistic", r"\log(1+e^{-yf})", LOGISTIC, True,
             softmin=LOGISTIC_SOFTMIN),
        Loss("exponential", "exponential", r"e^{-yf}", EXPONENTIAL, True, softmin=SOFTMIN),
        Loss("hinge", "hinge", r"\max(1-yf, 0)", HINGE, True),
        Loss("squared_hinge", "squared hinge", r"\tfrac12\max(1-yf, 0)^2", SQUARED_HINGE, True),
        Loss("unhinged", "unhinged", r"1-yf", UNHINGED, True),
        Loss("polynomial", "polynomial tail", r"(1+yf)^{-k} \text{ if } yf \ge 0 "
             r"\text{ else } 1-k\,yf", POLYNOMIAL, True, _POWER, POLYNOMIAL_SOFTMIN),
    )
}  # fmt: skip


def loss(name: str) -> Loss:
    """Return the loss called `name`.

    Raises
    ------
    ValueError
        If there is none, naming those there are.
    """
    return choose("loss", name, LOSSES)


def parameter_of(entry: Loss, value: float | None) -> float | None:
    """Return the parameter of a loss, checked; its default for None; None where it has none.

    Raises
    ------
    ValueError
        Naming the allowed range.
    """
    if entry.parameter is None:
        return None
    about = entry.parameter
    if value is None:
        return about.default
    return number("loss_parameter", value, about.low, about.high, open_low=True)
