"""The run as an animated GIF: the particles and the predictor at the recorded steps."""

from __future__ import annotations

import io
from functools import partial

import numpy as np
from PIL import Image

from app import theme
from app.exports.base import Export, Progress, Run
from app.exports.drawing import Panel, Sheet
from app.exports.predicted import Function
from app.exports.reel import Reel, Space, reel
from app.views.camera import project

SIZE, SIZE_ALONE = (960, 520), (500, 520)
LEFT, RIGHT = (52.0, 462.0, 64.0, 474.0), (532.0, 942.0, 64.0, 474.0)
#: Milliseconds of a picture, and of the last one.
PAUSE, LAST = 80, 2000
#: Share of the work that is making the film; the rest is drawing it.
MADE = 0.3


class Animation(Export):
    """An animated GIF that plays for ever."""

    name = "gif"
    label = "GIF"
    doc = "Particles and predictor at the recorded steps, from the start to now, as an animation."
    group, order = "Animation", 20
    extension, mime = "gif", "image/gif"

    def make(self, taken: Run, progress: Progress) -> bytes:
        """Return the animation."""
        film = reel(taken, _Part(progress, 0.0, MADE))
        pictures = []
        for frame in range(len(film.steps)):
            pictures.append(draw(film, frame, taken.dark))
            progress(MADE + (0.9 - MADE) * (frame + 1) / len(film.steps))
        return _packed(pictures, progress)


class _Part(Progress):
    """Progress of a part of the work."""

    def __init__(self, whole: Progress, start: float, end: float) -> None:
        super().__init__()
        self._whole, self._start, self._end = whole, start, end

    def __call__(self, share: float) -> None:
        self._whole(self._start + share * (self._end - self._start))


def draw(film: Reel, frame: int, dark: bool) -> Image.Image:
    """Return one picture of the film."""
    colours = theme.palette(dark)
    sheet = Sheet(SIZE if film.function else SIZE_ALONE, colours)
    width = sheet.size[0]
    sheet.text(14, 26, film.title, 15, colours.text)
    told = f"step {film.steps[frame]:,}   risk {film.risks[frame]:.4g}"
    if film.function:
        sheet.text(width - 18, 26, told, 15, colours.text, "rs")
    else:
        sheet.text(width - 18, 50, told, 15, colours.text, "rs")
    _draw_space(sheet, film.space, frame)
    if film.function:
        _draw_function(sheet, film.function, frame, dark)
    return sheet.finished()


def _draw_space(sheet: Sheet, space: Space, frame: int) -> None:
    """Draw the particles, in three dimensions from where the page first looks."""
    colours, places = sheet.colours, space.places[frame].astype(float)
    reach, solid = space.reach, len(space.reach) == 3
    box = (-reach[0], reach[0], -reach[-1], reach[-1])
    panel = Panel(sheet, LEFT, box)
    if solid:
        _draw_tripod(panel, space)
        seen = project(places)
        order = np.argsort(seen[:, 2])
    else:
        panel.axes((space.axes[0], space.axes[1]))
        seen, order = places, np.arange(len(places))
    for end in project(space.teacher) if solid else space.teacher:
        sheet.line(panel.pixels(np.array([[0.0, 0.0], end[:2]])), colours.accent, 1)
    signs = np.where(space.positive[frame], colours.positive, colours.negative)[order]
    radius = 2.6 if len(places) > 300 else 3.4
    sheet.dots(panel.pixels(seen[order, :2]), signs.tolist(), radius, colours.outline)
    sheet.text(LEFT[1], LEFT[2] - 9, space.note, 11, colours.muted, "rs")


def _draw_tripod(panel: Panel, space: Space) -> None:
    """Draw the three axes from the origin, with their names."""
    colours = panel.sheet.colours
    for axis, name in enumerate(space.axes):
        end = np.zeros(3)
        end[axis] = 0.9 * space.reach[axis]
        ends = panel.pixels(project(np.stack([np.zeros(3), end]))[:, :2])
        panel.sheet.line(ends, colours.muted, 1)
        x, y = ends[1]
        panel.sheet.text(x, y - 5, name, 14, colours.text, "ms")


def _draw_function(sheet: Sheet, function: Function, frame: int, dark: bool) -> None:
    """Draw the predictor and the training points."""
    colours = sheet.colours
    panel = Panel(sheet, RIGHT, function.box)
    values = function.values[frame]
    if function.flat:
        panel.axes(("x", "f(x)"))
        x = np.linspace(function.box[0], function.box[1], len(values))
        sheet.line(panel.pixels(np.stack([x, values], axis=1)), colours.negative, 2.5)
    else:
        sheet.picture(RIGHT, theme.diverging(dark), values)
        panel.axes(("x₁", "x₂"), grid=False)
    sheet.text(RIGHT[1], RIGHT[2] - 9, function.note, 11, colours.muted, "rs")
    marks = panel.pixels(function.points)
    positive = function.positive
    discs = partial(sheet.dots, radius=4.0, edge=colours.outline)
    if function.flat:
        discs(marks, [colours.second] * len(marks))
        return
    discs(marks[positive], [colours.positive_mark] * int(positive.sum()))
    sheet.squares(marks[~positive], colours.negative_mark, 3.5, colours.outline)


def _packed(pictures: list[Image.Image], progress: Progress) -> bytes:
    """Return the animation, all pictures in the colours of a few of them."""
    few = [pictures[i] for i in np.linspace(0, len(pictures) - 1, 4).astype(int)]
    width, height = few[0].size
    montage = Image.new("RGB", (width, 4 * height))
    for row, picture in enumerate(few):
        montage.paste(picture, (0, row * height))
    common = montage.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    drawn = []
    for number, picture in enumerate(pictures):
        drawn.append(picture.quantize(palette=common, dither=Image.Dither.NONE))
        progress(0.9 + 0.09 * number / len(pictures))
    out = io.BytesIO()
    pauses = [PAUSE] * (len(drawn) - 1) + [LAST]
    drawn[0].save(
        out, "GIF", save_all=True, append_images=drawn[1:], duration=pauses, loop=0, optimize=False
    )
    progress(1.0)
    return out.getvalue()
