"""The run of a session, kept as the knobs have it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.ahead import ahead
from app.player import Player
from core import Simulation
from core.datasets import POINTS, Dataset
from core.experiment import Experiment, Setup
from core.knobs import KNOBS

_DEFAULT = Experiment().to_dict()


class Course:
    """Carries changed knobs over to what runs, so that the event loop never waits.

    A knob asks for one of three things: other numbers, which the run takes between two chunks of
    steps; another dynamics or other points, which a worker prepares (it compiles kernels, looks at
    the Hessian, sums a tangent kernel) and with which the run goes on from its step; or another run
    from step 0, which a worker prepares too.

    Parameters
    ----------
    experiment : Experiment
        The knobs.
    player : Player
        Plays the run.
    on_busy : callable
        Called with a token when a worker is asked to prepare something; `preparing` is that token
        for as long as it takes.
    on_follow : callable
        Called with the simulation, under the document lock, once it is as the knobs have it.
    on_new : callable
        Called with the new setup and what was prepared for it, under the document lock, when
        another run has taken over.
    on_exchange : callable
        Called with the setup, under the document lock, when the run has gone over to other data.
    prepare : callable
        Called with a new setup by the worker that made it.

    Attributes
    ----------
    setup : Setup or None
        What runs; None until the first one is ready, and after `close`.
    preparing : object or None
        Token of what a worker was last asked to prepare and has not done yet.
    """

    def __init__(
        self,
        experiment: Experiment,
        player: Player,
        on_busy: Callable[[object], Any],
        on_follow: Callable[[Simulation], Any],
        on_new: Callable[[Setup, Any], Any],
        prepare: Callable[[Setup], Any] = lambda setup: None,
        on_exchange: Callable[[Setup], Any] = lambda setup: None,
    ) -> None:
        self._experiment, self._player = experiment, player
        self._on_busy, self._on_follow, self._on_new = on_busy, on_follow, on_new
        self._prepare, self._on_exchange = prepare, on_exchange
        self._starting = self._switching = False
        self.setup: Setup | None = None
        self.preparing: object | None = None

    @property
    def step(self) -> int:
        """The newest step of the run, 0 while there is none."""
        return 0 if self.setup is None else self.setup.simulation.step

    def restart(self) -> None:
        """Start again from step 0 with the present knobs; keeps playing if it was."""
        knobs = self._experiment.to_dict()
        # A private copy: parameters tied to widgets are not touched off the event loop.
        self.replace(lambda: made_of(knobs))

    def replace(self, make: Callable[[], Setup]) -> None:
        """Go on with the run that `make()` returns in a worker; keeps playing if it was."""
        self._starting = True
        self._announce()
        self._player.restart(lambda: self._prepared(make()), self._install)

    def change(self, names: Iterable[str]) -> None:
        """Act on the knobs `names`, which have changed."""
        if self._needs_new_run(set(names)):
            self.restart()
        else:
            self._player.change(self._follow)

    def failed(self) -> None:
        """Take note that what was prepared came to nothing; the run stays as it was."""
        self._starting = self._switching = False
        self.preparing = None

    def close(self) -> None:
        """Let go of the run. Idempotent."""
        self.failed()
        self.setup = None

    def _prepared(self, setup: Setup) -> tuple[Setup, Any]:
        """Prepare to show a new run. Worker thread."""
        return setup, self._prepare(setup)

    def _announce(self) -> None:
        self.preparing = object()
        self._on_busy(self.preparing)

    def _needs_new_run(self, names: set[str]) -> bool:
        if not all(KNOBS[name].live for name in names):
            return True
        # What is only being prepared may lack the inputs or targets that others need.
        if self._starting and names & {"dynamics", "points"}:
            return True
        return self.setup is not None and not same_kind(self._experiment, self.setup.dataset)

    def _install(self, made: tuple[Setup, Any]) -> None:
        setup, ready = made
        self.setup, self._starting, self.preparing = setup, False, None
        self._follow()  # live knobs may have moved while the run was prepared
        self._on_new(setup, ready)

    def _follow(self) -> None:
        """Give the run the live knobs, or have them prepared. While no work is under way."""
        if self.setup is None:
            return
        simulation = self.setup.simulation
        if is_cheap(self._experiment, simulation):
            self._experiment.apply_live(simulation)
            self._on_follow(simulation)
        elif not (self._starting or self._switching):
            self._switch(self.setup)

    def _switch(self, setup: Setup) -> None:
        knobs = self._experiment.to_dict()
        switched: list[Setup] = []
        self._switching = True
        self._announce()
        self._player.change(
            lambda: self._switched(setup, switched[0]),
            lambda: switched.append(switched_over(setup, Experiment(**knobs))),
        )

    def _switched(self, before: Setup, setup: Setup) -> None:
        self._switching = False
        if not self._starting:
            self.preparing = None
        if self.setup is before is not setup:
            self.setup = setup
            self._on_exchange(setup)
        self._follow()  # the knobs may have moved on
        if not self._player.playing:  # else the next frame comes by itself
            self._player.refresh()


def made_of(knobs: Mapping[str, Any]) -> Setup:
    """Return a new run. Worker thread."""
    ahead.wait_for(knobs, _DEFAULT)
    return Experiment(**knobs).setup()


def is_cheap(experiment: Experiment, simulation: Simulation) -> bool:
    """Tell whether `simulation` takes the live knobs at once: only numbers differ."""
    wanted = experiment.make_dynamics()
    same = wanted == simulation.requested or wanted.goes_on_from(simulation.dynamics)
    return same and experiment.points_are_in(simulation)


def same_kind(experiment: Experiment, dataset: Dataset) -> bool:
    """Tell whether knobs ask for inputs as wide as those of a data set, and for such targets, real
    or ±1."""
    if experiment.data == POINTS.name:
        width = experiment.dataset().inputs.shape[1]
        if width != dataset.inputs.shape[1]:
            return False
    return dataset.labels == experiment.has_labels


def switched_over(setup: Setup, experiment: Experiment) -> Setup:
    """Give the run its live knobs; return what it then consists of. Worker thread."""
    same_data = experiment.points_are_in(setup.simulation)
    experiment.apply_live(setup.simulation)
    return setup if same_data else setup.with_data(experiment.dataset())
