"""The camera: a rotation, the same in Python and in the browser's script."""

import json
import shutil
import subprocess

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.views.camera import HOME, project
from app.views.plot import ASSETS

angles = st.floats(-10.0, 10.0)


@given(angles, angles)
def test_projection_is_a_rotation(azimuth, elevation):
    axes = project(np.eye(3), azimuth, elevation)
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(axes) == pytest.approx(1.0)


def test_the_vertical_axis_is_upright_and_the_eye_looks_at_the_origin():
    right, up, _ = project([0.0, 0.0, 1.0], 0.7, 0.3)
    assert right == 0.0
    assert up > 0.0
    eye = [np.cos(0.7) * np.cos(0.3), np.sin(0.7) * np.cos(0.3), np.sin(0.3)]
    np.testing.assert_allclose(project(eye, 0.7, 0.3), [0.0, 0.0, 1.0], atol=1e-12)


def in_the_browser(points: np.ndarray, wanted: str, look: dict, radius: float = 2.0) -> np.ndarray:
    """Run assets/camera.js in Node on the columns of a source."""
    columns = {axis: points[:, i].tolist() for i, axis in enumerate("xyz")}
    columns["size"] = [5.0] * len(points)
    script = (
        f"const columns = {json.dumps(columns)};"
        f"const source = {{tags: {json.dumps(HOME)}, get: (name) => columns[name]}};"
        f"const run = function (limits, wanted, look) {{{(ASSETS / 'camera.js').read_text()}}};"
        f"const out = run.call(source, {{data: {{y: [0, {radius}]}}}}, '{wanted}',"
        f" {json.dumps(look)});"
        "console.log(JSON.stringify([...out].map((v) => Number.isNaN(v) ? null : v)))"
    )
    done = subprocess.run(
        ["node", "-e", script], capture_output=True, text=True, check=True, timeout=60
    )
    return np.array(json.loads(done.stdout), dtype=float)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
def test_the_script_of_the_browser_agrees():
    points = np.random.default_rng(0).uniform(-1.0, 1.0, (30, 3))
    x, y, depth = project(points).T
    np.testing.assert_allclose(in_the_browser(points, "x", {}), x, atol=1e-6)
    np.testing.assert_allclose(in_the_browser(points, "y", {}), y, atol=1e-6)
    np.testing.assert_allclose(in_the_browser(points, "y", {"unit": True}), 2 * y, atol=1e-6)
    behind = in_the_browser(points, "x", {"side": 1})
    np.testing.assert_array_equal(np.isnan(behind), depth < 0)
    alpha = in_the_browser(points, "alpha", {"near": 1.0, "far": 0.2, "hard": True})
    np.testing.assert_allclose(alpha, np.where(depth >= 0, 1.0, 0.2), atol=1e-6)
    size = in_the_browser(points, "size", {"size": "size"})
    assert (np.diff(size[np.argsort(depth)]) >= -1e-6).all()
