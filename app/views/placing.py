"""Where a figure of particle space draws a neuron: at q = |c| a, in some coordinates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.views.coordinates import Coordinates


def positions(particles: np.ndarray) -> np.ndarray:
    """Return q_j = |c_j| a_j, shape (..., m, D), of particles (..., m, D+1)."""
    return np.abs(particles[..., -1:]) * particles[..., :-1]


def squash(positions: np.ndarray) -> np.ndarray:
    """Return q tanh(|q|/2)/|q|: the directions of positions (..., D) stay, radii become below 1.

    The radial compression of the figures of Chizat and Bach (2020), "Implicit bias of gradient
    descent for wide two-layer neural networks trained with the logistic loss", as their code has
    it: large and small neurons are seen at once.
    """
    return positions * _shrink(positions)


def squashed_cloud(particles: np.ndarray) -> np.ndarray:
    """Return particles (m, d+1) that stand at the compressed positions, c the same."""
    return np.hstack([particles[:, :-1] * _shrink(positions(particles)), particles[:, -1:]])


def _shrink(positions: np.ndarray) -> np.ndarray:
    """Return tanh(|q|/2)/|q|, 1/2 at 0, shape (..., 1)."""
    radius = np.linalg.norm(positions, axis=-1, keepdims=True)
    some = radius > 0.0
    safe = np.where(some, radius, 1.0)
    factor = np.where(some, np.tanh(safe / 2) / safe, 0.5)
    return factor.astype(positions.dtype)


@dataclass(frozen=True)
class Place:
    """The map from particles (..., D+1) to what is drawn (..., k).

    On a line the second coordinate is c.

    Attributes
    ----------
    coordinates : Coordinates
        Of the D input weights.
    squashed : bool
        Whether radii are compressed, see `squash`; not on a line.
    """

    coordinates: Coordinates
    squashed: bool = False

    @property
    def quantity(self) -> str:
        """What is drawn, in plain text and without index."""
        return "q̃" if self.squashed else "|c|a"

    def __call__(self, particles: np.ndarray) -> np.ndarray:
        if self.coordinates.count == 1:
            across = self.coordinates(positions(particles))
            return np.concatenate([across, particles[..., -1:]], axis=-1)
        return self.coordinates(self.whole(particles))

    def whole(self, particles: np.ndarray) -> np.ndarray:
        """Return the positions (..., D) before coordinates are taken."""
        place = positions(particles)
        return squash(place) if self.squashed else place
