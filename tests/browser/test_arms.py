"""Runs side by side: a fork, its knob, its figures, and what is left once it is closed."""

from __future__ import annotations

import pytest


def arm(lab, name="b"):
    return lab.page.locator(f".wf-arm-{name}")


def numbers(lab, name="b"):
    return " ".join(lab.page.locator(f".wf-arm-{name} .wf-arm-numbers").inner_text().split())


def choose(lab, knob, name="b"):
    lab.page.locator(f".wf-arm-{name} .wf-arm-knob [role=combobox]").click()
    lab.page.locator("li", has_text=knob).first.click()


def give(lab, value, name="b"):
    field = lab.page.locator(f".wf-arm-{name} .wf-arm-control input").first
    field.fill(value)
    field.press("Enter")


def figures(lab):
    places = [lab.page.locator(f".wf-view-{view}") for view in ("paths", "curves")]
    return [sum(place.is_visible() for place in each.all()) for each in places]


@pytest.mark.thorough
def test_a_fork_with_another_scale_runs_beside_and_leaves_nothing_when_closed(lab):
    lab.open("play=1&steps=200&speed=100000&m=50&n_test=0&dynamics=gradient&loss=square")
    lab.wait_until(lambda: lab.step == 200, "step 200")
    lab.click("fork")
    lab.wait_until(lambda: "risk" in numbers(lab), "the second run")
    assert f"risk {lab.number('risk'):.3e}" in numbers(lab)
    assert lab.page.get_by_text("A · Training paths").count() == 1
    assert lab.page.get_by_text("B · Training paths").count() == 1
    assert figures(lab) == [2, 1]

    choose(lab, "scale")
    give(lab, "20")
    lab.wait_until(lambda: f"risk {lab.number('risk'):.3e}" not in numbers(lab), "another risk")
    lab.click("step")
    lab.wait_until(lambda: lab.step == 201, "step 201")

    lab.page.locator(".wf-arm-close button").click()
    lab.wait_until(lambda: arm(lab).count() == 0, "the bar to go")
    lab.wait_until(lambda: lab.page.get_by_text("B · Training paths").count() == 0, "its figures")
    assert lab.page.get_by_text("A · Training paths").count() == 0
    assert figures(lab) == [1, 1]
    lab.click("step")
    lab.wait_until(lambda: lab.step == 202, "step 202 of the first run alone")


@pytest.mark.thorough
def test_other_widths_start_side_by_side_at_step_0(lab):
    lab.open("play=1&steps=100&speed=100000&m=50&n_test=0")
    lab.wait_until(lambda: lab.step == 100, "step 100")
    lab.click("fork")
    lab.wait_until(lambda: "risk" in numbers(lab), "the second run")
    choose(lab, "neurons")
    give(lab, "5")
    lab.wait_until(lambda: lab.step == 0, "step 0")
    lab.wait_until(lambda: lab.page.get_by_text("All 5 particles").count() > 0, "5 particles")
    lab.click("fork")
    lab.wait_until(lambda: "risk" in numbers(lab, "c"), "the third run")
    choose(lab, "neurons", "c")
    give(lab, "10", "c")
    lab.wait_until(lambda: lab.page.get_by_text("All 10 particles").count() > 0, "10 particles")
    lab.click("play")
    lab.wait_until(lambda: lab.step == 100, "step 100 again")
    assert len({numbers(lab), numbers(lab, "c"), f"risk {lab.number('risk'):.3e}"}) == 3
