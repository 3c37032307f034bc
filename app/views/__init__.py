"""The figures of the page: one file a view, found here and listed in ``VIEWS``."""

from importlib import import_module
from pkgutil import iter_modules

from app.views.base import VIEWS as _FOUND
from app.views.base import Payload, Ready, View
from app.views.options import Option

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

#: Name to class of every view, in the order of the page.
VIEWS: dict[str, type[View]] = dict(sorted(_FOUND.items(), key=lambda item: item[1].order))

__all__ = ["VIEWS", "Option", "Payload", "Ready", "View"]
