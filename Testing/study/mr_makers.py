"""Small MR series for tests of sorting, written as scanners of several makers write them."""

import numpy as np
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import ImplicitVRLittleEndian, generate_uid

from .dicom_makers import make_slice, save

ACQUIRED = ["ORIGINAL", "PRIMARY", "M", "ND"]
T1 = {
    "SeriesDescription": "T1 MPRAGE", "ImageType": ACQUIRED, "ScanningSequence": ["GR", "IR"],
    "MRAcquisitionType": "3D", "RepetitionTime": 1900.0, "EchoTime": 2.5, "InversionTime": 900.0,
}  # fmt: skip
T1C = {**T1, "SeriesDescription": "T1 MPRAGE +C", "ContrastBolusAgent": "Gadobutrol"}
FLAIR = {
    "SeriesDescription": "FLAIR", "ImageType": ACQUIRED, "ScanningSequence": ["SE", "IR"],
    "MRAcquisitionType": "2D", "RepetitionTime": 9000.0, "EchoTime": 120.0, "InversionTime": 2400.0,
}  # fmt: skip
T2 = {
    "SeriesDescription": "T2 TSE", "ImageType": ACQUIRED, "ScanningSequence": ["SE"],
    "RepetitionTime": 5000.0, "EchoTime": 100.0,
}  # fmt: skip
GRE = {
    "SeriesDescription": "t2* gre", "ImageType": ACQUIRED, "ScanningSequence": ["GR"],
    "MRAcquisitionType": "3D", "RepetitionTime": 28.0, "EchoTime": 20.0,
}  # fmt: skip
SWI = {**GRE, "SeriesDescription": "SWI_Images", "ImageType": ["ORIGINAL", "PRIMARY", "M", "SWI"]}
EPI = {
    "SeriesDescription": "ep2d_diff", "ImageType": ACQUIRED, "ScanningSequence": ["EP"],
    "RepetitionTime": 6000.0, "EchoTime": 80.0,
}  # fmt: skip
ADC = {**EPI, "SeriesDescription": "ep2d_diff_ADC",
       "ImageType": ["DERIVED", "PRIMARY", "DIFFUSION", "ADC"]}  # fmt: skip
SHAPE = (5, 6)


def slices(preset, count=6, *, value=100, orientation=(1, 0, 0, 0, 1, 0), spacing=2.0, uid=None,
           study="1.2.3", number=1, start=1, **changes):  # fmt: skip
    """Data sets of one series; `value` is stored everywhere (with a mark that tells slices apart)."""
    normal = np.cross(orientation[:3], orientation[3:])
    series = uid or generate_uid()
    made = []
    for n in range(count):
        stored = np.full(SHAPE, value, np.uint16)
        one = make_slice(stored, normal * spacing * n, orientation=orientation)
        one.SeriesInstanceUID, one.StudyInstanceUID = series, study
        one.SeriesNumber, one.InstanceNumber = number, start + n
        one.SeriesDate = one.AcquisitionDate = "20250108"
        one.SliceThickness = spacing
        for name, given in {**preset, **changes}.items():
            if given is None:
                if name in one:
                    delattr(one, name)
            else:
                setattr(one, name, given)
        made.append(one)
    return made


