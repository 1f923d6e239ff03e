"""Files to a case: DICOM RT, MR series, NIfTI and NRRD, case files, Slicer nodes."""
