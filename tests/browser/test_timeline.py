"""The timeline by hand: dragging, keys, playing from an earlier frame."""

from __future__ import annotations

import pytest


def rail(lab):
    return lab.page.locator(".wf-timeline .rail").bounding_box()


def handle(lab):
    return lab.page.get_by_role("slider", name="Recorded frame shown")


def drag(lab, share):
    """Drag the handle from the right end to a share of the axis, in some moves."""
    box = rail(lab)
    y = box["y"] + box["height"] / 2
    lab.page.mouse.move(box["x"] + box["width"], y)
    lab.page.mouse.down()
    for part in (0.9, 0.7, 0.5, share):
        lab.page.mouse.move(box["x"] + part * box["width"], y)
    lab.page.mouse.up()


def run_to(lab, steps, query=""):
    lab.open(f"play=1&steps={steps}&speed=100000&m=50{query}")
    lab.wait_until(lambda: lab.step == steps and not lab.playing, f"step {steps}")


def test_dragging_shows_an_earlier_frame_in_all_figures_and_live_the_newest(lab):
    run_to(lab, 900)
    newest = lab.particles()
    risk = lab.number("risk")
    drag(lab, 0.3)
    lab.wait_until(lambda: lab.step < 20, "an early step")
    lab.wait_until(lambda: lab.particles() != newest, "other particles")
    assert lab.number("risk") > risk
    assert "step 7" in (handle(lab).get_attribute("aria-valuetext") or "")  # 901^0.3 − 1 = 6.7
    lab.click("live")
    lab.wait_until(lambda: lab.step == 900, "the newest frame")
    lab.wait_until(lambda: lab.particles() == newest, "its particles")


@pytest.mark.thorough
def test_keys_walk_over_the_recorded_frames(lab):
    run_to(lab, 900)
    handle(lab).focus()
    for key, step in [("Home", 0), ("ArrowRight", 1), ("ArrowRight", 2), ("PageUp", 12)]:
        lab.page.keyboard.press(key)
        lab.wait_until(lambda step=step: lab.step == step, f"step {step} after {key}")
    lab.page.keyboard.press("ArrowLeft")
    lab.wait_until(lambda: lab.step == 11, "step 11")
    lab.page.keyboard.press("End")
    lab.wait_until(lambda: lab.step == 900, "the newest frame")


@pytest.mark.thorough
def test_playing_from_an_earlier_frame_replays_and_then_goes_on(lab):
    lab.open("play=1&m=50&speed=300")
    lab.wait_until(lambda: lab.step > 200, "step 200")
    lab.click("play")
    lab.wait_until(lambda: not lab.playing, "the pause")
    drag(lab, 0.75)
    lab.wait_until(lambda: lab.step < 150, "an early step")
    begun, newest = lab.step, int(handle(lab).get_attribute("aria-valuemax"))
    lab.click("play")
    lab.wait_until(lambda: begun < lab.step < newest, "a recorded frame")
    lab.wait_until(lambda: lab.step > newest + 30, "steps beyond the record")


@pytest.mark.thorough
def test_an_event_is_a_mark_to_go_to(lab):
    """Two points of different labels far apart are told apart at once."""
    lab.open("play=1&steps=400&speed=100000&m=20&n_test=0&data=points&points=[[-2,0,-1],[2,0,1]]")
    lab.wait_until(lambda: lab.step == 400 and not lab.playing, "step 400")
    flag = lab.page.get_by_role("button", name="Zero training error")
    lab.wait_until(lambda: flag.count() == 1, "the mark")
    step = int(flag.get_attribute("data-step"))
    flag.click()
    lab.wait_until(lambda: lab.step == step, f"step {step}")
    assert "accuracy 100" in " ".join(lab.readout.split())
