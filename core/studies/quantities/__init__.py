"""What a study measures of a run at one step.

A quantity is a frame's scalar, an observable, or a function of one of the groups. Adding one is one
function in the file of its group.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from core.frame import SCALARS
from core.observables import OBSERVABLES
from core.studies.quantities.base import Quantity, Run
from core.studies.quantities.bias import BIAS
from core.studies.quantities.noise import NOISE
from core.studies.quantities.potential import POTENTIAL
from core.studies.quantities.risks import RISKS
from core.studies.quantities.twins import TWINS


def _scalar(name: str, run: Run) -> float:
    return float(getattr(run.frame, name))


def _observed(name: str, run: Run, **given: Any) -> float:
    result = run.simulation.observe(name, **given)
    return result if isinstance(result, float) else float(result.main)


#: Every quantity by name; called with a `Run` and the options of the study.
QUANTITIES: dict[str, Quantity] = {
    **{name: partial(_observed, name) for name in OBSERVABLES},
    **{name: partial(_scalar, name) for name in SCALARS},
    **POTENTIAL,
    **RISKS,
    **TWINS,
    **BIAS,
    **NOISE,
}

__all__ = ["QUANTITIES", "Quantity", "Run"]
