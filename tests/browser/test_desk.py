"""Goals, keys, full screen and presentation: by real keys and clicks."""

from __future__ import annotations

import re

import pytest


def press(lab, key):
    lab.page.keyboard.press(key)


def pick(lab, label):
    """Choose a goal."""
    lab.page.locator(".wf-until [role=combobox]").click()
    lab.page.locator("li", has_text=re.compile(f"^{label}$")).click()


def width(lab, view):
    return lab.page.locator(f".wf-view-{view} canvas").first.bounding_box()["width"]


@pytest.mark.thorough
def test_run_to_a_step_stops_there_and_says_so(lab):
    lab.open("speed=100000")
    pick(lab, "step")
    field = lab.page.locator(".wf-until-value input")
    lab.wait_until(lambda: field.input_value() == "1000", "the usual step")
    field.fill("2345")
    field.press("Enter")
    lab.wait_until(lambda: "steps=2345" in lab.page.url, "the step in the address")
    lab.click("play")
    lab.wait_until(lambda: lab.step == 2345 and not lab.playing, "step 2345")
    lab.wait_until(lambda: any("Step 2345 is reached" in m for m in lab.messages()), "the message")


@pytest.mark.thorough
def test_run_until_the_risk_is_small_pauses_late_by_4_per_cent_at_most(lab, another_lab):
    shared = "data=circles&n=20&m=50&dynamics=gradient&stepsize=0.5&speed=1000000"
    lab.open(shared + "&until=risk:0.2&play=1")
    lab.wait_until(lambda: any("below 0.2" in m for m in lab.messages()), "the message")
    assert not lab.playing
    met = int(re.search(r"Step (\d+):", " ".join(lab.messages()))[1])
    lab.wait_until(lambda: lab.step == met, "the step of the message")
    assert lab.number("risk") < 0.2
    before = int(met / 1.05) - 2
    another_lab.open(shared + f"&steps={before}&play=1")
    another_lab.wait_until(lambda: another_lab.step == before, "the step before")
    assert another_lab.number("risk") >= 0.2
    lab.click("play")  # the goal is done with: the run goes on
    lab.wait_until(lambda: lab.step > met, "steps beyond the goal")


@pytest.mark.thorough
def test_slow_motion_takes_a_step_now_and_then(lab):
    lab.open("speed=0.2")
    said = lab.page.locator(".wf-speed .MuiFormLabel-root").inner_text
    assert "slow motion" in said()
    lab.click("play")
    lab.wait_until(lambda: lab.step == 1, "the first step, which is due at once")
    lab.page.wait_for_timeout(1500)
    assert lab.step == 1
    lab.page.locator(".wf-speed input").focus()
    press(lab, "End")
    lab.wait_until(lambda: "as fast as it goes" in said(), "the fastest speed")
    lab.wait_until(lambda: lab.step > 100, "many steps")


def test_keys_play_step_reset_and_reseed(lab):
    lab.open("seed=5&speed=1000")
    press(lab, "ArrowRight")
    lab.wait_until(lambda: lab.step == 1, "one step")
    press(lab, "Space")
    lab.wait_until(lambda: lab.playing and lab.step > 5, "the run")
    press(lab, "Space")
    lab.wait_until(lambda: not lab.playing, "the pause")
    press(lab, "r")
    lab.wait_until(lambda: lab.step == 0, "step 0")
    press(lab, "N")
    lab.wait_until(lambda: "seed=6" in lab.page.url, "another seed")


@pytest.mark.thorough
def test_a_button_that_was_clicked_leaves_the_space_bar_to_the_run(lab):
    lab.open()
    lab.click("step")
    lab.wait_until(lambda: lab.step == 1, "step 1")
    press(lab, "Space")
    lab.wait_until(lambda: lab.playing, "the run")
    press(lab, "Space")
    lab.wait_until(lambda: not lab.playing, "the pause")


@pytest.mark.thorough
def test_keys_that_are_typed_or_meant_for_a_control_do_nothing_else(lab):
    lab.open("m=40")
    lab.page.locator(".wf-control-m input").first.fill("")
    lab.page.locator(".wf-control-m input").first.press_sequentially("5n r")
    slider = lab.page.locator(".wf-control-tau input[type=range]")
    slider.focus()
    press(lab, "ArrowRight")  # moves the slider
    lab.wait_until(lambda: re.search(r"tau=(?!1\.0&)", lab.page.url) is not None, "another tau")
    press(lab, "Alt+n")
    press(lab, "Tab")
    lab.page.wait_for_timeout(500)
    assert "seed=0" in lab.page.url and lab.step == 0 and not lab.playing


