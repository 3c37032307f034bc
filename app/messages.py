"""Messages to the user: what happened, which value, what to do. They stay until closed."""

from __future__ import annotations

from html import escape
from typing import Any

import panel as pn
import panel_material_ui as pmui

#: Older messages go when more than this many are open.
_MOST = 4


class Messages:
    """A column of messages above the figures, CSS class wf-message on each.

    Attributes
    ----------
    panel : panel.viewable.Viewable
    """

    def __init__(self) -> None:
        self.panel = pn.Column(sizing_mode="stretch_width", margin=0)
        self._by_topic: dict[str, Any] = {}

    def say(self, text: str, severity: str = "warning", topic: str | None = None) -> None:
        """Show a message; one with the same topic replaces the last.

        Parameters
        ----------
        text : str
        severity : str
            "info", "success", "warning" or "error".
        topic : str, optional
            By default the text itself, so that the same words are not shown twice.
        """
        topic = topic or text
        alert = pmui.Alert(
            # The class stands on the text itself: the element around it has none of its own.
            object=f'<span class="wf-message">{escape(text)}</span>',
            severity=severity,
            closeable=True,
            variant="outlined",
            sizing_mode="stretch_width",
            margin=(4, 8),
        )
        alert.param.watch(lambda event: self.withdraw(topic), "closed")
        self._by_topic.pop(topic, None)
        self._by_topic[topic] = alert
        self._show()

    def withdraw(self, topic: str) -> None:
        """Take a message away, if it is there."""
        if self._by_topic.pop(topic, None) is not None:
            self._show()

    def _show(self) -> None:
        while len(self._by_topic) > _MOST:
            del self._by_topic[next(iter(self._by_topic))]
        self.panel.objects = list(self._by_topic.values())
