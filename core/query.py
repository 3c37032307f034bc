"""Experiments as URL queries, with messages for values that cannot be."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

import param

_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def allowed(parameter: param.Parameter) -> str:
    """Return in words the values `parameter` takes."""
    if isinstance(parameter, param.Selector):
        return f"one of {', '.join(parameter.objects)}"
    if isinstance(parameter, param.Boolean):
        return "0 or 1"
    if isinstance(parameter, param.String):
        return "a text"
    low, high = parameter.bounds
    if isinstance(parameter, param.Integer):
        return f"a whole number from {low:,} to {high:,}"
    return f"a number from {low:,g} to {high:,g}"


def _plain(parameter: param.Parameter, value: Any) -> float:
    """Return a number of any type as the int or float that JSON and URLs take."""
    if isinstance(value, (str, bool)):
        raise TypeError  # int() and float() would take them
    if isinstance(parameter, param.Integer):
        if float(value) != int(value):
            raise ValueError
        return int(value)  # 400.0 is a fine width
    if math.isnan(value):
        raise ValueError  # bounds alone let nan through
    return float(value)


def assign(experiment: param.Parameterized, name: str, value: Any) -> None:
    """Set a knob; raise ValueError naming it, the value and what is allowed."""
    parameter = experiment.param[name]
    try:
        number = isinstance(parameter, param.Number)
        setattr(experiment, name, _plain(parameter, value) if number else value)
    except (ValueError, TypeError, OverflowError):
        takes = allowed(parameter)
        raise ValueError(f"{name}={value!r} is not allowed: it takes {takes}") from None


def parse(parameter: param.Parameter, text: str) -> Any:
    """Return the value that `text` stands for, or `text` itself where it stands for none."""
    if isinstance(parameter, param.Boolean):
        word = text.lower()
        return True if word in _TRUE else False if word in _FALSE else text
    if isinstance(parameter, param.Number):
        try:
            return int(text)
        except ValueError:
            pass
        try:
            return float(text)
        except ValueError:
            pass
    return text


def read(
    experiment: Any, text: str, ignore: Callable[[str], bool] = lambda name: False
) -> tuple[Any, list[str]]:
    """Set the knobs of a URL query.

    Parameters
    ----------
    experiment : Experiment
        Changed in place; a knob with a bad value keeps the one it had.
    text : str
        Query, with or without the leading question mark.
    ignore : callable
        Tells which names belong to the page and not to the experiment.

    Returns
    -------
    experiment
    complaints : list of str
        One sentence for each bad value, naming the knob, the value and what is allowed.
    """
    pairs = dict(parse_qsl(text.lstrip("?"), keep_blank_values=True))
    complaints = []
    knobs = experiment.to_dict()
    # The data go first: they decide which input dimensions are allowed.
    for name in sorted(pairs, key=lambda name: name != "data"):
        if ignore(name):
            continue
        if name not in knobs:
            complaints.append(f"{name} is no knob of the lab; it is ignored")
            continue
        try:
            assign(experiment, name, parse(experiment.param[name], pairs[name]))
        except ValueError as error:
            complaints.append(f"{error}. Using {getattr(experiment, name)}.")
    return experiment, complaints


def page_value(text: str, name: str) -> str | None:
    """Return the value of `name` in a URL query, None where it is not there."""
    return dict(parse_qsl(text.lstrip("?"), keep_blank_values=True)).get(name)


def write(knobs: dict[str, Any]) -> str:
    """Return knobs as a URL query that `read` takes back to the same values."""
    texts = {
        name: str(int(value)) if isinstance(value, bool) else str(value)
        for name, value in knobs.items()
    }
    return urlencode(texts)
