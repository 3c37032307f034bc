"""Kernels compiled in another process while the server starts."""

import sys
import threading
import time

from app.ahead import DECISIVE, Ahead
from core import compiling
from core.experiment import Experiment

DEFAULT = Experiment().to_dict()


def command(text):
    """Return a command that runs a line of Python."""
    return sys.executable, "-c", text


def waits(ahead, knobs):
    """Tell whether a run with these knobs waits for what is compiled ahead."""
    waiter = threading.Thread(target=ahead.wait_for, args=(knobs, DEFAULT), daemon=True)
    waiter.start()
    waiter.join(0.2)
    return waiter.is_alive()


def test_the_page_says_what_the_other_process_compiles_until_it_ends():
    ahead = Ahead(command("import time; print('Compiling one …', flush=True); time.sleep(60)"))
    ahead.start()
    try:
        while compiling.sentence() is None:
            time.sleep(0.01)
        assert compiling.sentence() == "Compiling one …"
        assert waits(ahead, DEFAULT)
        assert waits(ahead, DEFAULT | {"m": 7, "stepsize": 0.5, "seed": 3})
        assert not waits(ahead, DEFAULT | {"activation": "tanh"})
    finally:
        ahead.stop()
    ahead.wait()
    assert compiling.sentence() is None


def test_nothing_is_waited_for_before_it_starts_or_where_it_cannot():
    assert not waits(Ahead(), DEFAULT)
    missing = Ahead(("/no/such/program",))
    missing.start()
    missing.wait()
    missing.stop()


def test_a_process_that_fails_holds_nobody_up():
    ahead = Ahead(command("raise SystemExit(3)"))
    ahead.start()
    ahead.wait()
    assert not waits(ahead, DEFAULT)


def test_the_knobs_that_decide_on_kernels_are_knobs():
    assert set(DECISIVE) <= set(DEFAULT)
