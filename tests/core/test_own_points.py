"""Own points of an experiment: read once, and never too long for the address of the page."""

import numpy as np
import pytest

from core import Experiment
from core.experiment import points as module
from core.experiment.points import MOST_CHARACTERS


def table(rows):
    return "\n".join(f"{k},{-k},{1 if k % 2 else -1}" for k in range(rows))


@pytest.fixture
def reads(monkeypatch):
    """The texts that were parsed."""
    texts = []
    parse = module.from_text

    def noted(text, **about):
        texts.append(text)
        return parse(text, **about)

    monkeypatch.setattr(module, "from_text", noted)
    module.typed_points.cache_clear()
    return texts


def test_a_text_is_read_once_however_many_knobs_are_turned(reads):
    experiment = Experiment(data="points", points=table(50), dynamics="gradient")
    for m in range(1, 20):
        experiment.m = m
        experiment.check_sizes()
        assert experiment.has_labels and experiment.dataset().inputs.shape == (50, 3)
        Experiment(**experiment.to_dict()).check_sizes()
    assert reads == [table(50)]


def test_another_text_bias_or_kind_of_target_is_another_data_set(reads):
    experiment = Experiment(data="points", points="3,0\n4,1", dynamics="gradient", loss="square")
    first = experiment.dataset()
    experiment.bias = False
    assert (first.inputs.tolist(), experiment.dataset().inputs.tolist()) == (
        [[1, 3], [1, 4]],
        [[3], [4]],
    )
    experiment.loss = "logistic"
    assert experiment.dataset().targets.tolist() == [-1, 1]
    experiment.points = "5,1\n6,1"
    assert experiment.dataset().inputs.tolist() == [[5], [6]]


def test_nobody_can_change_the_points_that_others_share():
    dataset = Experiment(data="points").dataset()
    assert not any(values.flags.writeable for values in (dataset.inputs, dataset.targets))
    with pytest.raises(ValueError, match="read-only"):
        dataset.inputs[0] = 7.0


def test_a_text_of_the_most_characters_is_taken_and_one_more_refused():
    row = "1,-1\n"
    text = row * (MOST_CHARACTERS // len(row))
    experiment = Experiment(data="points", points=text, m=10)
    experiment.check_sizes()
    assert np.unique(experiment.dataset().inputs) == [1.0]
    experiment.points = text + "#"
    with pytest.raises(ValueError, match=r"points has 20,001 characters, more than the 20,000 "):
        experiment.check_sizes()
    with pytest.raises(ValueError, match=r"fewer points or fewer digits, .* core\.datasets\.from"):
        experiment.setup()
