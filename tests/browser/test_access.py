"""Whoever cannot see the page, or has no mouse, can use it: checked by axe-core and by Tab."""

from __future__ import annotations

import pytest

axe = pytest.importorskip("axe_playwright_python.sync_playwright")


def complaints(page):
    """Return what axe-core finds serious or critical, each with the first place it is at."""
    found = axe.Axe().run(page).response["violations"]
    return [
        (v["impact"], v["id"], v["nodes"][0]["html"][:200])
        for v in found
        if v["impact"] in ("serious", "critical")
    ]


def is_clean(lab, what):
    """Wait until axe-core is content: names are given a moment after a part has come."""
    last = []

    def clean():
        last[:] = complaints(lab.page)
        return not last

    try:
        lab.wait_until(clean, what)
    except AssertionError:
        raise AssertionError(f"{what}: {last}") from None


@pytest.mark.parametrize(
    ("wide", "high"), [(1440, 900), pytest.param(390, 844, marks=pytest.mark.thorough)]
)
@pytest.mark.thorough
def test_axe_finds_nothing_serious_in_either_theme(lab, wide, high):
    lab.page.set_viewport_size({"width": wide, "height": high})
    lab.open("until=risk:0.1")
    if wide < 600:
        sidebar = lab.page.locator(".wf-control-data")
        lab.wait_until(lambda: not sidebar.is_visible(), "the controls to fold")
    is_clean(lab, "the page")
    lab.page.get_by_label("Toggle theme").click()
    is_clean(lab, "the dark page")
    lab.page.keyboard.press("?")
    lab.page.locator("dialog.wf-keys").wait_for()
    is_clean(lab, "the keys")
    lab.page.keyboard.press("Escape")
    lab.page.locator("dialog.wf-keys").wait_for(state="hidden")
    lab.page.keyboard.press("s")
    lab.page.locator("dialog.wf-scenes-drawer li").first.wait_for()
    is_clean(lab, "the scenes")


@pytest.mark.thorough
def test_every_control_is_reached_by_tab(lab):
    lab.open("until=risk:0.1")
    reached = set()
    classes = """() => {
      const names = []
      let el = document.activeElement
      while (el?.shadowRoot?.activeElement) el = el.shadowRoot.activeElement
      for (let at = el; at; at = at.parentNode ?? at.host)
        if (at.classList) names.push(...at.classList)
      return names
    }"""
    wanted = {
        f"wf-{name}"
        for name in ("play", "step", "reset", "seed", "speed", "until", "until-value", "scenes",
                     "present", "help", "full-paths", "full-curves", "figures", "control-data",
                     "control-m", "control-dynamics", "control-tau")
    }  # fmt: skip
    for _ in range(500):  # every control has a field, a slider and a help tip
        lab.page.keyboard.press("Tab")
        reached |= set(lab.page.evaluate(classes))
        if wanted <= reached:
            break
    assert wanted - reached == set()
