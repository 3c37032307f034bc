"""Imports run one way, and core stands alone."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import core

ROOT = Path(__file__).parents[2]

#: The packages and modules of core in their order: each may import those of earlier rows only.
LAYERS = [
    {"jit", "validation"},
    {"vectors"},
    {"exponential"},
    {"elementary"},
    {"activations", "losses", "measure", "runfile"},
    {"datasets", "initial", "features"},
    {"kernels"},
    {"penalties", "density", "compiling"},
    {"model"},
    {"problem", "population"},
    {"curvature", "tangent"},
    {"dynamics"},
    {"packing"},
    {"observables", "references", "frame", "knobs"},
    {"recorder", "query", "watch"},
    {"saved"},
    {"resume", "events"},
    {"exchange"},
    {"simulation"},
    {"experiment", "chunks"},
    {"studies"},
    {"scenes"},
    {"portraits"},
    {"cli"},
    {"__main__"},
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}

#: What the windows are made of; none of it is needed to compute.
INTERFACE = {"app", "panel", "panel_material_ui", "holoviews", "bokeh", "param", "pyviz_comms"}
MAY_USE_PARAM = {"experiment", "knobs", "query"}

SOURCES = sorted((ROOT / "core").rglob("*.py"))


def part(path):
    """The package or module of core that a file belongs to, "" for core/__init__.py."""
    inside = path.relative_to(ROOT / "core").with_suffix("").parts
    return inside[0] if inside != ("__init__",) else ""


def is_type_checking(node):
    return isinstance(node, ast.If) and ast.unparse(node.test) in (
        "TYPE_CHECKING", "typing.TYPE_CHECKING",
    )  # fmt: skip


def imported(tree):
    """Names of all modules a file imports when it runs, wherever in it."""
    waiting, names = [tree], []
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            names += [f"{node.module}.{alias.name}" for alias in node.names]
        kept = node.orelse if is_type_checking(node) else ast.iter_child_nodes(node)
        waiting += kept
    return names


def imports_of(path):
    return imported(ast.parse(path.read_text(encoding="utf-8")))


def test_the_walk_sees_every_kind_of_import():
    source = """
import a.b, c
from d import e
if TYPE_CHECKING:
    from hidden import x
else:
    import f
def function():
    from core.g import h
    try:
        import i
    except ImportError:
        pass
"""
    names = imported(ast.parse(source))
    assert sorted(names) == ["a.b", "c", "core.g.h", "d.e", "f", "i"]


def test_every_part_of_core_has_its_place():
    parts = {part(path) for path in SOURCES} - {""}
    assert parts <= set(RANK), "add the new part to LAYERS"
    assert {"activations", "losses", "kernels", "problem", "simulation", "experiment"} <= parts


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path):
    """Within one part, and from __init__, anything goes."""
    here = part(path)
    for name in imports_of(path):
        top, *rest = name.split(".")
        if top in INTERFACE:
            assert top == "param" and here in MAY_USE_PARAM, name
        if top == "core" and rest and here and rest[0] != here:
            assert RANK[rest[0]] < RANK[here], f"{here} imports {name}"


@pytest.mark.parametrize("path", sorted((ROOT / "app").rglob("*.py")), ids=lambda path: path.name)
def test_the_app_imports_core_and_nothing_of_the_tests(path):
    tops = {name.split(".")[0] for name in imports_of(path)}
    assert not tops & {"tests", "pytest", "hypothesis"}


def test_core_alone_loads_no_interface():
    """Run, not read: an import hidden in a dependency would show too."""
    code = (
        "import core, sys\n"
        "core.Experiment(n=5, n_test=0, m=4).simulation()\n"
        f"print(sorted(set(sys.modules) & {INTERFACE - {'param', 'pyviz_comms'}!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
    assert done.stderr == ""


def test_the_public_names():
    agreed = {"Problem", "Simulation", "GradientDescent", "SoftminAscent", "project_sphere",
              "Experiment", "Frame", "Recorder"}  # fmt: skip
    assert agreed <= set(core.__all__)
    assert all(hasattr(core, name) and getattr(core, name).__doc__ for name in core.__all__)
    arguments = list(inspect.signature(core.Problem).parameters)
    assert arguments[:6] == [
        "inputs", "targets", "activation", "loss", "scale", "weight_decay",
    ]  # fmt: skip
    arguments = list(inspect.signature(core.Simulation).parameters)
    assert arguments[:4] == ["problem", "dynamics", "particles", "seed"]
