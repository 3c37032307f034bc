"""A lesson from its address to a verdict, and every scene of the course once."""

from __future__ import annotations

import pytest

from app.lessons.effort import effort
from core.scenes import scenes

ALL = scenes()
#: The scene that the usual run goes through: that which is measured soonest.
SCENE = min(
    (scene for scene in ALL if scene.question and scene.bookmarks and scene.numbers),
    key=lambda scene: effort(scene.quick.cells()),
)


def words(lab, part):
    return lab.page.locator(part).first.inner_text()


def test_a_lesson_from_its_address_to_a_verdict_and_on(lab):
    lab.open(f"scene={SCENE.name}")
    page = lab.page
    card = page.locator("article.lesson")
    lab.wait_until(lambda: card.locator("h2").is_visible(), "the lesson")
    assert lab.step == 0 and not lab.playing  # it asks first
    assert page.locator("article.lesson svg").count() > 0  # LaTeX

    right = SCENE.question.answer
    card.locator(f".choice-{right} input").check()
    lab.wait_until(lambda: lab.step > 0, "the run")
    lab.wait_until(lambda: f"scene={SCENE.name}" in page.url, "the address")
    card.locator("button.reveal").click()
    lab.wait_until(lambda: "Right." in words(lab, ".reveal-text"), "the answer")

    lab.click("play")
    lab.wait_until(lambda: not lab.playing, "the pause")
    card.locator(".bookmark-0").click()
    lab.wait_until(lambda: lab.step == SCENE.bookmarks[0].step, "the bookmark")

    page.locator(".measure-quick").click()
    lab.wait_until(lambda: "Measured at quick" in words(lab, ".measure .told"), "the numbers")
    assert page.locator(".verdict.holds, .verdict.differs").count() == sum(
        number.quick for number in SCENE.numbers
    )
    assert page.locator(".wf-view-study canvas").first.is_visible()

    lab.type("m", "23")
    lab.wait_until(lambda: "23" in words(lab, ".changed"), "what has changed")
    card.locator("button.back").click()
    lab.wait_until(lambda: not card.locator(".changed").is_visible(), "the scene again")
    page.keyboard.press("l")
    lab.wait_until(lambda: not card.locator(".body").is_visible(), "the fold")
    page.keyboard.press("l")
    here = ALL.index(SCENE)
    page.keyboard.press("PageDown" if here + 1 < len(ALL) else "PageUp")
    other = ALL[here + 1] if here + 1 < len(ALL) else ALL[here - 1]
    lab.wait_until(lambda: f"scene={other.name}" in page.url, "another scene")


@pytest.mark.thorough
def test_the_drawer_opens_a_scene_of_its_chapter_and_marks_it(lab):
    lab.open("m=33")
    lab.page.locator(".wf-scenes button").click()
    drawer = lab.page.locator("dialog.wf-scenes-drawer")
    lab.wait_until(lambda: drawer.locator("li").count() == len(ALL), "the scenes")
    pictures = "els => els.every(el => el.complete && el.naturalWidth > 0)"
    lab.wait_until(lambda: drawer.locator("img").evaluate_all(pictures), "the pictures")
    drawer.locator(f".wf-scene-{SCENE.name}").click()
    lab.wait_until(lambda: f"scene={SCENE.name}" in lab.page.url, "the scene")
    assert not drawer.is_visible()
    lab.page.keyboard.press("s")
    marked = drawer.locator("[aria-current]")
    lab.wait_until(lambda: SCENE.name in (marked.get_attribute("class") or ""), "the mark")


@pytest.mark.thorough
def test_a_reload_keeps_the_lesson_and_its_changes(lab):
    lab.open(f"scene={SCENE.name}&m=21")
    lab.wait_until(lambda: "21" in words(lab, ".changed"), "what has changed")
    lab.page.reload()
    lab.wait_until(lambda: lab.complete and "21" in words(lab, ".changed"), "the same", seconds=90)
    lab.page.locator("article.lesson button.close").click()
    lab.wait_until(lambda: "scene=" not in lab.page.url, "the address without it")


@pytest.mark.thorough
def test_an_unknown_scene_is_named_with_those_there_are(lab):
    lab.open("scene=moon")
    said = " ".join(lab.messages())
    assert "scene='moon'" in said and SCENE.name in said


@pytest.mark.thorough
@pytest.mark.parametrize("size", [(1440, 900), (1024, 768), (390, 844)])
def test_the_lesson_stays_within_the_window_and_moves_no_figure(lab, size):
    lab.page.set_viewport_size({"width": size[0], "height": size[1]})
    lab.open(f"scene={SCENE.name}")
    lab.page.locator("article.lesson h2").wait_for()
    lab.page.wait_for_timeout(1500)  # the controls fold where it is narrow

    def places():
        figure = lab.page.locator(".wf-view:visible canvas").first
        return figure.bounding_box(), lab.page.locator(".wf-lesson").first.bounding_box()

    before = places()
    assert before[1]["x"] >= 0 and before[1]["x"] + before[1]["width"] <= size[0] + 1
    assert before[0]["width"] > 150
    lab.click("play")
    lab.wait_until(lambda: lab.step > 5, "the run")
    assert places() == before


@pytest.mark.thorough
def test_axe_finds_nothing_serious_in_a_lesson_in_either_theme(lab):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()

    def serious():
        found = axe.run(lab.page).response["violations"]
        return [v["id"] for v in found if v["impact"] in ("serious", "critical")]

    lab.open(f"scene={SCENE.name}&m=21")
    lab.wait_until(lambda: "21" in words(lab, ".changed"), "what has changed")
    lab.page.locator("article.lesson button.reveal").click()
    lab.wait_until(lambda: not serious(), "a lesson without a complaint")
    lab.page.get_by_label("Toggle theme").click()
    lab.wait_until(lambda: not serious(), "a dark one")


@pytest.mark.thorough
@pytest.mark.parametrize("scene", ALL, ids=lambda scene: scene.name)
def test_every_scene_opens_and_plays(lab, scene):
    lab.open(f"scene={scene.name}&play=1")
    lab.wait_until(lambda: lab.step > 0, "the step to move", seconds=90)
    shown = lab.page.locator("article.lesson h2").inner_text()
    assert shown and not lab.messages()
    assert lab.page.locator(".wf-view canvas").count() > 0
