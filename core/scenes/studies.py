"""Reading the study of a scene, its quick sizes and its numbers."""

from __future__ import annotations

import math
from typing import Any

from core.experiment import Experiment
from core.knobs import KNOBS
from core.scenes.reading import (
    Reader,
    among,
    count,
    fields,
    list_of,
    real,
    switch,
    table,
    text,
)
from core.studies import HOW, ORIGINS, QUANTITIES, Arm, Axis, Number, Point, Reading, Spec, Study
from core.studies.numbers import WITH_LEVEL, WITHOUT_X

_SPEC: dict[str, Reader] = {
    "knobs": table,
    "steps": count,
    "quantity": among(QUANTITIES),
    "options": table,
}


def _spec(given: dict[str, Any]) -> Spec:
    return Spec(**{name: given.pop(name) for name in _SPEC if name in given})


def _arm(value: Any) -> Arm:
    given = fields({"label": text, **_SPEC}, ("label",), "an arm")(value)
    return Arm(spec=_spec(given), **given)


def _point(value: Any) -> Point:
    given = fields({"x": real, **_SPEC}, ("x",), "a point")(value)
    return Point(spec=_spec(given), **given)


def _axis(value: Any) -> Axis:
    readers = {"label": text, "log": switch, "log_quantity": switch}
    return Axis(**fields(readers, ("label",), "an axis")(value))


def _seeds(value: Any) -> tuple[int, ...]:
    """Read a list of seeds, or how many there are from 0."""
    if isinstance(value, list):
        return list_of(count, 1)(value)
    if not count(value):
        raise ValueError("0 seeds are too few: 1 or more")
    return tuple(range(value))


_PLAN: dict[str, Reader] = {
    **_SPEC,
    "arms": list_of(_arm, 1),
    "points": list_of(_point, 1),
    "axis": _axis,
    "seeds": _seeds,
    "seeded": list_of(among(KNOBS)),
}


def study(knobs: dict[str, Any], value: Any) -> Study:
    """Read a study; its runs have the knobs of the scene but for those it names."""
    given = fields(_PLAN, ("axis", "quantity", "points"), "a study")(value)
    spec = _spec(given).within(Spec(knobs))
    return _checked(Study(**{"spec": spec, "arms": (Arm(""),), **given}))


def quick(whole: Study, value: Any) -> Study:
    """Read the quick sizes of a study: the fields that differ."""
    given = fields(_PLAN, (), "quick")(value)
    return _checked(whole.replace(**{"spec": _spec(given).within(whole.spec), **given}))


def _checked(found: Study) -> Study:
    """Return the study, or raise ValueError: every run must be possible."""
    for arm in found.arms:
        for point in found.points:
            spec = point.spec.within(arm.spec.within(found.spec))
            if spec.steps is None or spec.quantity is None:
                raise ValueError(f"no steps or no quantity for arm {arm.label!r}, x={point.x:g}")
            Experiment(**spec.knobs).check_sizes()
    return found


def _reading(value: Any) -> Reading:
    readers = {
        "how": among(HOW), "arm": _label, "x": real, "to_arm": _label, "to_x": real, "level": real,
    }  # fmt: skip
    given = fields(readers, ("how",), "a reading")(value)
    found = Reading(**{"arm": "", **given})
    if found.how not in WITHOUT_X and found.x is None:
        raise ValueError(f"how={found.how!r} needs x")
    if found.how in WITH_LEVEL and math.isnan(found.level):
        raise ValueError(f"how={found.how!r} needs a level")
    return found


def _label(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")
    return value


def number(value: Any) -> Number:
    """Read a number with its criterion."""
    readers = {
        "name": text, "read": _reading, "low": real, "high": real, "origin": among(ORIGINS),
        "expected": text, "quick": switch, "explain": text,
    }  # fmt: skip
    required = ("name", "read", "low", "high", "origin", "expected")
    given = fields(readers, required, "a number")(value)
    given["reading"] = given.pop("read")
    found = Number(**given)
    if found.low > found.high:
        raise ValueError(f"low={found.low:g} is above high={found.high:g}")
    return found


def check_numbers(numbers: tuple[Number, ...], found: Study, is_quick: bool) -> None:
    """Raise ValueError unless every number is read off cells that the study has."""
    arms, places = {arm.label for arm in found.arms}, {point.x for point in found.points}
    for one in numbers:
        if is_quick and not one.quick:
            continue
        read = one.reading
        for arm in (read.arm, read.to_arm):
            if arm is not None and arm not in arms:
                raise ValueError(f"{one.name!r} is read off arm {arm!r}; the arms are {arms}")
        for x in (read.x, read.to_x):
            if x is not None and x not in places:
                raise ValueError(f"{one.name!r} is read off x={x:g}; the points are {places}")
