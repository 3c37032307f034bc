"""A study unfolds into cells; what is more special counts."""

import pytest

from core.studies import Arm, Axis, Point, Spec, Study


def test_the_more_special_field_counts():
    study = Study(
        Spec({"m": 3, "tau": 1.0}, 100, "risk", {"u": 1, "v": 1}),
        (Arm("plain"), Arm("other", Spec({"tau": 2.0}, 50, "margin", {"v": 2}))),
        (Point(1.0), Point(7.0, Spec({"m": 7}, 9, None, {"v": 3}))),
        Axis("m"),
        seeds=(4,),
        seeded=("seed", "data_seed"),
    )
    seeds = {"seed": 4, "data_seed": 4}
    found = [(c.arm, c.x, c.seed, c.knobs, c.steps, c.quantity, c.options) for c in study.cells()]
    assert found == [
        ("plain", 1.0, 4, {"m": 3, "tau": 1.0} | seeds, 100, "risk", {"u": 1, "v": 1}),
        ("other", 1.0, 4, {"m": 3, "tau": 2.0} | seeds, 50, "margin", {"u": 1, "v": 2}),
        ("plain", 7.0, 4, {"m": 7, "tau": 1.0} | seeds, 9, "risk", {"u": 1, "v": 3}),
        ("other", 7.0, 4, {"m": 7, "tau": 2.0} | seeds, 9, "margin", {"u": 1, "v": 3}),
    ]


def test_cells_of_a_seed_come_before_those_of_the_next(make_study):
    assert [cell.seed for cell in make_study(seeds=(3, 1)).cells()] == [3, 3, 1, 1]


def test_a_run_is_told_by_what_it_computes_alone(make_study):
    one, other = make_study(speed=3.0, steps=5), make_study(speed=9.0, steps=50)
    assert [c.run for c in one.cells()] == [c.run for c in other.cells()]
    moved = make_study(stepsize=0.3)
    assert all(a.run != b.run for a, b in zip(one.cells(), moved.cells(), strict=True))


def test_a_bad_knob_names_itself(make_study):
    with pytest.raises(ValueError, match="moon is no knob"):
        _ = [cell.run for cell in make_study(moon=1).cells()]
