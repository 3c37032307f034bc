"""Where neurons switch on: the lines a·x = 0 in the plane of the inputs, or points on a line."""

from __future__ import annotations

from typing import Any

import holoviews as hv
import numpy as np

from app.views.limits import Box
from app.views.options import SWITCH, Option
from app.views.plot import Columns, Plot
from app.views.solid import dots

#: Kinks drawn at most: those of the heaviest neurons.
MOST_KINKS = 100
#: Opacity of the heaviest kink, and of one that weighs nothing.
FULL, FAINT = 0.95, 0.05
ENDS = ("x0", "y0", "x1", "y1")
SIGNS = {"+": "kinks", "-": "c < 0"}

KINKS = Option(
    "kinks",
    "kinks",
    f"Where the {MOST_KINKS} heaviest neurons switch on, a·x = 0; the stronger the line, the "
    "larger |c||a|.",
    SWITCH,
    "0",
    remake=True,
)


def heaviest(particles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the particles of largest |c||a|, at most 100, and their opacities in ]0, 1[.

    Neurons without weight are left out.
    """
    weight = np.abs(particles[:, -1]) * np.linalg.norm(particles[:, :-1], axis=1)
    rows = np.argsort(-weight, kind="stable")[:MOST_KINKS]
    rows = rows[weight[rows] > 0.0]
    share = weight[rows] / weight[rows].max(initial=1e-300)
    return particles[rows].astype(np.float64), FAINT + (FULL - FAINT) * share


def kink_lines(particles: np.ndarray, bias: bool, box: Box) -> np.ndarray:
    """Return the ends (k, 4) of the lines a·x = 0 over the first two inputs, the others 0.

    Parameters
    ----------
    particles : ndarray, shape (k, D+1)
    bias : bool
        Whether weight 0 belongs to the constant 1; the lines then miss the origin.
    box : Box
        The lines go far beyond it; nan for one that is nowhere near, or for a = 0.
    """
    normal = particles[:, int(bias) : int(bias) + 2]
    constant = particles[:, 0] if bias else np.zeros(len(particles))
    size = np.linalg.norm(normal, axis=1)
    safe = np.where(size > 0.0, size, np.nan)
    middle = np.array([box[0] + box[1], box[2] + box[3]]) / 2
    far = 4.0 * max(box[1] - box[0], box[3] - box[2])
    distance = (normal @ middle + constant) / safe
    distance = np.where(np.abs(distance) <= far, distance, np.nan)
    unit = normal / safe[:, None]
    foot = middle - distance[:, None] * unit
    along = far * np.stack([-unit[:, 1], unit[:, 0]], axis=1)
    return np.hstack([foot - along, foot + along])


def kink_points(particles: np.ndarray, bias: bool) -> np.ndarray:
    """Return where (k,) the neurons of one input have their kinks, nan for none."""
    slope = particles[:, int(bias)]
    constant = particles[:, 0] if bias else np.zeros(len(particles))
    return -constant / np.where(slope == 0.0, np.nan, slope)


def line_layers(plot: Plot) -> list[hv.Element]:
    """Declare the kinks over two inputs: solid for c > 0, dashed for c < 0."""
    dashes = {"+": "solid", "-": "dashed"}
    return [
        plot.layer(
            f"kinks{sign}",
            hv.Segments(np.zeros((0, 5)), list(ENDS), ["alpha"], label=words).opts(
                line_width=1.2, line_dash=dashes[sign]
            ),
            line_color="accent",
        )
        for sign, words in SIGNS.items()
    ]


def tick_layers(plot: Plot) -> list[hv.Element]:
    """Declare the kinks over one input: ticks on the curve, red for c > 0 and blue for c < 0."""
    colours = {"+": "positive", "-": "negative"}
    look: dict[str, Any] = {"marker": "dash", "size": 15, "line_width": 2}
    return [
        plot.layer(
            f"kinks{sign}",
            dots(2, ("alpha",), label=words, **look),
            line_color=colours[sign],
        )
        for sign, words in SIGNS.items()
    ]


def fade(plot: Plot) -> None:
    """Let the kinks of a rendered figure take their opacity from a column; stand ticks upright."""
    for sign in SIGNS:
        glyph = plot.renderers[f"kinks{sign}"].glyph
        glyph.line_alpha = "alpha"
        if hasattr(glyph, "angle"):
            glyph.angle = np.pi / 2


def line_columns(particles: np.ndarray, bias: bool, box: Box) -> dict[str, Columns]:
    """Return the columns of `line_layers`."""
    shown, alpha = heaviest(particles)
    ends = kink_lines(shown, bias, box)
    columns = {**dict(zip(ENDS, ends.T, strict=True)), "alpha": alpha}
    return _by_sign(columns, shown[:, -1])


def tick_columns(particles: np.ndarray, bias: bool, box: Box, height: Any) -> dict[str, Columns]:
    """Return the columns of `tick_layers`; `height(x)` is the curve's at inputs (k,)."""
    shown, alpha = heaviest(particles)
    x = kink_points(shown, bias)
    seen = (x >= box[0]) & (x <= box[1])
    columns = {"x": x[seen], "y": height(x[seen]), "alpha": alpha[seen]}
    return _by_sign(columns, shown[seen, -1])


def _by_sign(columns: dict[str, np.ndarray], c: np.ndarray) -> dict[str, Columns]:
    """Return columns as two layers by the sign of c."""
    return {
        f"kinks{sign}": {
            name: np.ascontiguousarray(column[rows]) for name, column in columns.items()
        }
        for sign, rows in (("+", c > 0), ("-", c <= 0))
    }
