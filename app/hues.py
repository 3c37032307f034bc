"""Colours of densities: a hue for the share of c > 0, a shade for how much there is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from app import theme

#: Hues from c < 0 to c > 0, and shades of each. All of them and "nothing" fit into a byte.
HUES, SHADES = 7, 36
#: How much of its colour the lightest shade has: a single particle must be seen.
FAINTEST = 0.3


def ramp(dark: bool, share: float) -> list[str]:
    """Return the shades of a hue, from the faintest on.

    Parameters
    ----------
    dark : bool
    share : float
        0 for the colour of c < 0, 1 for that of c > 0. Both mix to a grey, which no common
        colour blindness takes for either.
    """
    colours = theme.palette(dark)
    middle = _mixed(colours.negative, colours.positive, share)
    end = _mixed(colours.negative_mark, colours.positive_mark, share)
    start = FAINTEST * middle + (1.0 - FAINTEST) * _channels(colours.paper)
    at = np.linspace(0.0, 2.0, SHADES)
    shades = [
        np.interp(at, (0.0, 1.0, 2.0), three) for three in zip(start, middle, end, strict=True)
    ]
    return [_hexadecimal(colour) for colour in np.stack(shades, axis=1)]


def density(dark: bool) -> list[str]:
    """Return all colours of a density, hue after hue; see `encode`."""
    return [colour for hue in range(HUES) for colour in ramp(dark, hue / (HUES - 1))]


#: Colour scales by the name a figure gives to what wears them.
SCALES: dict[str, Callable[[bool], list[str]]] = {
    "signs": theme.signs,
    "diverging": theme.diverging,
    "density": density,
    "minus": lambda dark: ramp(dark, 0.0),
    "plus": lambda dark: ramp(dark, 1.0),
}


def encode(plus: np.ndarray, minus: np.ndarray, low: float, top: float) -> np.ndarray:
    """Return the numbers of the colours of a density, 0 where there is nothing.

    Parameters
    ----------
    plus, minus : ndarray
        What there is of c > 0 and of the others, finite and at least 0.
    low, top : float
        Ends of the shades, on a logarithmic scale; what is beyond has the colour of the end.

    Returns
    -------
    ndarray of uint8
        1 + hue · SHADES + shade.
    """
    whole = plus + minus
    some = whole > 0.0
    safe = np.where(some, whole, 1.0)
    depth = np.log(safe / low) / np.log(top / low)
    shade = np.clip(np.floor(depth * SHADES), 0, SHADES - 1)
    hue = np.rint(plus / safe * (HUES - 1))
    return np.where(some, 1.0 + hue * SHADES + shade, 0.0).astype(np.uint8)


def _channels(colour: str) -> np.ndarray:
    """Return red, green and blue of a hexadecimal colour."""
    return np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)], dtype=float)


def _mixed(one: str, other: str, share: float) -> np.ndarray:
    """Return the channels of a mixture."""
    return (1.0 - share) * _channels(one) + share * _channels(other)


def _hexadecimal(channels: np.ndarray) -> str:
    """Return a colour in hexadecimal notation."""
    return "#" + "".join(f"{round(float(channel)):02x}" for channel in channels)
