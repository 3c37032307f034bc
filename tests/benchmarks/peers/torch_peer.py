"""PyTorch: eager and compiled, gradients by hand and by autograd."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from .case import Case


def _manual(case: Case, X, y, a, c) -> None:
    u = X @ a.T
    value = torch.relu(u) if case.activation == "relu" else torch.tanh(u)
    slope = (u > 0).to(u.dtype) if case.activation == "relu" else 1 - value * value
    f = value @ c / case.m
    g = (f - y if case.loss == "square" else -y * torch.exp(-y * f)) / case.n
    pull = c[:, None] * ((slope * g[:, None]).T @ X)
    c -= case.stepsize * (g @ value)
    a -= case.stepsize * pull


def _objective(case: Case, X, y, a, c) -> Any:
    u = X @ a.T
    value = torch.relu(u) if case.activation == "relu" else torch.tanh(u)
    f = value @ c / case.m
    return (0.5 * (f - y) ** 2 if case.loss == "square" else torch.exp(-y * f)).mean()


def _automatic(case: Case, objective, X, y, a, c) -> None:
    grad_a, grad_c = torch.autograd.grad(objective(case, X, y, a, c), (a, c))
    with torch.no_grad():
        a -= case.stepsize * case.m * grad_a
        c -= case.stepsize * case.m * grad_c


def ways(case: Case) -> dict[str, Callable[[int], object]]:
    """Return the ways to run steps."""
    X, y, w = (torch.from_numpy(array) for array in case.data())

    def manual(step) -> Callable[[int], object]:
        a, c = w[:, :-1].contiguous(), w[:, -1].clone()

        @torch.no_grad()
        def run(steps: int) -> None:
            for _ in range(steps):
                step(case, X, y, a, c)

        return run

    def automatic(objective) -> Callable[[int], object]:
        a = w[:, :-1].contiguous().requires_grad_()
        c = w[:, -1].clone().requires_grad_()

        def run(steps: int) -> None:
            for _ in range(steps):
                _automatic(case, objective, X, y, a, c)

        return run

    return {
        "torch manual": manual(_manual),
        "torch autograd": automatic(_objective),
        "torch compiled manual": manual(torch.compile(_manual)),
        "torch compiled autograd": automatic(torch.compile(_objective)),
    }