def write(folder, datasets, *, implicit=False, names=None):
    """Write data sets into a folder; returns the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for n, dataset in enumerate(datasets):
        path = folder / (names[n] if names else f"IM{n:04d}.dcm")
        if implicit:
            save(dataset, path)
            dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
            dataset.save_as(path, implicit_vr=True, little_endian=True, enforce_file_format=True)
        else:
            save(dataset, path)
        paths.append(path)
    return paths


def add(folder, preset, **options):
    """Write one series into a folder of its own."""
    return write(folder, slices(preset, **options))


def diffusion(folder, volumes, *, implicit=False, tag=None, uid=None, **options):
    """Write a diffusion series: `volumes` is a list of (b-value or None, stored value).

    `tag` writes the b-value: ``tag(dataset, b)``; the standard element by default.
    """
    series = uid or generate_uid()
    made = []
    for n, (b, value) in enumerate(volumes):
        for one in slices(EPI, value=value, uid=series, start=100 * n + 1, **options):
            if b is not None:
                (tag or standard_b)(one, b)
            made.append(one)
    return write(folder, made, implicit=implicit)


def standard_b(dataset, b):
    dataset.DiffusionBValue = float(b)


def siemens_b(dataset, b):
    block = dataset.private_block(0x0019, "SIEMENS MR HEADER", create=True)
    block.add_new(0x0C, "IS", str(int(b)))


def ge_b(dataset, b):
    block = dataset.private_block(0x0043, "GEMS_PARM_01", create=True)
    block.add_new(0x39, "IS", [str(int(1e9 + b)), "8", "0", "0"])


def philips_b(dataset, b):
    dataset.add_new((0x2001, 0x0012), "LO", "Philips Imaging DD 001")  # a moved block
    dataset.add_new((0x2001, 0x1203), "FL", float(b))


def canon_b(dataset, b):
    dataset.ImageComments = f"b={int(b)}(0.445,0.000,0.895)"


def united_b(dataset, b):
    block = dataset.private_block(0x0065, "Image Private Header", create=True)
    block.add_new(0x09, "FD", float(b))


def enhanced(frames, *, kind=("ORIGINAL", "PRIMARY", "M", "NONE"), description="T1 +C", agent=None,
             rows=5, columns=6, b_values=None, unit=None, components=None, **changes):  # fmt: skip
    """One enhanced MR object; `frames` is a list of stored values, one per frame, 2 mm apart.

    With `b_values` or `components` (one per volume) the frames are split into as many volumes.
    """
    volumes = len(b_values or components or (0,))
    per = len(frames) // volumes
    stored = np.stack([np.full((rows, columns), v, np.uint16) for v in frames])
    dataset = make_slice(stored[0], (0, 0, 0))
    for name in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing"):
        delattr(dataset, name)
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.4.1"
    dataset.SeriesInstanceUID = generate_uid()
    dataset.SeriesDescription, dataset.ImageType = description, list(kind)
    dataset.NumberOfFrames = len(frames)
    dataset.PixelData = stored.tobytes()
    dataset.EchoPulseSequence, dataset.EchoPlanarPulseSequence = "GRADIENT", "NO"
    if agent is not None:
        code = Dataset()
        code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "1", "99X", agent
        dataset.ContrastBolusAgentSequence = Sequence([code])
    for name, given in changes.items():
        setattr(dataset, name, given)
    shared = Dataset()
    shared.PlaneOrientationSequence = Sequence([item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])])
    shared.PixelMeasuresSequence = Sequence([item(PixelSpacing=[1.5, 1.0], SliceThickness=2.0)])
    shared.MRTimingAndRelatedParametersSequence = Sequence([item(RepetitionTime=1900.0)])
    shared.MRModifierSequence = Sequence([item(InversionRecovery="YES", InversionTimes=[900.0])])
    shared.MREchoSequence = Sequence([item(EffectiveEchoTime=2.5)])
    if unit is not None:
        units = item(CodeValue=unit, CodingSchemeDesignator="UCUM", CodeMeaning=unit)
        shared.RealWorldValueMappingSequence = Sequence(
            [item(RealWorldValueSlope=0.5, RealWorldValueIntercept=0.0,
                  MeasurementUnitsCodeSequence=Sequence([units]))]
        )  # fmt: skip
    dataset.SharedFunctionalGroupsSequence = Sequence([shared])
    own = []
    for n in range(len(frames)):
        frame = Dataset()
        frame.PlanePositionSequence = Sequence([item(ImagePositionPatient=[0, 0, 2.0 * (n % per)])])
        frame.FrameContentSequence = Sequence(
            [item(StackID="1", InStackPositionNumber=n % per + 1)]
        )
        if b_values is not None:
            b = b_values[n // per]
            frame.MRDiffusionSequence = Sequence(
                [item(DiffusionBValue=float(b), DiffusionDirectionality="ISOTROPIC")]
                if b else [item(DiffusionDirectionality="NONE")]
            )  # fmt: skip
        if components is not None:
            name = components[n // per]
            frame.MRImageFrameTypeSequence = Sequence(
                [item(FrameType=["ORIGINAL", "PRIMARY", name[0], "NONE"],
                      ComplexImageComponent=name)]
            )  # fmt: skip
        own.append(frame)
    dataset.PerFrameFunctionalGroupsSequence = Sequence(own)
    return dataset


def item(**elements):
    dataset = Dataset()
    for name, value in elements.items():
        setattr(dataset, name, value)
    return dataset
