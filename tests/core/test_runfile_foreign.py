"""Run files that others wrote, or meant ill with: refused, not executed, not swallowed whole."""

import io
import json
import os
import pickle
import struct
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import runfile

#: tmp_path is shared by the examples of a test, each of which writes its file anew.
SHARED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

META = {"step": 3, "time": 0.1, "nested": {"list": [1, None, "ä"]}}
ARRAYS = {"particles": np.arange(12.0).reshape(3, 4), "few": np.array([True, False])}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.npz"


@pytest.fixture
def written(path):
    runfile.write(path, META, ARRAYS)
    return path


@SHARED
@given(content=st.binary(max_size=200), zipped=st.booleans())
def test_any_other_bytes_are_refused(path, content, zipped):
    path.write_bytes(b"PK\x03\x04" + content if zipped else content)
    with pytest.raises(ValueError, match=r"run\.npz "):
        runfile.read(path)


def foreign(path, **members):
    """An archive whose members are written as they are given."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=True)
    return buffer.getvalue()


def header(**changes):
    """A member `wideflow` of an empty run, with changes."""
    head = {"format": runfile.FORMAT, "version": 1, "meta": {}, "checksum": ""} | changes
    return npy(np.frombuffer(json.dumps(head).encode(), np.uint8))


FOREIGN = {
    "another program": ({"arr_0": npy(np.ones(3))}, "not written by Wideflow"),
    "an empty archive with a header of numbers": ({"wideflow": npy(np.ones(3))}, "not Wideflow's"),
    "another format": ({"wideflow": header(format="widget")}, "not Wideflow's"),
    "a newer format": ({"wideflow": header(version=2)}, r"version 2.* up to 1; update"),
    "no version": ({"wideflow": header(version="1")}, "version '1'"),
    "no content": ({"wideflow": header(meta=None)}, "without its content"),
    "no checksum": ({"wideflow": header()}, "checksum differs"),
    "objects": ({"wideflow": header(), "a": npy(np.array([{}]))}, "damaged .*plain numbers"),
    "texts": ({"wideflow": header(), "a": npy(np.array(["x"]))}, "damaged .*plain numbers"),
    "no array": ({"wideflow": header(), "a": b"hello"}, "truncated or damaged"),
    "a longer array": ({"wideflow": header(), "a": npy(np.ones(3)) + b"12345678"}, "damaged"),
}


@pytest.mark.parametrize("case", FOREIGN)
def test_foreign_archives_are_refused_with_the_reason(path, case):
    members, reason = FOREIGN[case]
    foreign(path, **members)
    with pytest.raises(ValueError, match=rf"run\.npz .*{reason}"):
        runfile.read(path)


def test_other_files_are_refused(path):
    with pytest.raises(FileNotFoundError):
        runfile.read(path)
    for content, reason in ((b"", "is empty"), (b'{"m": 4}', "no run file"), (npy(1), "no run")):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=reason):
            runfile.read(path)
    np.savez(path, particles=np.ones(3))
    with pytest.raises(ValueError, match="not written by Wideflow"):
        runfile.read(path)


class Trap:
    """Unpickling it would leave a file behind."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (os.fspath(self.path), "w"))


def test_nothing_in_a_file_is_executed(path, tmp_path):
    sprung = tmp_path / "sprung"
    trap = npy(np.array([Trap(sprung)], dtype=object))
    for members in ({"wideflow": trap}, {"wideflow": header(), "a": trap}):
        foreign(path, **members)
        with pytest.raises(ValueError, match=r"plain numbers|not Wideflow's"):
            runfile.read(path)
    path.write_bytes(pickle.dumps(Trap(sprung)))
    with pytest.raises(ValueError, match="no run file"):
        runfile.read(path)
    assert not sprung.exists()


def test_files_that_would_fill_the_memory_are_refused_unread(path):
    np.savez_compressed(path, wideflow=np.zeros(10, np.uint8), a=np.zeros(10**7))
    assert path.stat().st_size < 10**5
    with pytest.raises(ValueError, match="compressed"):
        runfile.read(path)
    runfile.write(path, {}, {"a": np.zeros(1000)})
    with pytest.raises(ValueError, match="more than the 5,000 allowed"):
        runfile.read(path, most_bytes=5000)
    # An array that claims 8 EB in a member of a few bytes.
    claim = npy(np.ones(1)).replace(b"(1,)", b"(%d,)" % 10**18, 1)
    foreign(path, wideflow=header(), a=claim)
    with pytest.raises(ValueError, match="truncated or damaged"):
        runfile.read(path)


def test_a_directory_entry_that_claims_more_than_there_is(written):
    """The size in the archive's directory is what is held against the limit."""
    content = bytearray(written.read_bytes())
    entry = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, entry + 24, 2**32 - 2)
    written.write_bytes(content)
    with pytest.raises(ValueError, match=r"damaged|more than"):
        runfile.read(written, most_bytes=2**30)
