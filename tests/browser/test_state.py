"""The address, bad values, divergence, themes and closed tabs."""

from __future__ import annotations

import re

import pytest

from app.theme import DARK


@pytest.mark.thorough
def test_address_gives_the_same_run_bit_for_bit(lab, another_lab):
    lab.open("play=1&steps=200&speed=100000&m=123&data=circles&noise=0.1&tau=0.5&seed=8")
    lab.wait_until(lambda: lab.step == 200, "step 200")
    query = lab.page.url.split("?")[1]
    query = query if "play=1" in query else query + "&play=1"
    another_lab.open(re.sub(r"speed=[\d.e]+", "speed=311", query))
    another_lab.wait_until(lambda: another_lab.step == 200, "step 200 elsewhere")
    for label in ("time t", "risk", "test risk", "margin"):
        assert lab.number(label) == another_lab.number(label)

    lab.wait_until(lambda: lab.particles() == another_lab.particles(), "the same particles")


@pytest.mark.thorough
def test_bad_values_in_the_address_are_named_with_their_range(lab):
    lab.open("m=0&activation=gelu&stepsize=abc&colour=1")
    text = " ".join(lab.messages())
    assert "m=0" in text and "1 to 1,000,000" in text
    assert "gelu" in text and "leaky_relu" in text
    assert "stepsize='abc'" in text
    assert "colour" in text
    lab.click("step")
    lab.wait_until(lambda: lab.step == 1, "step 1 with the defaults")


@pytest.mark.thorough
def test_too_large_an_experiment_is_refused_and_the_run_stays(lab):
    lab.open("n=50000&m=100")
    lab.click("step")
    lab.wait_until(lambda: lab.step == 1, "step 1")
    lab.type("m", "1000000")
    lab.wait_until(lambda: any("m × n" in text for text in lab.messages()), "the message")
    lab.click("step")
    lab.wait_until(lambda: lab.step == 2, "step 2 of the run before")


@pytest.mark.thorough
def test_a_value_out_of_range_is_refused_and_put_back(lab):
    lab.open()
    lab.type("m", "-5")
    lab.wait_until(lambda: any("m=-5" in text for text in lab.messages()), "the message")
    lab.wait_until(
        lambda: lab.page.locator(".wf-control-m input").first.input_value() == "400", "400 again"
    )


def test_divergence_is_reported_and_the_page_stays_usable(lab):
    lab.open("data=teacher&bias=0&dynamics=gradient&loss=square&stepsize=9000&play=1&tau=3")
    lab.wait_until(lambda: any("diverged" in text for text in lab.messages()), "the message")
    message = next(text for text in lab.messages() if "diverged" in text)
    step = int(re.search(r"step (\d+) would", message)[1])
    assert "stepsize" in message
    lab.wait_until(lambda: lab.step == step - 1, "the last finite step")
    assert not lab.playing
    lab.type("stepsize", "0.1")
    lab.click("reset")
    lab.wait_until(lambda: lab.step == 0, "the restart")
    lab.click("step")
    lab.wait_until(lambda: lab.step == 1, "step 1")


@pytest.mark.thorough
def test_controls_that_do_not_apply_are_hidden(lab):
    lab.open("data=clusters")
    assert lab.page.locator(".wf-control-k").is_visible()
    assert not lab.page.locator(".wf-control-noise").is_visible()
    lab.page.locator(".wf-control-data [role=combobox]").click()
    lab.page.locator("li", has_text="two circles").click()
    lab.wait_until(lambda: "data=circles" in lab.page.url, "the data in the address")
    lab.wait_until(lambda: not lab.page.locator(".wf-control-k").is_visible(), "k to go")
    lab.wait_until(lambda: lab.page.locator(".wf-control-noise").is_visible(), "the noise")
    assert not lab.page.locator(".wf-control-d").is_visible()


@pytest.mark.thorough
def test_dark_theme_recolours_the_figures(lab):
    lab.open()

    light = lab.label_colours()
    lab.page.locator("[aria-label*='theme' i], .theme-toggle button").first.click()
    lab.wait_until(lambda: lab.label_colours() != light, "other colours")
    lab.click("step")
    lab.wait_until(lambda: lab.step == 1, "step 1")


def test_figures_of_a_page_that_opens_dark_are_dark(lab):
    lab.open("theme=dark&figures=paths&m=30")
    colours = """() => Bokeh.documents.flatMap(doc => [...doc._all_models.values()])
        .filter(model => model.type == "Legend").map(legend => legend.label_text_color)"""
    lab.wait_until(lambda: set(lab.page.evaluate(colours)) == {DARK.text}, "light letters")
