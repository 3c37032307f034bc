"""Training data as files: what is refused and why, and that nothing is lost on the way."""

import asyncio
from typing import Any

import numpy as np
import pytest

from app.data_files import MOST_BYTES, MOST_NUMBERS, DataFiles
from core import Experiment
from core.datasets import from_csv, from_text, points_csv

GOOD = b"x1;x2;label\n0.5; 1.25; 1\n-3; 0.1; 0\n"


class Desk:
    """The files of a page, and what a user has heard."""

    def __init__(self, **knobs: Any) -> None:
        self.experiment = Experiment(n_test=0, **knobs)
        self.said: list[tuple[str, str]] = []
        self.restarts = 0
        self.files = DataFiles(
            self.experiment, self.restart, lambda text, kind, topic: self.said.append((text, kind))
        )

    def restart(self) -> None:
        self.restarts += 1

    def upload(self, content: bytes, name: str = "mine.csv") -> tuple[str, str]:
        async def scene() -> None:
            await self.files._uploaded(type("Event", (), {"new": content}))

        self.files._upload.filename = name
        asyncio.run(scene())
        return self.said[-1]

    def download(self) -> str:
        self.files.show(self.experiment.setup())
        return asyncio.run(self.files._file()).read()


def test_an_uploaded_file_becomes_the_data_and_starts_a_run():
    desk = Desk()
    text, kind = desk.upload(GOOD)
    assert kind == "success" and "mine.csv: 2 points of 2 coordinates, labels ±1" in text
    assert (desk.experiment.data, desk.experiment.points) == (
        "points",
        "[[0.5,1.25,1],[-3,0.1,-1]]",
    )
    assert desk.restarts == 1


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        (b"1,2,1\n3,oops,-1\n", ["line 2, column 2", "'oops' is no number"]),
        (b"1,2,1\n3,-1\n", ["line 2 has 2 columns, the first one 3"]),
        (b"1,2,1\n3,inf,-1\n", ["line 2, column 2", "not finite"]),
        (b"1,2,7\n3,4,8\n", ["targets holds 7, 8", "labels must be"]),
        (b"[[1,2,1],[3,null,1]]", ["points[1][1] is null"]),
        (b"", ["holds no points"]),
        (b"\xff\xfe1,2,1\n", ["not UTF-8"]),
        (b"0.123456789,0.5,1\n" * 2000, ["2,000 points", "20,000", "fewer"]),
        (b"1,1\n" * (MOST_BYTES // 4 + 1), [f"{MOST_BYTES + 4:,} bytes", "fewer points"]),
    ],
)
def test_a_bad_file_is_named_with_what_is_wrong_and_replaces_nothing(content, parts):
    desk = Desk()
    before = desk.experiment.to_dict()
    text, kind = desk.upload(content, "bad.csv")
    assert kind == "error" and text.startswith("bad.csv was not taken: ")
    assert text.endswith("The data before stay.") and all(part in text for part in parts)
    assert desk.experiment.to_dict() == before and desk.restarts == 0


def test_real_targets_are_taken_where_the_loss_takes_them():
    desk = Desk(loss="square", dynamics="gradient")
    text, _ = desk.upload(b"1,2.5\n2,-0.5\n")
    assert "2 points of 1 coordinate, real targets" in text
    assert desk.experiment.dataset().targets.tolist() == [2.5, -0.5]


@pytest.mark.parametrize(
    "knobs",
    [{}, {"bias": False}, {"data": "teacher", "d": 7, "loss": "square", "dynamics": "gradient"}],
)
def test_a_download_holds_the_training_data_to_the_last_bit(knobs):
    desk = Desk(n=30, **knobs)
    text = desk.download()
    dataset = desk.experiment.dataset()
    again = from_csv(text, bias=desk.experiment.bias)
    assert again.inputs.tobytes() == dataset.inputs.tobytes()
    assert again.targets.tobytes() == dataset.targets.tobytes()
    d = dataset.inputs.shape[1] - dataset.bias
    assert text.splitlines()[0].split(",") == [*(f"x{i}" for i in range(1, d + 1)), "y"]


def test_a_download_can_be_uploaded_again():
    desk = Desk(n=20)
    text = desk.download()
    desk.upload(text.encode())
    taken = from_text(desk.experiment.points)
    assert points_csv(taken) == text
    np.testing.assert_array_equal(taken.inputs, Experiment(n=20, n_test=0).dataset().inputs)


def test_more_numbers_than_a_page_should_send_are_not_offered():
    desk = Desk(n=2, m=10)
    assert desk.files._download.disabled  # before the first run
    desk.download()
    assert not desk.files._download.disabled
    desk.experiment.param.update(data="blobs", d=999, n=MOST_NUMBERS // 1000 + 1)
    desk.files.show(desk.experiment.setup())
    assert desk.files._download.disabled and "dataset()" in desk.files._download.description
