"""The knobs of an experiment: each once, with its bounds, symbol and explanation.

A knob is live (it acts on the run that goes on) or structural (it needs a new run from step 0).
What else is known of a knob stands beside its definition, so that controls, URL and files follow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import param

from core.activations import ACTIVATIONS
from core.datasets import DATASETS, INPUT_LAWS, POINTS
from core.dynamics import DYNAMICS, MASKINGS, RETRACTIONS, SCHEDULES
from core.initial import INITIAL_CLOUDS
from core.knobs import choice, number, switch, text
from core.losses import LOSSES
from core.penalties import PENALTIES

if TYPE_CHECKING:
    from core.experiment import Experiment

PRECISIONS = {"float32": "single (float32)", "float64": "double (float64)"}

#: Steps per second: slow motion, and the number that stands for as fast as it goes.
SLOWEST, FASTEST = 0.2, 1e6

#: Of the schedules, the one that the dynamics has by itself.
USUAL = "usual"
_SCHEDULES = {
    USUAL: "usual for the dynamics",
    "constant": "constant η",
    "sqrt": "η/√(t+2)",
    "normalised": "η over the loss",
    "auto": "automatic, 1/λ_max",
}
assert set(_SCHEDULES) == {USUAL, *SCHEDULES}
_MASKINGS = {
    "dropout": "prediction and update alike",
    "update": "update only",
    "independent": "prediction and update apart",
    "none": "none",
}
assert set(_MASKINGS) == set(MASKINGS)


#: The data there are to choose from: laws, and the user's own points.
DATA = DATASETS | {POINTS.name: POINTS}


def _data_uses(name: str) -> Callable[[Experiment], bool]:
    return lambda experiment: name in DATA[experiment.data].knobs


_DATA, _NET, _TRAIN, _START, _RUN = "Data", "Network", "Training", "Start", "Run"


def _dynamics_uses(name: str) -> Callable[[Experiment], bool]:
    return lambda experiment: name in DYNAMICS[experiment.dynamics].settings


class Knobs(param.Parameterized):
    """The parameters of `Experiment`."""

    # fmt: off
    data = choice("data", "clusters", DATA, _DATA,
        "Law of the samples: it decides which regions the neurons have to tell apart. Training and "
        "test set are drawn from the same law.")
    d = number("d", 2, 1, 1000, _DATA, "input dimension",
        "Coordinates of an input; the constant of the bias is not counted. In more dimensions "
        "neurons have more directions to turn to, and fitting takes less of each.",
        symbol="d", applies=_data_uses("d"))
    n = number("n", 60, 1, 100_000, _DATA, "training samples",
        "Samples the network is trained on. Many push the particles towards what fits the whole "
        "law; with few, the training risk falls fast and the test risk stays behind.",
        symbol="n", slider=(1, 1000), applies=_data_uses("n"))
    k = number("k", 4, 2, 20, _DATA, "clusters a side",
        "Clusters stand on a k × k grid; half of them, drawn at random, are labelled −1. More "
        "clusters need more kinks, and leave a smaller margin.",
        symbol="k", applies=_data_uses("k"))
    m0 = number("m0", 5, 1, 1000, _DATA, "teacher neurons",
        "Neurons of the teacher network that makes the targets: the directions that the particles "
        "have to find.",
        symbol="m_0", slider=(1, 100), applies=_data_uses("m0"))
    input_law = choice("input_law", "sphere", INPUT_LAWS, _DATA,
        "Law of the teacher's inputs: the directions in which the risk, and so the pull on a "
        "particle, is felt.", applies=_data_uses("input_law"))
    noise = number("noise", 0.1, 0.0, 10.0, _DATA, "noise",
        "Standard deviation: of a teacher's training targets, or of the positions of toy data. "
        "Particles end up fitting the noise, too, and the margin shrinks.",
        symbol=r"\varsigma", applies=_data_uses("noise"))
    n_test = number("n_test", 1000, 0, 100_000, _DATA, "test samples",
        "Fresh samples on which the test risk is measured; 0 for none. They never move a particle.",
        applies=_data_uses("n"))
    data_seed = number("data_seed", 1, 0, 2**31 - 1, _DATA, "data seed",
        "Another seed draws other data from the same law: what changes from one to the next is "
        "chance.", applies=_data_uses("n"))

    points = text("points", "[[-1,-1,1],[1,1,1],[-1,1,-1],[1,-1,-1]]", _DATA, "points",
        "The training samples, one point after another, the target last: [[x₁, x₂, y], …] in JSON, "
        "or lines of numbers. Acts without a restart where inputs and kind of target stay.",
        live=True, applies=_data_uses("points"))
    population = switch("population", False, _DATA, "population risk",
        "Descend the risk over all inputs, in closed form, instead of that of the samples: square "
        "loss, no bias.",
        applies=lambda experiment: DATA[experiment.data].has_teacher and not experiment.bias)

    m = number("m", 400, 1, 1_000_000, _NET, "neurons",
        "Width of the network: the number of particles. Many of them follow the mean-field limit, "
        "which reaches a global minimum; a few may get stuck.", symbol="m",
        slider=(1, 1_000_000))
    activation = choice("activation", "relu", ACTIVATIONS, _NET,
        "σ in f(x) = (α/m) Σ c σ(a·x). It decides how the pull on a particle depends on its "
        "direction; relu pulls only where the neuron is active.")
    bias = switch("bias", True, _NET, "bias",
        "Adds the constant 1 to every input, so that a neuron can shift its kink: particles move "
        "in one dimension more.")
    ntk = switch("ntk", False, _NET, "scale α = √m",
        "The 1/√m scaling of the tangent kernel instead of the mean-field 1/m: the wider the "
        "network, the less its particles move (lazy training).")
    scale = number("scale", 1.0, 1e-3, 1e4, _NET, "scale",
        "f(x) = (α/m) Σ c σ(a·x), and the risk is divided by α²: α = 1 is the mean-field "
        "scaling; with a large α the particles hardly move, which is lazy training.",
        symbol=r"\alpha", slider=(0.1, 1000), applies=lambda experiment: not experiment.ntk)

    dynamics = choice("dynamics", "softmin", DYNAMICS, _TRAIN,
        "How the particles move. Acts without a restart: the run goes on from where it is.",
        live=True)
    loss = choice("loss", "logistic", LOSSES, _TRAIN,
        "Loss of one sample. Soft-min ascent climbs the soft minimum of the margins whatever the "
        "loss; the loss is then only what the risk curve shows.")
    loss_parameter = number("loss_parameter", 0.0, 0.0, 100.0, _TRAIN, "loss parameter",
        "Threshold δ of the Huber loss, level κ of the quantile loss, power k of the polynomial "
        "tail; 0 takes the default: 1, ½, 2. It decides how hard a sample far off pulls.",
        applies=lambda experiment: LOSSES[experiment.loss].parameter is not None)
    stepsize = number("stepsize", 0.4, 0.0, 1e4, _TRAIN, "stepsize",
        "A step moves a particle by the stepsize times its velocity: larger is faster, and too "
        "large oscillates or diverges. Acts without a restart.",
        symbol=r"\eta", live=True, slider=(1e-3, 100),
        applies=lambda experiment: experiment.schedule != "auto")
    schedule = choice("schedule", USUAL, _SCHEDULES, _TRAIN,
        "How the stepsize depends on the step t. Not every dynamics has every one. “Over the loss” "
        "speeds time up as the loss falls; “automatic” takes the largest eigenvalue of the Hessian "
        "at the start.", live=True)
    batch = number("batch", 10, 1, 10_000, _TRAIN, "batch",
        "Samples of one stochastic step. Fewer are cheaper and make the particles jitter more.",
        symbol="b", live=True, slider=(1, 1000), applies=_dynamics_uses("batch"))
    fresh = switch("fresh", False, _TRAIN, "fresh samples",
        "Every step draws new samples from the law of the data, which descends the population "
        "risk, instead of picking from the training samples.", live=True,
        applies=lambda experiment: "batch" in DYNAMICS[experiment.dynamics].settings
        and DATA[experiment.data].is_law)
    temperature = number("temperature", 0.01, 0.0, 1000.0, _TRAIN, "temperature",
        "Each coordinate gets Gaussian noise of variance 2 η × temperature a step: the cloud "
        "spreads instead of concentrating.",
        symbol="T", live=True, slider=(1e-5, 10), applies=_dynamics_uses("temperature"))
    radial = number("radial", 1.0, 0.0, 1000.0, _TRAIN, "radial speed",
        "Factor of the stepsize of the radius: how fast the mass of a particle grows or shrinks.",
        symbol=r"\alpha_r", live=True, slider=(0.01, 100), applies=_dynamics_uses("radial"))
    angular = number("angular", 1.0, 0.0, 1000.0, _TRAIN, "angular speed",
        "Factor of the stepsize of the direction: how fast particles turn. With 0 they never do, "
        "which is mirror descent on the masses.",
        symbol=r"\beta_r", live=True, slider=(0.01, 100), applies=_dynamics_uses("angular"))
    retraction = choice("retraction", "mirror", RETRACTIONS, _TRAIN,
        "How the mass of a particle moves: it is multiplied by exp(−2ηJ') (mirror) or by 1 − 2ηJ' "
        "(canonical). Both agree for small steps.", live=True,
        applies=_dynamics_uses("retraction"))
    keep = number("keep", 0.7, 0.01, 1.0, _TRAIN, "share kept",
        "Probability that a step keeps a neuron. The smaller, the noisier the steps.",
        symbol="q", live=True, slider=(0.01, 1), applies=_dynamics_uses("keep"))
    masking = choice("masking", "dropout", _MASKINGS, _TRAIN,
        "Where a step drops neurons: in the prediction that makes the pull, in the update that "
        "moves the particles, in both, or nowhere.", live=True, applies=_dynamics_uses("masking"))
    weight_decay = number("weight_decay", 0.0, 0.0, 100.0, _TRAIN, "weight decay",
        "Adds λ (1/m) Σ|w|² to the objective: a step shrinks every particle by 2λη, and in the end "
        "only the directions that pay for their mass are left. Acts without a restart.",
        symbol=r"\lambda", live=True, slider=(1e-6, 1))

    penalty = choice("penalty", "mass", PENALTIES, _TRAIN,
        "What the weight decay multiplies: the total mass β, which shrinks |w|, or twice the path "
        "norm, which shrinks |c||a| (the same where neurons are balanced), or the ℓ₁ path norm, "
        "which makes input weights 0.")

    init = choice("init", "signs", INITIAL_CLOUDS, _START,
        "Law of the initial particles (a, c): where they start, and so which directions are there "
        "to grow.")
    tau = number("tau", 1.0, 1e-4, 100.0, _START, "initial scale",
        "Multiplies the whole initial cloud. A large initial scale makes training lazy.",
        symbol=r"\tau", slider=(0.01, 10))
    kappa = number("kappa", 1.0, 0.0, 100.0, _START, "output scale",
        "Multiplies the output weights of the initial cloud, besides the initial scale. With 0 it "
        "is the output weights that learn first; with 1 both layers take part from the start.",
        symbol=r"\kappa", slider=(0.01, 10))
    seed = number("seed", 0, 0, 2**31 - 1, _START, "seed",
        "Another seed draws another initial cloud from the same law. With many neurons the run "
        "hardly changes.")

    precision = choice("precision", "float32", PRECISIONS, _RUN,
        "Floating-point numbers of the run. Single is about twice as fast; double follows a margin "
        "or a rate further before rounding shows.")
    steps = number("steps", 0, 0, 10**9, _RUN, "stop after step",
        "The run pauses by itself at this step, exactly; 0 means never.", live=True)
    speed = number("speed", 1000.0, SLOWEST, FASTEST, _RUN, "speed",
        "Steps per second the player aims at, from slow motion to as fast as the machine goes. The "
        "particles move alike at any speed: only the watching changes.",
        symbol=r"\text{steps/s}", live=True, slider=(SLOWEST, FASTEST))
    # fmt: on
