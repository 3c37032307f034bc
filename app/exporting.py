"""The dialog that takes figures, run and animation away from the page."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import panel_material_ui as pmui
import param

from app import theme
from app.archive import Archive
from app.courier import Courier
from app.exports import EXPORTS, CancelledError, Export, Progress
from app.gallery import Gallery
from app.script import Script

_ASSETS = Path(__file__).resolve().parents[1] / "assets"
_ESM = "\n".join((_ASSETS / name).read_text() for name in ("copy.js", "export.js"))

#: Seconds between two looks at how far an export is.
PERIOD = 0.15


class ExportForm(Script):
    """Buttons for all formats, how far an export is, and the script of a run."""

    formats = param.List(doc="Of each format: [name, label, doc, group].")
    figures = param.List(doc="Of each figure shown: [name, title].")
    busy = param.String(doc="The format that is being made, or nothing.")
    share = param.Number(default=0.0, doc="How far it is, from 0 to 1.")
    told = param.String(doc="What has become of the last one.")
    script = param.String(doc="The run as Python, once asked for.")

    _esm = _ESM
    _stylesheets = [(_ASSETS / "form.css").read_text()]  # noqa: RUF012, Panel's own name


class ExportDialog:
    """A dialog, CSS class wf-export.

    Parameters
    ----------
    archive : Archive
    gallery : Gallery

    Attributes
    ----------
    panel : panel.viewable.Viewable
    courier : Courier
        Goes anywhere into the page.
    """

    def __init__(self, archive: Archive, gallery: Gallery) -> None:
        self._archive, self._gallery = archive, gallery
        self.courier = Courier()
        self._form: ExportForm | None = None
        self._progress: Progress | None = None
        self._task: asyncio.Task[None] | None = None
        self.panel = pmui.Dialog(
            title="Export",
            title_variant="h6",
            show_close_button=True,
            close_on_click=True,
            width_option="sm",
            sizing_mode="stretch_width",
            sx={"& .MuiIconButton-root": {"color": "inherit"}},
        )

    def open(self) -> None:
        """Show the formats for the run and the figures as they are now."""
        if self._form is None:  # made when first asked for: a page without it opens sooner
            rows = [[e.name, e.label, e.doc, e.group] for e in EXPORTS.values()]
            self._form = ExportForm(
                formats=rows, sizing_mode="stretch_width", css_classes=["wf-export"]
            )
            self._form.on_msg(self._asked)
            self.panel.objects = [self._form]
        shown = [self._gallery.views[name] for name in self._gallery.layout.figures]
        titles = [[view.name, view.title] for view in shown if view.figures]
        if not self._form.busy:
            self._form.param.update(told="", script="")
        self._form.figures = titles
        self.panel.open = True

    def close(self) -> None:
        """Give up what is under way. Idempotent."""
        if self._progress is not None:
            self._progress.cancelled = True

    def _asked(self, event: Any) -> None:
        """Act on a button."""
        asked = event.data
        if asked.get("cancel"):
            self.close()
        elif asked.get("make") in EXPORTS and self._progress is None:
            self._progress = Progress()
            job = self._job(EXPORTS[asked["make"]](), str(asked.get("figure")), self._progress)
            self._task = asyncio.ensure_future(job)

    async def _job(self, export: Export, figure: str, progress: Progress) -> None:
        """Make an export and tell what has become of it."""
        assert self._form is not None
        self._form.param.update(busy=export.name, share=0.0, told=f"{export.label}: making it …")
        watch = asyncio.ensure_future(self._watch(progress))
        try:
            told = await self._made(export, figure, progress)
        except CancelledError:
            told = f"{export.label}: cancelled."
        except (ValueError, OSError) as error:
            told = f"{export.label}: {error}."
        finally:
            watch.cancel()
            self._progress = None
            self._form.param.update(busy="", share=0.0)
        self._form.told = told

    async def _made(self, export: Export, figure: str, progress: Progress) -> str:
        """Make an export, hand it over, and say so."""
        if export.in_browser:
            name = await self._picture(export, figure)
            return f"Saved {name}"
        name, content = await self._archive.make(export, progress)
        if export.shown:
            assert self._form is not None
            self._form.param.update(told="", script=content.decode())
            return ""
        await self.courier.deliver(name, export.mime, content, Progress())
        return f"Saved {name} ({_size(len(content))})"

    async def _picture(self, export: Export, figure: str) -> str:
        """Have the browser save a figure; return the name of the file."""
        view = self._gallery.views.get(figure)
        if view is None or figure not in self._gallery.layout.figures:
            raise ValueError("This figure is not shown; show it first")
        colours = theme.palette(view.dark)
        name = f"{self._archive.stem()}-{figure}.{export.extension}"
        await self.courier.picture(
            name,
            export.name,
            figures=[plot.figure.id for plot in view.plots],
            title=view.title,
            paper=colours.paper,
            ink=colours.text,
        )
        return name

    async def _watch(self, progress: Progress) -> None:
        """Show how far an export is."""
        while True:
            await asyncio.sleep(PERIOD)
            assert self._form is not None
            self._form.share = round(progress.share, 3)


def _size(count: int) -> str:
    """Return a number of bytes in words."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.1f} kB"
