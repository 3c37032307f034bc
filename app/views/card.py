"""The card of one neuron: its formula with its numbers, and a table of what is known of it."""

from __future__ import annotations

import math

import numpy as np

from app.views.anatomy import Anatomy
from app.views.words import row
from core.activations import ACTIVATIONS

#: Weights that are written out; of more, the first few.
MOST_TERMS, FEW_TERMS = 4, 3

EMPTY = "Click a neuron in the training paths or on the sphere, or type its number above."


def card(neuron: Anatomy, bias: bool, scale: float, name: str, targets: np.ndarray | None) -> str:
    """Return the card in HTML.

    Parameters
    ----------
    neuron : Anatomy
    bias : bool
        Whether weight 0 belongs to the constant 1.
    scale : float
        α.
    name : str
        Of the activation.
    targets : ndarray, shape (n,), or None
        Of the samples, if they are labels.
    """
    rows = [
        row(("symbol", r"\(a\)"), ("", _weights(neuron.a, bias))),
        row(("symbol", r"\(c\)"), ("", f"{neuron.c:.4f}")),
        row(("symbol", r"\(|w|^2/m\)"), ("", f"{neuron.mass:.4g} · {neuron.share:.2%} of β")),
        row(("symbol", r"\(a\cdot x_i>0\)"), ("", _active(neuron, targets))),
        *_motion(neuron),
    ]
    return f"{formula(neuron, bias, scale, name)}<table><tbody>{''.join(rows)}</tbody></table>"


def formula(neuron: Anatomy, bias: bool, scale: float, name: str) -> str:
    """Return what the neuron adds to f, in LaTeX with its numbers."""
    latex = ACTIVATIONS[name].latex
    first = rf"\varphi_{{{neuron.j}}}(x)=\tfrac{{{scale:g}}}{{{neuron.m}}}"
    return (
        rf"<p>\({first}\cdot{_signed(neuron.c)}\;\sigma(u),\quad \sigma(u)={latex}\)</p>"
        rf"<p>\(u={_linear(neuron.a, bias)}\)</p>"
    )


def _linear(a: np.ndarray, bias: bool) -> str:
    """Return a·x with its numbers, the constant last."""
    inputs = a[int(bias) :]
    shown = inputs if len(inputs) <= MOST_TERMS else inputs[:FEW_TERMS]
    terms = [f"{value:+.3f}\\,x_{{{k + 1}}}" for k, value in enumerate(shown)]
    if len(inputs) == 1:
        terms = [f"{inputs[0]:+.3f}\\,x"]
    if len(shown) < len(inputs):
        terms.append(r"+\dots")
    if bias:
        terms.append(f"{a[0]:+.3f}")
    return "".join(terms).removeprefix("+")


def _signed(value: float) -> str:
    """Return a factor, in brackets if it is negative."""
    return f"{value:.3f}" if value >= 0 else rf"\left({value:.3f}\right)"


def _weights(a: np.ndarray, bias: bool) -> str:
    """Return the weights, that of the constant apart, and their norm."""
    inputs = a[int(bias) :]
    shown = inputs if len(inputs) <= MOST_TERMS else inputs[:FEW_TERMS]
    listed = ", ".join(f"{value:.4f}" for value in shown) + (", …" * (len(shown) < len(inputs)))
    constant = f", a₀ = {a[0]:.4f}" if bias else ""
    return f"({listed}){constant}"


def _active(neuron: Anatomy, targets: np.ndarray | None) -> str:
    """Return how many points the neuron sees, of each label if there are labels."""
    count, total = int(neuron.active.sum()), len(neuron.active)
    if not total:
        return "no samples"
    if targets is None:
        return f"{count} of {total} points"
    up = int((neuron.active & (targets > 0)).sum())
    return f"{count} of {total} points: {up} of +1, {count - up} of −1"


def _motion(neuron: Anatomy) -> list[str]:
    """Return the rows of the velocity and its two parts."""
    if neuron.velocity is None:
        return [row(("symbol", r"\(\dot w\)"), ("", "too many pairs to compute"))]
    size = float(np.linalg.norm(neuron.particle))
    turn = neuron.angular / size if size else math.nan
    return [
        row(("symbol", r"\(|\dot w|\)"), ("", f"{np.linalg.norm(neuron.velocity):.4e} per time")),
        row(("symbol", "radial"), ("", f"{neuron.radial:+.4e} {_way(neuron.radial)}")),
        row(("symbol", "angular"), ("", f"{neuron.angular:.4e} · {turn:.3g} rad per time")),
    ]


def _way(radial: float) -> str:
    """Return whether |w| grows."""
    if math.isnan(radial) or radial == 0.0:
        return ""
    return "(grows)" if radial > 0 else "(shrinks)"
