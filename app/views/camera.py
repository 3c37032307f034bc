"""Three dimensions in a flat figure: the browser projects columns x, y, z and turns the camera."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.events import Pan, PanEnd, PanStart, Reset
from bokeh.models import CustomJS, CustomJSExpr

from app.views.plot import ASSETS, Plot

HOME = (np.deg2rad(-50.0), np.deg2rad(22.0))


def project(points: np.ndarray, azimuth: float = HOME[0], elevation: float = HOME[1]) -> np.ndarray:
    """Return what the browser computes: the screen coordinates and the depth of points.

    Parameters
    ----------
    points : ndarray, shape (..., 3)
        Positions, the last coordinate vertical.
    azimuth, elevation : float
        Direction of the eye seen from the origin, in radians.

    Returns
    -------
    ndarray, shape (..., 3)
        Coordinates to the right, upwards and towards the eye: a rotation of ``points``.
    """
    return np.asarray(points) @ eye_axes(azimuth, elevation).T


def eye_axes(azimuth: float, elevation: float) -> np.ndarray:
    """Return the unit vectors to the right, upwards and towards the eye, as rows."""
    sa, ca = np.sin(azimuth), np.cos(azimuth)
    se, ce = np.sin(elevation), np.cos(elevation)
    return np.array([[-sa, ca, 0.0], [-se * ca, -se * sa, ce], [ce * ca, ce * sa, se]])


def give_depth(plot: Plot, layers: dict[str, dict[str, Any]], tell: bool = False) -> None:
    """Make layers of a rendered figure three-dimensional and let a drag turn them together.

    Parameters
    ----------
    plot : Plot
        A rendered figure with equal units and limits symmetric about the origin.
    layers : dict
        Layer name to its look, the argument of ``assets/camera.js``: ``size`` and ``near``/``far``
        shade markers by depth, ``side`` keeps one hemisphere, ``unit`` scales with the scene.
    tell : bool
        Whether the server is told the pose, by the tags of ``plot.limits``: it draws a picture.
    """
    plot.tells = tell
    for name, look in layers.items():
        glyph = plot.renderers[name].glyph
        glyph.update(x=_column(plot, "x", look), y=_column(plot, "y", look))
        if "size" in look:
            glyph.size = _column(plot, "size", look)
        if "near" in look:
            alpha = _column(plot, "alpha", look)
            glyph.update(fill_alpha=alpha, line_alpha=alpha)
        plot.sources[name].tags = list(HOME)
    told = plot.limits if tell else None
    sources = [plot.sources[name] for name in layers]
    turn = CustomJS(
        args={"sources": sources, "home": list(HOME), "told": told},
        code=(ASSETS / "turn.js").read_text(),
    )
    for event in (PanStart, Pan, PanEnd, Reset):
        plot.figure.js_on_event(event, turn)


def _column(plot: Plot, wanted: str, look: dict[str, Any]) -> CustomJSExpr:
    """Return one projected column, computed in the browser."""
    return CustomJSExpr(
        args={"limits": plot.limits, "wanted": wanted, "look": look},
        code=(ASSETS / "camera.js").read_text(),
    )
