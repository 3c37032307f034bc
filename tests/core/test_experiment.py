"""Experiment: every knob round trips and refuses what it cannot be."""

import fractions
import json

import numpy as np
import param
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import Experiment
from core.activations import ACTIVATIONS
from core.datasets import DATASETS
from core.dynamics import DYNAMICS
from core.initial import INITIAL_CLOUDS
from core.knobs import KNOBS
from core.losses import LOSSES

from .cases import FEW

DEFAULT = Experiment()
NUMBERS = [name for name in KNOBS if isinstance(DEFAULT.param[name], param.Number)]
CHOICES = [name for name in KNOBS if isinstance(DEFAULT.param[name], param.Selector)]
SWITCHES = [name for name in KNOBS if isinstance(DEFAULT.param[name], param.Boolean)]
TEXTS = [name for name in KNOBS if type(DEFAULT.param[name]) is param.String]


def values(name):
    """All values of a knob; d is left to `knobs`, since its range depends on the data."""
    parameter = DEFAULT.param[name]
    if name in CHOICES:
        return st.sampled_from(list(parameter.objects))
    if name in SWITCHES:
        return st.booleans()
    if name in TEXTS:
        return st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20)
    whole = isinstance(parameter, param.Integer)
    return st.integers(*parameter.bounds) if whole else st.floats(*parameter.bounds)


@st.composite
def knobs(draw):
    """Some knobs, each with any of its values."""
    drawn = draw(st.fixed_dictionaries({}, optional={k: values(k) for k in KNOBS if k != "d"}))
    if draw(st.booleans()):
        bounds = Experiment(data=drawn.get("data", DEFAULT.data)).param["d"].bounds
        drawn["d"] = draw(st.integers(*bounds))
    return drawn


def test_the_knobs_are_the_parameters_and_each_is_explained():
    assert set(KNOBS) == set(Experiment.param) - {"name"}
    assert sorted(NUMBERS + CHOICES + SWITCHES + TEXTS) == sorted(KNOBS)
    for name, knob in KNOBS.items():
        parameter = DEFAULT.param[name]
        assert parameter.doc and parameter.label and knob.group
        if name in NUMBERS:
            assert parameter.bounds[0] <= getattr(DEFAULT, name) <= parameter.bounds[1]
        if name in CHOICES:
            assert set(knob.labels) == set(parameter.objects)
        if knob.slider:
            low, high = parameter.bounds
            assert low <= knob.slider[0] < knob.slider[1] <= high and knob.slider[0] > 0
    settings = {name for entry in DYNAMICS.values() for name in entry.settings} & set(KNOBS)
    live = {name for name, knob in KNOBS.items() if knob.live}
    assert live == settings | {
        "dynamics", "fresh", "stepsize", "weight_decay", "steps", "speed", "points",
    }  # fmt: skip


def test_every_registered_entry_is_a_choice():
    for name, table in (
        ("data", DATASETS), ("activation", ACTIVATIONS), ("loss", LOSSES),
        ("dynamics", DYNAMICS), ("init", INITIAL_CLOUDS),
    ):  # fmt: skip
        assert list(DEFAULT.param[name].objects)[: len(table)] == list(table)


@settings(FEW, max_examples=60)
@given(drawn=knobs())
def test_round_trips(drawn):
    """By dict, by JSON, and by URL: exactly, but for knobs that mean nothing there."""
    experiment = Experiment(**drawn)
    told = experiment.to_dict()
    assert list(told) == list(KNOBS)
    for name, value in drawn.items():
        assert told[name] == value and type(told[name]) is type(value)
    assert Experiment.from_dict(told).to_dict() == told
    assert Experiment.from_dict(json.loads(json.dumps(told))).to_dict() == told
    linked = Experiment.from_query(experiment.to_query())
    applying = {name for name in KNOBS if experiment.applies(name)}
    assert {name for name in KNOBS if linked.applies(name)} == applying
    assert {k: v for k, v in linked.to_dict().items() if k in applying} == {
        k: told[k] for k in applying
    }
    assert linked.to_query() == experiment.to_query()


@pytest.mark.parametrize("data", DATASETS)
def test_knobs_that_do_not_apply_change_nothing(data):
    """So a link may leave them out. Each is turned far from its default."""
    plain = Experiment(data=data, m=20, ntk=True)
    turned = {"n": 13, "k": 3, "m0": 7, "noise": 3.0, "n_test": 5, "data_seed": 9,
              "input_law": "gaussian", "scale": 7.0}  # fmt: skip
    hidden = {name: value for name, value in turned.items() if not plain.applies(name)}
    assert "scale" in hidden
    frames = [
        experiment.simulation().advance(3)
        for experiment in (plain, Experiment(data=data, m=20, ntk=True, **hidden))
    ]
    np.testing.assert_array_equal(frames[0].particles, frames[1].particles)
    np.testing.assert_array_equal(frames[0].test_risk, frames[1].test_risk)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("direct", [True, False], ids=["attribute", "argument"])
