"""Options of the paths: planes, dimensions, compressed radii, tails, the teacher."""

import numpy as np
import pytest

from app.views import VIEWS
from app.views.density import MOST_DRAWN
from app.views.placing import positions

from .conftest import columns_by_layer


def built(make_setup, dimension, chosen=None, **given):
    setup = make_setup(dimension, **given)
    view = VIEWS["paths"]()
    view.chosen |= chosen or {}
    view.build(setup)
    return setup, view


def drawn(view):
    """Return the particles drawn, (m, dims)."""
    shown = columns_by_layer(view)["particles"]
    return np.stack([shown[axis] for axis in "xyz" if axis in shown], axis=1)


def applying(view):
    return {option.name for option in view.options if option.applies(view._scene)}


@pytest.mark.parametrize(
    ("dimension", "chosen", "names"),
    [
        (1, {}, {"tails", "teacher"}),
        (2, {}, {"radius", "tails", "teacher"}),
        (3, {}, {"dims", "radius", "tails", "teacher"}),
        (3, {"dims": "2"}, {"dims", "plane", "radius", "tails", "teacher"}),
        (5, {"plane": "inputs"}, {"dims", "plane", "x", "y", "radius", "tails", "teacher"}),
        (5, {"plane": "inputs", "dims": "3"},
         {"dims", "plane", "x", "y", "z", "radius", "tails", "teacher"}),
    ],
)  # fmt: skip
def test_only_what_means_something_is_offered(make_setup, dimension, chosen, names):
    _, view = built(make_setup, dimension, chosen)
    assert applying(view) == names


def test_without_a_teacher_there_is_none_to_hide(make_setup):
    _, view = built(make_setup, 2, teachers=0)
    assert "teacher" not in applying(view)


@pytest.mark.parametrize(("dims", "columns"), [("2", 2), ("3", 3)])
@pytest.mark.parametrize("dimension", [3, 6])
def test_flat_or_in_space(make_setup, dimension, dims, columns):
    setup, view = built(make_setup, dimension, {"dims": dims, "plane": "inputs"})
    assert drawn(view).shape == (20, columns)
    expected = positions(setup.simulation.frame.particles)[:, :columns]
    np.testing.assert_allclose(drawn(view), expected, rtol=1e-6)
    assert ("tripod" in view.plots[0].sources) == (columns == 3)


@pytest.mark.parametrize("plane", ["inputs", "teacher", "random", "principal"])
def test_the_note_tells_the_share_of_the_frame(make_setup, plane):
    setup, view = built(make_setup, 6, {"plane": plane})
    simulation = setup.simulation
    for factors in (np.ones(6), np.array([9.0, 1, 1, 1, 1, 1])):
        frame = simulation.frame
        frame.particles = frame.particles * np.append(factors, 1).astype(np.float32)
        view.update(view.compute(frame, simulation.history))
        # the map is linear: its rows can be had from the note's figure itself
        q = positions(frame.particles).astype(float)
        share = (drawn(view).astype(float) ** 2).sum() / (q**2).sum()
        assert f"({share:.0%} of Σ|q|²)" in view.note
        assert view.note.startswith("All 20 particles")


@pytest.mark.parametrize(("m", "words"), [(1, "One particle;"), (2, "All 2 particles;")])
def test_the_note_counts_as_a_person_does(make_setup, m, words):
    _, view = built(make_setup, 3, m=m)
    assert view.note.startswith(words)


def test_all_weights_are_all_of_the_cloud_and_not_worth_a_word(make_setup):
    _, view = built(make_setup, 3)
    assert "Σ" not in view.note and "%" not in view.note


def test_the_principal_plane_follows_a_cloud_that_has_turned_away(make_setup):
    setup, view = built(make_setup, 8, {"plane": "principal"}, m=40)
    simulation = setup.simulation
    frame = simulation.frame
    wide = np.zeros((40, 9), np.float32)
    wide[:, 4:6] = np.random.default_rng(0).standard_normal((40, 2))
    wide[:, -1] = 1.0
    frame.particles, frame.step = wide, frame.step + 100
    view.update(view.compute(frame, simulation.history))
    assert "(100% of Σ|q|²)" in view.note
    np.testing.assert_allclose(
        np.linalg.norm(drawn(view), axis=1), np.linalg.norm(wide[:, :-1], axis=1), rtol=1e-5
    )


@pytest.mark.parametrize("dimension", [2, 3, 6])
def test_compressed_radii_stay_below_one(make_setup, dimension):
    setup, view = built(make_setup, dimension, {"radius": "tanh"})
    q = positions(setup.simulation.frame.particles)
    radius = np.linalg.norm(q, axis=1)
    shown = np.linalg.norm(drawn(view), axis=1)
    assert (shown < 1.0).all()
    if dimension <= 3:
        np.testing.assert_allclose(shown, np.tanh(radius / 2), rtol=1e-5)
    assert "tanh(|q|/2)" in view.note
    rays = columns_by_layer(view)["rays"]
    assert np.nanmax(np.hypot(rays["x"], rays["y"])) < 1.0


def test_a_large_cloud_is_compressed_too(make_setup):
    _, view = built(make_setup, 2, {"radius": "tanh"}, m=MOST_DRAWN + 100)
    plus = view.plots[0].sources["density"].data["plus"][0]
    minus = view.plots[0].sources["density"].data["minus"][0]
    assert (plus + minus).sum() == pytest.approx(MOST_DRAWN + 100, rel=0.01)
    assert view.plots[0].box[1] < 1.5


def test_tails_go_and_come_back_at_once(make_setup):
    setup, view = built(make_setup, 2)
    simulation = setup.simulation

    def lengths():
        view.update(view.compute(simulation.frame, simulation.history))
        return [
            np.isfinite(columns_by_layer(view)[name]["x"]).sum()
            for name in ("trail-", "trail+", "tip-", "tip+")
        ]

    before = lengths()
    assert sum(before) > 20
    view.choose("tails", "0")
    assert lengths() == [0, 0, 0, 0]
    view.choose("tails", "1")
    assert lengths() == before


def test_the_teacher_may_be_hidden(make_setup):
    _, view = built(make_setup, 2, {"teacher": "0"})
    assert "rays" not in view.plots[0].sources
    _, view = built(make_setup, 2)
    assert len(columns_by_layer(view)["heads"]["x"]) == 3 * 4


def test_the_past_of_a_large_cloud_survives_a_change_of_the_plane(make_setup):
    setup, view = built(make_setup, 5, m=MOST_DRAWN + 10)
    kept = view._scene.followed
    view.chosen["plane"] = "random"
    view.build(setup)
    assert view._scene.followed is kept
    view.build(make_setup(5, m=MOST_DRAWN + 10))
    assert view._scene.followed is not kept


def test_the_bar_offers_the_inputs_that_there_are(make_setup):
    _, view = built(make_setup, 5, {"plane": "inputs"}, bias=True)
    values = list(view._bar._widgets["x"].options.values())
    assert values == ["1", "2", "3", "4", "0"]
