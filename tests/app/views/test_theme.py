"""Colours that can be told apart and read, on the light and on the dark page."""

from dataclasses import asdict

import numpy as np
import pytest

from app import theme


def luminance(colour):
    """Return the relative luminance of WCAG 2.1, in [0, 1]."""
    channels = np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_text_and_marks_have_the_contrast_of_wcag(dark):
    colours = theme.palette(dark)
    for name in ("text", "muted", "accent"):
        assert contrast(getattr(colours, name), colours.paper) >= 4.5
    for name in ("positive", "negative", "second"):
        assert contrast(getattr(colours, name), colours.paper) >= 3.0


@pytest.mark.parametrize("dark", [False, True])
def test_the_signs_differ_in_blue_which_all_common_colour_blindness_keeps(dark):
    negative, positive = theme.signs(dark)
    assert int(negative[5:], 16) - int(positive[5:], 16) > 100


@pytest.mark.parametrize("dark", [False, True])
def test_the_diverging_map_ends_in_its_anchors_with_the_neutral_in_the_middle(dark):
    colours, scale = theme.palette(dark), theme.diverging(dark, 255)
    assert len(scale) == 255
    ends = (colours.deep_negative, colours.neutral, colours.deep_positive)
    assert (scale[0], scale[127], scale[-1]) == ends


def test_all_roles_are_hexadecimal_colours():
    for colours in (theme.LIGHT, theme.DARK):
        for colour in asdict(colours).values():
            assert len(colour) == 7
            int(colour[1:], 16)
