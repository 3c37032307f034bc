"""A page opens whatever its address holds."""

from types import SimpleNamespace

from app.address import read_address
from core import Experiment


def test_a_page_with_bad_points_in_its_address_opens_with_the_default_ones(monkeypatch):
    query = Experiment(data="points", points="1,2,oops\n", m=30).to_query()
    location = SimpleNamespace(search="?" + query)
    monkeypatch.setattr("app.address.pn.state", SimpleNamespace(location=location, curdoc=object()))
    experiment, complaints = (asked := read_address()).experiment, asked.complaints
    assert (experiment.data, experiment.points) == ("points", Experiment().points)
    assert len(complaints) == 1 and "oops" in complaints[0] and "default m, n" in complaints[0]
    experiment.check_sizes()
