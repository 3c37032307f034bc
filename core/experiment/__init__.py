"""Experiment: every knob of a run, once; a run made of them; dict, JSON and URL both ways."""

from core.experiment.experiment import Experiment, Setup

__all__ = ["Experiment", "Setup"]
