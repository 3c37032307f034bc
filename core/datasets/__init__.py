"""Data sets: teachers, clusters, toy sets. `make` draws one, `DATASETS` lists them."""

from core.datasets.laws import DATASETS, INPUT_LAWS, Entry
from core.datasets.sampling import Dataset, make
from core.datasets.stream import Stream

__all__ = ["DATASETS", "INPUT_LAWS", "Dataset", "Entry", "Stream", "make"]
