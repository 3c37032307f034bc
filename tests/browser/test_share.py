"""Links to a page: copied, opened elsewhere, with controls locked or hidden."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest


def share(lab):
    """Open the dialog; return its form."""
    lab.page.locator(".wf-open-share button").click()
    form = lab.page.locator(".wf-share")
    form.locator(".link").wait_for(timeout=30_000)
    return form


def query_of(form):
    return form.locator(".link").input_value().split("?")[1]


def control(lab, knob):
    return lab.page.locator(f".wf-control-{knob}")


@pytest.mark.thorough
def test_a_link_locks_and_hides_controls_for_others(lab, another_lab):
    lab.open("data=circles&m=33&n=12&n_test=0&figures=paths,curves")
    form = share(lab)
    form.locator("summary").click()
    for knob in ("m", "activation"):
        form.locator(f".knob-{knob} input[value=locked]").check()
    for knob in ("seed", "stepsize"):
        form.locator(f".knob-{knob} input[value=hidden]").check()
    form.locator(".play-it").check()
    query = query_of(form)
    asked = parse_qs(query)
    assert asked["lock"] == ["m,activation"] and asked["hide"] == ["stepsize,seed"]
    assert asked["play"] == ["1"] and asked["figures"] == ["paths,curves"]

    another_lab.open(query)
    another_lab.wait_until(lambda: another_lab.step > 0, "the run to play by itself")
    assert control(another_lab, "m").locator("input").first.is_disabled()
    assert control(another_lab, "m").locator("input").first.input_value() == "33"
    assert control(another_lab, "n").locator("input").first.is_enabled()
    activation = control(another_lab, "activation").locator("[role=combobox]")
    assert activation.get_attribute("aria-disabled") == "true"
    assert control(another_lab, "seed").count() == control(another_lab, "stepsize").count() == 0
    assert not another_lab.page.locator(".wf-seed button").is_visible()
    another_lab.type("n", "14")  # the address goes on telling what is locked
    another_lab.wait_until(lambda: "n=14" in another_lab.page.url, "n in the address")
    assert "lock=m" in another_lab.page.url and "hide=" in another_lab.page.url
    assert not another_lab.messages()


@pytest.mark.thorough
def test_a_name_that_is_no_control_is_told(lab):
    lab.open("m=20&n=12&lock=m,colour&hide=axis")
    told = " ".join(lab.messages())
    assert "lock='colour'" in told and "hide='axis'" in told and "activation" in told
    assert control(lab, "m").locator("input").first.is_disabled()


@pytest.mark.parametrize("allowed", [True, False])
@pytest.mark.thorough
def test_a_link_is_copied_or_marked_to_be_copied(lab, allowed):
    answer = "window.copied = text" if allowed else "throw new Error('refused')"
    lab.page.add_init_script(
        "Object.defineProperty(navigator, 'clipboard',"
        f" {{value: {{writeText: async (text) => {{ {answer} }}}}}})"
    )
    lab.open("m=20&n=12")
    form = share(lab)
    form.locator(".copy button").click()
    link = form.locator(".link").input_value()
    told = form.locator(".told")
    if allowed:
        lab.wait_until(lambda: told.inner_text() == "Copied.", "the note")
        assert lab.page.evaluate("window.copied") == link
    else:
        lab.wait_until(lambda: "marked" in told.inner_text(), "the note")
        ends = form.locator(".link").evaluate("(e) => [e.selectionStart, e.selectionEnd]")
        assert ends == [0, len(link)]


@pytest.mark.thorough
def test_theme_and_sidebar_are_in_the_link(lab, another_lab):
    lab.open("m=20&n=12")
    lab.page.locator("[aria-label='Toggle theme']").click()
    lab.page.locator("[aria-label='Close drawer']").click()
    lab.wait_until(
        lambda: "theme=dark" in lab.page.url and "sidebar=0" in lab.page.url, "the address"
    )
    another_lab.open(query_of(share(lab)))
    assert another_lab.page.locator("[aria-label='Open drawer']").is_visible()
    another_lab.wait_until(lambda: another_lab.page.locator(".mui-dark").count() > 0, "the dark")
    assert another_lab.label_colours() == lab.label_colours()
    assert not another_lab.messages()
