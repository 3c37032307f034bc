"""What a replay holds, read back out of its page; tests/browser plays it."""

import base64
import json
import re

import numpy as np

from app.exports import EXPORTS
from app.exports.replay import FINEST


def content_of(page):
    return json.loads(re.search(r'id="run">(.*?)</script>', page, re.S)[1])


def numbers(text, kind):
    return np.frombuffer(base64.b64decode(text), kind)


def test_a_replay_holds_the_neurons_of_each_step(make_run, progress):
    run = make_run(300, m=40, init="gaussian")
    page = EXPORTS["html"]().make(run, progress).decode()
    held = content_of(page)
    space, steps = held["space"], held["steps"]
    assert steps[0] == 0 and steps[-1] == 300 and steps == sorted(steps)
    reach = np.array(space["reach"])
    places = numbers(space["places"], "<i2").reshape(len(steps), 40, 3) * reach / FINEST
    clouds = dict(zip(run.steps.tolist(), run.clouds, strict=True))
    clouds[300] = run.frame.particles
    bits = numbers(space["positive"], "u1").reshape(len(steps), -1)
    for frame, step in enumerate(steps):
        w = clouds[step].astype(float)
        a = np.abs(w[:, -1:]) * w[:, [1, 2, 0]]  # the constant's weight is drawn upwards
        assert np.abs(places[frame] - a).max() <= reach.max() / FINEST
        positive = np.unpackbits(bits[frame], bitorder="little")[:40] == 1
        assert (positive == (w[:, -1] > 0)).all()


def test_a_replay_of_a_large_run_is_one_small_file_without_outside_parts(make_run, progress):
    page = EXPORTS["html"]().make(make_run(600, m=2500, n=10), progress)
    assert len(page) < 3e6
    assert not re.search(rb"(https?:)?//[a-z]+\.|src=|href=|import ", page)
    assert "1,000 of 2,500 neurons" in content_of(page.decode())["note"]


def test_the_map_of_a_replay_is_the_predictor(make_run, progress):
    run = make_run(50)
    held = content_of(EXPORTS["html"]().make(run, progress).decode())["function"]
    rows, columns = held["shape"]
    x0, x1, y0, y1 = held["box"]
    values = numbers(held["values"], "u1").reshape(-1, rows, columns)[-1]
    x = x0 + (x1 - x0) * (np.arange(columns) + 0.5) / columns
    y = y0 + (y1 - y0) * (np.arange(rows) + 0.5) / rows
    inputs = np.array([[1.0, u, v] for v in y for u in x])
    f = run.setup.problem.predict(run.frame.particles, inputs).reshape(rows, columns)
    assert np.abs(values / 127 - 1 - np.tanh(f)).max() < 1 / 127


def test_a_title_cannot_end_the_script(make_run, progress):
    run = make_run(5)
    page = EXPORTS["html"]().make(run, progress).decode()
    assert "<" not in re.search(r'id="run">(.*?)</script>', page, re.S)[1]
