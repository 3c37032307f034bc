"""Event-loop milliseconds and painted frames per second of a playing page in headless Chromium.

python tests/benchmarks/page.py --m 1000 --seconds 10
"""

from __future__ import annotations

import argparse
import shutil
import socket
import time
from pathlib import Path
from statistics import median

import panel as pn
from playwright.sync_api import sync_playwright

from app import stream

ROOT = Path(__file__).parents[2]

#: Wall and processor seconds of each frame handed over, in order.
wall: list[float] = []
processor: list[float] = []
painted: list[float] = []


def watch_frames() -> None:
    """Time every call that hands a frame over, and every answer of the browser."""
    publish, answered = stream.publish, stream.FrameAck._on_painted

    def timed(*args):
        begun, used = time.perf_counter(), time.thread_time()
        publish(*args)
        wall.append(time.perf_counter() - begun)
        processor.append(time.thread_time() - used)

    def counted(self, attr, old, new):
        painted.append(time.perf_counter())
        answered(self, attr, old, new)

    stream.publish = timed
    stream.FrameAck._on_painted = counted


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--m", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--speed", type=float, default=1000)
    options = parser.parse_args()
    watch_frames()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    pn.serve({"app": str(ROOT / "app" / "main.py")}, port=port, threaded=True, show=False)
    time.sleep(1)
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        path = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        opened = time.perf_counter()
        page.goto(f"http://localhost:{port}/app?play=1&m={options.m}&speed={options.speed:g}")
        while len(painted) < 5:
            page.wait_for_timeout(50)
        print(f"fifth frame painted {painted[4] - opened:.1f} s after the page was asked for")
        page.wait_for_timeout(2000)
        for record in (wall, processor, painted):
            record.clear()
        page.wait_for_timeout(1000 * options.seconds)
        frames = len(painted)
        browser.close()
    print(f"m = {options.m}: {frames / options.seconds:.1f} painted frames/s")
    print(f"event loop a frame: median {1e3 * median(wall):.2f} ms wall, "
          f"{1e3 * median(processor):.2f} ms of processor")  # fmt: skip


if __name__ == "__main__":
    main()
