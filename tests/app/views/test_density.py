"""Clouds too large to draw: pictures of their density, in every dimension."""

import numpy as np
import pytest
from bokeh.models.annotations import ColorBar

from app.hues import FAINTEST, HUES, SCALES, SHADES, encode, ramp
from app.views import VIEWS
from app.views.camera import HOME, project
from app.views.density import MASS_A_PIXEL, MOST_DRAWN, particles_a_pixel, raster
from app.views.placing import positions
from app.views.trails import MOST_SNAPSHOTS, Followed

from .conftest import frame
from .test_theme import contrast

M = MOST_DRAWN + 500
DIMENSIONS = [(1, False), (2, False), (2, True), (3, False), (3, True), (4, True), (30, False)]


def built(make_setup, name, dimension, bias=False, m=M):
    setup = make_setup(dimension, bias, m=m)
    view = VIEWS[name]()
    view.build(setup)
    return setup, view


def picture(view):
    """Return the numbers of the picture: c > 0, c < 0, and the colours."""
    data = view.plots[0].sources["density"].data
    return data["plus"][0], data["minus"][0], data["image"][0]


@pytest.mark.parametrize(("dimension", "bias"), DIMENSIONS)
def test_paths_count_all_particles(make_setup, dimension, bias):
    setup, view = built(make_setup, "paths", dimension, bias)
    plus, minus, image = picture(view)
    particles = setup.simulation.frame.particles
    # limits are those of a part of the cloud: few of the rest lie outside
    assert 0.99 * M <= plus.sum() + minus.sum() <= M + 0.5
    assert plus.sum() == pytest.approx((particles[:, -1] > 0).sum(), rel=0.02)
    np.testing.assert_array_equal(image > 0, plus + minus > 0)
    assert "particles" not in view.plots[0].sources
    assert view.note.startswith(f"Density of {M:,} particles")
    assert "a pixel" in view.note


def test_the_picture_stands_where_the_particles_do(make_setup):
    """All particles at one place but for a few: its pixel holds them."""
    setup, view = built(make_setup, "paths", 2)
    first = setup.simulation.frame
    first.particles = np.tile(np.float32([0.5, -0.25, 1.0]), (M, 1))
    view.update(view.compute(first, None))
    plus, minus, _ = picture(view)
    data = view.plots[0].sources["density"].data
    row, column = np.unravel_index(plus.argmax(), plus.shape)
    x = data["x"][0] + (column + 0.5) * data["dw"][0] / plus.shape[1]
    y = data["y"][0] + (row + 0.5) * data["dh"][0] / plus.shape[0]
    assert plus.max() == pytest.approx(M) and not minus.any()
    assert abs(x - 0.5) <= data["dw"][0] / plus.shape[1]
    assert abs(y + 0.25) <= data["dh"][0] / plus.shape[0]


@pytest.mark.parametrize(("dimension", "bias"), [(3, False), (3, True), (4, True), (30, False)])
def test_the_sphere_adds_up_all_masses(make_setup, dimension, bias):
    setup, view = built(make_setup, "sphere", dimension, bias)
    plus, minus, _ = picture(view)
    whole = plus.sum() + minus.sum()
    # the near half, each mass times a cosine: a quarter of a uniform cloud
    assert whole == pytest.approx(0.25, abs=0.02) if dimension == 3 else whole == pytest.approx(1)
    mass = float((setup.simulation.frame.particles.astype(float) ** 2).sum()) / M
    assert f"β = {mass:.4g}" in view.plots[0].captions["total"].text
    assert "share of the mass a pixel" in view.note


@pytest.mark.parametrize(("dimension", "bias"), [(1, False), (2, False), (2, True)])
def test_on_the_circle_the_bars_are_the_density(make_setup, dimension, bias):
    _, view = built(make_setup, "sphere", dimension, bias)
    sources = view.plots[0].sources
    assert "particles" not in sources and "density" not in sources
    assert np.hypot(sources["rose+"].data["x"], sources["rose+"].data["y"]).max() > 1.2
    assert "longest bar" in view.plots[0].captions["total"].text
    assert view.note.startswith(f"Density of {M:,} particles")


def test_a_turned_camera_turns_the_picture_and_asks_for_it(make_setup):
    """Particles on one ray: the picture shows them where the browser's camera would."""
    asked = []
    setup = make_setup(3, m=M)
    view = VIEWS["paths"](refresh=lambda: asked.append(1))
    view.build(setup)
    first = setup.simulation.frame
    first.particles = np.tile(np.float32([0.8, 0.1, 0.3, 1.0]), (M, 1))
    for pose in (HOME, (0.4, -0.7)):
        view.plots[0].limits.tags = list(pose)
        view.update(view.compute(first, None))
        plus, _, _ = picture(view)
        data = view.plots[0].sources["density"].data
        row, column = np.unravel_index(plus.argmax(), plus.shape)
        size = data["dw"][0] / plus.shape[1], data["dh"][0] / plus.shape[0]
        place = data["x"][0] + (column + 0.5) * size[0], data["y"][0] + (row + 0.5) * size[1]
        expected = project(positions(first.particles[:1]), *pose)[0, :2]
        np.testing.assert_allclose(place, expected, atol=max(size))
    assert len(asked) == 2
    view.build(make_setup(3, m=M))  # the figure stays, and with it the pose
    assert view.pose == (0.4, -0.7)
    view.build(make_setup(2, m=M))
    assert view.pose == HOME


