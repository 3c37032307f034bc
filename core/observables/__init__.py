"""Observables: what can be measured of a cloud of particles, one file a group, in one table."""

from core.observables.base import Observable, Sight
from core.observables.registry import OBSERVABLES, cheap_observables, measure, observe

__all__ = ["OBSERVABLES", "Observable", "Sight", "cheap_observables", "measure", "observe"]
