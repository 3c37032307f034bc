"""The words of the optimality certificate: a badge that lights up, or how much is left."""

from __future__ import annotations

import math

from core.observables.optimality import Optimality

#: A gap up to this one is called optimal.
TOLERANCE = 1e-6


def words_on(found: Optimality | None) -> dict[str, str]:
    """Return the words of the captions "badge" and "verdict", the second below the first."""
    badge, rest = badge_of(found), rest_of(found)
    return {"badge": badge, "verdict": f" \n{rest}" if badge else rest}


def badge_of(found: Optimality | None) -> str:
    """Return the words of the badge, empty where it does not light up."""
    if found is None or not found.gap <= TOLERANCE:
        return ""
    # below, rounding decides
    return f"✓ globally optimal to {_power(max(found.gap, 1e-12))}"


def rest_of(found: Optimality | None) -> str:
    """Return what is known of the gap and of the first variation, one or two lines."""
    if found is None:
        return ""
    lines = [_gap(found), _peak(found)]
    return "\n".join(line for line in lines if line)


def _gap(found: Optimality) -> str:
    if found.kind == "force" or math.isnan(found.gap):
        return ""
    if found.kind == "risk":
        return f"R ≤ inf R + {_power(found.gap)} R(0)"
    about = "" if found.landscape.exact else ", by search"
    if found.kind == "margin":
        return f"margin ≥ {max(0.0, 1.0 - found.gap):.2%} of the largest{about}"
    return f"F ≤ inf F + {_power(max(found.gap, 0.0))} F{about}"


def _peak(found: Optimality) -> str:
    if found.level > 0.0:
        return f"max |η| = {found.peak / found.level:.7g} λ"
    return f"max |η| = {_power(found.peak)}"


def _power(value: float) -> str:
    """Return a positive number with two digits, in scientific notation where it is small."""
    return f"{value:.2g}".replace("e-0", "e-")
