"""Packing: problems and dynamics as JSON and arrays, and back, by a registry of kinds.

A dataclass is packed field by field. Only classes registered in `KINDS` are ever built from a
file; a new problem or dynamics that is a dataclass needs `register` and nothing else.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from core.datasets import Stream
from core.dynamics import DYNAMICS
from core.population import PopulationProblem
from core.problem import Problem
from core.validation import choose


@dataclasses.dataclass(frozen=True)
class Kind:
    """How the objects of one class are taken apart and built again.

    Attributes
    ----------
    type : type
    fields : callable
        Returns of an object the values that make it anew, by name.
    build : callable
        Takes those values as keyword arguments.
    """

    type: type
    fields: Callable[[Any], dict[str, Any]]
    build: Callable[..., Any]


#: Every kind a run may consist of, by the name that files give it.
KINDS: dict[str, Kind] = {}


def _init_fields(thing: Any) -> dict[str, Any]:
    """Return the fields of a dataclass that its constructor takes."""
    return {
        field.name: getattr(thing, field.name) for field in dataclasses.fields(thing) if field.init
    }


def register(
    name: str,
    kind: type,
    fields: Callable[[Any], dict[str, Any]] = _init_fields,
    build: Callable[..., Any] | None = None,
) -> None:
    """Let runs with objects of class `kind` be saved, under `name`.

    Parameters
    ----------
    name : str
        Stands in files: never change it.
    kind : type
        A dataclass, unless `fields` says how to take an object apart.
    fields, build : callable, optional
        See `Kind`; by default the fields of the dataclass, and the class itself.
    """
    KINDS[name] = Kind(kind, fields, build or kind)


register("problem", Problem)
register("population", PopulationProblem)
register("stream", Stream)
for _name, _entry in DYNAMICS.items():
    register(_name, _entry.kind)


def pack(value: Any, name: str, arrays: dict[str, np.ndarray]) -> Any:
    """Return `value` as JSON; put every array in it into `arrays`, under names from `name` on.

    Parameters
    ----------
    value : object of a registered kind, array, number, text, None, or a tuple or list of those
    name : str
        Name of the value.
    arrays : dict
        Receives the arrays.

    Raises
    ------
    ValueError
        If `value` holds an object of a class that is not registered.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):  # JSON has no nan and no infinity
        return value if math.isfinite(value) else {"float": repr(value)}
    if isinstance(value, np.ndarray):
        arrays[name] = value
        return {"array": name}
    if isinstance(value, (tuple, list)):
        return [pack(item, f"{name}.{i}", arrays) for i, item in enumerate(value)]
    return _pack_object(value, name, arrays)


def _pack_object(value: Any, name: str, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    for kind_name, kind in KINDS.items():
        if type(value) is kind.type:
            fields = kind.fields(value).items()
            packed = {field: pack(item, f"{name}.{field}", arrays) for field, item in fields}
            return {"kind": kind_name, "fields": packed}
    raise ValueError(f"{name} is a {type(value).__name__}, of which core.packing knows no kind")


def unpack(packed: Any, arrays: Mapping[str, np.ndarray]) -> Any:
    """Return what `pack` packed; lists come back as tuples.

    Raises
    ------
    ValueError
        If a kind is unknown, an array is missing, or a constructor refuses its arguments.
    """
    if isinstance(packed, list):
        return tuple(unpack(item, arrays) for item in packed)
    if not isinstance(packed, dict):
        return packed
    if "float" in packed:
        return float(packed["float"])
    if "array" in packed:
        return choose("array", packed["array"], arrays)
    kind = choose("kind", packed.get("kind"), KINDS)
    fields = {name: unpack(item, arrays) for name, item in packed["fields"].items()}
    try:
        return kind.build(**fields)
    except TypeError as error:  # a field that this version does not have
        raise ValueError(f"{packed['kind']} cannot be built here: {error}") from None
