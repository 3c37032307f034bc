"""Margins, each by the norm it belongs to, and against the largest there is, SCIENCE 5.7."""

from __future__ import annotations

import math

import numpy as np

from core.observables.base import Observable, Sight


def _least(sight: Sight) -> float:
    return float((sight.problem.targets * sight.predictions).min())


def mass_margin(sight: Sight) -> float:
    """Return min_i y_i f(x_i) / β; nan for a cloud without mass."""
    return _least(sight) / sight.total_mass if sight.total_mass else math.nan


def path_margin(sight: Sight) -> float:
    """Return min_i y_i f(x_i) / P; nan where P is 0."""
    return _least(sight) / sight.path_norm if sight.path_norm else math.nan


def output_margin(sight: Sight) -> float:
    """Return min_i y_i f(x_i) / √((1/m) Σ c_j²); nan where all c_j are 0."""
    size = math.sqrt(np.mean(sight.c**2))
    return _least(sight) / size if size else math.nan


def margin_ratio(sight: Sight) -> float:
    """Return the margin by mass over αγ₁/2, the largest that particles of any number reach."""
    assert sight.ceiling is not None  # Observable.__call__ has checked
    return mass_margin(sight) / (sight.problem.scale * sight.ceiling / 2)


MARGINS = (
    Observable(
        "mass_margin", "margin", r"\min_i y_i f(x_i)/\beta", "",
        "Least margin over the total mass β (Chizat and Bach 2020).",
        "cheap", ("samples", "labels"), mass_margin,
    ),
    Observable(
        "path_margin", "margin by path norm", r"\min_i y_i f(x_i)/P", "",
        "Least margin over the path norm P: twice that over β once neurons are balanced.",
        "cheap", ("samples", "labels"), path_margin,
    ),
    Observable(
        "output_margin", "margin by output weights", r"\min_i y_i f(x_i)/\|c\|_{L^2}", "",
        "Least margin over the root mean square of c, the norm of the kernel regime (Chizat and"
        " Bach 2020, section 3).",
        "cheap", ("samples", "labels"), output_margin,
    ),
    Observable(
        "margin_ratio", "share of the largest margin", r"\min_i y_i f(x_i)/(\beta\gamma_1/2)", "",
        "Margin over the largest possible, αγ₁/2: at most 1 (Chizat and Bach 2020, theorem 3).",
        "cheap", ("samples", "labels", "homogeneous", "ceiling"), margin_ratio,
    ),
)  # fmt: skip
