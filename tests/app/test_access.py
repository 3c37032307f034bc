"""Links that lock and hide."""

import pytest

from app.access import Access
from app.controls import Control, Controls
from core.experiment import Experiment
from core.knobs import KNOBS


def test_names_are_read_in_any_order_and_written_in_that_of_the_page():
    access, complaints = Access.from_query("?lock=seed, m&hide=loss&play=1&hide=n")
    assert access == Access(locked=("m", "seed"), hidden=("n", "loss")) and not complaints
    assert (
        Access.from_query("&".join(f"{k}={v}" for k, v in access.to_query().items()))[0] == access
    )
    assert Access().to_query() == {}


def test_what_is_locked_and_hidden_is_hidden():
    access, _ = Access.from_query("lock=m,n&hide=m")
    assert (access.locked, access.hidden) == (("n",), ("m",))
    assert [access.may(name) for name in ("m", "n", "d")] == [False, False, True]


def test_what_is_fixed_cannot_be_changed_all_at_once():
    access = Access(locked=("m",), hidden=("loss",))
    knobs = Experiment().to_dict()
    access.check(knobs, knobs | {"n": 7})
    for name, value in (("m", 7), ("loss", "square")):
        with pytest.raises(ValueError, match=f"{name}=.*fixed by the link.*{value}"):
            access.check(knobs, knobs | {name: value})


def test_bad_names_are_told_with_the_good_ones():
    access, complaints = Access.from_query("lock=m,colour&hide=paths")
    assert access == Access(locked=("m",))
    assert len(complaints) == 2
    assert "lock='colour'" in complaints[0] and "hide='paths'" in complaints[1]
    assert all(", activation," in sentence for sentence in complaints)


def test_a_locked_control_is_disabled_and_shows_its_value():
    experiment = Experiment(m=77)
    for name in KNOBS:
        locked, free = (Control(experiment, name, print, lock) for lock in (True, False))
        assert all(widget.disabled for widget in locked.widgets) and locked.widgets
        assert "link" in locked.widgets[0].description
        assert not any(widget.disabled for widget in free.widgets)
    assert Control(experiment, "m", print, True).widgets[0].value == "77"


def test_a_hidden_control_is_not_there():
    shown = Controls(Experiment(), print, leave_out=("speed", "loss"))
    assert "loss" not in shown._controls and set(KNOBS) - {"speed", "loss"} == set(shown._controls)
