"""Scene: a named starting point for a lesson, and what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.experiment import Experiment
from core.studies import Number, Study

#: What a picture may show: the particles' paths, the predictor over the inputs, or the study.
PICTURES = ("paths", "predictor", "study")


@dataclass(frozen=True)
class Chapter:
    """A chapter of the course: its name, title, and what it is about."""

    name: str
    title: str
    sentence: str


@dataclass(frozen=True)
class Bookmark:
    """A step worth a look, and what is to be seen there."""

    step: int
    text: str


@dataclass(frozen=True)
class Question:
    """A prediction to make before the run gives the answer.

    `answer` is the index of the right choice; `reveal` says what the run shows, and why.
    """

    ask: str
    choices: tuple[str, ...]
    answer: int
    reveal: str


@dataclass(frozen=True)
class Scene:
    """A starting point.

    Texts may hold LaTeX between dollars.

    Attributes
    ----------
    name : str
        Small letters, digits and hyphens.
    title, sentence : str
        For the drawer.
    knobs : dict
        Of `Experiment`; the others are at their defaults.
    lesson : str
        What it teaches, in at most `MOST_WORDS` words.
    formula : str
        LaTeX, without dollars.
    source : str
        Where it comes from: paper, figure.
    chapter : str
        Of the course.
    order : int
        Place in the course.
    page : dict of str
        What the address holds of the page beside the knobs: figures, their options, a goal, arms.
    look : tuple of str
        What to look at.
    bookmarks : tuple of Bookmark
    question : Question or None
    lecturer : str
        A note for whoever shows it.
    study : Study or None
        The runs that `numbers` are read off.
    numbers : tuple of Number
        What a reproduction must show.
    quick : Study or None
        The study at sizes of seconds.
    author_minutes : float or None
        What the author's script takes, as published.
    picture : str
        What the picture in the drawer shows, one of `PICTURES`.
    """

    name: str
    title: str
    sentence: str
    knobs: Mapping[str, Any]
    lesson: str
    source: str
    chapter: str
    order: int = 0
    formula: str = ""
    page: Mapping[str, str] = field(default_factory=dict)
    look: tuple[str, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()
    question: Question | None = None
    lecturer: str = ""
    study: Study | None = None
    quick: Study | None = None
    numbers: tuple[Number, ...] = ()
    author_minutes: float | None = None
    picture: str = PICTURES[0]

    def experiment(self) -> Experiment:
        """Return the experiment it starts from."""
        return Experiment(**self.knobs)
