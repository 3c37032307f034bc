"""Particle dynamics of wide two-layer networks, headless. These names are the public contract."""

from core.dynamics import (
    ConicDescent,
    Dropout,
    GradientDescent,
    HiddenLayerDescent,
    Langevin,
    OutputLayerAscent,
    OutputLayerDescent,
    SoftminAscent,
    SquaredDescent,
    StochasticGradientDescent,
    TangentFlow,
)
from core.experiment import Experiment, Setup
from core.frame import Frame
from core.measure import project_sphere
from core.population import PopulationProblem
from core.problem import Problem
from core.recorder import Recorder
from core.simulation import Simulation
from core.tangent import TangentProblem

__all__ = [
    "ConicDescent",
    "Dropout",
    "Experiment",
    "Frame",
    "GradientDescent",
    "HiddenLayerDescent",
    "Langevin",
    "OutputLayerAscent",
    "OutputLayerDescent",
    "PopulationProblem",
    "Problem",
    "Recorder",
    "Setup",
    "Simulation",
    "SoftminAscent",
    "SquaredDescent",
    "StochasticGradientDescent",
    "TangentFlow",
    "TangentProblem",
    "project_sphere",
]
