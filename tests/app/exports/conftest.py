"""Runs as exports take them, made without a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from app.diary import Diary
from app.exports import Progress, Run
from app.views import VIEWS
from core import Experiment

#: A run that needs little: kernels shared with most other tests.
SMALL: dict[str, Any] = {"n": 20, "m": 30, "n_test": 0, "data": "circles", "steps": 0}


class Told(Progress):
    """A progress that remembers what it was told, and cancels at a share."""

    def __init__(self, until: float = 2.0) -> None:
        super().__init__()
        self.shares: list[float] = []
        self._until = until

    def __call__(self, share: float) -> None:
        self.shares.append(share)
        self.cancelled = share >= self._until
        super().__call__(share)


@pytest.fixture
def progress() -> Told:
    return Told()


@pytest.fixture
def make_run() -> Callable[..., Run]:
    """Return a function that makes a run of `steps` steps, its knobs changed on the way."""

    def make(
        steps: int = 100,
        changes: Sequence[tuple[int, dict[str, Any]]] = (),
        dark: bool = False,
        **knobs: Any,
    ) -> Run:
        experiment, diary = Experiment(**{**SMALL, **knobs}), Diary()
        setup = experiment.setup()
        simulation = setup.simulation
        diary.note(simulation, experiment.to_dict())
        for step, change in changes:
            simulation.advance(step - simulation.step)
            experiment.param.update(**change)
            experiment.apply_live(simulation)
            diary.note(simulation, experiment.to_dict())
        simulation.advance(steps - simulation.step)
        entry = diary.of(simulation)
        recorded, clouds = simulation.history.snapshots()
        return Run(
            knobs=experiment.to_dict(),
            beginning=entry.beginning,
            changes=tuple(entry.changes),
            setup=setup,
            views={name: VIEWS[name]() for name in ("paths",)},
            dark=dark,
            frame=simulation.frame,
            scalars=simulation.history.scalars(),
            steps=recorded,
            clouds=clouds,
        )

    return make
