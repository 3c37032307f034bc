"""A message of changes that costs what changed, not what the page holds."""

from __future__ import annotations

import sys
from typing import Any
from weakref import WeakSet

import numpy as np
from bokeh.core.serialization import Buffer, Serializer
from bokeh.document import Document
from bokeh.document.events import DocumentPatchedEvent
from bokeh.model import Model
from bokeh.protocol.messages.patch_doc import patch_doc
from bokeh.util.serialization import make_id

#: Documents whose pages take the arrays of a message in one piece: assets/tuning.js cuts it up.
TOGETHER: WeakSet[Document] = WeakSet()
#: Arrays begin at multiples of so many bytes, as typed arrays do.
ALIGNED = 8

#: Types of arrays that the browser takes as they are, and their names there.
_PLAIN = {np.dtype(name): name for name in ("float32", "float64", "int32", "uint8", "uint32")}


class Encoder(Serializer):
    """Encodes models that the browser has as references, looked up when they are met.

    Bokeh's own lists all models of the page (some 800) for every message: a quarter of what the
    event loop spends on a frame. And it sends two messages more for each array, where the arrays
    of a frame are some thirty: they go in one piece to pages that take it.

    Parameters
    ----------
    document : Document
        Whose models the browser has, but for the new ones.
    """

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._models: Any = document.models
        self._piece = bytearray() if document in TOGETHER else None
        self._piece_id = make_id()

    @property
    def buffers(self) -> list[Buffer]:
        """What is sent beside the text of the message."""
        piece = [Buffer(self._piece_id, bytes(self._piece))] if self._piece else []
        return [*super().buffers, *piece]

    def _encode_bytes(self, obj: bytes | memoryview) -> Any:
        if self._piece is None:
            return super()._encode_bytes(obj)
        at = len(self._piece)
        self._piece += bytes(obj)  # in the order of C, whatever it is in memory
        length = len(self._piece) - at
        self._piece += bytes(ALIGNED - length % ALIGNED)  # one at least: a piece is never empty
        return {"type": "bytes", "data": {"id": self._piece_id, "at": at, "length": length}}

    def encode(self, obj: Any) -> Any:
        """Return what is sent for a value. Most are texts or arrays, which cannot be models."""
        if obj is None or type(obj) in (str, bool):
            return obj
        if type(obj) is np.ndarray:
            return self._encode(obj)
        return super().encode(obj)

    def _encode_ndarray(self, obj: np.ndarray) -> Any:
        name = _PLAIN.get(obj.dtype)
        if name is None:
            return super()._encode_ndarray(obj)
        array = self._encode_bytes(obj.data)
        order = sys.byteorder
        return {"type": "ndarray", "array": array, "shape": list(obj.shape), "dtype": name,
                "order": order}  # fmt: skip

    def get_ref(self, obj: Any) -> Any:
        """Return the reference to a model that the browser has, None to anything else."""
        ref = super().get_ref(obj)
        if ref is None and isinstance(obj, Model) and self._is_synced(obj):
            ref = obj.ref
        return ref

    def has_ref(self, obj: Any) -> bool:
        """Tell whether the browser has a model, once it has the message."""
        return self.get_ref(obj) is not None

    def _is_synced(self, model: Model) -> bool:
        return self._models.get_by_id(model.id) is model and model not in self._models._new_models


def message(document: Document, events: list[DocumentPatchedEvent]) -> Any:
    """Return the message that tells the browser of some events of a document."""
    encoder = Encoder(document)
    content: Any = {"events": encoder.encode(events)}
    document.models.flush_synced(lambda model: not encoder.has_ref(model))
    made = patch_doc(patch_doc.create_header(), {}, content)
    made.add_buffers(*encoder.buffers)
    return made
