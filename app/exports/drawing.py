"""Drawing with Pillow: a panel with axes, points, lines and a map, twice as fine as it is shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from app.theme import Palette
from app.views.coordinates import SUBSCRIPTS
from app.views.limits import Box

#: Everything is drawn so many times larger and then made smaller, which smooths edges.
FINE = 2

#: Pillow's own font has Latin letters only.
_LATIN = str.maketrans(
    {"−": "-", "–": "-", "—": "-", "∥": "1", "⊥": "2", "…": "...", "\u0303": "~"}
)
_LOWERED = {chr(below): chr(plain) for plain, below in SUBSCRIPTS.items()}


@cache
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return the font of a size in pixels of the drawing."""
    return ImageFont.load_default(size)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Return round numbers between `low` and `high`: 1, 2 or 5 times a power of ten apart."""
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(step * power for step in (1, 2, 5, 10) if step * power >= rough * (1 - 1e-9))
    return [k * step for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


class Sheet:
    """A picture to draw on. Places are in pixels of the finished picture.

    Parameters
    ----------
    size : tuple of int
        Width and height.
    colours : Palette
    """

    def __init__(self, size: tuple[int, int], colours: Palette) -> None:
        self.size, self.colours = size, colours
        self.image = Image.new("RGB", (size[0] * FINE, size[1] * FINE), colours.paper)
        self._draw = ImageDraw.Draw(self.image)

    def finished(self) -> Image.Image:
        """Return the picture in its own size."""
        return self.image.resize(self.size, Image.Resampling.BOX)

    def text(
        self, x: float, y: float, words: str, size: int, colour: str, anchor: str = "ls"
    ) -> None:
        """Write words, subscript digits lowered; `anchor` as Pillow has it (ls: left, baseline)."""
        plain = words.translate(_LATIN)
        parts = [(_LOWERED.get(c, c), c in _LOWERED) for c in plain]
        fonts = {False: font(size * FINE), True: font(round(0.75 * size) * FINE)}
        width = sum(fonts[low].getlength(c) for c, low in parts)
        left = x * FINE - {"l": 0.0, "m": width / 2, "r": width}[anchor[0]]
        for c, low in parts:
            down = 0.25 * size * FINE if low else 0.0
            self._draw.text((left, y * FINE + down), c, fill=colour, font=fonts[low], anchor="ls")
            left += fonts[low].getlength(c)

    def line(self, points: np.ndarray, colour: str, width: float) -> None:
        """Draw a broken line through points (k, 2)."""
        flat = [tuple(point) for point in (points * FINE).tolist()]
        self._draw.line(flat, fill=colour, width=round(width * FINE), joint="curve")

    def dots(self, points: np.ndarray, colours: Sequence[str], radius: float, edge: str) -> None:
        """Draw discs, the first at the bottom."""
        r = radius * FINE
        for (x, y), colour in zip((points * FINE).tolist(), colours, strict=True):
            self._draw.ellipse((x - r, y - r, x + r, y + r), fill=colour, outline=edge)

    def squares(self, points: np.ndarray, colour: str, radius: float, edge: str) -> None:
        """Draw squares of one colour."""
        r = radius * FINE
        for x, y in (points * FINE).tolist():
            self._draw.rectangle((x - r, y - r, x + r, y + r), fill=colour, outline=edge)

    def picture(self, place: Box, colours: list[str], values: np.ndarray) -> None:
        """Paint an array of colour numbers, rows from the bottom, over a place in pixels."""
        image = Image.fromarray(np.ascontiguousarray(values[::-1]))
        image.putpalette(b"".join(bytes.fromhex(colour[1:]) for colour in colours))
        x0, x1, y0, y1 = (round(edge * FINE) for edge in place)
        smooth = image.convert("RGB").resize((x1 - x0, y1 - y0), Image.Resampling.BILINEAR)
        self.image.paste(smooth, (x0, y0))


class Panel:
    """A rectangle of a sheet with axes.

    Parameters
    ----------
    sheet : Sheet
    place : Box
        Left, right, top and bottom in pixels.
    box : Box
        The limits of the axes: x low, x high, y low, y high.
    """

    def __init__(self, sheet: Sheet, place: Box, box: Box) -> None:
        self.sheet, self.place, self.box = sheet, place, box

    def pixels(self, points: np.ndarray) -> np.ndarray:
        """Return where points (..., 2) of the axes stand on the sheet."""
        left, right, top, bottom = self.place
        x0, x1, y0, y1 = self.box
        x = left + (points[..., 0] - x0) / (x1 - x0) * (right - left)
        y = bottom - (points[..., 1] - y0) / (y1 - y0) * (bottom - top)
        return np.stack([x, y], axis=-1)

    def axes(self, names: tuple[str, str], grid: bool = True) -> None:
        """Draw ticks with their numbers, a grid, and what the axes are."""
        sheet, colours = self.sheet, self.sheet.colours
        left, right, top, bottom = self.place
        x0, x1, y0, y1 = self.box
        for value in ticks(x0, x1):
            x = float(self.pixels(np.array([value, y0]))[0])
            self._rule(np.array([[x, top], [x, bottom]]), grid)
            sheet.text(x, bottom + 16, f"{value:g}", 11, colours.muted, "ms")
        for value in ticks(y0, y1):
            y = float(self.pixels(np.array([x0, value]))[1])
            self._rule(np.array([[left, y], [right, y]]), grid)
            sheet.text(left - 6, y + 4, f"{value:g}", 11, colours.muted, "rs")
        sheet.text((left + right) / 2, bottom + 36, names[0], 14, colours.text, "ms")
        sheet.text(left - 6, top - 9, names[1], 14, colours.text, "ls")
        frame = [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]]
        sheet.line(np.array(frame, dtype=float), colours.faint, 1)

    def _rule(self, points: np.ndarray, grid: bool) -> None:
        if grid:
            self.sheet.line(points, self.sheet.colours.faint, 0.5)