@pytest.mark.thorough
def test_the_overlay_lists_the_keys_keeps_the_focus_and_closes_by_escape(lab):
    lab.open()
    press(lab, "?")
    overlay = lab.page.locator("dialog.wf-keys")
    lab.wait_until(overlay.is_visible, "the overlay")
    text = overlay.inner_text()
    for shown in ("Space", "→", "R", "N", "F", "1 – 5", "P", "S", "?"):
        assert shown in text
    for _ in range(4):
        press(lab, "Tab")
        inside = "document.activeElement.shadowRoot?.activeElement?.closest('dialog') != null"
        assert lab.page.evaluate(f"{inside} || document.activeElement === document.body")
    press(lab, "Space")  # closes or scrolls the overlay at most: the run does not start
    press(lab, "Escape")
    lab.wait_until(lambda: not overlay.is_visible(), "the overlay to close")
    assert not lab.playing
    lab.page.locator(".wf-help button").click()
    lab.wait_until(overlay.is_visible, "the overlay by its button")


@pytest.mark.thorough
def test_a_figure_fills_the_screen_by_key_number_and_button_and_comes_back(lab):
    lab.open()
    small = width(lab, "curves")
    window = lab.page.viewport_size["width"]
    lab.page.locator(".wf-view-curves").hover()
    press(lab, "f")
    lab.wait_until(lambda: width(lab, "curves") > 1.3 * small, "the curves to fill the screen")
    press(lab, "Escape")
    lab.wait_until(lambda: abs(width(lab, "curves") - small) < 3, "the curves as before")
    press(lab, "1")
    lab.wait_until(lambda: width(lab, "paths") > 0.9 * window, "the first figure")
    press(lab, "2")
    lab.wait_until(lambda: width(lab, "sphere") > 0.9 * window, "the second figure")
    press(lab, "2")
    lab.wait_until(lambda: width(lab, "sphere") < 0.6 * window, "the second as before")
    lab.page.locator(".wf-full-predictor button").click()
    lab.wait_until(lambda: width(lab, "predictor") > 0.8 * window, "the predictor")
    press(lab, "ArrowRight")
    lab.page.locator(".wf-full-predictor button").click()
    lab.wait_until(lambda: width(lab, "predictor") < 0.6 * window, "the predictor as before")
    lab.wait_until(lambda: lab.step == 1, "the step made meanwhile")


@pytest.mark.thorough
def test_a_presentation_has_large_type_and_no_controls(lab, another_lab):
    lab.open()

    def size(page):
        return page.page.locator(".wf-readout").evaluate(
            "el => parseFloat(getComputedStyle(el).fontSize)"
        )

    def axis(page):
        return page.page.evaluate(
            """() => Math.max(...Bokeh.documents.flatMap(d => [...d._all_models.values()])
                 .filter(m => /Axis$/.test(m.type)).map(m => parseFloat(m.axis_label_text_font_size
                   .value ?? m.axis_label_text_font_size)))"""
        )

    usual = size(lab), axis(lab)
    press(lab, "p")
    lab.wait_until(lambda: size(lab) > 1.3 * usual[0], "larger numbers")
    lab.wait_until(lambda: axis(lab) > 1.3 * usual[1], "larger labels")
    lab.wait_until(lambda: "present=1" in lab.page.url, "the address")
    box = lab.page.locator(".wf-control-data").bounding_box
    lab.wait_until(lambda: not box() or box()["x"] + box()["width"] <= 0, "the controls to go")
    another_lab.open(lab.page.url.split("?")[1])
    another_lab.wait_until(lambda: axis(another_lab) > 1.3 * usual[1], "the same elsewhere")
    press(lab, "p")
    lab.wait_until(lambda: (size(lab), axis(lab)) == usual, "the usual size")
    lab.wait_until(lambda: "present" not in lab.page.url, "the address")


SIZES = [(390, 844), pytest.param((1024, 768), marks=pytest.mark.thorough)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.thorough
def test_nothing_stands_out_of_a_smaller_window(lab, size):
    lab.page.set_viewport_size({"width": size[0], "height": size[1]})
    lab.open()
    if size[0] < 600:
        lab.wait_until(
            lambda: not lab.page.locator(".wf-control-data").is_visible(), "the controls to fold"
        )
    for name in ("play", "step", "reset", "seed", "scenes", "present", "help", "until", "speed"):
        box = lab.page.locator(f".wf-{name}").first.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= size[0] + 1, name
    for view in ("paths", "sphere", "predictor", "curves"):
        assert 250 < width(lab, view) <= size[0], view
    lab.click("play")
    lab.wait_until(lambda: lab.step > 5, "the run")
