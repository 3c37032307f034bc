"""Texts of the user's own as data: what is understood, and what is refused and how."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import Problem
from core.datasets import from_csv, from_json, user

READERS = pytest.mark.parametrize("read", [from_csv, from_json])


def read_csv(text: str, **about) -> list:
    dataset = from_csv(text, bias=False, **about)
    return np.column_stack((dataset.inputs, dataset.targets)).tolist()


@pytest.mark.parametrize(
    "text",
    [
        "1,2,3\n4,5,6",
        "\n# a comment\n\n1, 2 ,3 # of a line\n   \n4,5,6\n\n",
        "a,b,c\n1,2,3\n4,5,6",
        "a;y;b\n1;3;2\n4;6;5\n",
        "Label\tu\tv\n3\t1\t2\n6\t4\t5",
        "TARGET , u,v\n3,1,2\n6,4,5",
        '"y","a, b","c"\n3,1,"2"\n"6",4,5',
        "1e0,+2.0,3.\n4,0.5e1,6",
        "\ufeff1,2,3\r4,5,6\r",
    ],
)
def test_tables_that_are_understood(text):
    assert read_csv(text) == [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "text holds no points"),
        ("# nothing\n\n", "text holds no points"),
        ("x,y\n", r"holds names \(line 1\) and no points"),
        ("1\n2\n", "line 1 has one column; .*separated by"),
        ("1 2 3", "line 1 has one column"),
        ("1,2\n3\n", "line 2 has 1 columns, the first one 2"),
        ("#\n1,2\n\n3,4,5\n", "line 4 has 3 columns"),
        ("a,b\n1,2\n3,x\n", "line 3, column 2: 'x' is no number"),
        ("1,x\n3,4\n", "line 1, column 2: 'x' is no number"),
        ("1,2\n,4\n", "line 2, column 1: nothing is no number"),
        ("1;2\n1,5;3", "line 2, column 1: '1,5' is no number; write a decimal point"),
        ("1,2\n1,nan", "line 2, column 2: 'nan' is not finite"),
        ("1,2\n-inf,1", "line 2, column 1: '-inf' is not finite"),
        ("1,2\n1e999,1", "line 2, column 1: '1e999' is not finite"),
        ("1,1_000", "line 1, column 2: '1_000' is no number"),
        ("0x1,1", "line 1, column 1: '0x1' is no number"),
        ("1,1+1", "line 1, column 2"),
        ("y,x,label\n1,2,3", r"line 1 names several targets \(y and label\)"),
        ('1,2\n"3,4\n5,6', "line 2 cannot be read: unexpected end of data"),
        ("1,2\n3,1e16", r"targets holds 1e\+16 in point 2; numbers must be within ±1e\+15"),
    ],
)
def test_tables_that_are_refused_name_line_and_column(text, message):
    with pytest.raises(ValueError, match=message):
        from_csv(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "text is no JSON: Expecting value: line 1 column 1"),
        ("[[1, 2], [3, 4]", "text is no JSON: .*line 1"),
        ("[" * 100_000, "text is no JSON: .*recursion"),
        ("[]", "points is no list of points; give"),
        ("7", "points is no list of points"),
        ('"[[1, 2]]"', "points is no list of points"),
        ("[1, 2]", "points is no list of points"),
        ("[[]]", r"points\[0\] has 0 numbers; it must have 2"),
        ("[[1]]", r"points\[0\] has 1 numbers"),
        ("[[1, 2], [3]]", r"points\[1\] is no list of 2 numbers, as points\[0\] is"),
        ("[[1, 2], 3]", r"points\[1\] is no list"),
        ("[[1, 2], [3, null]]", r"points\[1\]\[1\] is null, not a finite number"),
        ('[[1, 2], ["3", 4]]', r'points\[1\]\[0\] is "3", not'),
        ("[[1, 2], [3, true]]", r"points\[1\]\[1\] is true, not"),
        ("[[1, 2], [3, [4]]]", r"points\[1\]\[1\] is a list, not"),
        ("[[1, 2], [3, NaN]]", r"points\[1\]\[1\] is NaN, not"),
        ("[[1, 2], [3, 1e999]]", r"points\[1\]\[1\] is Infinity, not"),
        (f"[[1, 1{'0' * 400}]]", r"points\[0\]\[1\] is 10000"),
        ("{}", "text is an object with nothing; give .*inputs"),
        ('{"inputs": [[1]], "y": [1]}', "text is an object with inputs, y; give"),
        ('{"inputs": [[1]], "targets": 1}', "targets is no list"),
        ('{"inputs": [1], "targets": [1]}', "inputs is no list of points"),
        ('{"inputs": [[1]], "targets": []}', "targets has shape"),
        ('{"inputs": [[1]], "targets": ["a"]}', r'targets\[0\] is "a"'),
        ('{"inputs": [[1], [2]], "targets": [1]}', "targets has 1 entries and inputs 2 rows"),
        ("[[1e16, 2]]", r"inputs holds 1e\+16 in point 1"),
    ],
)
def test_json_that_is_refused_names_point_and_coordinate(text, message):
    with pytest.raises(ValueError, match=message):
        from_json(text)


#: Texts that come close to being data.
SPICED = st.lists(
    st.sampled_from(
        [*'0123456789.,;\t\n\r"#-+eE_ xy[]{}:', "nan", "inf", "1", "[[", "]]", '"inputs"', "null",
         '"targets"', "label", "\x00", "\u2028", "١", "\ud800", "1e308", "true"]
    )
).map("".join)  # fmt: skip


@READERS
@settings(max_examples=400, deadline=None)
@given(text=st.text() | SPICED | st.binary(), bias=st.booleans(), labels=st.booleans())
def test_any_text_is_taken_or_refused_by_a_value_error(read, text, bias, labels):
    try:
        dataset = read(text, bias=bias, labels=labels)
    except ValueError as error:
        assert str(error)
        return
    assert np.isfinite(dataset.inputs).all() and len(dataset.inputs) == len(dataset.targets) >= 1
    assert not labels or dataset.labels
    Problem(dataset.inputs, dataset.targets, loss="square")


@READERS
def test_deep_or_wide_rows_do_no_harm(read):
    for text in ("[[1, " + "[" * 900 + "]" * 900 + "]]", "[[1," + "1," * 5000 + "1]]", "1," * 5000):
        with pytest.raises(ValueError, match=r"."):
            read(text)


def test_a_text_never_names_a_file(tmp_path):
    """A text typed into a page must not make the server read its own files."""
    path = tmp_path / "points.csv"
    path.write_text("1,2\n")
    for read in (from_csv, from_json):
        with pytest.raises(ValueError, match=r"one column|no JSON"):
            read(str(path))
        with pytest.raises(FileNotFoundError):
            read(tmp_path / "nothing")
    for text in (None, 3, ["1,2"]):
        with pytest.raises(ValueError, match=r"give str, bytes or a pathlib\.Path"):
            from_csv(text)


@READERS
def test_texts_of_any_size_are_refused_before_they_are_read(read, tmp_path, monkeypatch):
    monkeypatch.setattr(user, "MAX_TEXT", 1000)
    path = tmp_path / "long"
    path.write_text(" " * 1001)
    for text in (path, path.read_text(), path.read_bytes()):
        with pytest.raises(ValueError, match="larger than the 1,000 bytes"):
            read(text)
    with pytest.raises(ValueError, match=r"not UTF-8 \(byte 3\)"):
        read(b"1,2\xff")
