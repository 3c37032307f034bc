"""The table of a reproduction."""

from core.studies import Number, Reading, Verdict
from core.studies.table import HEADS, Line, plain, render


def line(ours=0.123456, spread=(0.1, 0.2), low=0.0, high=1.0, measured=True, **about):
    about = {"name": "risk at $m = 10$", "expected": "about .1"} | about
    number = Number(
        about["name"], Reading("median", "", 1.0), low, high, "published", about["expected"],
        explain=about.get("explain", ""),
    )  # fmt: skip
    return Line("a-scene", "A paper, figure 1", Verdict(number, ours, spread, measured), 1.26, None)


def test_a_line_tells_all():
    assert dict(zip(HEADS, line().cells(), strict=True)) == {
        "scene": "a-scene", "source": "A paper, figure 1", "quantity": "risk at m = 10",
        "expected": "about .1", "from": "published", "ours": "0.1235", "spread": "0.1 … 0.2",
        "verdict": "holds", "our s": "1.3", "author min": "–",
    }  # fmt: skip


def test_columns_stand_below_each_other_and_long_texts_are_cut():
    text = render([line(), line(name="a very long name " * 9)])
    head, rule, *rows = text.split("\n")
    starts = [head.index(word) for word in HEADS]
    assert all(row[start - 1] == " " and row[start] != " " for row in rows for start in starts[1:])
    assert "…  about .1" in rows[1] and set(rule) == {"-", " "}


def test_what_differs_is_explained_below():
    because = "other data: $\\tau$ is not theirs"
    text = render([line(high=0.01, explain=because), line(explain="not shown")])
    assert text.endswith("a-scene, risk at m = 10: other data: tau is not theirs")
    assert "not shown" not in text


def test_a_terminal_gets_no_latex():
    assert plain("slope of $\\log R$ at $\\alpha\\,=\\,1$") == "slope of log R at alpha,=,1"
