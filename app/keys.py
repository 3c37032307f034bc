"""Keys of the page: one entry each in `keys_of`, listed by the overlay that "?" opens."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import param

from app.script import Script

ASSETS = Path(__file__).resolve().parents[1] / "assets"

#: Events on the document with which the browser acts by itself; see keys.js, full.js, lesson.js.
HELP, FULL, FOLD = "wf-help", "wf-full", "wf-lesson"
#: There while a lesson is open.
LESSON = "data-wf-lesson"


@dataclass(frozen=True)
class Key:
    """A key, or several that do the same.

    Attributes
    ----------
    keys : tuple of str
        As a browser names them (``KeyboardEvent.key``), letters small.
    shown : str
        What stands on the key.
    doc : str
        What it does, for the overlay and for the tip of its button.
    act : callable or None
        Called on the event loop, without the document's lock; None where the browser acts.
    browser : str
        The event with which the browser acts without asking the server.
    repeats : bool
        Whether a key held down acts again and again.
    button : str
        CSS class of the button that does the same.
    needs : str
        Attribute of the document's root without which the key is left to the browser.
    """

    keys: tuple[str, ...]
    shown: str
    doc: str
    act: Callable[[], Any] | None = None
    browser: str = ""
    repeats: bool = False
    button: str = ""
    needs: str = ""

    def for_browser(self) -> dict[str, Any]:
        """Return what the browser needs of it, ready for JSON."""
        return {
            "keys": list(self.keys),
            "shown": self.shown,
            "doc": self.doc,
            "browser": self.browser,
            "repeats": self.repeats,
            "button": self.button,
            "needs": self.needs,
        }


class Keyboard(Script):
    """Invisible part of the page that listens to keys; place it anywhere in the page.

    Parameters
    ----------
    keys : iterable of Key
    """

    keys = param.List(doc="What the browser knows of each key.")

    _esm = "".join((ASSETS / name).read_text() for name in ("dialog.js", "keys.js"))
    _linked_properties: ClassVar[tuple[str, ...]] = ()  # the browser changes none

    def __init__(self, keys: Iterable[Key], **params: Any) -> None:
        keys = list(keys)
        self._acts = {name: key.act for key in keys if key.act for name in key.keys}
        super().__init__(keys=[key.for_browser() for key in keys], visible=False, **params)

    def press(self, key: str) -> None:
        """Do what a key does; nothing where it has no action of Python's."""
        act = self._acts.get(key)
        if act is not None:
            act()

    def _handle_msg(self, data: Any) -> None:
        if isinstance(data, dict):
            self.press(str(data.get("key")))


def keys_of(lab: Any) -> list[Key]:
    """Return the keys of a lab, in the order of the overlay."""
    player, desk, lesson = lab.player, lab.desk, lab.lesson
    return [
        Key((" ",), "Space", "Play, or pause", player.toggle, button="wf-play"),
        Key(("ArrowRight",), "→", "One step", player.step, repeats=True, button="wf-step"),
        Key(("ArrowLeft",), "←", "Back to the frame recorded before", lab.timeline.back,
            repeats=True),
        Key(("Home",), "Home", "The frame of step 0", lab.timeline.to_start, button="wf-start"),
        Key(("End",), "End", "Live: the newest frame", lab.timeline.to_live, button="wf-live"),
        Key(("b",), "B", "Fork: another run beside this one, from the frame shown", lab.fork,
            button="wf-fork"),
        Key(("r",), "R", "Back to step 0 of the same run", lab.course.restart, button="wf-reset"),
        Key(("n",), "N", "Another initial cloud of the same law", lab.reseed, button="wf-seed"),
        Key(("d",), "D", "Draw your own data on the predictor, or leave off", lab.drawing.toggle,
            button="wf-draw"),
        Key(("f",), "F", "The figure under the pointer fills the screen, or no more", browser=FULL),
        Key(tuple("12345"), "1 – 5", "That figure fills the screen, or no more", browser=FULL),
        Key(("p",), "P", "Presentation: large type, no controls", desk.present.toggle,
            button="wf-present"),
        Key(("s",), "S", "Scenes: where to start from", browser="wf-scenes", button="wf-scenes"),
        Key(("PageDown",), "Page ↓", "The next scene of the course, while a lesson is open",
            lesson.next, needs=LESSON),
        Key(("PageUp",), "Page ↑", "The scene before", lesson.previous, needs=LESSON),
        Key(("l",), "L", "Fold the lesson, or unfold it", browser=FOLD, needs=LESSON),
        Key(("?",), "?", "This list", browser=HELP, button="wf-help"),
        Key(("Escape",), "Esc", "Close what is open; give the window back"),
    ]  # fmt: skip
