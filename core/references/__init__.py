"""What theory predicts, computed by trusted solvers."""

from core.references.kernel_margin import KernelMargin, kernel_margin
from core.references.limit_kernel import LimitKernel
from core.references.linear_margin import LinearMargin, linear_margin
from core.references.margin import MaxMargin, max_margin
from core.references.particle_kernel import ParticleKernel
from core.references.ridge import KernelRidge, kernel_ridge
from core.references.tangent_flow import TangentSolution, tangent_flow
from core.references.weight_decay import WeightDecayOptimum, weight_decay_optimum

__all__ = [
    "KernelMargin",
    "KernelRidge",
    "LimitKernel",
    "LinearMargin",
    "MaxMargin",
    "ParticleKernel",
    "TangentSolution",
    "WeightDecayOptimum",
    "kernel_margin",
    "kernel_ridge",
    "linear_margin",
    "max_margin",
    "tangent_flow",
    "weight_decay_optimum",
]
