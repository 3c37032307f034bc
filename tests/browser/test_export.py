"""Every export is saved by clicking its button, and opened."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from app import theme
from core import Experiment, Simulation

ROOT = Path(__file__).parents[2]
KNOBS = {"m": 40, "n": 24, "n_test": 0, "data": "circles", "steps": 150}
QUERY = "&".join(f"{name}={value}" for name, value in KNOBS.items()) + "&speed=100000&play=1"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def saved(lab, tmp_path) -> Iterator[Callable[..., Path]]:
    """A function that exports something of a run of 150 steps and returns the file."""

    def save(name: str, figure: str | None = None) -> Path:
        form = lab.page.locator(".wf-export")
        if figure:
            form.locator("select").select_option(figure)
        with lab.page.expect_download(timeout=60_000) as download:
            form.locator(f".make-{name}").click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        lab.wait_until(lambda: "Saved" in form.locator(".told").inner_text(), "the note")
        return path

    yield save


def begin(lab: Any, query: str = "") -> None:
    lab.open(QUERY + query)
    lab.wait_until(lambda: lab.step == 150, "step 150")
    lab.page.locator(".wf-open-export button").click()
    lab.page.locator(".wf-export .make-png").wait_for(timeout=30_000)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.thorough
def test_figures_are_saved_as_they_are_seen(lab, saved, dark):
    begin(lab, "&theme=dark" if dark else "")
    paper = theme.palette(dark).paper
    for figure in ("paths", "predictor", "curves"):
        image = Image.open(saved("png", figure))
        assert image.format == "PNG" and image.width > 1200 and image.height > 600
        pixels = np.asarray(image.convert("RGB"), dtype=int)
        assert "#{:02x}{:02x}{:02x}".format(*pixels[2, 2]) == paper
        drawn = np.abs(pixels - pixels[2, 2]).max(axis=2) > 60
        assert 0.002 < drawn.mean() < 0.9 and drawn[120:].any()
        root = ElementTree.parse(saved("svg", figure)).getroot()
        assert root.tag == SVG + "svg" and root.find(SVG + "rect").get("fill") == paper
        words = [text.text for text in root.iter(SVG + "text")]
        assert words[0] == {"paths": "Training paths", "predictor": "Predictor"}.get(
            figure, "Risk and margin"
        )
        assert len(list(root.iter(SVG + "path"))) > 20
        if figure == "curves":  # the labels in TeX are drawings themselves
            assert any("svg" in (i.get("href") or "") for i in root.iter(SVG + "image"))
            assert {"train", "margin"} <= set(words)


def test_the_run_is_saved_and_goes_on_elsewhere(lab, saved):
    begin(lab)
    path = saved("npz")
    assert path.name == "wideflow-circles-m40-softmin-seed0-step150.npz"
    resumed, again = Simulation.from_file(path), Experiment(**KNOBS).simulation()
    assert (again.advance(150).particles == resumed.frame.particles).all()
    assert (again.advance(50).particles == resumed.advance(50).particles).all()

    with saved("csv").open() as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["step"] == "0" and float(rows[-1]["risk"]) < float(rows[0]["risk"])
    assert lab.number("step") == 150 and {"risk", "margin", "time"} <= set(rows[0])

    knobs = json.loads(saved("json").read_text())
    assert Experiment.from_dict(knobs).to_dict() == Experiment(**KNOBS, speed=1e5).to_dict()
    lab.page.keyboard.press("Escape")  # the button has been disabled meanwhile
    lab.wait_until(lambda: not lab.page.locator(".wf-export").is_visible(), "the end of it")


@pytest.mark.thorough
def test_the_script_of_a_run_changed_on_the_way_makes_it_again(lab):
    begin(lab)
    lab.page.locator("[aria-label=close]").last.click()
    lab.type("stepsize", "0.05")
    lab.click("step")
    lab.wait_until(lambda: lab.step == 151, "step 151")
    lab.page.locator(".wf-open-export button").click()
    lab.page.locator(".wf-export .make-python").click(timeout=30_000)
    text = lab.page.locator(".wf-export textarea")
    lab.wait_until(lambda: "import core" in text.input_value(), "the script")
    script = text.input_value()
    assert "(150, {'stepsize': 0.05})" in script
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert result.returncode == 0, result.stderr
    assert "step 151" in result.stdout and result.stdout.strip().endswith("True")


@pytest.mark.thorough
def test_an_animation_is_made_beside_the_run_and_can_be_cancelled(lab, saved):
    begin(lab)
    form = lab.page.locator(".wf-export")
    form.locator(".make-gif").click()
    lab.wait_until(lambda: form.locator("progress").evaluate("(e) => e.value > 0"), "progress")
    assert form.locator(".make-png").is_disabled()
    form.locator(".cancel").click()
    lab.wait_until(lambda: "cancelled" in form.locator(".told").inner_text(), "the note")
    with Image.open(saved("gif")) as picture:
        assert picture.format == "GIF" and picture.n_frames >= 60


@pytest.mark.thorough
def test_a_replay_plays_from_the_disk(lab, saved):
    begin(lab)
    path = saved("html")
    assert path.stat().st_size < 3e6
    page = lab._context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("request", lambda ask: None if "file:" in ask.url else failures.append(ask.url))
    page.goto(path.as_uri())
    told, pixels = page.locator("#told"), "(id) => document.getElementById(id).toDataURL()"
    assert told.inner_text().startswith("step 0 ")
    first = [page.evaluate(pixels, canvas) for canvas in ("space", "function")]
    page.locator("#play").click()
    page.wait_for_function(
        "document.getElementById('told').textContent.startsWith('step 150 ')", timeout=60_000
    )
    last = [page.evaluate(pixels, canvas) for canvas in ("space", "function")]
    assert all(one != other for one, other in zip(first, last, strict=True))
    page.wait_for_function("document.getElementById('play').textContent === 'Play'")
    page.locator("#scrub").fill("0")
    assert told.inner_text().startswith("step 0 ")
    assert [page.evaluate(pixels, canvas) for canvas in ("space", "function")] == first
    page.mouse.move(300, 400)
    page.mouse.down()
    page.mouse.move(360, 420, steps=4)
    page.mouse.up()
    assert page.evaluate(pixels, "space") != first[0]  # a drag turns it
    assert not failures
