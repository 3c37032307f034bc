"""The figures of one run as one thing. A hidden figure costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import panel_material_ui as pmui

from app.layout import Layout, default_figures
from app.player import Player
from app.track import Marks
from app.views import VIEWS, Payload, Ready, View
from core import Frame

#: The view that tells of the particle that was clicked.
INSPECTOR = "neuron"


@dataclass(frozen=True)
class Picture:
    """What the worker thread hands to the page: a frame, a payload for each figure shown, by its
    name, the seconds that the steps alone took, what the timeline shows, and the same of the runs
    beside, as `app.arms.Arms` computes it."""

    frame: Frame
    views: dict[str, Payload]
    seconds: float
    marks: Marks
    arms: Mapping[Any, Any]


class Gallery:
    """The views of a run, in the order of the page. Methods are those of `View`, for those shown.

    Parameters
    ----------
    refresh : callable
        Called when the present state should be drawn anew.
    remake : callable
        Called with a view when its scene should be prepared anew: a worker calls `ready` of the
        view, then the event loop `put`.
    prefix : str
        What stands before the titles.

    Attributes
    ----------
    views : dict of View
    cards : dict of str to panel_material_ui.Paper
        What goes into the page, one for each view; a hidden one is not visible.
    """

    def __init__(
        self,
        refresh: Callable[[], Any],
        remake: Callable[[View], Any] = lambda view: None,
        prefix: str = "",
    ) -> None:
        self._remake = remake
        self.views: dict[str, View] = {
            name: kind(refresh=refresh, remake=self._made_anew, prefix=prefix)
            for name, kind in VIEWS.items()
        }
        for view in self.views.values():
            view.picked = self.pick
        self._picked: int | None = None
        self._changed: Callable[[], Any] = lambda: None
        self._shown = set(default_figures())
        self._built: set[str] = set()  # for the present setup
        self.cards = {
            name: pmui.Paper(
                view.panel, elevation=1, margin=0, visible=name in self._shown,
                css_classes=[f"wf-card-{name}"],
            )
            for name, view in self.views.items()
        }  # fmt: skip

    @property
    def layout(self) -> Layout:
        """What is shown, and the options that are not at their default."""
        chosen = {
            name: {
                option.name: view.chosen[option.name]
                for option in view.options
                if view.chosen[option.name] != option.default
            }
            for name, view in self.views.items()
        }
        figures = [name for name in self.views if name in self._shown]
        return Layout(figures, {name: options for name, options in chosen.items() if options})

    def apply(self, layout: Layout) -> None:
        """Take over a layout, checked already."""
        for name, options in layout.chosen.items():
            for option, value in options.items():
                self.views[name].choose(option, value)
        self.show(layout.figures)

    def reset(self) -> None:
        """Put all options to their defaults. Event loop, under the document lock."""
        for view in self.views.values():
            for option in view.options:
                view.choose(option.name, option.default)

    def on_change(self, changed: Callable[[], Any]) -> None:
        """Call `changed()` whenever the layout has changed."""
        self._changed = changed

    def show(self, names: Iterable[str]) -> None:
        """Show the figures `names` and hide the others. Event loop."""
        names = set(names)
        for name in names - self._shown:
            self._remake(self.views[name])
        self._shown = names
        for name, card in self.cards.items():
            card.visible = name in names
        self._changed()

    def ready(self, setup: Any) -> dict[str, Ready]:
        """Prepare to show a setup. Worker thread."""
        return {name: self.views[name].ready(setup) for name in self.views if name in self._shown}

    def build(self, setup: Any, ready: dict[str, Ready]) -> None:
        """Show a setup. Event loop, while no work is under way."""
        self._built.clear()
        for name, one in ready.items():
            self.put(name, setup, one)
        for name in self._shown - ready.keys():  # shown since
            self._remake(self.views[name])

    def put(self, name: str, setup: Any, ready: Ready) -> None:
        """Show a setup in one view. Event loop, while no work is under way."""
        self.views[name].build(setup, ready)
        self._built.add(name)
        self.views[name].select(self._picked)

    def pick(self, j: int | None) -> None:
        """Inspect a particle, or none, and mark it. Event loop, under the document lock."""
        if j == self._picked:
            return
        self._picked = j
        for view in self.views.values():
            view.select(j)
        if j is not None and INSPECTOR not in self._shown:
            self.show(self._shown | {INSPECTOR})

    def compute(self, frame: Any, history: Any) -> dict[str, Payload]:
        """Return what the figures show of a frame. Worker thread."""
        return {
            name: view.compute(frame, history)
            for name, view in self.views.items()
            if name in self._shown and name in self._built
        }

    def update(self, payloads: dict[str, Payload]) -> None:
        """Show them. Event loop."""
        for name, payload in payloads.items():
            if name in self._shown:
                self.views[name].update(payload)

    def exchange(self, setup: Any) -> None:
        """Show the data that the run has gone over to. Event loop, while no work is under way."""
        for name in self._shown & self._built:
            self.views[name].exchange(setup)

    def set_ceiling(self, value: float | None) -> None:
        """Take the largest margin. Event loop."""
        for view in self.views.values():
            view.set_ceiling(value)

    def retheme(self, dark: bool) -> None:
        """Recolour all figures. Event loop."""
        for view in self.views.values():
            view.retheme(dark)

    def rename(self, prefix: str) -> None:
        """Put `prefix` before all titles."""
        for view in self.views.values():
            view.rename(prefix)

    def bring_together(self, arms: tuple[str, ...]) -> None:
        """Tell the figures that draw all arms, or draw them too, which there are beside this."""
        for name, view in self.views.items():
            if (view.together or view.overlaid) and view.arms != arms:
                view.arms = arms
                if name in self._shown:
                    self._remake(view)

    def enlarge(self, scale: float) -> None:
        """Make type and lines of all figures `scale` times as large as usual. Event loop."""
        for view in self.views.values():
            view.enlarge(scale)

    def close(self) -> None:
        """Let go of the views."""
        self.views, self._changed = {}, lambda: None

    def _made_anew(self, view: View) -> None:
        if view.name in self._shown:
            self._remake(view)
        self._changed()


def remake(
    player: Player,
    gallery: Gallery,
    view: View,
    setup_now: Callable[[], Any],
    then: Callable[[], Any] = lambda: None,
) -> None:
    """Have a worker prepare the scene of a view anew, show it, and call `then()`.

    `setup_now()` returns what runs, None while nothing does: then the scenes are being prepared.
    """
    setup = setup_now()
    if setup is None:
        return
    made: list[Ready] = []

    def put() -> None:
        now = setup_now()
        if now is setup:
            gallery.put(view.name, setup, made[0])
            then()
        elif now is not None and now.simulation is setup.simulation:
            remake(player, gallery, view, setup_now, then)  # its data have been exchanged meanwhile

    player.change(put, lambda: made.append(view.ready(setup)))
