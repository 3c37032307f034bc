"""The line above the figures of a view: its title, and a note that says what is drawn."""

from __future__ import annotations

from html import escape

#: Type of the page grows with the presentation; see app.present.
_SIZE = "font-size:calc({}px*var(--wf-scale,1))"


def heading(title: str, note: str) -> str:
    """Return the markup of a panel's title and note: one line, cut short if need be."""
    line = "white-space:nowrap;overflow:hidden;text-overflow:ellipsis"
    # A note with room for a word or two only goes to a second line, which is not seen.
    room = "flex:1 0 11em;min-width:0;max-width:100%"
    one = "display:flex;flex-wrap:wrap;gap:0 .75em;align-items:baseline;overflow:hidden"
    says = escape(note)
    return (
        f'<div style="{one};{_SIZE.format(15)};height:1.4em;line-height:1.4">'
        f'<b style="{_SIZE.format(15)};font-weight:500;white-space:nowrap">{escape(title)}</b>'
        f'<span style="{_SIZE.format(12)};opacity:.72;{line};{room}" title="{says}">{says}</span>'
        "</div>"
    )
