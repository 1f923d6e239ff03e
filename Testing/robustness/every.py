"""All trials, by the kind of file they mutate."""

from .dicom_mutations import dose_trials, plan_trials, series_trials, structure_trials
from .place_mutations import place_trials
from .text_mutations import case_trials, round_trials, session_trials
from .volume_mutations import nifti_trials, nrrd_trials

MAKERS = (dose_trials, structure_trials, plan_trials, series_trials, nifti_trials, nrrd_trials,
          case_trials, session_trials, round_trials, place_trials)  # fmt: skip


def every_trial():
    """Yield each trial."""
    for make in MAKERS:
        yield from make()
