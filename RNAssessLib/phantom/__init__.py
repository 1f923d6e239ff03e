"""Digital patients with known truth, in memory or as DICOM studies."""

from .dicom_writer import write_study
from .patient import DigitalPatient, build_phantom, list_phantoms

__all__ = ["DigitalPatient", "build_phantom", "list_phantoms", "write_study"]
