"""The base of the page's own components: JavaScript that the browser runs as it is written."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import panel as pn


class Script(pn.custom.JSComponent):
    """A component whose `_esm` is a plain JavaScript module.

    Panel has the browser translate modules from TypeScript and JSX, a tenth of the time it takes to
    build this page, unless they come in a bundle: these pass for one.
    """

    def _get_properties(self, doc: Any) -> dict[str, Any]:
        properties = super()._get_properties(doc)
        properties["bundle"] = sha256(properties["esm"].encode()).hexdigest()
        return properties
