"""Own data drawn with the real mouse, uploaded and downloaded."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from core.datasets import from_csv, from_text

#: Small and plain, so that a step costs nothing; the figure of the points alone.
QUERY = "m=50&n=12&n_test=0&speed=60&figures=predictor,curves"


class Desk:
    """A page whose predictor is drawn on."""

    def __init__(self, lab) -> None:
        self.lab = lab
        self.mouse = lab.page.mouse

    def open(self, query: str = QUERY) -> Desk:
        self.lab.open(query)
        self.lab.click("draw")
        self.lab.wait_until(lambda: self.count > 0 and len(self.points) == self.count, "the tools")
        return self

    @property
    def count(self) -> int:
        return int(self.lab.page.locator(".wf-draw-count").inner_text().split()[0])

    @property
    def points(self) -> list[list[float]]:
        """As the address holds them; none before it does."""
        query = parse_qs(urlsplit(self.lab.page.url).query)
        return json.loads(query.get("points", ["[]"])[0])

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where the page paints a point of the predictor's plane."""
        return self.lab.page.evaluate(
            """([x, y]) => {
              const walk = (view) => [view, ...[...(view.child_views ?? [])].flatMap(walk)]
              for (const root of Bokeh.index.roots) for (const view of walk(root)) {
                const bars = view.model.type == "Figure" && view.model.right
                if (bars && bars.some((part) => part.type == "ColorBar")) {
                  const {left, top} = view.canvas_view.el.getBoundingClientRect()
                  const {x_scale, y_scale} = view.frame
                  return [left + x_scale.compute(x), top + y_scale.compute(y)]
                }
              }
            }""",
            [x, y],
        )

    def click(self, x: float, y: float) -> None:
        self.mouse.click(*self.place(x, y))

    def wait_for(self, count: int) -> None:
        self.lab.wait_until(
            lambda: self.count == count and len(self.points) == count, f"{count} points"
        )

    def choose(self, tool: str) -> None:
        self.lab.page.locator(".wf-draw-tool button", has_text=tool).click()
        self.lab.page.locator(".wf-draw-tool button[aria-pressed=true]", has_text=tool).wait_for()


@pytest.fixture
def desk(lab) -> Desk:
    return Desk(lab)


@pytest.mark.thorough
def test_clicks_add_relabel_and_erase_while_the_run_goes_on(desk):
    lab = desk.open(QUERY + "&play=1").lab
    assert "data=points" in lab.page.url
    lab.wait_until(lambda: "12 training points" in "".join(lab.messages()), "what has happened")
    lab.wait_until(lambda: (lab.step or 0) > 20, "the run")
    desk.click(0.013, 0.021)
    desk.wait_for(13)
    assert lab.step > 20  # it goes on
    x, y, label = desk.points[-1]
    assert (x, y) == pytest.approx((0.013, 0.021), abs=0.01) and label == 1
    desk.choose("−1")
    desk.click(x, y)
    lab.wait_until(lambda: desk.points[-1] == [x, y, -1], "the other label")
    desk.choose("erase")
    desk.click(x, y)
    desk.wait_for(12)
    step = lab.step
    lab.wait_until(lambda: lab.step > step + 20, "further steps")


def test_a_point_dragged_during_a_run_acts_on_it_live(desk):
    """With stepsize 0 the particles stand, so that the risk tells of the points alone."""
    lab = desk.open(QUERY + "&play=1&stepsize=0").lab
    lab.wait_until(lambda: (lab.step or 0) > 20, "the run")
    (x, y, label), *others = desk.points
    step, risk = lab.step, lab.number("risk")
    desk.mouse.move(*desk.place(x, y))
    desk.mouse.down()
    for share in (0.2, 0.4, 0.6, 0.8, 1.0):
        desk.mouse.move(*desk.place(x + 0.1 * share, y + 0.2 * share))
        lab.page.wait_for_timeout(60)  # as a hand moves
    lab.wait_until(lambda: lab.number("risk") != risk, "another risk on the way")
    lab.wait_until(lambda: lab.step > step, "further steps on the way")
    assert desk.points[0] == [x, y, label]  # the address waits for the end
    desk.mouse.up()
    lab.wait_until(lambda: desk.points[0] != [x, y, label], "the address")
    moved, *rest = desk.points
    assert moved == [pytest.approx(x + 0.1, abs=0.02), pytest.approx(y + 0.2, abs=0.02), label]
    assert rest == others
    lab.page.keyboard.press("Control+z")
    lab.wait_until(lambda: desk.points == [[x, y, label], *others], "undo")
    lab.wait_until(lambda: lab.number("risk") == risk, "the risk before")
    lab.page.keyboard.press("Control+Shift+Z")
    lab.wait_until(lambda: desk.points == [moved, *others], "redo")
    lab.wait_until(lambda: lab.step > step + 20, "further steps")


@pytest.mark.thorough
def test_from_an_empty_plane_the_first_point_starts_a_run(desk):
    lab = desk.open().lab
    lab.click("step")
    lab.wait_until(lambda: lab.step == 1, "step 1")
    lab.click("draw-clear")
    lab.wait_until(lambda: desk.count == 0, "an empty plane")
    desk.click(0.1, 0.1)
    desk.wait_for(1)
    lab.wait_until(lambda: lab.step == 0, "a new run")
    desk.choose("−1")
    desk.click(-0.2, -0.1)
    desk.wait_for(2)
    assert [label for *_, label in desk.points] == [1, -1]
    lab.page.locator(".wf-draw-undo button").click()
    lab.page.locator(".wf-draw-undo button").click()
    lab.wait_until(lambda: desk.count == 0, "undone")
    lab.page.locator(".wf-draw-undo button").click()
    desk.wait_for(12)


@pytest.mark.thorough
def test_more_than_two_coordinates_cannot_be_drawn_and_it_says_why(lab):
    lab.open("d=5&m=20&n=10&n_test=0&figures=predictor")
    assert lab.page.locator(".wf-draw button").is_disabled()


def upload(lab, name: str, text: str) -> None:
    lab.page.locator(".wf-upload input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    )


@pytest.mark.thorough
def test_a_file_goes_up_and_comes_down_the_same(lab, tmp_path):
    lab.open(QUERY)
    text = "x1,x2,y\n0.123456789,-1.5,1\n2,0.25,-1\n1e-7,3,1\n"
    upload(lab, "mine.csv", text)
    lab.wait_until(lambda: any("mine.csv: 3 points" in m for m in lab.messages()), "the news")
    lab.wait_until(lambda: "data=points" in lab.page.url, "the address")
    with lab.page.expect_download() as download:
        lab.page.locator(".wf-download-data button").click()
    download.value.save_as(tmp_path / "down.csv")
    down, sent = from_csv(tmp_path / "down.csv"), from_text(text)
    assert down.inputs.tobytes() == sent.inputs.tobytes()
    assert down.targets.tobytes() == sent.targets.tobytes()
    before = lab.page.url
    upload(lab, "bad.csv", "1,2,1\n3,oops,-1\n")
    lab.wait_until(lambda: any("line 2, column 2" in m for m in lab.messages()), "the reason")
    assert lab.page.url == before
