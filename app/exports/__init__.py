"""What can be taken away from the page: one class a format, found here, listed in ``EXPORTS``."""

from importlib import import_module
from pkgutil import iter_modules

from app.exports.base import EXPORTS as _FOUND
from app.exports.base import CancelledError, Export, Progress, Run

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

#: Name to class of every format, in the order of the page.
EXPORTS: dict[str, type[Export]] = dict(sorted(_FOUND.items(), key=lambda item: item[1].order))

__all__ = ["EXPORTS", "CancelledError", "Export", "Progress", "Run"]
