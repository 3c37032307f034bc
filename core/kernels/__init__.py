"""The compiled loops: dense for few input coordinates, matrix products for many, planar for two."""

from core.kernels.choice import make_engine, pairs_of_step
from core.kernels.engine import Engine
from core.kernels.move import Rule
from core.kernels.predict import predict
from core.kernels.scanline import predict_grid
from core.kernels.slices import predict_slice, slice_inputs, time_of_slice

__all__ = [
    "Engine",
    "Rule",
    "make_engine",
    "pairs_of_step",
    "predict",
    "predict_grid",
    "predict_slice",
    "slice_inputs",
    "time_of_slice",
]
