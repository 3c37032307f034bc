"""Teacher-student problems whose population risk has a closed form."""

from core.population.potential import pair_potential
from core.population.problem import LAWS, PopulationProblem
from core.population.pulls import PopulationPulls

__all__ = ["LAWS", "PopulationProblem", "PopulationPulls", "pair_potential"]
