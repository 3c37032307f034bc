"""A run as a short film: what the recorded steps look like, ready to be drawn or packed.

Its pictures are those of the page's figures: the particles in the coordinates of the training
paths, and the predictor over one or two inputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.exports.base import Progress, Run
from app.exports.predicted import Function, predicted
from app.views.coordinates import subset
from core import Experiment
from core.knobs import KNOBS
from core.tangent import TangentProblem

#: Most pictures, and most particles in each.
MOST_FRAMES = 120
MOST_SHOWN = 1000


@dataclass(frozen=True)
class Space:
    """The particles.

    Attributes
    ----------
    places : ndarray, shape (frames, particles, 2 or 3), float32
    positive : ndarray of bool, shape (frames, particles)
        Whether c > 0.
    teacher : ndarray, shape (m0, 2 or 3)
    axes : tuple of str
        What each coordinate is.
    reach : ndarray, shape (2 or 3,)
        Largest size of each coordinate; the same for all where they have one unit.
    note : str
        What the colours mean, and what is left out.
    """

    places: np.ndarray
    positive: np.ndarray
    teacher: np.ndarray
    axes: tuple[str, ...]
    reach: np.ndarray
    note: str


@dataclass(frozen=True)
class Reel:
    """The film.

    Attributes
    ----------
    title, note : str
    steps : ndarray of int, shape (frames,)
    risks : ndarray, shape (frames,)
    space : Space
    function : Function or None
    """

    title: str
    note: str
    steps: np.ndarray
    risks: np.ndarray
    space: Space
    function: Function | None


def reel(run: Run, progress: Progress) -> Reel:
    """Return the film of a run.

    Parameters
    ----------
    run : Run
    progress : Progress
        Goes from 0 to 1.

    Raises
    ------
    ValueError
        If fewer than two steps are recorded.
    """
    steps, clouds = _chosen(run)
    space = _space(run, clouds)
    function, note = _function(run, clouds, progress)
    risks = _risks(run, steps, clouds)
    progress(1.0)
    return Reel(_title(run.knobs), note, steps, risks, space, function)


def _chosen(run: Run) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return at most so many of the recorded steps, the present one last, and their particles."""
    before = run.steps < run.frame.step
    steps = [*run.steps[before].tolist(), run.frame.step]
    clouds = [cloud for cloud, old in zip(run.clouds, before, strict=True) if old]
    clouds.append(run.frame.particles)
    if len(steps) < 2:
        raise ValueError("There is nothing to play yet: the run is at its start. Let it make steps")
    kept = np.unique(np.linspace(0, len(steps) - 1, min(len(steps), MOST_FRAMES)).round())
    rows = kept.astype(int)
    return np.array(steps)[rows], [clouds[i] for i in rows]


def _space(run: Run, clouds: list[np.ndarray]) -> Space:
    """Return the particles where the training paths show them."""
    scene = run.views["paths"].prepare(run.setup)
    place, count = scene.place, scene.coordinates.count
    m = len(clouds[0])
    rows = subset(m, MOST_SHOWN)
    shown = np.stack([cloud[rows] for cloud in clouds])
    places = np.nan_to_num(place(shown).astype(np.float32))
    axes = (*scene.coordinates.plain(place.quantity), *(("c",) if count == 1 else ()))
    reach = np.abs(np.concatenate([places.reshape(-1, places.shape[-1]), scene.teacher])).max(0)
    if count > 1:
        reach[:] = reach.max()
    note = "red c > 0, blue c < 0"
    if len(rows) < m:
        note = f"{len(rows):,} of {m:,} neurons, {note}"
    return Space(
        places, shown[..., -1] > 0, np.asarray(scene.teacher), axes,
        1.08 * np.maximum(reach, 1e-6), note,
    )  # fmt: skip


def _function(
    run: Run, clouds: list[np.ndarray], progress: Progress
) -> tuple[Function | None, str]:
    """Return the predictor at each step; if it cannot be told, None and why."""
    if _tangent_on_the_way(run):
        progress(0.5)
        return None, "no predictor: the tangent model came or went during this run"
    return predicted(run.setup, clouds, progress), ""


def _tangent_on_the_way(run: Run) -> bool:
    """Tell whether the predictor of earlier steps is that of another model than now."""
    if run.beginning is None:
        return isinstance(run.setup.simulation.problem, TangentProblem)
    kinds = [run.beginning["dynamics"]]
    for change in run.changes:
        if change.step > 0:
            kinds.append(change.knobs.get("dynamics", kinds[-1]))
        else:
            kinds = [change.knobs.get("dynamics", kinds[-1])]
    return "tangent" in kinds and len(set(kinds)) > 1


def _risks(run: Run, steps: np.ndarray, clouds: list[np.ndarray]) -> np.ndarray:
    """Return the risk at each step: that recorded, or else computed."""
    known = dict(zip(run.scalars["step"].astype(int).tolist(), run.scalars["risk"], strict=True))
    known[run.frame.step] = run.frame.risk
    problem = run.setup.simulation.problem
    pairs = zip(steps.tolist(), clouds, strict=True)
    return np.array([known[s] if s in known else problem.risk(cloud) for s, cloud in pairs])


def _title(knobs: Mapping[str, Any]) -> str:
    """Return what the film shows, in a line."""
    words = KNOBS["dynamics"].labels or {}
    data = KNOBS["data"].labels or {}
    m = Experiment.param["m"].label
    return (
        f"{data[knobs['data']]} · {knobs['m']:,} {m} · {knobs['activation']} · "
        f"{words[knobs['dynamics']]}"
    )
