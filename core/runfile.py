"""Run files: JSON and arrays in one NPZ that NumPy opens, written whole or not at all.

A file holds a member `wideflow` (a header, JSON in UTF-8 bytes) and one member an array, all
uncompressed. Nothing in it is ever executed: arrays of objects are neither written nor read.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

#: What the header calls the format, and the newest version of it that this program knows.
FORMAT, VERSION = "wideflow run", 1

#: Most bytes of all members together, and of the header alone.
MOST_BYTES = 8 * 2**30
MOST_HEADER_BYTES = 16 * 2**20

#: Kinds of numbers an array may hold: booleans, integers and floats.
_KINDS = "biuf"

_HEADER = "wideflow"

#: What zipfile and NumPy raise on bytes that are no archive or no array.
_DAMAGE = (
    zipfile.BadZipFile, ValueError, EOFError, KeyError, RuntimeError, NotImplementedError,
    OverflowError, MemoryError, SyntaxError, TypeError,
)  # fmt: skip


def write(
    path: str | os.PathLike, meta: Mapping[str, Any], arrays: Mapping[str, np.ndarray]
) -> None:
    """Write a run file. A crash on the way leaves what was at `path` as it was.

    Parameters
    ----------
    path : path-like
        Replaced if it is there.
    meta : mapping
        Anything strict JSON takes; numbers must be finite.
    arrays : mapping of str to ndarray
        Of booleans, integers or floats, any shape. The name "wideflow" is taken.

    Raises
    ------
    ValueError
        If something cannot be stored.
    OSError
        If the place cannot be written to.
    """
    plain = {name: _storable(name, array) for name, array in arrays.items()}
    try:
        content = json.dumps(meta, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"meta cannot be written as JSON: {error}") from None
    # Parsed back first: what is summed is then what a reader will have in its hands.
    checksum = _checksum(json.loads(content), plain)
    header = {"format": FORMAT, "version": VERSION, "checksum": checksum, "meta": meta}
    text = json.dumps(header, allow_nan=False).encode()
    members = {_HEADER: np.frombuffer(text, dtype=np.uint8)} | plain
    if sum(array.nbytes for array in plain.values()) > MOST_BYTES or len(text) > MOST_HEADER_BYTES:
        raise ValueError("the run is too large for a file that could be read again")
    with _replacing(Path(os.path.realpath(path))) as file, zipfile.ZipFile(file, "w") as archive:
        for name, array in members.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


def read(
    path: str | os.PathLike, most_bytes: int = MOST_BYTES
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return the meta and the arrays of a run file.

    Parameters
    ----------
    path : path-like
    most_bytes : int
        Files whose members are larger together are refused before anything is loaded.

    Raises
    ------
    FileNotFoundError, OSError
        If there is nothing to read.
    ValueError
        If it is no run file, or is truncated, altered, too large or of a newer format: says why,
        and what to do.
    """
    path = Path(path)
    with path.open("rb") as file:
        _check_beginning(path, file)
        try:
            with zipfile.ZipFile(file) as archive:
                members = _members(path, archive, most_bytes)
                header = _read_header(path, archive, members)
                arrays = {name: _read_array(archive, info) for name, info in members.items()}
        except _RefusalError:
            raise
        except _DAMAGE as error:
            raise _refuse(path, f"is truncated or damaged ({error}); use another copy") from None
    meta = header["meta"]
    if header.get("checksum") != _checksum(meta, arrays):
        raise _refuse(path, "was altered or damaged (its checksum differs); use another copy")
    return meta, {name: _native(array) for name, array in arrays.items()}


class _RefusalError(ValueError):
    """A reason of our own, in contrast to what libraries say of damaged bytes."""


def _refuse(path: Path, reason: str) -> _RefusalError:
    return _RefusalError(f"{path} {reason}")


def _storable(name: str, array: np.ndarray) -> np.ndarray:
    """Return `array` contiguous and little-endian."""
    array = np.asarray(array)
    if array.dtype.kind not in _KINDS:
        raise ValueError(f"arrays[{name!r}] holds {array.dtype}; only numbers can be stored")
    if name == _HEADER or not name or set(name) & set("/\\\0"):
        raise ValueError(f"arrays has the name {name!r}, which is taken or cannot be a file name")
    return np.array(array, dtype=array.dtype.newbyteorder("<"), order="C", copy=None)


def _native(array: np.ndarray) -> np.ndarray:
    return array.astype(array.dtype.newbyteorder("="))


def _checksum(meta: Any, arrays: Mapping[str, np.ndarray]) -> str:
    """Return the SHA-256 of everything a file says."""
    total = hashlib.sha256(json.dumps(meta, sort_keys=True).encode())
    for name in sorted(arrays):
        array = arrays[name]
        total.update(json.dumps([name, array.dtype.str, array.shape]).encode())
        total.update(array.reshape(-1).view(np.uint8).data)
    return total.hexdigest()


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a file beside `path`; move it there once it is complete and on the disk."""
    draft = path.with_name(f".{path.name[:100]}.{uuid.uuid4().hex}.part")
    try:
        with draft.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _check_beginning(path: Path, file: IO[bytes]) -> None:
    start = file.read(4)
    file.seek(0)
    if not start:
        raise _refuse(path, "is empty: its writing was cut off; use another copy")
    if start != b"PK\x03\x04":
        raise _refuse(path, "is no run file (not an NPZ archive); give one written by save")


def _members(path: Path, archive: zipfile.ZipFile, most_bytes: int) -> dict[str, zipfile.ZipInfo]:
    """Return the arrays' entries by name, sizes checked before anything is loaded."""
    infos = archive.infolist()
    members = {info.filename.removesuffix(".npy"): info for info in infos}
    if _HEADER not in members:
        raise _refuse(path, "was not written by Wideflow (it has no header); give one that was")
    if len(members) != len(infos) or any(info.compress_type for info in infos):
        raise _refuse(path, "is compressed or has a member twice: Wideflow did not write it so")
    size = sum(info.file_size for info in infos)
    if size > most_bytes or members[_HEADER].file_size > MOST_HEADER_BYTES:
        raise _refuse(path, f"holds {size:,} bytes, more than the {most_bytes:,} allowed")
    return members


def _read_header(
    path: Path, archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]
) -> dict[str, Any]:
    """Take the header out of `members` and return it."""
    try:
        header = json.loads(_read_array(archive, members.pop(_HEADER)).tobytes())
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise _refuse(path, "has a header that is not Wideflow's; give a file written by save")
    version = header.get("version")
    if not isinstance(version, int) or not 1 <= version <= VERSION:
        raise _refuse(
            path, f"has format version {version!r}, this program reads up to {VERSION}; update it"
        )
    if not isinstance(header.get("meta"), dict):
        raise _refuse(path, "has a header without its content; use another copy")
    return header


def _read_array(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> np.ndarray:
    """Read one array; its header is held against the size of the member before memory is taken."""
    with archive.open(info) as member:
        if np.lib.format.read_magic(member) != (1, 0):
            raise ValueError(f"{info.filename} is no array of NumPy format 1.0")
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(member)
        data = member.read()
    if dtype.kind not in _KINDS or fortran:
        raise ValueError(f"{info.filename} holds {dtype}, not plain numbers")
    return np.frombuffer(data, dtype).reshape(shape)
