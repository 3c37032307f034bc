"""Data sets: teachers, clusters, toy sets, data of the user's own.

`make` draws one of `DATASETS`; `from_arrays`, `from_csv` and `from_json` take given points.
"""

from core.datasets.laws import DATASETS, INPUT_LAWS, POINTS, Entry
from core.datasets.sampling import Dataset, make
from core.datasets.stream import Stream
from core.datasets.user import from_arrays, from_csv, from_json, from_text, points_csv, points_text

__all__ = [
    "DATASETS",
    "INPUT_LAWS",
    "POINTS",
    "Dataset",
    "Entry",
    "Stream",
    "from_arrays",
    "from_csv",
    "from_json",
    "from_text",
    "make",
    "points_csv",
    "points_text",
]
