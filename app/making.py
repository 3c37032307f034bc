"""What Bokeh does again for each of a page's properties, done once; and pages made ahead.

A page has some seven hundred models with thirty properties each: making and sending one takes a
server two seconds, a quarter of them for what follows. Where a later Bokeh has other insides, these
say so by failing tests, not pages: what they give back is what Bokeh's own would.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from bokeh.core.has_props import HasProps
from bokeh.document import Document
from bokeh.document.events import DocumentPatchedEvent

# The defaults that a class overrides do not change once it is there.
_overridden = HasProps.__dict__["_overridden_defaults"].__func__


def quicken() -> None:
    """Have every model look its defaults up. Idempotent; for the process."""
    HasProps._overridden_defaults = classmethod(cache(_overridden))  # type: ignore
    HasProps.themed_values = _themed_values  # type: ignore[method-assign]


def _themed_values(self: HasProps) -> dict[str, Any] | None:
    """Return what a theme gives a model; Bokeh's own makes an error of every attribute missing."""
    return self.__dict__.get("__themed_values__")


def ready_to_pull(document: Document) -> None:
    """Prepare what a browser will pull of a document, while it still reads its scripts.

    A change in between takes it back: then it is made when it is asked for.
    """

    def back(event: Any) -> None:
        if isinstance(event, DocumentPatchedEvent):
            forget()

    def forget() -> None:
        if vars(document).pop("to_json", None) is not None:
            document.remove_on_change(back)

    def pulled(*, deferred: bool = True) -> Any:
        forget()
        return made if deferred else document.to_json(deferred=False)

    if "to_json" in vars(document):
        return
    made = document.to_json()
    setattr(document, "to_json", pulled)  # noqa: B010, a method for this one
    document.on_change(back)
