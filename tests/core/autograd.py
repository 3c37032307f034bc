"""The model, its losses and every dynamics in jax.numpy, from the formulas, for test_autograd.

Nothing here imports core, and no derivative is written down: JAX takes them all. Float64.
"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import erf

jax.config.update("jax_enable_x64", True)

#: Most input coordinates.
WIDEST = 12

ACTIVATIONS = {
    "relu": lambda u: jnp.where(u > 0, u, 0),
    "leaky_relu": lambda u: jnp.where(u > 0, u, u / 10),
    "abs": jnp.abs,
    "tanh": jnp.tanh,
    "sigmoid": jax.nn.sigmoid,
    "erf": erf,
    "identity": lambda u: u,
    "relu2": lambda u: jnp.where(u > 0, u, 0) ** 2,
    "step": lambda u: jnp.where(u > 0, 1.0, 0.0),
}


def _mean(single):
    return lambda f, y, k: single(f, y, k).mean()


def _huber(f, y, k):
    e = jnp.abs(f - y)
    return jnp.where(e <= k, e**2 / 2, k * (e - k / 2))


def _tail(f, y, k):
    u = y * f
    # Where u = 0 the gradient of a maximum would be the mean of both sides.
    return jnp.where(u >= 0, (1 + jnp.where(u >= 0, u, 0)) ** -k, 1 - k * u)


def _logistic(f, y, k):
    return jnp.logaddexp(0, -y * f)


def _tail_softmin(f, y, k):
    mean = _tail(f, y, k).mean()
    return jnp.where(mean < 1, mean ** (-1 / k) - 1, (1 - mean) / k)


#: R(f, y, k) with the parameter k of the loss; soft minima S stand as the risk −S.
RISKS = {
    "square": _mean(lambda f, y, k: (f - y) ** 2 / 2),
    "huber": _mean(_huber),
    "absolute": _mean(lambda f, y, k: jnp.abs(f - y)),
    "quantile": _mean(lambda f, y, k: jnp.maximum(k * (y - f), (1 - k) * (f - y))),
    "logistic": _mean(_logistic),
    "exponential": _mean(lambda f, y, k: jnp.exp(-y * f)),
    "hinge": _mean(lambda f, y, k: jnp.maximum(1 - y * f, 0)),
    "squared_hinge": _mean(lambda f, y, k: jnp.maximum(1 - y * f, 0) ** 2 / 2),
    "unhinged": _mean(lambda f, y, k: 1 - y * f),
    "polynomial": _mean(_tail),
    "softmin exponential": lambda f, y, k: jnp.log(jnp.exp(-y * f).mean()),
    "softmin logistic": lambda f, y, k: jnp.log(jnp.expm1(_logistic(f, y, k).mean())),
    "softmin polynomial": lambda f, y, k: -_tail_softmin(f, y, k),
}

PENALTIES = {
    "mass": lambda w: (w**2).sum() / len(w),
    "path": lambda w: 2 * (jnp.abs(w[:, -1]) * jnp.linalg.norm(w[:, :-1], axis=1)).mean(),
    "l1": lambda w: (jnp.abs(w[:, -1]) * jnp.abs(w[:, :-1]).sum(axis=1)).mean(),
}


def _switch(table, name, *arguments):
    """Choose at run time, so that one compilation serves all names."""
    return jax.lax.switch(name, list(table.values()), *arguments)


def predict(about, w, X, weights=1.0):
    """f(x) = (scale/m) Σ_j weights_j c_j σ(a_j·x)."""
    values = _switch(ACTIVATIONS, about["activation"], X @ w[:, :-1].T)
    return about["scale"] / len(w) * values @ (weights * w[:, -1])


def tangent_predict(about, w, X, anchor):
    """The network made linear at the anchor."""
    base, slope = jax.jvp(lambda v: predict(about, v, X), (anchor,), (w - anchor,))
    return base + slope


def objective(about, predictor, w, X, y):
    """risk/scale² + weight_decay · penalty."""
    risk = _switch(RISKS, about["risk"], predictor(w, X), y, about["parameter"])
    penalty = _switch(PENALTIES, about["penalty"], w)
    return risk / about["scale"] ** 2 + about["weight_decay"] * penalty


def one_shape(function):
    """Compile `function(about, w, X, …)` once for all d up to WIDEST, and give back w's columns.

    A coordinate that is 0 in all inputs and all weights changes nothing.
    """
    compiled = jax.jit(function)

    def call(about, w, X, *others):
        more = WIDEST - X.shape[1]
        others = [_widened(v, more) if np.shape(v) == w.shape else v for v in others]
        found = compiled(about, _widened(w, more), np.pad(X, ((0, 0), (0, more))), *others)
        return jax.tree.map(
            lambda v: np.delete(v, np.s_[-1 - more : -1], 1) if v.ndim else v, found
        )

    return call


def _widened(w, more):
    """w (m, d+1) with `more` columns of 0 before the last."""
    return np.hstack((w[:, :-1], np.zeros((len(w), more)), w[:, -1:]))


def _narrowed(w, more):
    """The inverse of `_widened`."""
    return np.delete(w, np.s_[-1 - more : -1], axis=1)


@one_shape
def value_and_velocity(about, w, X, y):
    """The objective and −m ∇objective."""
    value, gradient = jax.value_and_grad(objective, 2)(about, partial(predict, about), w, X, y)
    return value, -len(w) * gradient


def velocity(*problem):
    """−m ∇objective."""
    return value_and_velocity(*problem)[1]


@one_shape
def tangent_velocity(about, w, X, y, anchor):
    """−m ∇objective of the tangent model."""
    predictor = partial(tangent_predict, about, anchor=anchor)
    return -len(w) * jax.grad(objective, 2)(about, predictor, w, X, y)


@one_shape
def dropout_velocity(about, w, X, y, forward, update):
    """−ξ_j m ∇φ(w_j)·R'(f masked) − the penalty's: masks `forward`, `update` of (m,)."""
    f = predict(about, w, X, forward)
    force = jax.grad(lambda f: _switch(RISKS, about["risk"], f, y, about["parameter"]))(f)
    pull = jax.grad(lambda v: force @ predict(about, v, X))(w) / about["scale"] ** 2
    penalty = jax.grad(lambda v: _switch(PENALTIES, about["penalty"], v))(w)
    return -len(w) * (update[:, None] * pull + about["weight_decay"] * penalty)


@one_shape
def conic_step(about, w, X, y, stepsize, radial, angular, mirror):
    """The step of SCIENCE 2.8 in polar coordinates, J' and ∇J' by differentiating in them.

    F depends on r_j through the mass r_j²/m at θ_j: ∂F/∂r_j = (2r_j/m) J'(θ_j), and its gradient
    in θ_j along the sphere is (r_j²/m) ∇J'(θ_j).
    """
    r = jnp.linalg.norm(w, axis=1)
    theta = w / r[:, None]

    def polar(r, theta):
        return objective(about, partial(predict, about), r[:, None] * theta, X, y)

    in_r, in_theta = jax.grad(polar, (0, 1))(r, theta)
    potential = len(w) * in_r / (2 * r)
    slope = len(w) * in_theta / r[:, None] ** 2
    slope -= (slope * theta).sum(axis=1, keepdims=True) * theta
    theta = theta - stepsize * angular * slope
    theta = theta / jnp.linalg.norm(theta, axis=1, keepdims=True)
    decrement = 2 * stepsize * radial * potential
    r = r * jnp.where(mirror, jnp.exp(-decrement), 1 - decrement)
    return r[:, None] * theta


@one_shape
def squared_step(about, w, X, y, stepsize, radial, angular):
    """The step of SCIENCE 2.7 in the roots u of a = u∘|u|, parts along u and across it apart."""
    root = jnp.where(w[:, :-1] == 0, 0, jnp.sign(w[:, :-1]) * jnp.sqrt(jnp.abs(w[:, :-1])))

    def of_roots(u):
        return objective(about, partial(predict, about), _joined(u, w), X, y)

    gradient = len(w) * jax.grad(of_roots)(root)
    size = (root**2).sum(axis=1, keepdims=True)
    along = (gradient * root).sum(axis=1, keepdims=True) / size * root
    return _joined(root - stepsize * (radial * along + angular * (gradient - along)), w)


def _joined(u, w):
    return jnp.hstack((u * jnp.abs(u), w[:, -1:]))
