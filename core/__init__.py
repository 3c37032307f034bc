"""Particle dynamics of wide two-layer networks, headless. These names are the public contract."""

from core.dynamics import GradientDescent, SoftminAscent
from core.experiment import Experiment, Setup
from core.frame import Frame
from core.measure import project_sphere
from core.problem import Problem
from core.recorder import Recorder
from core.simulation import Simulation

__all__ = [
    "Experiment",
    "Frame",
    "GradientDescent",
    "Problem",
    "Recorder",
    "Setup",
    "Simulation",
    "SoftminAscent",
    "project_sphere",
]
