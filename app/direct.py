"""Parts of the page that Python writes to at every frame, past Panel's parameter traffic.

That traffic costs a millisecond a change, delays what comes from the browser by 50 ms and flashes
the page's busy indicator.
"""

from __future__ import annotations

from typing import Any

from app.script import Script


class Direct(Script):
    """A component whose parameters are written by `put`; all but their first values go past Panel.

    The script in the browser reads and hears them as usual: ``model.on("name", …)``.
    """

    _linked_properties = ()

    def __init__(self, **params: Any) -> None:
        super().__init__(**params)
        self.sent: dict[str, Any] = {}

    def put(self, **values: Any) -> None:
        """Send what has changed. Under the document lock."""
        changed = {name: value for name, value in values.items() if self.sent.get(name) != value}
        self.sent |= changed
        if changed:
            models: list[Any] = [model for model, _ in self._models.values()]
            for model in models:
                model.data.update(**changed)

    def _get_model(self, *args: Any, **kwargs: Any) -> Any:
        model: Any = super()._get_model(*args, **kwargs)
        model.data.update(**self.sent)
        return model
