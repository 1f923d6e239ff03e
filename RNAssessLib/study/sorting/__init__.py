"""Headers to a sorted study: headers → stacks → kinds → contrast → visits → roles."""

from .header import FolderHeaders, SliceHeader
from .not_dicom import tell_not_dicom
from .read_headers import read_files, read_folder, read_slices
from .roles import Candidate, Choices, can_compute_adc
from .sort import sort_study
from .sorted_study import LeftOut, SortedStudy, SortedTimepoint, Taken
from .stacks import Stack, build_stacks, describe_size
from .visits import NO_DATES, GivenDates, read_dates
from .volumes import Volume

__all__ = [
    "Candidate", "Choices", "FolderHeaders", "GivenDates", "LeftOut", "NO_DATES", "SliceHeader",
    "SortedStudy", "SortedTimepoint", "Stack", "Taken", "Volume", "build_stacks",
    "can_compute_adc", "describe_size", "read_dates", "read_files", "read_folder", "read_slices",
    "sort_study", "tell_not_dicom",
]  # fmt: skip
