"""Which two or three coordinates of the neurons' input weights a figure shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True)
class Coordinates:
    """A linear map from the D input weights to what is drawn.

    Attributes
    ----------
    basis : ndarray, shape (k, D)
        Orthonormal rows, k = 1, 2 or 3; the last one is vertical.
    symbols : tuple of str
        k index symbols in plain text, for example ``("1", "2", "0")``.
    note : str
        Empty if nothing is lost, else a few words on the projection.
    """

    basis: np.ndarray
    symbols: tuple[str, ...]
    note: str

    def __call__(self, weights: np.ndarray) -> np.ndarray:
        """Return the drawn coordinates (..., k) of weights (..., D)."""
        return weights @ self.basis.T.astype(weights.dtype)

    @property
    def count(self) -> int:
        """Number of drawn coordinates."""
        return len(self.symbols)

    @property
    def drawn(self) -> int:
        """Dimensions of the figure: two on a line (position and c), else `count`."""
        return max(2, self.count)

    def labels(self, quantity: str) -> tuple[str, ...]:
        """Return TeX axis labels, the quantity with each index, for example ``|c| a_1``."""
        return tuple(f"$${quantity}_{{{symbol}}}$$" for symbol in self.symbols)

    def plain(self, quantity: str) -> tuple[str, ...]:
        """Return the labels in plain text, for tooltips and for text inside a figure."""
        return tuple(f"{quantity}{_subscript(symbol)}" for symbol in self.symbols)


def choose(dimension: int, bias: bool, teacher: np.ndarray | None) -> Coordinates:
    """Return the coordinates to draw: all if D ≤ 3, else a plane that never moves.

    The principal plane of the cloud would turn with the cloud; the span of the first two teacher
    directions, or else the first two inputs, stays.

    Parameters
    ----------
    dimension : int
        D, the number of input weights of a neuron, constant included.
    bias : bool
        Whether weight 0 belongs to the constant; it is then drawn vertically.
    teacher : ndarray, shape (m0, D+1), or None
        Teacher particles.
    """
    first = 1 if bias else 0
    if dimension <= 3:
        columns = [*range(first, dimension), *range(first)]
        symbols = tuple(str(i if bias else i + 1) for i in columns)
        return Coordinates(np.eye(dimension)[columns], symbols, "")
    plane = None if teacher is None else orthonormal(teacher[:2, :dimension])
    if plane is not None and len(plane) == 2:
        return Coordinates(plane, ("∥", "⊥"), "in the plane of the first two teacher neurons")
    columns = [first, first + 1]
    return Coordinates(np.eye(dimension)[columns], ("1", "2"), "in the plane of inputs 1 and 2")


def orthonormal(rows: np.ndarray) -> np.ndarray | None:
    """Return rows (k, D) made orthonormal one after the other; None if they are dependent."""
    basis: list[np.ndarray] = []
    for row in rows:
        rest = row - sum((row @ other * other for other in basis), np.zeros_like(row))
        size = float(np.linalg.norm(rest))
        if size <= 1e-6 * float(np.linalg.norm(row)):
            return None
        basis.append(rest / size)
    return np.array(basis)


def _subscript(symbol: str) -> str:
    """Return an index as Unicode subscript digits; other symbols as they are."""
    return symbol.translate(SUBSCRIPTS)


def subset(count: int, most: int) -> np.ndarray:
    """Return the particles to show: all, or a fixed random choice of ``most``, in order.

    Parameters
    ----------
    count : int
        Number of particles m.
    most : int
        Largest number to show.
    """
    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(0).choice(count, most, replace=False))
