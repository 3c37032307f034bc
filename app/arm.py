"""An arm: a run beside the first one, like it but for one knob."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from app.course import same_kind, switched_over
from app.gallery import Gallery
from app.timeline import nearest
from app.views import Payload
from core import Frame
from core.datasets import Dataset
from core.experiment import Experiment, Setup, fork, starts_alike
from core.query import assign

Knobs = Mapping[str, Any]


@dataclass(frozen=True)
class Beside:
    """What the worker thread hands to the page for an arm: a frame, and a payload a figure."""

    frame: Frame
    views: dict[str, Payload]


class Arm:
    """One run beside the first.

    Parameters
    ----------
    name : str
        "B" or "C"; the first run is "A".
    knobs : mapping
        Those of the first run.
    gallery : Gallery
        Its figures.

    Attributes
    ----------
    experiment : Experiment
        Its knobs, tied to widgets: for the event loop alone.
    knob : str
        The knob in which it may differ from the first run, "" for none.
    knobs : dict
        A copy of its knobs, for the worker thread.
    setup : Setup or None
        What runs; None until it is ready.
    settling : bool
        Whether the knobs change now without a user having changed one.
    """

    def __init__(self, name: str, knobs: Knobs, gallery: Gallery) -> None:
        self.name, self.gallery = name, gallery
        self.knob = ""
        self.setup: Setup | None = None
        self.experiment = Experiment(**knobs)
        self.knobs = self._good = dict(knobs)
        self.settling = False
        self._seen: Dataset | None = None  # the data shown

    def choose(self, knob: str, knobs: Knobs) -> None:
        """Differ from the first run, with its `knobs`, in `knob` and no other."""
        self._set(knobs)
        self.knob = knob

    def differ(self, knob: str, value: Any) -> None:
        """Differ from the first run in `knob`, which has `value`; "" for no knob."""
        if knob:
            self._set({knob: value})
        self.knob = knob

    def follow(self, knobs: Knobs) -> None:
        """Take over the knobs of the first run, all but the own one."""
        self._set({name: value for name, value in knobs.items() if name != self.knob})

    def _set(self, knobs: Knobs) -> None:
        self.settling = True
        # The data go first: they decide which input dimensions are allowed.
        for name in sorted(knobs, key=lambda name: name != "data"):
            with suppress(ValueError):  # of a dimension that other data leave no choice about
                assign(self.experiment, name, knobs[name])
        self.settling = False
        self.take()

    def take(self) -> None:
        """Take note of the knobs as they are now. Event loop."""
        self.knobs = self.experiment.to_dict()

    def restore(self) -> None:
        """Put the knobs back to those of what runs: others came to nothing. Event loop."""
        self._set(self._good)

    def install(self, setup: Setup, ready: Any) -> None:
        """Show a new run. Event loop, while no work is under way."""
        self.setup, self._good, self._seen = setup, self.knobs, setup.dataset
        self.gallery.build(setup, ready)

    def follow_live(self) -> None:
        """Give the run the live knobs. Worker thread."""
        experiment = Experiment(**self.knobs)
        if self.setup is not None and same_kind(experiment, self.setup.dataset):
            self.setup = switched_over(self.setup, experiment)

    def show_data(self) -> None:
        """Show the data that the run may have gone over to. Event loop, as `install`."""
        if self.setup is not None and self.setup.dataset is not self._seen:
            self._seen = self.setup.dataset
            self.gallery.exchange(self.setup)

    def advance(self, step: int) -> None:
        """Go on to `step`, or as far as the run is finite. Worker thread."""
        if self.setup is not None:
            simulation = self.setup.simulation
            simulation.advance(max(0, step - simulation.step))

    def compute(self, shown: int | None) -> Beside | None:
        """Return what to show at the recorded step `shown`, or of the newest frame. Worker."""
        if self.setup is None:
            return None
        frame = frame_at(self.setup, shown)
        return Beside(frame, self.gallery.compute(frame, self.setup.simulation.history))

    def close(self) -> None:
        """Let go of all it holds."""
        self.setup = None
        self.gallery.close()


def frame_at(setup: Setup, shown: int | None) -> Frame:
    """Return the newest frame of a run, or the recorded one nearest to the step `shown`."""
    simulation = setup.simulation
    if shown is None or shown >= simulation.step:
        return simulation.frame
    return simulation.history.frame(nearest(simulation.history.frame_steps, shown))


def stand(setup: Setup, step: int | None = None) -> Setup:
    """Return the same run once more, as it stands or stood at a recorded step. Worker thread."""
    return Setup(setup.dataset, setup.problem, setup.simulation.fork(step))


def run_beside(first: Knobs, own: Knobs, setup: Setup) -> Setup:
    """Return the run with the knobs `own` beside `setup`, that of the knobs `first`.

    It takes over the particles of `setup`; with knobs that decide the cloud of the start it begins
    with its own, and `setup` must stand at step 0. Worker thread.
    """
    experiment = Experiment(**own)
    if dict(own) == dict(first):
        alike = stand(setup)
        experiment.apply_live(alike.simulation)  # knobs may have changed since
        return alike
    if starts_alike(Experiment(**first), experiment):
        return fork(experiment, setup.simulation)
    return experiment.setup()
