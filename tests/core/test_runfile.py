"""Run files: what goes in comes out, and everything else is refused with a reason."""

import json
import os
import shutil

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from core import runfile

#: tmp_path is shared by the examples of a test, each of which writes its file anew.
SHARED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

META = {"step": 3, "time": 0.1, "nested": {"list": [1, None, "ä"]}}
ARRAYS = {"particles": np.arange(12.0).reshape(3, 4), "few": np.array([True, False])}

TYPES = ["?", "i1", "u2", "<i4", ">i8", "<f4", ">f8", "<f8", "f2"]
TABLES = st.sampled_from(TYPES).flatmap(
    lambda kind: arrays_of.arrays(kind, arrays_of.array_shapes(min_dims=0, min_side=0, max_side=4))
)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(), FINITE),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.npz"


@pytest.fixture
def written(path):
    runfile.write(path, META, ARRAYS)
    return path


def same(first, second):
    return first.dtype == second.dtype and first.shape == second.shape and (
        first.tobytes() == second.tobytes()
    )  # fmt: skip


@SHARED
@given(
    meta=st.dictionaries(st.text(), JSON, max_size=4),
    arrays=st.dictionaries(st.sampled_from(["a", "history.b", "ü"]), TABLES, max_size=3),
)
def test_what_goes_in_comes_out(path, meta, arrays):
    runfile.write(path, meta, arrays)
    back, read = runfile.read(path)
    assert back == meta and list(read) == list(arrays)
    for name, array in arrays.items():
        assert same(read[name], array.astype(array.dtype.newbyteorder("="))), name
        assert read[name].flags.writeable and read[name].flags.c_contiguous


def test_numpy_reads_the_arrays(written):
    with np.load(written, allow_pickle=False) as file:
        assert set(file.files) == {"wideflow", *ARRAYS}
        for name, array in ARRAYS.items():
            np.testing.assert_array_equal(file[name], array)
        assert json.loads(bytes(file["wideflow"]))["meta"] == META


def test_the_same_run_makes_the_same_file(written, tmp_path):
    runfile.write(tmp_path / "again.npz", META, ARRAYS)
    assert written.read_bytes() == (tmp_path / "again.npz").read_bytes()


def test_arrays_in_any_layout(path):
    table = np.arange(24.0).reshape(2, 3, 4)
    runfile.write(path, {}, {"f": np.asfortranarray(table), "s": table[:, ::2], "t": table.T})
    read = runfile.read(path)[1]
    for name, expected in (("f", table), ("s", table[:, ::2]), ("t", table.T)):
        np.testing.assert_array_equal(read[name], expected)


@SHARED
@given(data=st.data())
def test_a_truncated_file_is_refused(written, data):
    whole = written.read_bytes()
    part = written.with_name("part.npz")
    part.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    with pytest.raises(ValueError, match=r"part\.npz (is|was) .*(cut off|truncated|no run file)"):
        runfile.read(part)


@SHARED
@given(data=st.data())
def test_a_changed_byte_is_refused_or_changes_nothing(written, data):
    """Times and attributes in the archive's directory say nothing of the run."""
    content = bytearray(written.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    damaged = written.with_name("damaged.npz")
    damaged.write_bytes(content)
    try:
        meta, arrays = runfile.read(damaged)
    except ValueError as error:
        assert "damaged.npz" in str(error)
    else:
        assert meta == META and all(same(arrays[name], ARRAYS[name]) for name in ARRAYS)


def test_a_failed_write_leaves_the_old_file(written, monkeypatch):
    before = written.read_bytes()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        runfile.write(written, META, ARRAYS)
    assert written.read_bytes() == before
    assert list(written.parent.iterdir()) == [written]


@pytest.mark.parametrize(
    ("meta", "arrays", "message"),
    [
        ({"x": np.nan}, {}, "meta cannot be written as JSON"),
        ({"x": np.ones(2)}, {}, "meta cannot be written as JSON"),
        ({}, {"a": np.array([None])}, r"arrays\['a'\] holds object"),
        ({}, {"a": np.array([1j])}, "holds complex128"),
        ({}, {"wideflow": np.ones(2)}, "'wideflow', which is taken"),
        ({}, {"../a": np.ones(2)}, "cannot be a file name"),
    ],
)
def test_what_cannot_be_stored_is_named_and_nothing_is_written(path, meta, arrays, message):
    with pytest.raises(ValueError, match=message):
        runfile.write(path, meta, arrays)
    assert list(path.parent.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="needs symbolic links")
def test_a_link_stays_a_link(written):
    link = written.with_name("latest.npz")
    link.symlink_to(written)
    runfile.write(link, {"step": 4}, {})
    assert link.is_symlink() and runfile.read(written)[0] == {"step": 4}


def test_a_copy_elsewhere_is_as_good(written, tmp_path):
    copy = shutil.copy(written, tmp_path / "copy of run")
    assert runfile.read(copy)[0] == META
