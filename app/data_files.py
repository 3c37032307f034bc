"""Training data as a file: upload the user's own, download what runs."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from typing import Any

import panel as pn
import panel_material_ui as pmui

from core.datasets import POINTS, Dataset, from_text, points_csv, points_text
from core.experiment import Experiment, Setup
from core.experiment.points import MOST_CHARACTERS

#: Bytes of a file that is looked into: one of so many holds more points than are allowed.
MOST_BYTES = 2_000_000
#: Numbers that the page hands out.
MOST_NUMBERS = 500_000

_TOPIC = "upload"


class DataFiles:
    """Two buttons, CSS classes wf-upload and wf-download-data.

    Parameters
    ----------
    experiment : Experiment
        Its knobs `data` and `points` take an uploaded file.
    restart : callable
        Starts the run from step 0.
    say : callable
        ``say(text, severity, topic)`` shows a message.
    may : callable
        Tells of a knob whether a visitor may change it.

    Attributes
    ----------
    panel : panel.viewable.Viewable
    """

    def __init__(
        self,
        experiment: Experiment,
        restart: Callable[[], Any],
        say: Callable[..., Any],
        may: Callable[[str], bool] = lambda knob: True,
    ) -> None:
        self._experiment, self._restart, self._say = experiment, restart, say
        self._dataset: Dataset | None = None
        shared: dict[str, Any] = {
            "size": "small",
            "sizing_mode": "stretch_width",
            "margin": (4, 5),
        }
        self._upload = pmui.FileInput(
            label="Upload", uploaded_label="Upload", accept=".csv,.txt,.tsv,.json",
            css_classes=["wf-upload"], **shared,
        )  # fmt: skip
        self._download = pmui.FileDownload(
            label="Download", filename="wideflow-data.csv", callback=self._file, disabled=True,
            css_classes=["wf-download-data"], **shared,
        )  # fmt: skip
        self._upload.disabled = not (may("data") and may("points"))
        for button in (self._upload, self._download):
            button.variant = "outlined"  # a download warns where it is given it from the start
        self._upload.param.watch(self._uploaded, "value")
        self.panel = pn.Row(
            self._upload, self._download, sizing_mode="stretch_width", margin=(2, 5, 6, 5)
        )

    def show(self, setup: Setup) -> None:
        """Take note of what runs."""
        self._dataset = setup.dataset
        numbers = setup.dataset.inputs.size
        few = numbers <= MOST_NUMBERS
        self._download.disabled = not few
        self._download.description = (
            "The training data as CSV"
            if few
            else f"These data have {numbers:,} numbers, more than the {MOST_NUMBERS:,} of a "
            "download; core.Experiment(...).dataset() gives them in Python"
        )

    async def _file(self) -> io.StringIO:
        assert self._dataset is not None  # the button is disabled before
        return io.StringIO(await asyncio.to_thread(points_csv, self._dataset))

    async def _uploaded(self, event: Any) -> None:
        content, name = event.new, self._upload.filename
        if content is None:
            return
        self._upload.clear()  # so that the same file may come again
        labels = self._experiment.needs_labels
        try:
            text, summary = await asyncio.to_thread(read_points, content, labels)
        except ValueError as error:
            self._say(f"{name} was not taken: {error}. The data before stay.", "error", _TOPIC)
            return
        self._experiment.param.update(data=POINTS.name, points=text)
        if self._experiment.data == POINTS.name and self._experiment.points == text:
            self._restart()
            self._say(f"{name}: {summary}. The run starts from step 0.", "success", _TOPIC)


def read_points(content: bytes, labels: bool) -> tuple[str, str]:
    """Return the knob `points` for the content of a file, and what is in it in a few words.

    Parameters
    ----------
    content : bytes
        CSV or JSON.
    labels : bool
        Whether targets must be labels.

    Raises
    ------
    ValueError
        Saying which line or value cannot be, or that there are too many, and what to do.
    """
    if len(content) > MOST_BYTES:
        raise ValueError(_too_many(f"the file has {len(content):,} bytes"))
    dataset = from_text(content, bias=False, labels=labels)
    text = points_text(dataset)
    if len(text) > MOST_CHARACTERS:
        n = len(dataset.targets)
        raise ValueError(_too_many(f"its {n:,} points take {len(text):,} characters"))
    kind = "labels ±1" if dataset.labels else "real targets"
    n, d = dataset.inputs.shape
    return text, f"{n} points of {d} coordinate{'s' * (d > 1)}, {kind}"


def _too_many(what: str) -> str:
    return (
        f"{what}, and the address of the page holds {MOST_CHARACTERS:,}; give fewer points or "
        "fewer digits, or load it in Python with core.datasets.from_csv"
    )