@pytest.mark.parametrize("name", ["paths", "sphere"])
def test_bars_have_the_ends_of_the_colours_and_follow_the_theme(make_setup, name):
    _, view = built(make_setup, name, 3)
    plot = view.plots[0]
    bars = {bar.name: bar for bar in plot.figure.select({"type": ColorBar})}
    assert set(bars) == {"plus", "minus"}
    low, top = plot.sources["density"].data["ends"][0]
    for dark in (True, False):
        view.retheme(dark)
        for name_of, bar in bars.items():
            assert list(bar.color_mapper.palette) == SCALES[name_of](dark)
            assert (bar.color_mapper.low, bar.color_mapper.high) == (low, top)
        mapper = plot.renderers["density"].glyph.color_mapper
        assert list(mapper.palette) == SCALES["density"](dark)


def test_small_and_large_clouds_have_figures_of_their_own(make_setup):
    _, view = built(make_setup, "paths", 2, m=30)
    few = view.plots
    view.build(make_setup(2, m=M))
    assert view.plots is not few and "density" in view.plots[0].sources
    view.build(make_setup(2, m=30))
    assert "particles" in view.plots[0].sources


def test_limits_of_a_cloud_that_diverges_stay(make_setup):
    setup, view = built(make_setup, "paths", 3)
    box = view.plots[0].box
    last = setup.simulation.frame
    for value in (np.inf, np.nan, 3e38):
        last.particles = np.full_like(last.particles, value)
        view.update(view.compute(last, None))
        plus, minus, image = picture(view)
        assert not plus.any() and not minus.any() and not image.any()
    assert view.plots[0].box == box


def test_followed_particles_are_few_and_their_past_is_bounded():
    rows = np.array([3, 5, 8])
    followed = Followed(rows)
    for step in range(5000):
        few, history = followed.see(frame(step, np.full((10, 3), step, np.float32)))
        assert few.particles.shape == (3, 3)
    steps, clouds = history.snapshots()
    assert len(steps) == len(clouds) <= 2 * MOST_SNAPSHOTS + 1
    assert steps[0] == 0 and (np.diff(steps) > 0).all() and steps[-1] > 4000
    for step, cloud in zip(steps, clouds, strict=True):
        assert (cloud == step).all()


def test_ends_are_powers_of_ten_around_what_there_is():
    counts, masses = particles_a_pixel(10**6), MASS_A_PIXEL
    assert counts.ends(3.0) == (1.0, 10.0) and counts.ends(0.0) == (1.0, 10.0)
    assert counts.ends(1001.0) == (1.0, 1e4) and counts.ends(1000.0) == (1.0, 1000.0)
    low, top = masses.ends(0.02)
    assert (low, top) == pytest.approx((1e-4, 0.1)) and masses.ends(0.0)[0] > 0


def test_a_raster_has_the_shape_of_the_figure():
    extent, (rows, columns) = raster((-1.0, 1.0, -1.0, 1.0), 2.0)
    assert extent == (-2.0, 2.0, -1.0, 1.0) and columns / rows == pytest.approx(2, rel=0.02)
    extent, (rows, columns) = raster((-3.0, 1.0, 0.0, 1.0), 2.0, equal=False)
    assert extent == (-3.0, 1.0, 0.0, 1.0) and columns / rows == pytest.approx(2, rel=0.02)


def test_colours_tell_sign_and_amount():
    plus = np.array([0.0, 1.0, 1000.0, 0.0, 500.0, 1e9, 1e-9])
    minus = np.array([0.0, 0.0, 0.0, 1000.0, 500.0, 0.0, 0.0])
    first_red = 1 + (HUES - 1) * SHADES
    expected = [0, first_red, HUES * SHADES, SHADES, 1 + HUES // 2 * SHADES + SHADES - 1,
                HUES * SHADES, first_red]  # fmt: skip
    numbers = encode(plus, minus, 1.0, 1000.0)
    assert numbers.tolist() == expected and numbers.dtype == np.uint8
    more = encode(np.logspace(0, 3, 100), np.zeros(100), 1.0, 1000.0)
    assert (np.diff(more.astype(int)) >= 0).all()


@pytest.mark.parametrize("dark", [False, True])
def test_shades_leave_the_paper_and_hues_stay_apart(dark):
    from app import theme

    paper = theme.palette(dark).paper
    for share in (0.0, 0.5, 1.0):
        shades = [contrast(colour, paper) for colour in ramp(dark, share)]
        assert shades[0] > 1.15 and shades[-1] >= 4.5, "a single particle is seen"
        assert (np.diff(shades) >= 0).all(), "more is never fainter"
    assert 0 < FAINTEST < 1
    # blue against red: what all common colour blindness keeps
    for blue, red in zip(ramp(dark, 0.0)[10:], ramp(dark, 1.0)[10:], strict=True):
        difference = int(blue[5:], 16) - int(red[5:], 16)
        assert difference > 25
