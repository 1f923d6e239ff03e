"""What leaves the module: report, data, DICOM objects."""
