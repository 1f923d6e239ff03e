"""DICOM objects, and their de-identification."""
