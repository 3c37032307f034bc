"""Numbers of the run in fixed-width figures, updated with every frame."""

from __future__ import annotations

import math
from pathlib import Path

import param

from app.direct import Direct
from core import Frame

_ASSETS = Path(__file__).resolve().parents[1] / "assets"


class Line(Direct):
    """The line itself. The browser sets the numbers alone, so that nothing else is laid out anew.

    Bokeh lays the whole page out whenever the text of one of its own widgets changes.
    """

    labels = param.List(default=[], doc="What stands before each number.")
    values = param.List(default=[], doc="The numbers; of a sentence none.")

    _esm = (_ASSETS / "readout.js").read_text()


class Readout:
    """One line of labelled numbers, CSS class wf-readout; its text holds "step N".

    Attributes
    ----------
    panel : panel.viewable.Viewable
    """

    def __init__(self) -> None:
        css = (_ASSETS / "readout.css").read_text()
        self.panel = Line(stylesheets=[css], sizing_mode="stretch_width", margin=(4, 10))
        self.busy("preparing …")

    def busy(self, text: str) -> None:
        """Say what is being prepared, in place of numbers."""
        self.panel.put(labels=[text], values=[])

    def show(self, frame: Frame, steps_per_second: float, ceiling: float | None) -> None:
        """Show the numbers of a frame.

        Parameters
        ----------
        frame : Frame
        steps_per_second : float
            Measured; 0 while paused.
        ceiling : float or None
            Largest normalised margin, γ₁/2, where it is known.
        """
        numbers = {
            "step": str(frame.step),
            "time t": f"{frame.time:.4g}",
            "risk": f"{frame.risk:.3e}",
            "test risk": _or_nothing(frame.test_risk, ".3e"),
            "accuracy": _or_nothing(frame.accuracy, ".1%"),
            "margin": margin_words(frame.margin),
            "margin/max": _share(frame.margin, ceiling),
            "steps/s": _rate(steps_per_second),
        }
        shown = {label: value for label, value in numbers.items() if value}
        self.panel.put(labels=list(shown), values=list(shown.values()))


def margin_words(margin: float) -> str:
    """Return a margin, small ones with a power of ten; nothing where there is none."""
    if math.isnan(margin):
        return ""
    return f"{margin:+.5f}" if abs(margin) >= 5e-4 or margin == 0 else f"{margin:+.2e}"


def _rate(steps_per_second: float) -> str:
    """Return a speed in whole numbers, or, in slow motion, to a tenth; a dash while paused."""
    if not steps_per_second:
        return "–"
    return f"{steps_per_second:.0f}" if steps_per_second >= 3 else f"{steps_per_second:.1f}"


def _or_nothing(value: float, spec: str) -> str:
    return "" if math.isnan(value) else format(value, spec)


def _share(margin: float, ceiling: float | None) -> str:
    """Return margin/ceiling in per cent, a dash below 0, nothing where one of them is unknown."""
    if ceiling is None or ceiling <= 0 or math.isnan(margin):
        return ""
    return f"{margin / ceiling:.1%}" if margin > 0 else "–"
