"""The points that a user typed, as an experiment takes them: not too many, and read once."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from core.datasets import Dataset, from_text

#: Most characters of the text. It stands in the address of the page, in which some characters
#: take three, and a server takes no address above 64 kB; reading it takes some 10 ms.
MOST_CHARACTERS = 20_000


@lru_cache(maxsize=8)
def typed_points(text: str, bias: bool, labels: bool) -> Dataset:
    """Return the data set of a text, as `core.datasets.from_text`; its arrays are read-only.

    The last few texts are kept: page and worker ask for the same one at every change of a knob.

    Raises
    ------
    ValueError
        If the text is too long, or is no table of points: says where and what stands there.
    """
    if len(text) > MOST_CHARACTERS:
        raise ValueError(
            f"points has {len(text):,} characters, more than the {MOST_CHARACTERS:,} allowed; give "
            f"fewer points or fewer digits, or load them in Python with core.datasets.from_csv"
        )
    dataset = from_text(text, bias=bias, labels=labels)
    for values in vars(dataset).values():
        if isinstance(values, np.ndarray):
            values.setflags(write=False)
    return dataset
