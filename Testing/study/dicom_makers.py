"""Small DICOM files for tests, made on the spot."""

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

FRAME = "1.2.3.4"
CLASSES = {"RTDOSE": "1.2.840.10008.5.1.4.1.1.481.2", "RTSTRUCT": "1.2.840.10008.5.1.4.1.1.481.3",
           "RTPLAN": "1.2.840.10008.5.1.4.1.1.481.5", "MR": "1.2.840.10008.5.1.4.1.1.4"}  # fmt: skip


def start(modality):
    dataset = Dataset()
    dataset.SOPClassUID = CLASSES[modality]
    dataset.SOPInstanceUID = generate_uid()
    dataset.Modality = modality
    dataset.PatientName, dataset.PatientID = "TEST^NOBODY", "0"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "1.2.3", "1.2.3.5"
    dataset.StudyDate = "20250108"
    return dataset


def save(dataset, path):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta = meta
    dataset.preamble = b"\0" * 128
    dataset.save_as(path, enforce_file_format=True)
    return path


def pixels(dataset, stored):
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.Rows, dataset.Columns = stored.shape[-2:]
    bits = stored.dtype.itemsize * 8
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = bits, bits, bits - 1
    dataset.PixelRepresentation = 0
    dataset.PixelData = stored.tobytes()


def make_dose(stored, *, orientation=(1, 0, 0, 0, 1, 0), position=(-10.0, 20.0, 30.0),
              spacing=(2.0, 3.0), offsets=None, scaling="0.01"):  # fmt: skip
    dataset = start("RTDOSE")
    dataset.FrameOfReferenceUID = FRAME
    dataset.DoseUnits, dataset.DoseType, dataset.DoseSummationType = "GY", "PHYSICAL", "PLAN"
    dataset.DoseGridScaling = scaling
    dataset.ImagePositionPatient = list(position)
    dataset.ImageOrientationPatient = list(orientation)
    dataset.PixelSpacing = list(spacing)
    dataset.NumberOfFrames = stored.shape[0]
    dataset.FrameIncrementPointer = 0x3004000C
    dataset.GridFrameOffsetVector = list(
        offsets if offsets is not None else 4.0 * np.arange(stored.shape[0])
    )
    pixels(dataset, stored)
    return dataset


def make_structures(rois, frame=FRAME):
    """`rois`: name to list of (geometric type, points)."""
    dataset = start("RTSTRUCT")
    sets, contours = [], []
    for number, (name, drawn) in enumerate(rois.items(), start=1):
        roi = Dataset()
        roi.ROINumber, roi.ROIName, roi.ReferencedFrameOfReferenceUID = number, name, frame
        sets.append(roi)
        item = Dataset()
        item.ReferencedROINumber = number
        sequence = []
        for kind, points in drawn:
            one = Dataset()
            one.ContourGeometricType = kind
            one.NumberOfContourPoints = len(points)
            one.ContourData = [f"{v:.4f}" for v in np.ravel(points)]
            sequence.append(one)
        if sequence:
            item.ContourSequence = Sequence(sequence)
        contours.append(item)
    dataset.StructureSetROISequence = Sequence(sets)
    dataset.ROIContourSequence = Sequence(contours)
    return dataset


def make_slice(stored, position, *, orientation=(1, 0, 0, 0, 1, 0), spacing=(1.0, 1.0)):
    dataset = start("MR")
    dataset.FrameOfReferenceUID = FRAME
    dataset.ImagePositionPatient = [float(v) for v in position]
    dataset.ImageOrientationPatient = list(orientation)
    dataset.PixelSpacing = list(spacing)
    dataset.SliceThickness = 2.0
    pixels(dataset, stored)
    return dataset
