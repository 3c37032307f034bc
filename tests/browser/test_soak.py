"""A page that plays for long holds no more and more memory, on either side.

WIDEFLOW_SOAK=3600 soaks for an hour; a usual run for twelve seconds.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

SECONDS = float(os.environ.get("WIDEFLOW_SOAK", 12))

#: Samples taken over the time.
SAMPLES = 12

#: Growth from the middle third to the last that is none: caches fill, collectors are lazy. A frame
#: of this run has some 50 kB, and half a minute some hundreds of them.
SERVER_MB, BROWSER_MB = 20.0, 8.0


@pytest.fixture
def server_memory(server_process):
    """Return a function that tells the server's resident memory in MB."""
    status = Path(f"/proc/{server_process.pid}/status")
    if not status.exists():
        pytest.skip("no /proc to read the server's memory from")

    def megabytes():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    return megabytes


def heap(session):
    """Return the browser's JavaScript heap in MB after a collection of what is garbage."""
    session.send("HeapProfiler.collectGarbage")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(m["value"] for m in metrics if m["name"] == "JSHeapUsedSize") / 2**20


def test_memory_stays_flat_while_a_page_plays(lab, server_memory):
    # The weights of a softmin run grow for ever: after ten million steps float32 ends.
    lab.open("play=1&m=1000&speed=1000000&dynamics=gradient&loss=square&stepsize=0.1")
    lab.wait_until(lambda: lab.step > 500, "the run")
    session = lab.page.context.new_cdp_session(lab.page)
    session.send("Performance.enable")
    seen = []
    for _ in range(SAMPLES):
        lab.page.wait_for_timeout(1000 * SECONDS / SAMPLES)
        seen.append((lab.step, server_memory(), heap(session)))
    steps, server, browser = np.array(seen).T
    third = SAMPLES // 3
    print(
        "\nstep, server MB, browser MB", *(f"{a:.0f} {b:.1f} {c:.1f}" for a, b, c in seen), sep="\n"
    )
    assert steps[-1] > steps[0] and lab.playing
    for name, values, most in (("server", server, SERVER_MB), ("browser", browser, BROWSER_MB)):
        growth = np.median(values[-third:]) - np.median(values[third:-third])
        assert growth < most, f"{name}: {growth:.1f} MB more ({values.round(1).tolist()})"
