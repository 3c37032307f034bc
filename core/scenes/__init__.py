"""Scenes: named starting points for a lesson, one JSON file each in assets/scenes."""

from core.scenes.files import COURSE, FOLDER, MOST_WORDS, chapters, read_scene, scenes
from core.scenes.scene import PICTURES, Bookmark, Chapter, Question, Scene

__all__ = [
    "COURSE",
    "FOLDER",
    "MOST_WORDS",
    "PICTURES",
    "Bookmark",
    "Chapter",
    "Question",
    "Scene",
    "chapters",
    "read_scene",
    "scenes",
]
