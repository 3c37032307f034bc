"""The animation, opened again with Pillow."""

import io
import itertools

import numpy as np
import pytest
from PIL import Image

from app import theme
from app.exports import EXPORTS, CancelledError
from app.exports.drawing import Panel, Sheet, ticks
from app.exports.gif import LAST, LEFT, RIGHT, SIZE, draw
from app.exports.reel import MOST_FRAMES, reel


def channels(colour):
    return np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)])


def test_an_animation_has_a_picture_for_each_recorded_step(make_run, progress):
    run = make_run(300, m=8)
    picture = Image.open(io.BytesIO(EXPORTS["gif"]().make(run, progress)))
    assert picture.size == SIZE and picture.format == "GIF"
    assert 60 <= picture.n_frames <= MOST_FRAMES
    frames = []
    for number in range(picture.n_frames):
        picture.seek(number)
        frames.append(np.asarray(picture.convert("RGB"), dtype=int))
    assert picture.info["duration"] == LAST
    assert all((one != other).any() for one, other in itertools.pairwise(frames))
    assert np.diff(progress.shares).min() > -1e-9 and progress.shares[-1] == 1.0


@pytest.mark.parametrize("dark", [False, True])
def test_a_picture_wears_the_theme(make_run, progress, dark):
    picture = np.asarray(draw(reel(make_run(5), progress), 2, dark), dtype=int)
    colours = theme.palette(dark)
    assert (picture[2, 2] == channels(colours.paper)).all()
    ink = np.abs(picture[:34] - channels(colours.text)).max(axis=2) < 40
    assert ink.sum() > 200  # the title can be read


def test_a_neuron_stands_where_it_is(make_run, progress):
    run = make_run(50, m=1, bias=False, init="gaussian", seed=3)
    film = reel(run, progress)
    w = run.frame.particles[0].astype(float)
    assert np.allclose(film.space.places[-1, 0], abs(w[-1]) * w[:-1], rtol=1e-6)
    image = np.asarray(draw(film, len(film.steps) - 1, dark=False), dtype=int)
    left, right, top, bottom = LEFT
    reach = film.space.reach[0]
    x, y = abs(w[-1]) * w[:-1]
    column = round(left + (x / reach + 1) / 2 * (right - left))
    row = round(bottom - (y / reach + 1) / 2 * (bottom - top))
    wanted = theme.LIGHT.positive if w[-1] > 0 else theme.LIGHT.negative
    assert np.abs(image[row, column] - channels(wanted)).max() < 30


def test_the_map_is_red_where_the_predictor_is_positive(make_run, progress):
    run = make_run(200, m=100, bias=True)
    film = reel(run, progress)
    image = np.asarray(draw(film, len(film.steps) - 1, dark=False), dtype=int)
    left, right, top, bottom = RIGHT
    x0, x1, y0, y1 = film.function.box
    rng = np.random.default_rng(0)
    seen = 0
    for x, y in rng.uniform((x0, y0), (x1, y1), (300, 2)):
        f = run.setup.problem.predict(run.frame.particles, np.array([[1.0, x, y]]))[0]
        near = np.hypot(*(film.function.points - (x, y)).T).min()
        if abs(f) < 0.3 or near < 0.1 * (x1 - x0):
            continue  # hardly coloured, or under a training point
        column = round(left + (x - x0) / (x1 - x0) * (right - left))
        row = round(bottom - (y - y0) / (y1 - y0) * (bottom - top))
        red, _, blue = image[row, column]
        assert (red > blue) == (f > 0)
        seen += 1
    assert seen > 20


def test_an_animation_can_be_cancelled_half_way(make_run, progress):
    progress._until = 0.5
    with pytest.raises(CancelledError):
        for _ in range(2):
            EXPORTS["gif"]().make(make_run(40), progress)
    assert max(progress.shares) < 0.6


def test_a_run_at_its_start_has_nothing_to_play(make_run, progress):
    with pytest.raises(ValueError, match="steps"):
        EXPORTS["gif"]().make(make_run(0), progress)


def test_a_predictor_that_cannot_be_told_is_left_out(make_run, progress):
    film = reel(make_run(30, [(10, {"dynamics": "tangent"})], loss="logistic"), progress)
    assert film.function is None and "tangent" in film.note
    assert draw(film, 3, dark=False).size[0] < SIZE[0]


def test_one_input_gives_a_curve(make_run, progress):
    run = make_run(20, data="teacher", d=1, loss="square", dynamics="gradient", m=9)
    film = reel(run, progress)
    x = np.linspace(*film.function.box[:2], film.function.values.shape[1])
    inputs = np.stack([np.ones_like(x), x], axis=1)
    assert np.allclose(
        film.function.values[-1], run.setup.problem.predict(run.frame.particles, inputs), atol=1e-6
    )
    assert draw(film, 0, dark=True).size == SIZE


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (0.003, 0.0071), (-2e6, 5.0), (7.0, 7.4)])
def test_ticks_are_round_and_inside(low, high):
    found = ticks(low, high)
    assert 2 <= len(found) <= 11
    assert all(low - 1e-9 * abs(high - low) <= value <= high for value in found)
    step = found[1] - found[0]
    assert np.isclose(float(f"{step:.0e}"), step) and f"{step:.0e}"[0] in "125"
    assert np.allclose(np.diff(found), step)


def test_pixels_of_a_panel():
    panel = Panel(Sheet((100, 100), theme.LIGHT), (10.0, 90.0, 20.0, 60.0), (-1.0, 1.0, 0.0, 4.0))
    corners = np.array([[-1.0, 0.0], [1.0, 4.0], [0.0, 2.0]])
    assert panel.pixels(corners).tolist() == [[10.0, 60.0], [90.0, 20.0], [50.0, 40.0]]
