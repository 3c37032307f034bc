"""The user's own data in the page: drawn in the predictor, uploaded, downloaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.data_files import DataFiles
from app.drawing import Drawing
from app.gallery import Gallery
from app.player import Player
from app.views.points import PointsView
from core.experiment import Experiment, Setup


class OwnData:
    """Pencil and files of a page.

    Parameters
    ----------
    experiment : Experiment
    gallery : Gallery
    player : Player
    restart, say, settled, may : callable
        As `Drawing` takes them.

    Attributes
    ----------
    drawing : Drawing
    files : DataFiles
    """

    def __init__(
        self,
        experiment: Experiment,
        gallery: Gallery,
        player: Player,
        restart: Callable[[], Any],
        say: Callable[..., Any],
        settled: Callable[[], Any],
        may: Callable[[str], bool] = lambda knob: True,
    ) -> None:
        view = gallery.views["predictor"]
        assert isinstance(view, PointsView)
        self.drawing = Drawing(experiment, view, player, restart, say, settled, may)
        self.files = DataFiles(experiment, restart, say, may)

    def join(self, groups: Mapping[str, Any]) -> None:
        """Stand with the controls of the data, where there are any."""
        if "Data" in groups:
            groups["Data"].append(self.files.panel)

    def show(self, setup: Setup) -> None:
        """Take note of what runs now, or of a new figure of it. Under the document lock."""
        self.drawing.show(setup)
        self.files.show(setup)
