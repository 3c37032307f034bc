"""The page of all scenes is that of the files there are."""

from __future__ import annotations

import re

from app.lessons.contents import PAGE, contents
from core.scenes import FOLDER, chapters


def test_the_page_is_up_to_date():
    text = PAGE.read_text(encoding="utf-8")
    assert text == contents(), "run python -m app.lessons.contents"


def test_it_has_every_scene_once_and_every_chapter_with_pictures_that_are_there():
    text = contents()
    files = sorted(path.name for path in FOLDER.glob("*.json"))
    assert sorted(re.findall(r"\]\((\S+\.json)\)", text)) == files
    pictures = re.findall(r"!\[\]\((\S+\.svg)\)", text)
    assert len(pictures) == len(files) and all((FOLDER / name).is_file() for name in pictures)
    assert re.findall(r"^## \d · (.*)$", text, re.MULTILINE) == [one.title for one in chapters()]


def test_a_row_has_two_cells():
    rows = [line for line in contents().splitlines() if line.startswith("| ![]")]
    assert rows and all(len(re.findall(r"(?<!\\)\|", row)) == 3 for row in rows)
