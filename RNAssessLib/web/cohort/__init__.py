"""Page *Cohort*: table with filters, plots whose points open their case, ROC and calibration."""

from .serve import serve_cohort

__all__ = ["serve_cohort"]
