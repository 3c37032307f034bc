"""The gallery of all scenes as a page of Markdown: ``python -m app.lessons.contents``.

Writes assets/scenes/README.md from the files of the scenes and of the course.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.scenes import FOLDER, Chapter, Scene, chapters, scenes

#: The page.
PAGE = FOLDER / "README.md"

_HEAD = """# The scenes

Each opens at `/app?scene=<name>` of a running lab, the name being the one in grey. This page is
made from the files beside it: `python -m app.lessons.contents`.
"""


def contents() -> str:
    """Return the page: a table for each chapter, a row for each scene."""
    tables = (_table(number, chapter) for number, chapter in enumerate(chapters(), 1))
    return "\n".join([_HEAD, *tables])


def _table(number: int, chapter: Chapter) -> str:
    rows = (_row(scene) for scene in scenes() if scene.chapter == chapter.name)
    head = f"## {number} · {chapter.title}\n\n{chapter.sentence}\n\n|  | scene |\n| --- | --- |\n"
    return head + "".join(rows)


def _row(scene: Scene) -> str:
    cells = "<br>".join(_lines(scene)).replace("|", "\\|")
    return f"| ![]({scene.name}.svg) | {cells} |\n"


def _lines(scene: Scene) -> Iterator[str]:
    yield f"**{scene.title}** · [`{scene.name}`]({scene.name}.json)"
    yield scene.sentence
    yield f"<sub>{scene.source}</sub>"


if __name__ == "__main__":
    PAGE.write_text(contents(), encoding="utf-8")
