"""The core of this project."""

from __future__ import annotations

from collections.abc import Callable

import core

from .case import Case


def ways(case: Case) -> dict[str, Callable[[int], object]]:
    """Return the ways to run steps: each a function of their number."""
    inputs, labels, particles = case.data()
    problem = core.Problem(inputs, labels, case.activation, case.loss)
    simulation = core.Simulation(problem, core.GradientDescent(case.stepsize), particles)
    state, dynamics = simulation._state, simulation.dynamics
    # Past the recorder, whose records are not part of a step.
    return {"wideflow": lambda steps: dynamics.advance(state, problem, 0, steps)}
