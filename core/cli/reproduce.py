"""`reproduce`: run the studies of scenes and print how their numbers come out."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Sequence

from tqdm import tqdm

from core.cli.progress import interval, signals
from core.scenes import Scene, scenes
from core.studies import CancelledError, Progress, Store, Study, carry_out, judge
from core.studies.table import Line, render

#: Seconds between two looks at whether a signal has come.
_PATIENCE = 0.1


def reproduce(options: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    lines: list[Line] = []
    store = None if options.fresh else Store()
    with signals() as received:
        for scene in chosen(options.scenes):
            progress = _measure(scene, _study(scene, options.quick), store, received, options.quiet)
            if progress is None:
                break
            lines += lines_of(scene, progress, options.quick)
    print(render(lines))
    differing = sum(line.verdict.word == "differs" for line in lines)
    print(f"\n{len(lines) - differing} of {len(lines)} numbers hold")
    if received:
        print("stopped; what was measured is kept, and found again next time", file=sys.stderr)
        return 128 + received[0]
    return 1 if differing else 0


def chosen(names: Sequence[str]) -> list[Scene]:
    """Return the scenes named that have numbers, in the order of the course; all without names."""
    found = {scene.name: scene for scene in scenes() if scene.numbers}
    unknown = [name for name in names if name not in found]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no scene with numbers; these are {', '.join(found)}")
    return [scene for scene in found.values() if not names or scene.name in names]


def lines_of(scene: Scene, progress: Progress, quick: bool) -> list[Line]:
    """Return the lines of a scene; with `quick` those of the numbers that quick sizes show."""
    numbers = [number for number in scene.numbers if number.quick or not quick]
    return [
        Line(scene.name, scene.source, verdict, progress.seconds, scene.author_minutes)
        for verdict in judge(numbers, progress.values)
    ]


def _study(scene: Scene, quick: bool) -> Study:
    study = scene.quick if quick else scene.study
    assert study is not None  # scenes with numbers have both
    return study


def _measure(
    scene: Scene, study: Study, store: Store | None, received: list[int], quiet: bool
) -> Progress | None:
    """Carry one study out beside a bar; None if a signal came first."""
    cancel, results, failures = threading.Event(), [], []

    def work() -> None:
        try:
            results.append(carry_out(study, store, show, cancel))
        except CancelledError:
            pass
        except Exception as error:  # raised again in the main thread
            failures.append(error)

    with _bar(scene.name, quiet) as bar:

        def show(progress: Progress) -> None:
            bar.update(progress.share - bar.n)

        # The main thread waits beside it, so that a signal is served between two steps.
        thread = threading.Thread(target=work, name="reproduce")
        thread.start()
        while thread.is_alive():
            thread.join(_PATIENCE)
            if received:
                cancel.set()
    if failures:
        raise failures[0]
    return results[0] if results else None


def _bar(name: str, quiet: bool) -> tqdm:
    return tqdm(
        total=1.0, desc=name, disable=quiet, mininterval=interval(), miniters=0,
        dynamic_ncols=True, bar_format="{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}",
        file=sys.stderr,
    )  # fmt: skip