def test_numbers_refuse_what_is_out_of_range(name, direct):
    parameter = DEFAULT.param[name]
    low, high = parameter.bounds
    bad = [low - 1, high * 2, float("nan"), float("inf"), -float("inf"), "abc", None, [1]]
    if isinstance(parameter, param.Integer):
        bad.append(low + 0.5)
    if not direct:  # param takes True for 1
        bad += [np.float32("nan"), True, "1", 10**400, 1j]
    for value in bad:
        with pytest.raises(ValueError, match=name) as caught:
            if direct:
                setattr(Experiment(), name, value)
            else:
                Experiment(**{name: value})
        if not direct:
            for end in (low, high):
                whole = isinstance(parameter, param.Integer)
                assert (f"{end:,}" if whole else f"{end:,g}") in str(caught.value)


@pytest.mark.parametrize("name", CHOICES + SWITCHES)
def test_choices_refuse_what_is_not_among_them(name):
    for value in ("nonsense", "", None, 3, ["relu"], float("nan")):
        with pytest.raises(ValueError, match=f"{name}=.* is not allowed: it takes") as caught:
            Experiment(**{name: value})
        allowed = DEFAULT.param[name].objects if name in CHOICES else ["0 or 1"]
        assert all(str(entry) in str(caught.value) for entry in allowed)


def test_numbers_of_other_types_become_plain_ones():
    experiment = Experiment(
        m=np.int32(30), n=40.0, stepsize=np.float32(0.5), scale=fractions.Fraction(1, 4), tau=2
    )
    told = experiment.to_dict()
    assert [told[name] for name in ("m", "n", "stepsize", "scale", "tau")] == [30, 40, 0.5, 0.25, 2]
    assert Experiment.from_dict(json.loads(json.dumps(told))).to_dict() == told
    assert Experiment.from_query(experiment.to_query()).to_dict() == told


def test_unknown_knobs_are_named():
    for name in ("widht", "name", "M"):
        with pytest.raises(ValueError, match=f"{name} is no knob; the knobs are data, d, n"):
            Experiment(**{name: 1})


@pytest.mark.parametrize("data", DATASETS)
def test_the_data_bound_the_dimension(data):
    entry = DATASETS[data]
    experiment = Experiment(d=50, data="teacher")
    experiment.data = data
    assert experiment.d == min(max(50, entry.min_d), entry.max_d)
    assert experiment.param["d"].bounds == (entry.min_d, entry.max_d)
    with pytest.raises(ValueError, match=f"d={entry.max_d + 1} is not allowed"):
        Experiment(d=entry.max_d + 1, data=data)
    assert Experiment(d=entry.max_d, data=data).d == entry.max_d
    assert Experiment().param["d"].bounds == (2, 1000), "bounds belong to one experiment"


#: A million particles in the plane, a thousand samples.
MILLION = {"m": 10**6, "n": 1000, "n_test": 1000, "d": 2, "bias": False}


def test_a_million_particles_of_two_input_weights_are_allowed():
    for chosen in ({}, {"d": 1, "bias": True, "data": "teacher"}, {"activation": "abs"},
                   {"dynamics": "langevin"}, {"dynamics": "sgd", "batch": 100}):  # fmt: skip
        Experiment(**(MILLION | chosen)).check_sizes()
    with pytest.raises(ValueError, match="or take two input weights"):
        Experiment(**(MILLION | {"bias": True})).check_sizes()


@pytest.mark.parametrize(
    ("chosen", "what"),
    [
        ({"m": 10**6, "n": 101, "n_test": 0}, "m × n"),
        ({"m": 10**6, "n": 1, "n_test": 101}, "m × n"),
        ({"m": 10**5, "d": 99, "data": "blobs", "n": 1, "n_test": 1}, r"m × \(d \+ 2\)"),
        ({"m": 1, "n": 10**5, "d": 100, "data": "blobs"}, r"n × \(d \+ 1\)"),
        (MILLION | {"activation": "tanh"}, "m × n"),
        (MILLION | {"bias": True}, "m × n"),
        (MILLION | {"dynamics": "tangent"}, "m × n"),
        (MILLION | {"schedule": "auto"}, "m × n"),
        (MILLION | {"dynamics": "sgd", "batch": 101}, "m × n"),
    ],
)
def test_runs_too_large_for_a_page_are_refused(chosen, what):
    with pytest.raises(ValueError, match=f"{what} = .* is more than the .* allowed with m="):
        Experiment(**chosen).setup()


def test_sizes_that_mean_nothing_to_the_data_do_not_count():
    """The four points are four, whatever n and n_test were for the data before."""
    Experiment(data="interpolation", m=10**6, n=10**5, n_test=10**5).check_sizes()
