"""Readers of JSON values: a checked value comes back, or a ValueError that names what is wrong."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

Reader = Callable[[Any], Any]


def text(value: Any) -> str:
    """Read a text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} is no text")
    return value


def short(most: int) -> Reader:
    """Read a text of so many words at most."""

    def read(value: Any) -> str:
        count = len(text(value).split())
        if count > most:
            raise ValueError(f"{count} words are too many: at most {most}")
        return value

    return read


def count(value: Any) -> int:
    """Read a whole number from 0."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{value!r} is no whole number from 0")
    return value


def real(value: Any) -> float:
    """Read a number; not nan."""
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
        raise ValueError(f"{value!r} is no number")
    return float(value)


def switch(value: Any) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither true nor false")
    return value


def table(value: Any) -> dict[str, Any]:
    """Read an object."""
    if not isinstance(value, dict):
        raise ValueError(f"{value!r} is no object")
    return dict(value)


def texts(value: Any) -> dict[str, str]:
    """Read an object of texts."""
    return {text(name): text(words) for name, words in table(value).items()}


def among(allowed: Mapping[str, Any] | tuple[str, ...]) -> Reader:
    """Read one of some names."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise ValueError(f"{value!r} is not allowed: it is one of {', '.join(allowed)}")
        return value

    return read


def list_of(read: Reader, least: int = 0) -> Reader:
    """Read a list as a tuple."""

    def read_all(value: Any) -> tuple:
        if not isinstance(value, list):
            raise ValueError(f"{value!r} is no list")
        if len(value) < least:
            raise ValueError(f"{value!r} is too short: {least} or more")
        return tuple(read(item) for item in value)

    return read_all


def fields(
    readers: Mapping[str, Reader], required: tuple[str, ...], what: str = "an entry"
) -> Reader:
    """Read an object of some fields, those required and any of the others."""

    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValueError(f"{what} is a JSON object")
        unknown = sorted(set(value) - set(readers))
        if unknown:
            raise ValueError(f"{unknown[0]!r} is no field; the fields are {', '.join(readers)}")
        missing = [name for name in required if name not in value]
        if missing:
            raise ValueError(f"the field {missing[0]!r} is missing")
        return {name: _named(name, readers[name], item) for name, item in value.items()}

    return read


def _named(name: str, read: Reader, value: Any) -> Any:
    try:
        return read(value)
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{name}: {error}") from error
