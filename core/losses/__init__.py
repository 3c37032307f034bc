"""Losses ℓ(f, y): value and derivative in f, and which targets they take.

Adding one means one code and one branch in `formulas`, and one row in `table`.
"""

from core.losses.formulas import SOFTMIN, STAMP, forces, risk_and_forces
from core.losses.table import LOSSES, Loss, loss, parameter_of

__all__ = [
    "LOSSES",
    "SOFTMIN",
    "STAMP",
    "Loss",
    "forces",
    "loss",
    "parameter_of",
    "risk_and_forces",
]
