"""Every way of reading a number, against plain arithmetic."""

import math
import statistics

import pytest

from core.studies import HOW, Number, Reading, judge

VALUES = {
    ("a", 1.0, 0): 3.0, ("a", 1.0, 1): 1.0, ("a", 1.0, 2): 8.0,
    ("a", 10.0, 0): 0.3, ("a", 10.0, 1): 0.5, ("a", 10.0, 2): -0.4,
    ("a", 100.0, 0): 0.01,
    ("b", 1.0, 2): 2.0, ("b", 1.0, 0): 6.0,
}  # fmt: skip


def number(low=0.0, high=1.0, **reading):
    return Number("it", Reading(**reading), low, high, "theory", "1")


def read(values=VALUES, **reading):
    return number(**reading).judge(values)


@pytest.mark.every_case
@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("median", statistics.median((3, 1, 8))),
        ("mean", statistics.fmean((3, 1, 8))),
        ("largest", 8.0),
        ("least", 1.0),
    ],
)
def test_numbers_of_one_cell(how, expected):
    verdict = read(how=how, arm="a", x=1.0)
    assert verdict.ours == pytest.approx(expected, rel=1e-15)
    assert verdict.spread == (1.0, 8.0)


def test_the_share_below_a_level_counts_what_is_strictly_below():
    assert read(how="share_below", arm="a", x=1.0, level=3.0).ours == pytest.approx(1 / 3)


def test_pairs_are_of_equal_seeds():
    # Seeds 0 and 2 have both: 3/6 and 8/2.
    assert read(how="ratio", arm="a", x=1.0, to_arm="b").ours == pytest.approx((0.5 + 4.0) / 2)
    verdict = read(how="difference", arm="a", x=1.0, to_arm="b")
    assert (verdict.ours, verdict.spread) == (pytest.approx((-3.0 + 6.0) / 2), (-3.0, 6.0))
    # The same arm at another point: 3/.3, 1/.5, 8/-.4.
    assert read(how="ratio", arm="a", x=1.0, to_x=10.0).ours == pytest.approx(2.0)


def test_the_slope_is_that_of_medians_in_both_logarithms():
    two = math.log(0.3 / 3.0) / math.log(10.0)  # of |0.3|, |0.5|, |-0.4| the median is 0.4
    assert read(how="slope", arm="a", to_x=10.0).ours == pytest.approx(two + math.log10(4 / 3))
    assert read(how="slope", arm="a", x=10.0).ours == pytest.approx(math.log10(0.01 / 0.4))
    assert read(how="slope", arm="a").ours == pytest.approx(math.log10(0.01 / 3.0) / 2)


def test_the_slope_of_a_power_is_its_exponent():
    powers = {("a", x, 0): 7.0 * x**-1.5 for x in (1.0, 3.0, 4.0, 50.0)}
    assert read(powers, how="slope", arm="a").ours == pytest.approx(-1.5, rel=1e-12)


def test_a_verdict_holds_on_both_limits_and_differs_beyond():
    for low, high, word in ((3, 3, "holds"), (3.1, 4, "differs"), (0, 2.9, "differs")):
        assert number(low, high, how="median", arm="a", x=1.0).judge(VALUES).word == word


@pytest.mark.every_case
@pytest.mark.parametrize("how", HOW)
def test_what_is_not_measured_is_open_and_what_is_no_number_differs(how):
    reading = {"how": how, "arm": "a", "x": 1.0, "to_x": 10.0, "level": 3.0}
    assert read({}, **reading).word == "open"
    assert read({("c", 1.0, 0): 1.0}, **reading).word == "open"
    lost = {("a", 1.0, 0): math.nan, ("a", 10.0, 0): math.nan}
    [verdict] = judge([number(0.5, 1.0, **reading)], lost)
    assert verdict.word == "differs" and verdict.measured


def falling(rate, seed, xs=(0.0, 1.0, 2.0, 4.0, 50.0), end=0.3):
    """A curve that falls to `end` exponentially: linear in the logarithm between any points."""
    return {("a", x, seed): end + math.exp(-rate * x) * (x < 50) for x in xs}


def test_where_a_curve_reaches_its_end_up_to_a_level():
    values = falling(1.0, 0) | falling(2.0, 1) | falling(4.0, 2)
    verdict = read(values, how="reaches", arm="a", level=math.exp(-3.0))
    assert verdict.ours == pytest.approx(1.5) and verdict.spread == pytest.approx((0.75, 3.0))
    early = read(values, how="reaches", arm="a", level=math.exp(-3.0), to_x=4.0)
    assert early.ours < 1.5  # against an end that is not reached yet
    never = read(falling(0.1, 0), how="reaches", arm="a", level=0.01)
    assert never.word == "differs" and math.isnan(never.ours)


def test_a_curve_that_has_not_all_its_points_does_not_count():
    values = falling(1.0, 0) | falling(4.0, 1)
    del values["a", 50.0, 1]
    assert read(values, how="reaches", arm="a", level=0.2).ours == pytest.approx(math.log(5.0))
    assert read({("a", 1.0, 0): 1.0}, how="reaches", arm="a", level=0.2).word == "open"


def test_the_excess_is_over_the_best_of_a_seed_and_a_share_of_the_largest():
    values = {
        ("a", 1.0, 0): 5.0, ("a", 2.0, 0): 2.0, ("b", 1.0, 0): 4.0, ("b", 2.0, 0): 1.0,
        ("a", 1.0, 1): 11.0, ("a", 2.0, 1): 10.0, ("b", 1.0, 1): 18.0, ("b", 2.0, 1): 12.0,
    }  # fmt: skip
    # Over the least, 1 and 10: a 4, 1 | 1, 0; b 3, 0 | 8, 2; means 2.5, .5, 5.5, 1.
    verdict = read(values, how="excess", arm="a", x=1.0)
    assert (verdict.ours, verdict.spread) == (pytest.approx(2.5 / 5.5), (1 / 5.5, 4 / 5.5))
    assert read(values, how="excess", arm="b", x=1.0).ours == pytest.approx(1.0)
    assert read(values, how="excess", arm="a", x=2.0).ours == pytest.approx(0.5 / 5.5)
    del values["b", 2.0, 1]
    assert read(values, how="excess", arm="a", x=1.0).word == "open"
