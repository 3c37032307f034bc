"""Who may use several threads, and how many threads the matrix products get.

Numba's workqueue layer aborts the process when two threads are inside parallel kernels, and two
parallel kernels on the same cores only slow each other down. So one simulation at a time runs
parallel, and only while it is alone; the others run the serial kernel, which gives the same bits.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numba
from threadpoolctl import ThreadpoolController

_lock = threading.Lock()
_running = 0
_parallel_taken = False
_blas: ThreadpoolController | None = None
_blas_users = 0
_blas_before: dict[str, int] = {}


@contextmanager
def thread_permit(pairs: int, threshold: int) -> Iterator[bool]:
    """Enter a computation; yield whether it may run on several threads.

    Parameters
    ----------
    pairs : int
        Particle-sample pairs of one step.
    threshold : int
        Below this many pairs threads cost more than they gain.
    """
    global _running, _parallel_taken
    with _lock:
        granted = (
            pairs >= threshold
            and _running == 0
            and not _parallel_taken
            and numba.get_num_threads() > 1
        )
        _running += 1
        _parallel_taken |= granted
    try:
        yield granted
    finally:
        with _lock:
            _running -= 1
            if granted:
                _parallel_taken = False


@contextmanager
def single_threaded_blas() -> Iterator[None]:
    """Hold the process's matrix products at one thread each while at least one user is inside.

    The setting belongs to the process, so users are counted: the first sets it, the last restores.
    """
    global _blas, _blas_users
    with _lock:
        if _blas is None:
            _blas = ThreadpoolController().select(user_api="blas")
        if _blas_users == 0:
            for library in _blas.lib_controllers:
                _blas_before[library.filepath] = library.num_threads
                library.set_num_threads(1)
        _blas_users += 1
    try:
        yield
    finally:
        with _lock:
            _blas_users -= 1
            if _blas_users == 0:
                for library in _blas.lib_controllers:
                    library.set_num_threads(_blas_before[library.filepath])
