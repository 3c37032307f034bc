"""The dialog that makes a link of the page, for others to open or for homework."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import panel_material_ui as pmui
import param

from app.access import Access
from app.labels import label
from app.script import Script
from core.experiment import Experiment
from core.knobs import KNOBS

_ASSETS = Path(__file__).resolve().parents[1] / "assets"


_ESM = "\n".join((_ASSETS / name).read_text() for name in ("copy.js", "share.js"))


class LinkForm(Script):
    """Ticks what a link locks, hides or starts, shows the link and copies it.

    All of it happens in the browser, which alone knows the page's host and may copy.
    """

    query = param.String(doc="The state of the page, without what is ticked here.")
    knobs = param.List(doc="Of each knob offered: [name, words, group, free | locked | hidden].")
    copied = param.Integer(default=0, doc="Counts the links copied.")

    _esm = _ESM
    _stylesheets = [(_ASSETS / "form.css").read_text()]  # noqa: RUF012, Panel's own name


class ShareDialog:
    """A dialog, CSS class wf-share.

    Parameters
    ----------
    experiment : Experiment
    query : callable
        Returns the state of the page as a query.
    access : Access
        What the page's own link locks and hides: ticked at first.

    Attributes
    ----------
    panel : panel.viewable.Viewable
    """

    def __init__(self, experiment: Experiment, query: Callable[[], str], access: Access) -> None:
        self._experiment, self._query, self._access = experiment, query, access
        self._form: LinkForm | None = None
        self.panel = pmui.Dialog(
            title="Share this page",
            title_variant="h6",
            show_close_button=True,
            close_on_click=True,
            width_option="sm",
            sizing_mode="stretch_width",
            sx={"& .MuiIconButton-root": {"color": "inherit"}},
        )

    def open(self) -> None:
        """Show the link of the page as it is now."""
        if self._form is None:  # made when first asked for: a page without it opens sooner
            self._form = LinkForm(sizing_mode="stretch_width", css_classes=["wf-share"])
            self.panel.objects = [self._form]
        self._form.param.update(query=self._query(), knobs=self._rows())
        self.panel.open = True

    def _rows(self) -> list[list[str]]:
        """Return the knobs that mean something here, as the form takes them."""
        return [
            [name, label(name), knob.group, self._state(name)]
            for name, knob in KNOBS.items()
            if self._experiment.applies(name) or not self._access.may(name)
        ]

    def _state(self, name: str) -> str:
        if name in self._access.hidden:
            return "hidden"
        return "locked" if name in self._access.locked else "free"
