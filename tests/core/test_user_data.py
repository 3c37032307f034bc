"""Data of the user's own: what is taken, what is refused and how, and the way there and back."""

import csv
import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from core import datasets
from core.datasets import Dataset, from_arrays, from_csv, from_json, points_csv, points_text
from core.datasets.sampling import MAX_N

MANY = settings(max_examples=200, deadline=None)

#: Points (n, d + 1), the last column the target.
TABLES = arrays_of.arrays(
    np.float64,
    arrays_of.array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=5),
    elements=st.floats(-1e15, 1e15),
)
READERS = pytest.mark.parametrize("read", [from_csv, from_json])


def table_of(dataset: Dataset) -> np.ndarray:
    """The points and targets of a data set without bias."""
    return np.column_stack((dataset.inputs, dataset.targets))


@MANY
@given(table=TABLES, bias=st.booleans())
def test_points_as_text_come_back_to_the_bit(table, bias):
    dataset = from_arrays(table[:, :-1], table[:, -1], bias=bias)
    text = points_text(dataset)
    again = from_json(text, bias=bias)
    assert again.inputs.tobytes() == dataset.inputs.tobytes()
    assert again.targets.tobytes() == dataset.targets.tobytes()
    assert (again.bias, again.labels) == (bias, dataset.labels)
    np.testing.assert_array_equal(json.loads(text), table)  # it is what it says it is
    assert " " not in text and points_text(again) == text
    lines = points_csv(dataset)
    again = from_csv(lines, bias=bias)
    assert again.inputs.tobytes() == dataset.inputs.tobytes()
    assert again.targets.tobytes() == dataset.targets.tobytes()
    rows = list(csv.reader(io.StringIO(lines)))[1:]
    np.testing.assert_array_equal(np.array(rows, dtype=float), table)


def test_points_are_written_short():
    assert points_text(from_arrays([[1, 0.5], [-2, 1e-9]], [1, -1])) == "[[1,0.5,1],[-2,1e-09,-1]]"


@MANY
@given(
    table=TABLES,
    separator=st.sampled_from([",", ";", "\t"]),
    header=st.booleans(),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_tables_written_by_the_csv_module_come_back(table, separator, header, end, quoting):
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=separator, lineterminator=end, quoting=quoting)
    names = [f"x{i}" for i in range(table.shape[1])]
    writer.writerows(([names] if header else []) + table.tolist())
    for text in (buffer.getvalue(), buffer.getvalue().encode("utf-8-sig")):
        assert table_of(from_csv(text, bias=False)).tobytes() == table.tobytes()


def test_tables_of_numpy_and_files(tmp_path):
    table = np.random.default_rng(0).standard_normal((20, 4))
    path = tmp_path / "points.csv"
    np.savetxt(path, table, delimiter=",", header="x1,x2,x3,y", fmt="%.17g")
    np.testing.assert_array_equal(table_of(from_csv(path, bias=False)), table)
    path.write_text(json.dumps({"inputs": table[:, :3].tolist(), "targets": table[:, 3].tolist()}))
    np.testing.assert_array_equal(table_of(from_json(path, bias=False)), table)


def test_sizes():
    with pytest.raises(ValueError, match=r"inputs has shape \(100001, 1\); at most 100,000 points"):
        from_arrays(np.zeros((MAX_N + 1, 1)), np.zeros(MAX_N + 1))
    with pytest.raises(ValueError, match="1,000 coordinates"):
        from_arrays(np.zeros((1, 1001)), np.zeros(1))
    with pytest.raises(ValueError, match="10,000,000 numbers"):
        from_arrays(np.zeros((10_000, 1000)), np.zeros(10_000))
    with pytest.raises(ValueError, match="line 100001: more than the 100,000 points allowed"):
        from_csv("1,2\n" * (MAX_N + 1))
    assert len(from_csv("1,2\n" * MAX_N).targets) == MAX_N


@pytest.mark.parametrize("bias", [True, False])
def test_what_a_data_set_of_arrays_is(bias):
    X, y = np.arange(6, dtype=np.float32).reshape(3, 2), [0.5, 1, 2]
    dataset = from_arrays(X, y, bias=bias, name="mine")
    np.testing.assert_array_equal(dataset.inputs[:, -2:], X)
    assert dataset.inputs.shape == (3, 2 + bias) and (dataset.inputs[:, 0] == 1).all() == bias
    assert dataset.inputs.dtype == dataset.targets.dtype == np.float64
    assert dataset.inputs.flags.c_contiguous
    assert dataset.test_inputs.shape == (0, 2 + bias) and dataset.test_targets.shape == (0,)
    assert (dataset.teacher, dataset.bias, dataset.labels) == (None, bias, False)
    assert dataset.name == "mine" and {
        f.name for f in Dataset.__dataclass_fields__.values()
    } == set(vars(dataset))


def test_arrays_that_were_given_may_change():
    X, y = np.ones((2, 2)), np.ones(2)
    dataset = from_arrays(X, y, bias=False)
    X[:], y[:] = 7, 7
    assert (dataset.inputs == 1).all() and (dataset.targets == 1).all()


@pytest.mark.parametrize(
    ("targets", "labels", "expected"),
    [
        ([1, -1, 1], True, [1, -1, 1]),
        ([0, 1, 1], True, [-1, 1, 1]),
        ([1.0, 1.0, 1.0], True, [1, 1, 1]),
        ([0, 0, 0], True, [-1, -1, -1]),
        ([True, False, True], True, [1, -1, 1]),
        ([0, 1, 1], False, [0, 1, 1]),
        ([-1, 1, 1], False, [-1, 1, 1]),
    ],
)
def test_labels(targets, labels, expected):
    dataset = from_arrays(np.eye(3), targets, labels=labels)
    np.testing.assert_array_equal(dataset.targets, expected)
    assert dataset.labels == (set(expected) <= {-1, 1})


@pytest.mark.parametrize("targets", [[1, 2, 1], [-1, 0, 1], [0.5, 1, 1], [1, 2, 3]])
def test_other_labels_are_refused_with_what_they_may_be(targets):
    with pytest.raises(ValueError, match=r"targets holds .*labels must be −1 and \+1, or 0 and 1"):
        from_arrays(np.eye(3), targets, labels=True)
    with pytest.raises(ValueError, match=r"targets holds 0, 1, 2, 3, 4, \.\.\.; labels"):
        from_arrays(np.eye(9), range(9), labels=True)


@pytest.mark.parametrize(
    ("inputs", "targets", "message"),
    [
        ([1, 2], [1, 2], "inputs has shape"),
        ([[1], [2, 3]], [1, 2], "inputs must be an array of real numbers"),
        ([["a"]], [1], "inputs must be an array of real numbers"),
        ([[np.nan]], [1], "inputs holds values that are not finite"),
        ([[1]], [np.inf], "targets holds values that are not finite"),
        ([[1]], [1, 2], "targets has 2 entries and inputs 1 rows"),
        (np.zeros((0, 2)), [], "inputs has shape"),
        (np.zeros((2, 0)), [1, 1], "inputs has shape"),
        ([[1], [-1e300]], [1, 2], r"inputs holds 1e\+300 in point 2"),
    ],
)
def test_bad_arrays_are_named(inputs, targets, message):
    with pytest.raises(ValueError, match=message):
        from_arrays(inputs, targets)


def test_the_names_are_public():
    names = {"from_arrays", "from_csv", "from_json", "points_csv", "points_text"}
    assert names <= set(datasets.__all__)
