"""The compiled loops: dense for few input coordinates, matrix products for many."""

from core.kernels.engine import Engine, make_engine
from core.kernels.move import Rule
from core.kernels.predict import predict

__all__ = ["Engine", "Rule", "make_engine", "predict"]
