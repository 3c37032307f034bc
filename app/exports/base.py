"""What a format of export is, and what it is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from app.diary import Change
from core import Frame
from core.experiment import Setup

EXPORTS: dict[str, type[Export]] = {}


class CancelledError(Exception):
    """The user wants it no longer."""


class Progress:
    """How far an export is, and whether it is still wanted. Set in one thread, read in another.

    Attributes
    ----------
    share : float
        0 at the start, 1 when done.
    cancelled : bool
    """

    def __init__(self) -> None:
        self.share = 0.0
        self.cancelled = False

    def __call__(self, share: float) -> None:
        """Take note; raise `CancelledError` if the user has cancelled."""
        if self.cancelled:
            raise CancelledError
        self.share = share


@dataclass(frozen=True)
class Run:
    """A run between two steps, as an export takes it.

    Attributes
    ----------
    knobs : mapping
        Those of now.
    beginning : mapping or None
        Those the run began with at step 0; None if it did not begin here.
    changes : sequence of Change
        What was changed on the way.
    setup : Setup
    views : mapping of str to View
        The page's figures: that of the paths chooses the coordinates.
    dark : bool
        Whether the page is dark.
    frame : Frame
    scalars : mapping of str to ndarray
        The history of scalars.
    steps : ndarray, shape (k,)
    clouds : list of ndarray
        The particles recorded at these steps.
    """

    knobs: Mapping[str, Any]
    beginning: Mapping[str, Any] | None
    changes: Sequence[Change]
    setup: Setup
    views: Mapping[str, Any]
    dark: bool
    frame: Frame
    scalars: Mapping[str, np.ndarray]
    steps: np.ndarray
    clouds: list[np.ndarray]

    @property
    def name(self) -> str:
        """The stem of the name of a file about it."""
        return file_stem(self.knobs, self.frame.step)


def file_stem(knobs: Mapping[str, Any], step: int) -> str:
    """Return what tells a run at a step from others, for the name of a file."""
    data, m, kind, seed = (knobs[name] for name in ("data", "m", "dynamics", "seed"))
    return f"wideflow-{data}-m{m}-{kind}-seed{seed}-step{step}"


class Export:
    """A format. A subclass sets the attributes, writes `make`, and is registered by being defined.

    Attributes
    ----------
    name : str
        Its key, and part of the CSS class wf-export-<name>.
    label, doc : str
        Words on the button, and the sentence beside it.
    group : str
        Heading it stands under.
    extension, mime : str
        Of the file.
    in_browser : bool
        Whether the browser makes it, of a figure.
    shown : bool
        Whether it is a text to be shown and copied, not a file.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    doc: ClassVar[str]
    group: ClassVar[str]
    extension: ClassVar[str]
    mime: ClassVar[str]
    order: ClassVar[int] = 0
    in_browser: ClassVar[bool] = False
    shown: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "name" in cls.__dict__:
            EXPORTS[cls.name] = cls

    def seize(self, run: Run) -> Any:
        """Return what `make` needs, taken while the run stands still. Worker thread; short."""
        return run

    def make(self, taken: Any, progress: Progress) -> bytes:
        """Return the file. Worker thread, beside the run; calls `progress` often.

        Raises
        ------
        CancelledError
            Out of `progress`.
        ValueError
            If this run cannot be exported so: says why and what to do.
        """
        raise NotImplementedError
