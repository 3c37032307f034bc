"""Numbers of the run in fixed-width figures, updated with every frame."""

from __future__ import annotations

import math

import panel as pn
from bokeh.models.widgets import Div

from core import Frame

_STYLE = """
:host { width: 100%; }
.wf-readout { display: flex; flex-wrap: wrap; gap: 2px 22px; font-variant-numeric: tabular-nums;
  font-family: Roboto, Helvetica, Arial, sans-serif; font-size: calc(13px * var(--wf-scale, 1)); }
.wf-readout span { white-space: nowrap; }
.wf-readout b { display: inline-block; min-width: 4.6em;
  font-weight: 500; font-size: calc(15px * var(--wf-scale, 1)); }
.wf-readout .wf-wide { min-width: 6.2em; }
"""


class Readout:
    """One line of labelled numbers, CSS class wf-readout; its text holds "step N".

    Attributes
    ----------
    panel : panel.viewable.Viewable
    """

    def __init__(self) -> None:
        self._div = Div(stylesheets=[_STYLE], sizing_mode="stretch_width", margin=(4, 10))
        self.panel = pn.pane.Bokeh(self._div, sizing_mode="stretch_width")
        self.busy("preparing …")

    def busy(self, text: str) -> None:
        """Say what is being prepared, in place of numbers."""
        self._div.text = f'<div class="wf-readout"><span>{text}</span></div>'

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
        numbers = [
            ("step", str(frame.step), True),
            ("time t", f"{frame.time:.4g}", False),
            ("risk", f"{frame.risk:.3e}", False),
            ("test risk", _or_nothing(frame.test_risk, ".3e"), False),
            ("accuracy", _or_nothing(frame.accuracy, ".1%"), False),
            ("margin", _or_nothing(frame.margin, "+.5f"), False),
            ("margin/max", _share(frame.margin, ceiling), False),
            ("steps/s", _rate(steps_per_second), False),
        ]
        spans = (
            f'<span>{label} <b class="{"wf-wide" if wide else ""}">{value}</b></span>'
            for label, value, wide in numbers
            if value
        )
        self._div.text = f'<div class="wf-readout">{" ".join(spans)}</div>'


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
