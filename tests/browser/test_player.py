"""Play, pause, step, reset, restart: by clicks and keys in a real browser."""

from __future__ import annotations

import pytest

#: Whether arrays come in one piece, and moving layers are painted apart from the axes.
TUNED = """() => {
  const models = Bokeh.documents.flatMap(doc => [...doc._all_models.values()])
  const moving = models.filter(model => model.level == "overlay" && model.glyph != null)
  return models.some(model => model.data?.together === true) && moving.length > 3
}"""


def test_a_page_loads_without_errors_or_outside_requests_and_plays(lab):
    lab.open()
    assert lab.step == 0
    for view in ("paths", "sphere", "predictor", "curves"):
        assert lab.page.locator(f".wf-view-{view}").is_visible()
        assert lab.page.locator(f".wf-view-{view} canvas").count() > 0
    before = lab.particles()
    assert all(len(column) == 400 for column in before)
    lab.click("play")
    lab.wait_until(lambda: lab.step > 20, "step 20")
    assert lab.particles() != before
    assert lab.page.evaluate(TUNED), "Bokeh paints as it comes: see assets/tuning.js"
    # The fixture holds errors and outside requests against the page when it closes.


@pytest.mark.thorough
def test_pause_holds(lab):
    lab.open("play=1")
    lab.wait_until(lambda: lab.step > 5, "step 5")
    lab.click("play")
    lab.wait_until(lambda: not lab.playing, "the pause")
    lab.page.wait_for_timeout(300)  # a chunk under way is still shown
    held = lab.step
    lab.page.wait_for_timeout(700)
    assert lab.step == held


@pytest.mark.thorough
def test_step_advances_by_one(lab):
    lab.open()
    for count in (1, 2, 3):
        lab.click("step")
        lab.wait_until(lambda count=count: lab.step == count, f"step {count}")
    lab.page.wait_for_timeout(300)
    assert lab.step == 3


@pytest.mark.thorough
def test_reset_returns_to_the_same_start(lab):
    lab.open()
    start = lab.particles()
    lab.click("step")
    lab.wait_until(lambda: lab.step == 1, "step 1")
    assert lab.particles() != start
    lab.click("reset")
    lab.wait_until(lambda: lab.step == 0, "step 0")
    lab.wait_until(lambda: lab.particles() == start, "the same start")


@pytest.mark.thorough
def test_new_seed_gives_another_start(lab):
    lab.open("seed=3")
    start = lab.particles()
    lab.click("seed")
    lab.wait_until(lambda: "seed=4" in lab.page.url, "the new seed in the address")
    lab.wait_until(lambda: lab.particles() != start, "another start")
    assert lab.step == 0


@pytest.mark.thorough
def test_changing_m_restarts_at_once(lab):
    lab.open("play=1")
    lab.wait_until(lambda: lab.step > 30, "step 30")
    lab.click("play")
    lab.type("m", "50")
    lab.wait_until(lambda: lab.step == 0, "the restart")
    lab.wait_until(lambda: "m=50" in lab.page.url, "m in the address")
    lab.wait_until(lambda: lab.page.get_by_text("All 50 particles").count() > 0, "50 particles")


@pytest.mark.thorough
def test_changing_the_stepsize_acts_without_a_restart(lab):
    lab.open("stepsize=0.4")
    lab.click("step")
    lab.wait_until(lambda: lab.step == 1, "step 1")
    first = lab.number("time t")
    lab.type("stepsize", "0.8")
    lab.wait_until(lambda: "stepsize=0.8" in lab.page.url, "the stepsize in the address")
    lab.click("step")
    lab.wait_until(lambda: lab.step == 2, "step 2")
    # Soft-min ascent: steps η/√2 and η'/√3; the readout shows four digits.
    assert abs(lab.number("time t") - first - 0.8 / 3**0.5) < 2e-4


@pytest.mark.thorough
def test_step_limit_pauses_the_run(lab):
    lab.open("play=1&steps=37&speed=1000")
    lab.wait_until(lambda: not lab.playing, "the pause")
    lab.wait_until(lambda: lab.step == 37, "step 37")


@pytest.mark.thorough
def test_two_pages_at_once_both_move(lab, another_lab):
    lab.open("play=1")
    another_lab.open("play=1&m=1000")
    first, second = lab.step, another_lab.step
    lab.wait_until(lambda: lab.step > first + 30, "the first page")
    lab.wait_until(lambda: another_lab.step > second + 30, "the second page")
