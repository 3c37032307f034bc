"""JAX: jit of a fori_loop over steps, gradients by hand and by grad."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp

from .case import Case

jax.config.update("jax_enable_x64", True)


def _objective(case: Case, X, y, a, c):
    u = X @ a.T
    value = jnp.maximum(u, 0) if case.activation == "relu" else jnp.tanh(u)
    f = value @ c / case.m
    each = 0.5 * (f - y) ** 2 if case.loss == "square" else jnp.exp(-y * f)
    return each.mean()


def _step_auto(case: Case, X, y, a, c):
    grad_a, grad_c = jax.grad(partial(_objective, case), argnums=(2, 3))(X, y, a, c)
    h = jnp.asarray(case.stepsize * case.m, a.dtype)
    return a - h * grad_a, c - h * grad_c


def _step_manual(case: Case, X, y, a, c):
    u = X @ a.T
    value = jnp.maximum(u, 0) if case.activation == "relu" else jnp.tanh(u)
    slope = (u > 0).astype(u.dtype) if case.activation == "relu" else 1 - value * value
    f = value @ c / case.m
    g = (f - y if case.loss == "square" else -y * jnp.exp(-y * f)) / case.n
    h = jnp.asarray(case.stepsize, a.dtype)
    return a - h * c[:, None] * ((slope * g[:, None]).T @ X), c - h * (g @ value)


def ways(case: Case) -> dict[str, Callable[[int], object]]:
    """Return the ways to run steps."""
    X, y, w = (jnp.asarray(array) for array in case.data())
    found = {}
    for name, step in (("jax manual", _step_manual), ("jax grad", _step_auto)):

        @jax.jit
        def loop(steps, X, y, a, c, step=step):
            return jax.lax.fori_loop(0, steps, lambda _, ac: step(case, X, y, *ac), (a, c))

        state = [w[:, :-1], w[:, -1]]

        def run(steps: int, loop=loop, state=state) -> None:
            state[:] = loop(steps, X, y, *state)
            state[0].block_until_ready()

        found[name] = run
    return found
