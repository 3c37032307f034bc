"""Pictures of the scenes, drawn from real runs: ``python -m core.portraits [name …]``.

Writes assets/scenes/<name>.svg. Colours are those of the page, legible on light and dark alike.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from contourpy import contour_generator

from core.experiment import Setup
from core.scenes import FOLDER, Scene, scenes
from core.studies import Store, carry_out
from core.studies.numbers import over_seeds, places

WIDTH, HEIGHT = 240, 160
POSITIVE, NEGATIVE, NEUTRAL = "#e0574a", "#3f87d6", "#8a929c"

#: Of the arms of a study, and the pixels that its curves leave free at the border.
COLOURS = (NEGATIVE, POSITIVE, "#c98a1b", NEUTRAL)
_MARGIN = 20

#: Steps of a run before its picture; paths drawn, points of each, and samples, at most.
STEPS, MOST_PATHS, MOST_POINTS, MOST_SAMPLES = 20_000, 48, 16, 120


def portrait(scene: Scene, steps: int = STEPS) -> str:
    """Return the SVG of a scene after so many steps of its run."""
    marks = _curves(scene) if scene.picture == "study" else _run(scene, steps)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}">{"".join(marks)}</svg>\n'
    )


def _run(scene: Scene, steps: int) -> Iterable[str]:
    experiment = scene.experiment()
    setup = experiment.setup()
    setup.simulation.advance(steps)
    draw = {"paths": _paths, "predictor": _predictor}[scene.picture]
    return draw(setup, experiment.bias)


def _curves(scene: Scene) -> Iterable[str]:
    """Draw the medians of the study of a scene, and the range over its seeds, arm by arm."""
    study = scene.study
    assert study is not None  # read so
    values = carry_out(study, Store()).values
    scales = (np.log if log else np.asarray for log in (study.axis.log, study.axis.log_quantity))
    across, up = scales
    floor = 0.0 if study.axis.log_quantity else -np.inf
    rows = [
        (k, *map(float, (across(x), *up([np.median(each), each.min(), each.max()]))))
        for k, arm in enumerate(study.arms)
        for x in places(values, arm.label)
        if (each := over_seeds(values, arm.label, x)).min() > floor
    ]
    kinds, points = np.array([row[0] for row in rows]), np.array([row[1:] for row in rows])
    low, high = points.min(0), points.max(0)
    x = _between(points[:, 0], low[0], high[0], _MARGIN, WIDTH - _MARGIN)
    y = _between(points[:, 1:], low[2], high[3], HEIGHT - _MARGIN, _MARGIN)
    yield _line([(_MARGIN - 8, 8), (_MARGIN - 8, HEIGHT - 12), (WIDTH - 8, HEIGHT - 12)],
                f'stroke="{NEUTRAL}" stroke-opacity=".6"')  # fmt: skip
    for k in range(len(study.arms)):
        look = f'stroke="{COLOURS[k % len(COLOURS)]}"'
        own = np.flatnonzero(kinds == k)
        yield _line([(x[i], y[i, 0]) for i in own], f'{look} stroke-width="2"')
        for i in own:
            yield _line([(x[i], y[i, 1]), (x[i], y[i, 2])], f'{look} stroke-opacity=".5"')
            yield f'<circle cx="{x[i]}" cy="{y[i, 0]}" r="3" fill="{COLOURS[k % len(COLOURS)]}"/>'


def _between(values: np.ndarray, low: float, high: float, start: int, end: int) -> np.ndarray:
    """Return pixels from `start` to `end` of values from low to high."""
    share = (values - low) / ((high - low) or 1.0)
    return np.round(start + (end - start) * share).astype(int)


def _paths(setup: Setup, bias: bool) -> Iterable[str]:
    """Draw each neuron at |c| a, in the plane of two input weights, with its path."""
    _, clouds = setup.simulation.history.snapshots()
    chosen = np.unique(np.linspace(0, len(clouds) - 1, MOST_POINTS).astype(int))
    tracks = np.array([clouds[i][:MOST_PATHS] for i in chosen], dtype=float)  # (time, m, d + 1)
    signs = tracks[-1, :, -1] >= 0
    places = np.abs(tracks[..., -1:]) * tracks[..., bias : bias + 2]  # the constant stands first
    low, high = places.min((0, 1)), places.max((0, 1))
    middle, half = (low + high) / 2, 0.56 * max((high - low) / (WIDTH / HEIGHT, 1.0))
    for j, positive in enumerate(signs):
        colour = POSITIVE if positive else NEGATIVE
        xy = _pixels(places[:, j] - middle, half)
        yield _line(xy, f'stroke="{colour}" stroke-opacity=".55"')
        yield f'<circle cx="{xy[-1][0]}" cy="{xy[-1][1]}" r="3" fill="{colour}"/>'


def _predictor(setup: Setup, bias: bool) -> Iterable[str]:
    """Draw where f is positive, where it is negative, and the training samples."""
    if setup.problem.d - bias == 1:
        yield from _curve(setup, bias)
        return
    points, targets = setup.dataset.inputs[:, bias : bias + 2], setup.dataset.targets
    half = np.abs(points).max() * 1.1
    x = np.linspace(-1.0, 1.0, 97) * half * WIDTH / HEIGHT
    y = np.linspace(-1.0, 1.0, 65) * half
    simulation = setup.simulation
    f = simulation.problem.predict_slice(simulation.frame.particles, x, y, bias)
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{NEGATIVE}" fill-opacity=".3"/>'
    contours = contour_generator(x, y, f)
    pieces = [_ring(_pixels(ring, half)) for ring in _rings(contours, f)]
    yield (
        f'<path d="{"".join(pieces)}" fill="{POSITIVE}" fill-opacity=".5" fill-rule="evenodd" '
        f'stroke="{NEUTRAL}"/>'
    )
    for point, target in zip(points[:MOST_SAMPLES], targets, strict=False):
        (cx, cy), colour = _pixels(point[None], half)[0], POSITIVE if target > 0 else NEGATIVE
        yield f'<circle cx="{cx}" cy="{cy}" r="3" fill="{colour}" stroke="#fff"/>'


def _curve(setup: Setup, bias: bool) -> Iterable[str]:
    """Draw f over its one input, in pieces by its sign, and the training samples."""
    points, targets = setup.dataset.inputs[:, int(bias)], setup.dataset.targets
    x = np.linspace(-1.0, 1.0, 61) * np.abs(points).max() * 1.2
    f = setup.problem.predict(setup.simulation.frame.particles, _with_constant(x, bias))
    half = np.abs(f).max() * 1.1
    wide = half * WIDTH / HEIGHT / x.max()  # the width of the picture shows all of x
    xy = _pixels(np.column_stack((x * wide, f)), half)
    yield f'<path d="M0,{HEIGHT / 2:g}H{WIDTH}" stroke="{NEUTRAL}"/>'
    for i in range(0, len(x) - 1, 4):
        colour = POSITIVE if f[i : i + 5].mean() >= 0 else NEGATIVE
        yield _line(xy[i : i + 5], f'stroke="{colour}" stroke-width="3"')
    for cx, cy in _pixels(np.column_stack((points * wide, targets)), half):
        yield f'<circle cx="{cx}" cy="{cy}" r="4" fill="{NEUTRAL}" stroke="#fff"/>'


def _with_constant(x: np.ndarray, bias: bool) -> np.ndarray:
    return np.column_stack((x**0, x)) if bias else x[:, None]


def _rings(contours: object, f: np.ndarray) -> Iterable[np.ndarray]:
    """Yield the boundaries of the set f ≥ 0, outer ones and holes."""
    points, offsets = contours.filled(0.0, float(f.max()) + 1.0)  # type: ignore[attr-defined]  # contourpy has no types
    for xy, at in zip(points, offsets, strict=True):
        yield from np.split(xy, at[1:-1])


def _pixels(places: np.ndarray, half: float) -> list[tuple[int, int]]:
    """Return pixels of places (k, 2); `half` data units reach from the middle to the top."""
    unit = HEIGHT / 2 / half
    return [(round(WIDTH / 2 + unit * x), round(HEIGHT / 2 - unit * y)) for x, y in places]


def _line(xy: list[tuple[int, int]], look: str) -> str:
    return f'<polyline points="{" ".join(f"{x},{y}" for x, y in xy)}" fill="none" {look}/>'


def _ring(xy: list[tuple[int, int]]) -> str:
    thin = [p for p, before in zip(xy, [None, *xy], strict=False) if p != before]
    return "M" + " ".join(f"{x},{y}" for x, y in thin) + "z"


def main(names: list[str], folder: Path = FOLDER) -> None:
    """Draw the scenes named, or all of them."""
    for scene in scenes(folder):
        if not names or scene.name in names:
            path = folder / f"{scene.name}.svg"
            path.write_text(portrait(scene), encoding="utf-8")
            print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
