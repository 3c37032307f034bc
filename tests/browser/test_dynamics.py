"""Dynamics exchanged while the run goes on, own points, and what does not go together."""

from __future__ import annotations

import pytest

from core.dynamics import DYNAMICS


def choose(lab, knob: str, label: str) -> None:
    """Pick an entry of a select, as a person does: open it, click the entry."""
    lab.page.locator(f".wf-control-{knob} [role=combobox]").click()
    lab.page.get_by_role("menuitem", name=label, exact=True).click()


@pytest.mark.thorough
def test_every_dynamics_takes_up_the_run_of_the_one_before(lab):
    lab.open("n=20&m=30&n_test=0&dynamics=gradient&stepsize=0.1")
    for count, entry in enumerate(list(DYNAMICS.values())[1:], start=1):
        choose(lab, "dynamics", entry.label)
        lab.wait_until(lambda name=entry.name: f"dynamics={name}" in lab.page.url, entry.name)
        lab.click("step")
        # The step goes on from there: nothing was restarted.
        lab.wait_until(lambda count=count: lab.step == count, f"a step of {entry.name}", seconds=60)
    assert lab.messages() == []


@pytest.mark.thorough
def test_settings_of_a_dynamics_show_only_with_it(lab):
    lab.open("n=20&m=30&n_test=0&dynamics=gradient&stepsize=0.1")
    control = lab.page.locator(".wf-control-temperature")
    assert not control.is_visible()
    choose(lab, "dynamics", DYNAMICS["langevin"].label)
    lab.wait_until(control.is_visible, "the temperature")
    lab.type("temperature", "0.5")
    lab.wait_until(lambda: "temperature=0.5" in lab.page.url, "the temperature in the address")


@pytest.mark.thorough
def test_an_automatic_stepsize_says_what_it_chose(lab):
    lab.open("n=20&m=30&dynamics=gradient&loss=square&schedule=auto")
    lab.wait_until(lambda: any("1/λ_max" in text for text in lab.messages()), "the remark")
    assert not lab.page.locator(".wf-control-stepsize").is_visible()


@pytest.mark.thorough
def test_a_dynamics_that_does_not_apply_is_refused_with_a_reason(lab):
    lab.open("n=20&m=30&activation=tanh&dynamics=gradient")
    choose(lab, "dynamics", DYNAMICS["conic"].label)
    lab.wait_until(lambda: any("leaky_relu" in text for text in lab.messages()), "the reason")
    lab.click("step")
    lab.wait_until(lambda: lab.step == 1, "a step of the run before")


@pytest.mark.thorough
def test_own_points_are_learned_and_bad_ones_named(lab):
    lab.open("data=points&m=50&dynamics=gradient&loss=square&stepsize=0.5&speed=100000")
    area = lab.page.locator(".wf-control-points textarea").first
    area.fill("0, 1, 1\n1, 0, -1\n1, 1, oops")
    area.press("Tab")
    lab.wait_until(lambda: any("oops" in text for text in lab.messages()), "the reason")
    area.fill("0, 1, 1\n1, 0, -1\n1, 1, 1")
    area.press("Tab")
    lab.wait_until(lambda: lab.step == 0 and "accuracy" in lab.readout, "the new points")
    lab.click("play")
    # Until the kernel is there, the readout says what it waits for.
    lab.wait_until(
        lambda: "risk" in lab.readout and lab.number("risk") < 1e-3, "the points learned"
    )
