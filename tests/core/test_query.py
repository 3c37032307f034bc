"""URL queries: what is read, what is complained of, what is written."""

import math
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Experiment
from core.knobs import KNOBS
from core.query import read, write

from .cases import FEW


def changed(text):
    """Read a query; return the knobs it changed and the complaints."""
    experiment, complaints = read(Experiment(), text)
    default = Experiment().to_dict()
    knobs = experiment.to_dict()
    return {name: knobs[name] for name in KNOBS if knobs[name] != default[name]}, complaints


@pytest.mark.parametrize(
    ("text", "knobs"),
    [
        ("", {}), ("?", {}), ("&&", {}),
        ("m=7", {"m": 7}), ("?m=7", {"m": 7}), ("m=7&m=8", {"m": 8}), ("m=%37", {"m": 7}),
        ("m=7.0", {"m": 7}), ("m=1e5", {"m": 100_000}), ("m=+7", {"m": 7}),
        ("stepsize=1", {"stepsize": 1.0}), ("stepsize=1e-3", {"stepsize": 1e-3}),
        ("stepsize=0", {"stepsize": 0.0}), ("stepsize=.5", {"stepsize": 0.5}),
        ("bias=0", {"bias": False}), ("bias=False", {"bias": False}), ("bias=off", {"bias": False}),
        ("ntk=1", {"ntk": True}), ("ntk=YES", {"ntk": True}), ("ntk=true", {"ntk": True}),
        ("activation=tanh", {"activation": "tanh"}),
        ("data=blobs&d=7", {"data": "blobs", "d": 7}),
        ("d=1&data=interpolation", {"d": 1, "data": "interpolation"}),
        ("m=7&activation=erf&seed=3", {"m": 7, "activation": "erf", "seed": 3}),
    ],
)  # fmt: skip
def test_what_is_read(text, knobs):
    assert changed(text) == (knobs, [])
    experiment = Experiment.from_query(text)
    assert all(getattr(experiment, name) == value for name, value in knobs.items())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("m=0", ["m=0", "whole number from 1 to 1,000,000", "Using 400"]),
        ("m=-3", ["m=-3", "Using 400"]),
        ("m=2.5", ["m=2.5", "whole number"]),
        ("m=", ["m=''", "whole number"]),
        ("m", ["m=''", "whole number"]),
        ("m=many", ["m='many'"]),
        ("m=nan", ["m=nan"]),
        ("m=inf", ["m=inf"]),
        ("m=1e400", ["m=inf"]),
        ("m=" + "9" * 5000, ["m=", "whole number"]),
        ("m=0x10", ["m='0x10'"]),
        ("m=True", ["m='True'"]),
        ("m=[7]", ["m='[7]'"]),
        ("m=7;n=8", ["m='7;n=8'"]),
        ("stepsize=nan", ["stepsize=nan", "a number from 0 to 10,000", "Using 0.4"]),
        ("stepsize=-inf", ["stepsize=-inf"]),
        ("stepsize=1j", ["stepsize='1j'"]),
        ("bias=maybe", ["bias='maybe'", "0 or 1", "Using True"]),
        ("bias=2", ["bias='2'", "0 or 1"]),
        ("activation=TANH", ["activation='TANH'", "relu, leaky_relu", "Using relu"]),
        ("activation=%FF%00", ["activation=", "relu, leaky_relu"]),
        ("data=circles&d=3", ["d=3", "from 2 to 2", "Using 2"]),
        ("widht=3", ["widht", "no knob"]),
        ("=3", ["no knob"]),
        ("__class__=3", ["__class__", "no knob"]),
        ("name=x", ["name", "no knob"]),
    ],
)
def test_what_is_complained_of(text, words):
    knobs, complaints = changed(text)
    assert set(knobs) <= {"data"} and len(complaints) == 1
    assert all(word in complaints[0] for word in words)
    with pytest.raises(ValueError, match="is no"):
        Experiment.from_query(text)


def test_one_bad_value_does_not_spoil_the_others():
    knobs, complaints = changed("m=0&activation=tanh&loss=none&n=9&foo=1")
    assert knobs == {"activation": "tanh", "n": 9}
    assert len(complaints) == 3


def test_what_belongs_to_the_page_is_left_to_it():
    experiment, complaints = read(Experiment(), "?play=1&m=9", ignore=lambda name: name == "play")
    assert experiment.m == 9 and complaints == []


@FEW
@given(text=st.text(max_size=60))
def test_any_text_is_read_without_an_error(text):
    for query in (text, urlencode({"m": text, "stepsize": text, "loss": text, "bias": text})):
        experiment, complaints = read(Experiment(), query)
        assert all(isinstance(complaint, str) for complaint in complaints)
        assert 1 <= experiment.m <= 10**6 and math.isfinite(experiment.stepsize)


@FEW
@given(
    whole=st.integers(), real=st.floats(allow_nan=False, allow_infinity=False),
    flag=st.booleans(), text=st.text(),
)  # fmt: skip
def test_writing_loses_nothing(whole, real, flag, text):
    written = write({"whole": whole, "real": real, "flag": flag, "text": text})
    pairs = dict(parse_qsl(written, keep_blank_values=True))
    assert (int(pairs["whole"]), float(pairs["real"])) == (whole, real)
    assert pairs["flag"] == str(int(flag)) and pairs["text"] == text
    assert written.isascii()
