"""Seconds from the server's first answer to the first moving frame, cold and warm.

python tests/benchmarks/start.py
python tests/benchmarks/start.py --knobs "activation=tanh&d=5"

Cold is with an empty cache of compiled kernels, warm is the next start with the same cache. The
page is opened as soon as the server answers; it plays by itself. Texts are what it says meanwhile.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Error, Page, sync_playwright

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_answer(address: str) -> None:
    while True:
        try:
            with urllib.request.urlopen(address, timeout=60):
                return
        except OSError:
            time.sleep(0.02)


def watch(page: Page, begun: float) -> tuple[dict[str, float], list[str]]:
    """Return when the first numbers came and when they moved, and the texts before."""
    times: dict[str, float] = {}
    texts: list[str] = []
    while "moving" not in times:
        page.wait_for_timeout(20)
        try:
            text = page.locator(".wf-readout").inner_text(timeout=50)
        except Error:
            continue
        found = re.search(r"step\s+(\d+)", text)
        if found is None and text not in texts:
            texts.append(text)
        if found is not None:
            times.setdefault("numbers", time.perf_counter() - begun)
            if int(found[1]) > 0:
                times["moving"] = time.perf_counter() - begun
    return times, texts


def start(browser, cache: str, knobs: str) -> None:
    """Start a server and open a page; print what it takes."""
    port = free_port()
    address = f"http://localhost:{port}/app"
    begun = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "panel", "serve", "app", "--port", str(port)],
        cwd=ROOT, env=os.environ | {"NUMBA_CACHE_DIR": cache},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for_answer(address)
        answered = time.perf_counter()
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{address}?play=1&{knobs}", wait_until="commit")
        times, texts = watch(page, answered)
        page.close()
    finally:
        server.terminate()
        server.wait(10)
    print(f"  server answers after {answered - begun:.1f} s; then numbers after "
          f"{times['numbers']:.1f} s, moving after {times['moving']:.1f} s")  # fmt: skip
    for text in texts:
        print(f"    “{text}”")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--knobs", default="", help="knobs of the run, as in the address")
    options = parser.parse_args()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as cache:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        browser.new_page().close()  # so that the browser itself is there
        for name in ("cold", "warm"):
            print(name)
            start(browser, cache, options.knobs)
        browser.close()


if __name__ == "__main__":
    main()
