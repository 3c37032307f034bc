"""Data sets: the registry, what a seed and a size fix, and errors (laws: test_dataset_laws.py)."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.datasets import DATASETS, make

DEFAULTS = {"n": 60, "n_test": 10, "bias": True}


def draw(name, seed=0, **arguments):
    d = max(2, DATASETS[name].min_d) if DATASETS[name].max_d > 1 else 1
    arguments = {"d": d, **DEFAULTS, **arguments}
    return make(name, rng=np.random.default_rng(seed), **arguments)


@st.composite
def requests(draw_from):
    name = draw_from(st.sampled_from(sorted(DATASETS)))
    entry = DATASETS[name]
    return name, {
        "n": draw_from(st.integers(1, 40)),
        "n_test": draw_from(st.integers(0, 40)),
        "d": draw_from(st.integers(entry.min_d, min(entry.max_d, 6))),
        "bias": draw_from(st.booleans()),
        "labels": draw_from(st.booleans()),
        "noise": draw_from(st.sampled_from([0.0, 0.3])),
        "k": draw_from(st.integers(2, 6)),
        "m0": draw_from(st.integers(1, 7)),
        "input_law": draw_from(st.sampled_from(["sphere", "gaussian"])),
        "seed": draw_from(st.integers(0, 2**32 - 1)),
    }


def arrays(data):
    return data.inputs, data.targets, data.test_inputs, data.test_targets


@given(requests())
@settings(deadline=None)
def test_shapes_bias_and_labels(request_):
    name, arguments = request_
    data, entry = draw(name, **arguments), DATASETS[name]
    n = entry.fixed_n or arguments["n"]
    n_test = 0 if entry.fixed_n else arguments["n_test"]
    columns = arguments["d"] + arguments["bias"]
    assert data.inputs.shape == (n, columns) and data.targets.shape == (n,)
    assert data.test_inputs.shape == (n_test, columns) and data.test_targets.shape == (n_test,)
    for array in arrays(data):
        assert array.dtype == np.float64 and array.flags.c_contiguous and np.isfinite(array).all()
    assert data.name == name and data.bias == arguments["bias"]
    if data.bias:
        assert (data.inputs[:, 0] == 1).all() and (data.test_inputs[:, 0] == 1).all()
    assert data.labels == (entry.labels or arguments["labels"])
    if data.labels:
        assert set(np.abs(np.concatenate((data.targets, data.test_targets)))) == {1.0}


@given(requests())
@settings(deadline=None)
def test_the_same_seed_gives_the_same_bits(request_):
    name, arguments = request_
    for one, two in zip(arrays(draw(name, **arguments)), arrays(draw(name, **arguments)),
                        strict=True):  # fmt: skip
        assert one.tobytes() == two.tobytes()


@given(requests(), st.integers(1, 40), st.integers(0, 40))
@settings(deadline=None)
def test_sizes_change_neither_structure_nor_the_points_there_were(request_, n, n_test):
    name, arguments = request_
    data = draw(name, **arguments)
    retested = draw(name, **{**arguments, "n_test": n_test})
    assert data.inputs.tobytes() == retested.inputs.tobytes()
    assert data.targets.tobytes() == retested.targets.tobytes()
    resized = draw(name, **{**arguments, "n": n})
    common = min(len(data.inputs), len(resized.inputs))
    np.testing.assert_array_equal(data.inputs[:common], resized.inputs[:common])
    np.testing.assert_allclose(data.targets[:common], resized.targets[:common], atol=1e-14)
    np.testing.assert_array_equal(data.test_inputs, resized.test_inputs)
    if data.teacher is not None:
        np.testing.assert_array_equal(data.teacher, resized.teacher)


@pytest.mark.parametrize("name", DATASETS)
def test_the_knobs_of_an_entry_are_those_that_change_it(name):
    entry = DATASETS[name]
    start = {"noise": 0.1, "k": 4, "m0": 5, "input_law": "sphere"}
    changed = {"n": 61, "noise": 0.2, "k": 3, "m0": 4, "input_law": "gaussian"}
    before = draw(name, **start)
    moves = {
        knob for knob, value in changed.items()
        if any(a.tobytes() != b.tobytes() for a, b in
               zip(arrays(before), arrays(draw(name, **{**start, knob: value})), strict=True))
    }  # fmt: skip
    moves |= {"d"} if entry.max_d > entry.min_d else set()
    assert set(entry.knobs) == moves
    assert entry.name == name and entry.label and entry.doc.endswith(".")
    assert 1 <= entry.min_d <= entry.max_d


@pytest.mark.parametrize(
    ("argument", "value", "allowed"),
    [
        ("n", 0, "[1, 100000]"), ("n", 2.5, "whole number"), ("n", 10**9, "[1, 100000]"),
        ("n_test", -1, "[0, 100000]"), ("d", 0, "[2, 1000]"), ("d", 1001, "[2, 1000]"),
        ("noise", -0.1, "[0, 100]"), ("noise", math.nan, "finite"), ("k", 1, "[2, 32]"),
        ("m0", 0, "[1, 1000]"), ("input_law", "cube", "sphere, gaussian"),
        ("activation", "swish", "relu"), ("bias", 1, "True or False"),
        ("labels", "yes", "True or False"), ("rng", 3, "Generator"),
    ],
)  # fmt: skip
def test_wrong_arguments_are_named(argument, value, allowed):
    arguments = {**DEFAULTS, "d": 2, "rng": np.random.default_rng(0), argument: value}
    with pytest.raises(ValueError) as error:
        make("clusters", **arguments)
    message = str(error.value)
    assert f"{argument}={value!r}" in message and allowed in message


def test_unknown_names_wrong_dimensions_and_sizes_are_refused():
    with pytest.raises(ValueError, match=r"name='moons' is unknown; .*spiral"):
        make("moons", d=2, rng=np.random.default_rng(0), **DEFAULTS)
    with pytest.raises(ValueError, match=r"d=3 .*\[2, 2\].*xor"):
        draw("xor", d=3)
    with pytest.raises(ValueError, match=r"n=20000 with 1001 columns .* 9990"):
        draw("teacher", d=1000, n=20_000)
