"""Event-loop milliseconds and painted frames per second of a playing page in headless Chromium.

python tests/benchmarks/page.py --m 1000 --seconds 10
python tests/benchmarks/page.py --m 1000000 --knobs "d=2&bias=0&n=1000"

Fresh frames are those that show a step that the frame before did not. With --changes another number
of neurons is typed so many times: the milliseconds are from the key to the frame that has them.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import shutil
import socket
import time
from pathlib import Path
from statistics import median

import panel as pn
from playwright.sync_api import sync_playwright

from app import stream
from app.gallery import Gallery
from app.screen import Screen

ROOT = Path(__file__).parents[2]

#: Wall and processor seconds of each frame handed over, in order.
wall: list[float] = []
processor: list[float] = []
painted: list[float] = []
#: Steps shown, and seconds that the worker thread took for steps and for pictures.
shown: list[int] = []
stepping: list[float] = []
drawing: list[float] = []
#: The longest the event loop was held up between two looks at it, in seconds.
held: list[float] = []


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


def watch_work() -> None:
    """Time the steps and the pictures of every frame, and note the steps shown."""
    compute, show = Gallery.compute, Screen.show

    def timed(self, frame, history):
        begun = time.perf_counter()
        payloads = compute(self, frame, history)
        drawing.append(time.perf_counter() - begun)
        return payloads

    def noted(self, picture):
        shown.append(picture.frame.step)
        stepping.append(picture.seconds)
        show(self, picture)

    Gallery.compute = timed
    Screen.show = noted


#: Resolves with the milliseconds from the key Enter until a frame with m particles is painted.
_CHANGED = """m => new Promise(resolve => {
  const particles = Bokeh.documents.flatMap(doc => [...doc._all_models.values()]).filter(
    model => model.type === 'ColumnDataSource' && model.data.j !== undefined)
  const has = () => particles.some(source => source.data.j.length === m)
  let begun = null
  document.addEventListener('keydown', event => {
    if (event.key === 'Enter') begun ??= performance.now()
  }, {capture: true, once: false})
  const look = () => {
    if (begun !== null && has()) requestAnimationFrame(() => resolve(performance.now() - begun))
    else requestAnimationFrame(look)
  }
  look()
})"""


def change(page, m: int, times: int) -> list[float]:
    """Type other numbers of neurons; return the milliseconds until each is painted."""
    taken = []
    field = page.locator(".wf-control-m input").first
    for turn in range(times):
        wanted = m - 1 - turn % 2
        page.evaluate(f"() => {{ window.wideflow_wait = ({_CHANGED})({wanted}) }}")
        field.fill(str(wanted))
        field.press("Enter")
        taken.append(page.evaluate("() => window.wideflow_wait"))
        page.wait_for_timeout(300)
    return taken


async def watch_loop(period: float = 0.005) -> None:
    """Note how late the event loop is, again and again."""
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(period)
        held.append(time.perf_counter() - begun - period)


def report(seconds: float, used: float) -> None:
    """Print what was noted in so many seconds, of which the processor was used for some."""
    frames = len(painted)
    fresh = sum(later > step for step, later in itertools.pairwise(shown))
    print(f"{frames / seconds:.1f} painted frames/s, {fresh / seconds:.1f} of them fresh, "
          f"{(shown[-1] - shown[0]) / seconds:.0f} steps/s")  # fmt: skip
    print(f"server a frame: {1e3 * used / frames:.0f} ms of processor")
    print(f"worker a frame: median {1e3 * median(stepping):.1f} ms of steps, "
          f"{1e3 * median(drawing):.1f} ms of pictures")  # fmt: skip
    print(f"event loop late: median {1e3 * median(held):.1f} ms, at most {1e3 * max(held):.0f} ms")
    print(f"event loop a frame: median {1e3 * median(wall):.2f} ms wall, "
          f"{1e3 * median(processor):.2f} ms of processor")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--m", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--speed", type=float, default=1000)
    parser.add_argument("--changes", type=int, default=0, help="times to change m")
    parser.add_argument("--knobs", default="", help="further knobs, as in the address")
    options = parser.parse_args()
    watch_frames()
    watch_work()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = pn.serve({"app": str(ROOT / "app" / "main.py")}, port=port, threaded=True, show=False)
    time.sleep(1)
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        path = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        opened = time.perf_counter()
        query = f"play=1&m={options.m}&speed={options.speed:g}&{options.knobs}"
        page.goto(f"http://localhost:{port}/app?{query}")
        while len(painted) < 5:
            page.wait_for_timeout(50)
        print(f"fifth frame painted {painted[4] - opened:.1f} s after the page was asked for")
        page.wait_for_timeout(2000)
        asyncio.run_coroutine_threadsafe(watch_loop(), server.asyncio_loop)
        for record in (wall, processor, painted, shown, stepping, drawing, held):
            record.clear()
        used = time.process_time()
        page.wait_for_timeout(1000 * options.seconds)
        used = time.process_time() - used
        report(options.seconds, used)
        changes = change(page, options.m, options.changes)
        browser.close()
    server.stop()
    if changes:
        late = sorted(changes)[max(0, int(0.95 * len(changes)) - 1)]
        print(f"a change is painted after {median(changes):.0f} ms (median), {late:.0f} ms (95 %)")


if __name__ == "__main__":
    main()
