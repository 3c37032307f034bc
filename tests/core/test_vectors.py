"""Vectors of compiled code against NumPy."""

import numpy as np
import pytest

from core import jit
from core.kernels.lanes import read_run, write_run
from core.vectors import joined, lanes, parts


@pytest.mark.parametrize("count", [1, 2, 4])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_joined_vectors_are_their_parts_in_order(dtype, count):
    zeros = (dtype(0),) * count

    @jit.serial
    def square(array, squares):
        every = joined(read_run(array, 0, 0, zeros))
        write_run(squares, 0, 0, parts(every * every))

    array = np.arange(count * lanes(dtype), dtype=dtype).reshape(1, 1, -1)
    squares = np.zeros_like(array)
    square(array, squares)
    assert np.array_equal(squares, array**2)
