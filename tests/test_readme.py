"""The README's Python runs, and its pictures and commands are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text()


def test_python_examples_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # one of them saves a run
    blocks = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})


def test_pictures_and_links_exist():
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        assert (ROOT / target).is_file(), target


def test_one_command_serves_and_one_tests():
    commands = re.findall(r"^python3 -m venv .*$", TEXT, flags=re.MULTILINE)
    assert [command.split()[-1] for command in commands] == ["--show", "pytest"]
