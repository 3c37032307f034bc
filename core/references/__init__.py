"""What theory predicts, computed by trusted solvers."""

from core.references.margin import MaxMargin, max_margin

__all__ = ["MaxMargin", "max_margin"]
