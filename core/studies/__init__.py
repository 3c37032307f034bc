"""Studies: many runs measured and held against what is published or proven."""

from core.studies.numbers import HOW, ORIGINS, Number, Reading, Verdict, judge
from core.studies.quantities import QUANTITIES, Run
from core.studies.runner import CancelledError, Progress, carry_out
from core.studies.store import Store
from core.studies.study import Arm, Axis, Cell, Point, Spec, Study

__all__ = [
    "HOW",
    "ORIGINS",
    "QUANTITIES",
    "Arm",
    "Axis",
    "CancelledError",
    "Cell",
    "Number",
    "Point",
    "Progress",
    "Reading",
    "Run",
    "Spec",
    "Store",
    "Study",
    "Verdict",
    "carry_out",
    "judge",
]
