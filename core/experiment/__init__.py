"""Experiment: every knob of a run, once; a run made of them; dict, JSON and URL both ways."""

from core.experiment.experiment import Experiment
from core.experiment.forks import CLOUD, fork, starts_alike
from core.experiment.setup import Setup

__all__ = ["CLOUD", "Experiment", "Setup", "fork", "starts_alike"]
