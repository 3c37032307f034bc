"""Words for knobs, as plain text."""

from __future__ import annotations

from core.experiment import Experiment
from core.knobs import KNOBS

#: Unicode for the few LaTeX symbols of knobs: labels of widgets are plain text.
_SYMBOLS = {
    r"\alpha": "α", r"\eta": "η", r"\lambda": "λ", r"\tau": "τ", r"\kappa": "κ", r"\varsigma": "ς",
    "m_0": "m₀", r"\text{steps/s}": "steps/s", r"\alpha_r": "α", r"\beta_r": "β",
}  # fmt: skip


def label(name: str) -> str:
    """Return the words for knob `name`, with its symbol."""
    symbol = KNOBS[name].symbol
    return f"{Experiment.param[name].label} {_SYMBOLS.get(symbol, symbol)}".strip()
