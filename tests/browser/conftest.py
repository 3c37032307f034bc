"""A served lab and a real Chromium for the tests of this folder."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

playwright_api = pytest.importorskip("playwright.sync_api")

ROOT = Path(__file__).parents[2]

#: Without the background flags Chromium itself looks for hosts of its maker.
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    """One page at a time, whatever the number of test workers: two would starve each other."""
    output = ROOT / "tests" / "output"
    output.mkdir(exist_ok=True)
    with (output / "page.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


@pytest.fixture(scope="session")
def server(served: tuple[str, subprocess.Popen]) -> str:
    """Address of a lab served as a user serves it."""
    return served[0]


@pytest.fixture(scope="session")
def server_process(served: tuple[str, subprocess.Popen]) -> subprocess.Popen:
    """The process that serves it."""
    return served[1]


@pytest.fixture(scope="session")
def served(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, subprocess.Popen]]:
    """A lab served as a user serves it, and its process; its log must hold no failure of ours."""
    port = free_port()
    log = ROOT / "tests" / "output" / f"server-{port}.log"
    log.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "panel", "serve", "app", "--port", str(port)]
    with log.open("w") as sink:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=sink, stderr=subprocess.STDOUT,
            env=os.environ | {"WIDEFLOW_CACHE": str(tmp_path_factory.mktemp("cache"))},
        )  # fmt: skip
    address = f"http://localhost:{port}/app"
    try:
        _wait_until_served(address, process, log)
        yield address, process
    finally:
        process.terminate()
        process.wait(10)
    # Tornado may log a socket that closed while it wrote; nothing may fail in our own code.
    # (The environment itself may lie in ROOT, so the folders of our code are named.)
    told = log.read_text()
    ours = re.search(rf'File "{re.escape(str(ROOT))}/(app|core)/', told)
    assert ours is None, told[max(0, ours.start() - 3000) : ours.end() + 3000]


def _wait_until_served(address: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=20):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the lab is not served:\n{log.read_text()}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """A headless Chromium; skipped where there is none, but never in CI."""
    path = os.environ.get("WIDEFLOW_CHROMIUM") or shutil.which("chromium")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("browser tests need Chromium, and CI has none")
        pytest.skip("no chromium on the PATH; set WIDEFLOW_CHROMIUM to one")
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


class Page:
    """A page of the lab as a user sees it, and what went wrong in it."""

    def __init__(self, browser: object, address: str, **context: object) -> None:
        self._address = address
        self._context = browser.new_context(viewport={"width": 1440, "height": 900}, **context)
        self.page = self._context.new_page()
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._requested)

    def _heard(self, message: object) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def _requested(self, request: object) -> None:
        if not re.match(r"(https?|wss?)://localhost[:/]|data:|blob:", request.url):
            self.outside.append(request.url)

    def open(self, query: str = "") -> Page:
        address = self._address + ("?" + query if query else "")
        self.page.goto(address, wait_until="commit", timeout=90_000)  # a busy machine is slow
        self.wait_until(
            lambda: self.step is not None and self.complete, "the page with its figures", seconds=90
        )
        return self

    @property
    def complete(self) -> bool:
        """Whether every part is in place and painted: the first frame's numbers come before."""
        return self.page.evaluate("Bokeh.documents.length > 0 && Bokeh.documents[0].is_idle")

    @property
    def readout(self) -> str:
        return self.page.locator(".wf-readout").inner_text()

    @property
    def step(self) -> int | None:
        found = re.search(r"step\s+(\d+)", self.readout)
        return int(found[1]) if found else None

    def number(self, label: str) -> float:
        """Return a number of the readout, once it is there.

        While a change is slow to come, the line says what it waits for in place of numbers.
        """
        deadline = time.monotonic() + 45
        while time.monotonic() < deadline:
            told = self.readout
            if found := re.search(rf"{re.escape(label)}\s+([-+.\deE]+)", told):
                return float(found[1])
            self.page.wait_for_timeout(50)
        raise AssertionError(f"no {label} in {told!r}")

    def click(self, name: str) -> None:
        self.page.locator(f".wf-{name} button").first.click()

    @property
    def playing(self) -> bool:
        return "Pause" in self.page.locator(".wf-play button").inner_text()

    def messages(self) -> list[str]:
        return [m.strip() for m in self.page.locator(".wf-message").all_inner_texts()]

    def type(self, knob: str, text: str) -> None:
        """Type a value into the control of a knob and press Enter."""
        field = self.page.locator(f".wf-control-{knob} input").first
        field.fill(text)
        field.press("Enter")

    def wait_until(self, condition, what: str, seconds: float = 45) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if condition():
                    return
            except playwright_api.Error:
                pass
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{what} did not come within {seconds} s; errors: {self.errors[:3]}")

    def particles(self) -> list[list[float]]:
        """Return the columns of the sources that hold particles (they number them in j), sorted."""
        return self.page.evaluate(
            """() => {
              const columns = []
              for (const doc of Bokeh.documents)
                for (const model of doc._all_models.values())
                  if (model.type === 'ColumnDataSource' && model.data.j !== undefined)
                    for (const name of ['x', 'y', 'z'])
                      if (model.data[name] !== undefined)
                        columns.push(Array.from(model.data[name]))
              return columns.sort()
            }"""
        )

    def label_colours(self) -> list[str]:
        """Return the colours that the axes of all figures are labelled in."""
        return self.page.evaluate(
            """() => [...new Set(Bokeh.documents.flatMap(d => [...d._all_models.values()])
                 .filter(m => /Axis$/.test(m.type)).map(m => m.major_label_text_color.value
                   ?? m.major_label_text_color))].sort()"""
        )

    def close(self) -> None:
        self._context.close()


def opened(browser: object, address: str) -> Iterator[Page]:
    """Yield a page; fail afterwards if it logged an error or asked for anything outside."""
    page = Page(browser, address)
    yield page
    errors, outside = list(page.errors), list(page.outside)
    page.close()
    assert not errors
    assert not outside


@pytest.fixture
def lab(server: str, chromium: object) -> Iterator[Page]:
    """A page, not yet opened."""
    yield from opened(chromium, server)


@pytest.fixture
def another_lab(server: str, chromium: object) -> Iterator[Page]:
    """A second page in a context of its own, as another user has it."""
    yield from opened(chromium, server)
