"""Trails: broken lines through the snapshots, sent again only when there is more to see."""

import numpy as np

from app.views.coordinates import choose
from app.views.placing import Place, positions
from app.views.solid import broken
from app.views.trails import MOST_SNAPSHOTS, Trails

from .conftest import STEPS, History, frame


def run(m=6, steps=STEPS, dimension=2):
    """Return frames whose particles move along straight lines; particle 0 has c < 0."""
    rng = np.random.default_rng(0)
    start = rng.standard_normal((m, dimension + 1)).astype(np.float32)
    start[:, -1] = np.where(np.arange(m) % 2 == 0, -1.0, 1.0)
    return [frame(s, start * np.float32(1.0 + 0.1 * i)) for i, s in enumerate(steps)]


def pieces(columns):
    """Return the pieces between NaNs of a broken line, shape (pieces, length, 2)."""
    points = np.stack([columns["x"], columns["y"]], axis=1)
    gaps = np.flatnonzero(np.isnan(points[:, 0]))
    assert gaps[-1] == len(points) - 1
    return np.stack(np.split(points, gaps + 1)[:-1])[:, :-1]


def test_positions_weigh_the_input_weights():
    np.testing.assert_array_equal(positions(np.array([[1.0, 2.0, -3.0]])), [[3.0, 6.0]])


def test_broken_lines_have_a_nan_after_each_path():
    paths = np.arange(12.0).reshape(2, 3, 2)
    columns = broken(paths)
    np.testing.assert_array_equal(np.isnan(columns["x"]), [0, 0, 0, 1, 0, 0, 0, 1])
    np.testing.assert_array_equal(pieces(columns), paths)
    assert columns["x"].dtype == np.float32


def test_trails_pass_through_the_snapshots_by_sign_and_end_at_the_present():
    frames = run()
    place = Place(choose(2, False, None))
    rows = np.array([0, 1, 2, 5])
    columns = Trails(rows, place).draw(frames[-1], History(frames[:-1]))
    for layer, kept in (("-", [0, 2]), ("+", [1, 5])):
        past = np.stack([positions(f.particles)[kept] for f in frames[:-1]], axis=1)
        np.testing.assert_allclose(pieces(columns[f"trail{layer}"]), past)
        tips = pieces(columns[f"tip{layer}"])
        np.testing.assert_allclose(tips[:, 0], past[:, -1])
        np.testing.assert_allclose(tips[:, 1], positions(frames[-1].particles)[kept])


def test_trails_are_rebuilt_only_when_the_history_has_grown():
    frames = run()
    trails = Trails(np.arange(6), Place(choose(2, False, None)))
    assert "trail+" in trails.draw(frames[2], History(frames[:3]))
    again = trails.draw(frames[3], History(frames[:3]))
    assert set(again) == {"tip+", "tip-"}
    assert "trail+" in trails.draw(frames[3], History(frames[:4]))


def test_going_back_in_the_run_cuts_the_trails():
    frames = run()
    trails = Trails(np.arange(6), Place(choose(2, False, None)))
    trails.draw(frames[-1], History(frames))
    columns = trails.draw(frames[1], History(frames))
    assert pieces(columns["trail+"]).shape == (3, 2, 2)


def test_a_long_history_is_thinned_but_keeps_its_ends():
    frames = run(steps=range(200))
    columns = Trails(np.arange(6), Place(choose(2, False, None))).draw(frames[-1], History(frames))
    trail = pieces(columns["trail+"])
    assert trail.shape[1] <= MOST_SNAPSHOTS
    np.testing.assert_allclose(trail[:, 0], positions(frames[0].particles)[[1, 3, 5]])
    np.testing.assert_allclose(trail[:, -1], positions(frames[-1].particles)[[1, 3, 5]])


def test_without_a_history_a_trail_is_a_point():
    frames = run()
    columns = Trails(np.arange(6), Place(choose(2, False, None))).draw(frames[0], History([]))
    assert pieces(columns["trail+"]).shape == (3, 1, 2)


def test_on_a_line_the_second_coordinate_is_c():
    particles = np.array([[2.0, -3.0], [1.0, 0.5]])
    drawn = Place(choose(1, False, None))(particles)
    np.testing.assert_array_equal(drawn, [[6.0, -3.0], [0.5, 0.5]])
