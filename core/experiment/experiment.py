"""Experiment: the knobs of a run, and how a run is made of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import param

from core import kernels, query
from core.activations import activation
from core.datasets import POINTS, Dataset, Stream, make
from core.dynamics import DYNAMICS, Dynamics
from core.experiment.declared import DATA, USUAL, Knobs
from core.experiment.points import typed_points
from core.experiment.setup import Setup
from core.initial import draw
from core.knobs import KNOBS
from core.losses import LOSSES
from core.population import PopulationProblem
from core.population.closed_forms import FORMS
from core.problem import Problem
from core.simulation import Simulation

#: Most particle-sample pairs of one step: keeps a step well under a second.
MOST_PAIRS = 10**8

#: What a run of more particles than that is told, should its pairs be too many.
FEW_PLANAR = 10**5
MANY = (
    ", or take two input weights (d=2 without bias, d=1 with it) and relu, leaky_relu, abs or "
    "identity: a step of these costs hardly more for more samples"
)

#: Most numbers in the cloud, m (d + 2), and in the inputs.
MOST_NUMBERS = 10**7


class Experiment(Knobs):
    """Every knob of a run. `KNOBS` tells of each how it acts and when it applies.

    Values out of range raise ValueError naming the parameter and its bounds.
    """

    def __init__(self, **knobs: Any) -> None:
        super().__init__()
        unknown = sorted(set(knobs) - set(KNOBS))
        if unknown:
            raise ValueError(f"{unknown[0]} is no knob; the knobs are {', '.join(KNOBS)}")
        # The data go first: they decide which input dimensions are allowed.
        for name in sorted(knobs, key=lambda name: name != "data"):
            query.assign(self, name, knobs[name])

    @param.depends("data", watch=True, on_init=True)
    def _fit_dimension(self) -> None:
        """Hold d in the range of the data."""
        entry = DATA[self.data]
        parameter = self.param["d"]
        parameter.bounds = (1, 1000)
        self.d = min(max(self.d, entry.min_d), entry.max_d)
        parameter.bounds = (entry.min_d, entry.max_d)

    @property
    def needs_labels(self) -> bool:
        """Whether loss or dynamics need targets of ±1; real targets become their signs."""
        return LOSSES[self.loss].labels or DYNAMICS[self.dynamics].labels

    @property
    def has_labels(self) -> bool:
        """Whether the targets are ±1."""
        if self.data == POINTS.name:
            return self.dataset().labels
        return DATA[self.data].labels or self.needs_labels

    def _law(self) -> dict[str, Any]:
        return {
            "d": self.d,
            "bias": self.bias,
            "labels": self.needs_labels,
            "noise": self.noise,
            "k": self.k,
            "m0": self.m0,
            "input_law": self.input_law,
            "activation": self.activation,
        }

    def dataset(self) -> Dataset:
        """Return the training and test set."""
        if self.data == POINTS.name:
            return typed_points(self.points, self.bias, self.needs_labels)
        rng = np.random.default_rng(self.data_seed)
        return make(self.data, n=self.n, n_test=self.n_test, rng=rng, **self._law())

    def make_dynamics(self) -> Dynamics:
        """Return the dynamics with its live settings."""
        entry = DYNAMICS[self.dynamics]
        own = {name: getattr(self, name) for name in entry.settings if name in KNOBS}
        if self.schedule == USUAL:
            del own["schedule"]
        if "source" in entry.settings and self.fresh:
            own["source"] = Stream(self.data, data_seed=self.data_seed, **self._law())
        return entry.kind(stepsize=self.stepsize, **own)

    @property
    def is_population(self) -> bool:
        """Whether the risk is that over all inputs."""
        return self.population and self.applies("population")

    def _samples(self) -> tuple[int, int]:
        """Return the numbers of samples of a step (or of teacher pairs) and of coordinates."""
        if self.data == POINTS.name:
            inputs = self.dataset().inputs
            return inputs.shape[0], inputs.shape[1] - self.bias
        n = max(self.m + self.m0, self.n_test) if self.is_population else max(self.n, self.n_test)
        return DATA[self.data].fixed_n or n, self.d

    def _pairs(self, samples: int, d: int) -> int:
        """Return the particle-sample pairs of one step, or what costs as much."""
        dynamics = DYNAMICS[self.dynamics].kind
        if self.is_population or self.schedule == "auto" or dynamics.pairwise:
            return self.m * samples
        batch = self.m * self.batch if self.applies("batch") else 0  # takes the dense kernel
        code = activation(self.activation).code
        return max(batch, kernels.pairs_of_step(code, d + self.bias, self.m, samples))

    def check_sizes(self) -> None:
        """Raise ValueError if the run would be too large for a live page, or points are bad."""
        samples, d = self._samples()
        for what, size, most in (
            ("m × n", self._pairs(samples, d), MOST_PAIRS),
            ("m × (d + 2)", self.m * (d + 2), MOST_NUMBERS),
            ("n × (d + 1)", samples * (d + 1), MOST_NUMBERS),
        ):
            if size > most:
                raise ValueError(
                    f"{what} = {size:,} is more than the {most:,} allowed with m={self.m}, "
                    f"n={self.n}, n_test={self.n_test}, d={self.d}; lower one of them"
                    + (MANY if what == "m × n" and self.m > FEW_PLANAR else "")
                )

    def setup(self) -> Setup:
        """Draw the data and the initial cloud; return everything a run consists of."""
        self.check_sizes()
        dataset, problem, test = self.problems()
        particles = draw(
            self.init,
            m=self.m,
            d=problem.d,
            tau=self.tau,
            rng=np.random.default_rng(self.seed),
            dtype=np.dtype(self.precision),
        )
        particles[:, -1] *= self.kappa
        simulation = Simulation(problem, self.make_dynamics(), particles, self.seed, test)
        return Setup(dataset, problem, simulation, self._known_population(dataset))

    @property
    def columns(self) -> int:
        """Number of input weights of a particle."""
        return self._samples()[1] + self.bias

    def problems(self) -> tuple[Dataset, Any, Problem | None]:
        """Draw the data; return them, the problem they make and the test samples."""
        dataset = self.dataset()
        problem = self._population(dataset) if self.is_population else self._problem(dataset)
        if not len(dataset.test_targets):
            return dataset, problem, None
        return dataset, problem, self._network(dataset.test_inputs, dataset.test_targets)

    def _network(self, inputs: np.ndarray, targets: np.ndarray, **about: Any) -> Problem:
        return Problem(
            inputs, targets, self.activation, self.loss, self._alpha,
            loss_parameter=self.loss_parameter or None, **about,
        )  # fmt: skip

    def _problem(self, dataset: Dataset) -> Problem:
        return self._network(
            dataset.inputs, dataset.targets, weight_decay=self.weight_decay, penalty=self.penalty
        )

    def _population(self, dataset: Dataset) -> Any:
        if self.loss != "square":
            raise ValueError(f"loss={self.loss!r} has no population risk; choose loss='square'")
        assert dataset.teacher is not None  # the knob applies to teachers only
        return PopulationProblem(
            dataset.teacher, self.activation, self.input_law, self._alpha, self.weight_decay,
            self.penalty,
        )  # fmt: skip

    def _known_population(self, dataset: Dataset) -> PopulationProblem | None:
        """Return the problem over all inputs that the samples come from, if it is known."""
        real = DATA[self.data].has_teacher and not dataset.labels and not self.bias
        known = real and self.loss == "square" and self.activation in FORMS
        return self._population(dataset) if known else None

    @property
    def _alpha(self) -> float:
        return math.sqrt(self.m) if self.ntk else self.scale

    def simulation(self) -> Simulation:
        """Return a new run at step 0."""
        return self.setup().simulation

    def apply_live(self, simulation: Simulation) -> None:
        """Give `simulation` the current dynamics with its settings, the weight decay, and the
        user's own points where they are the data."""
        simulation.dynamics = self.make_dynamics()
        if simulation.weight_decay != self.weight_decay:
            simulation.weight_decay = self.weight_decay
        if not self.points_are_in(simulation):
            dataset = self.dataset()
            simulation.exchange(dataset.inputs, dataset.targets)

    def points_are_in(self, simulation: Simulation) -> bool:
        """Tell whether `simulation` trains on the user's own points, where they are the data."""
        if self.data != POINTS.name:
            return True
        dataset = self.dataset()
        return simulation.has_data(dataset.inputs, dataset.targets)

    def to_dict(self) -> dict[str, Any]:
        """Return every knob and its value, ready for JSON."""
        return {name: getattr(self, name) for name in KNOBS}

    @classmethod
    def from_dict(cls, knobs: dict[str, Any]) -> Experiment:
        """Return the experiment with these knobs, the others at their defaults."""
        return cls(**knobs)

    def to_query(self) -> str:
        """Return the knobs that apply as a URL query (no leading question mark)."""
        return query.write({name: getattr(self, name) for name in KNOBS if self.applies(name)})

    @classmethod
    def from_query(cls, text: str) -> Experiment:
        """Return the experiment of a URL query; raise ValueError on the first bad value."""
        experiment, complaints = query.read(cls(), text)
        if complaints:
            raise ValueError(complaints[0])
        return experiment

    def applies(self, name: str) -> bool:
        """Tell whether knob `name` means anything in this experiment."""
        return KNOBS[name].applies(self)
