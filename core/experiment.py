"""Experiment: every knob of a run, once, with its bounds, unit and explanation.

A knob is live (it acts on the run that goes on) or structural (it needs a new run from step 0).
What else is known of a knob stands beside its definition, so that controls, URL and files follow.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import param

from core import query
from core.activations import ACTIVATIONS
from core.datasets import DATASETS, INPUT_LAWS, Dataset, make
from core.dynamics import DYNAMICS, Dynamics
from core.initial import INITIAL_CLOUDS, draw
from core.knobs import KNOBS, choice, number, switch
from core.losses import LOSSES
from core.problem import Problem
from core.simulation import Simulation

#: Most particle-sample pairs of one step: keeps a step well under a second.
MOST_PAIRS = 10**8

#: Most numbers in the cloud, m (d + 2), and in the inputs.
MOST_NUMBERS = 10**7

PRECISIONS = {"float32": "single (float32)", "float64": "double (float64)"}


def _data_uses(name: str) -> Callable[[Experiment], bool]:
    return lambda experiment: name in DATASETS[experiment.data].knobs


_DATA, _NET, _TRAIN, _START, _RUN = "Data", "Network", "Training", "Start", "Run"


class Experiment(param.Parameterized):
    """Every knob of a run. `KNOBS` tells of each how it acts and when it applies.

    Values out of range raise ValueError naming the parameter and its bounds.
    """

    # fmt: off
    data = choice("data", "clusters", DATASETS, _DATA,
        "Law of the samples. Training and test set are drawn from the same law.")
    d = number("d", 2, 1, 1000, _DATA, "input dimension",
        "Coordinates of an input; the constant of the bias is not counted.",
        symbol="d", applies=_data_uses("d"))
    n = number("n", 60, 1, 100_000, _DATA, "training samples",
        "Samples the network is trained on.",
        symbol="n", slider=(1, 1000), applies=_data_uses("n"))
    k = number("k", 4, 2, 20, _DATA, "clusters a side",
        "Clusters stand on a k × k grid; half of them, drawn at random, are labelled −1.",
        symbol="k", applies=_data_uses("k"))
    m0 = number("m0", 5, 1, 1000, _DATA, "teacher neurons",
        "Neurons of the teacher network that makes the targets.",
        symbol="m_0", slider=(1, 100), applies=_data_uses("m0"))
    input_law = choice("input_law", "sphere", INPUT_LAWS, _DATA,
        "Law of the teacher's inputs.", applies=_data_uses("input_law"))
    noise = number("noise", 0.1, 0.0, 10.0, _DATA, "noise",
        "Standard deviation: of a teacher's training targets, or of the positions of toy data.",
        symbol=r"\varsigma", applies=_data_uses("noise"))
    n_test = number("n_test", 1000, 0, 100_000, _DATA, "test samples",
        "Fresh samples on which the test risk is measured; 0 for none.",
        applies=_data_uses("n"))
    data_seed = number("data_seed", 1, 0, 2**31 - 1, _DATA, "data seed",
        "Another seed draws other data from the same law.", applies=_data_uses("n"))

    m = number("m", 400, 1, 1_000_000, _NET, "neurons",
        "Width of the network: the number of particles.", symbol="m", slider=(1, 10_000))
    activation = choice("activation", "relu", ACTIVATIONS, _NET,
        "σ in f(x) = (α/m) Σ c σ(a·x).")
    bias = switch("bias", True, _NET, "bias",
        "Adds the constant 1 to every input, so that a neuron can shift its kink.")
    ntk = switch("ntk", False, _NET, "scale α = √m",
        "The 1/√m scaling of the tangent kernel (lazy) instead of the mean-field 1/m.")
    scale = number("scale", 1.0, 1e-3, 1e4, _NET, "scale",
        "f(x) = (α/m) Σ c σ(a·x), and the risk is divided by α²: α = 1 is the mean-field "
        "scaling, large α is lazy training.",
        symbol=r"\alpha", slider=(0.1, 1000), applies=lambda experiment: not experiment.ntk)

    dynamics = choice("dynamics", "softmin", DYNAMICS, _TRAIN, "How the particles move.")
    loss = choice("loss", "logistic", LOSSES, _TRAIN,
        "Loss of one sample. Soft-min ascent climbs the soft minimum of the margins whatever the "
        "loss; the loss is then only what the risk curve shows.")
    stepsize = number("stepsize", 0.4, 0.0, 1e4, _TRAIN, "stepsize",
        "A step moves a particle by the stepsize times its velocity. Acts without a restart.",
        symbol=r"\eta", live=True, slider=(1e-3, 100))
    weight_decay = number("weight_decay", 0.0, 0.0, 100.0, _TRAIN, "weight decay",
        "Adds λ (1/m) Σ|w|² to the objective: a step shrinks every particle by 2λη. Acts without "
        "a restart.",
        symbol=r"\lambda", live=True, slider=(1e-6, 1))

    init = choice("init", "signs", INITIAL_CLOUDS, _START, "Law of the initial particles (a, c).")
    tau = number("tau", 1.0, 1e-4, 100.0, _START, "initial scale",
        "Multiplies the whole initial cloud. A large initial scale makes training lazy.",
        symbol=r"\tau", slider=(0.01, 10))
    seed = number("seed", 0, 0, 2**31 - 1, _START, "seed",
        "Another seed draws another cloud from the same law.")

    precision = choice("precision", "float32", PRECISIONS, _RUN,
        "Floating-point numbers of the run. Single is about twice as fast.")
    steps = number("steps", 0, 0, 10**9, _RUN, "stop after step",
        "The run pauses by itself after this many steps; 0 means never.", live=True)
    speed = number("speed", 1000.0, 1.0, 1e6, _RUN, "speed",
        "Steps per second the player aims at; the machine may be slower.",
        symbol=r"\text{steps/s}", live=True, slider=(1, 1e6))
    # fmt: on

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
        entry = DATASETS[self.data]
        parameter = self.param["d"]
        parameter.bounds = (1, 1000)
        self.d = min(max(self.d, entry.min_d), entry.max_d)
        parameter.bounds = (entry.min_d, entry.max_d)

    def dataset(self) -> Dataset:
        """Return the training and test set."""
        labels = LOSSES[self.loss].labels or DYNAMICS[self.dynamics].labels
        return make(
            self.data,
            n=self.n,
            n_test=self.n_test,
            d=self.d,
            bias=self.bias,
            rng=np.random.default_rng(self.data_seed),
            labels=labels,
            noise=self.noise,
            k=self.k,
            m0=self.m0,
            input_law=self.input_law,
            activation=self.activation,
        )

    def make_dynamics(self) -> Dynamics:
        """Return the dynamics with its live settings."""
        return DYNAMICS[self.dynamics].kind(stepsize=self.stepsize)

    def check_sizes(self) -> None:
        """Raise ValueError if the run would be too large for a live page."""
        samples = DATASETS[self.data].fixed_n or max(self.n, self.n_test)
        for what, size, most in (
            ("m × n", self.m * samples, MOST_PAIRS),
            ("m × (d + 2)", self.m * (self.d + 2), MOST_NUMBERS),
            ("n × (d + 1)", samples * (self.d + 1), MOST_NUMBERS),
        ):
            if size > most:
                raise ValueError(
                    f"{what} = {size:,} is more than the {most:,} allowed with m={self.m}, "
                    f"n={self.n}, n_test={self.n_test}, d={self.d}; lower one of them"
                )

    def setup(self) -> Setup:
        """Draw the data and the initial cloud; return everything a run consists of."""
        self.check_sizes()
        dataset = self.dataset()
        shared = {
            "activation": self.activation,
            "loss": self.loss,
            "scale": math.sqrt(self.m) if self.ntk else self.scale,
        }
        problem = Problem(dataset.inputs, dataset.targets, weight_decay=self.weight_decay, **shared)
        test = None
        if len(dataset.test_targets):
            test = Problem(dataset.test_inputs, dataset.test_targets, **shared)
        particles = draw(
            self.init,
            m=self.m,
            d=problem.d,
            tau=self.tau,
            rng=np.random.default_rng(self.seed),
            dtype=np.dtype(self.precision),
        )
        simulation = Simulation(problem, self.make_dynamics(), particles, self.seed, test)
        return Setup(dataset, problem, simulation)

    def simulation(self) -> Simulation:
        """Return a new run at step 0."""
        return self.setup().simulation

    def apply_live(self, simulation: Simulation) -> None:
        """Give `simulation` the current stepsize and weight decay."""
        if simulation.dynamics.stepsize != self.stepsize:
            simulation.dynamics = self.make_dynamics()
        if simulation.weight_decay != self.weight_decay:
            simulation.weight_decay = self.weight_decay

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


@dataclass(frozen=True)
class Setup:
    """A drawn experiment: its data, problem and run at step 0."""

    dataset: Dataset
    problem: Problem
    simulation: Simulation
