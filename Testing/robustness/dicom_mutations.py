"""Mutations of real RTDOSE, RTSTRUCT, RTPLAN and MR files."""

import functools
import os
import shutil
from pathlib import Path

import pydicom
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import RawDataElement
from pydicom.tag import Tag

from RNAssessLib.case import SequenceRole
from RNAssessLib.study.plan_files import build_targets, check_consistency, read_any_dose
from RNAssessLib.study.rt_plan import read_plan
from RNAssessLib.study.rt_structure_set import read_structures
from RNAssessLib.study.sequence import read_sequence

from .trial import Trial, digest

DATA = Path(__file__).parents[3] / "shared" / "data"
PLAN = DATA / "dose" / "breast_boost_dicomrt"
KEPT_ROIS = ("Tumor Bed", "Scar", "Areola")  # of the real structure set: reading them is quick
pydicom.config.settings.writing_validation_mode = pydicom.config.IGNORE

NUMBERS = (b"", b"abc ", b"nan ", b"inf ", b"-1", b"0 ", b"1e30", b"-1e30 ", b"1e-30 ", b"1\\2 ")
WORDS = (b"", b"NONSENSE", b"\xff\xfe\x00\x01", b"A" * 70_000, b"RELATIVE")
UIDS = (b"", b"1.2.3.4.5.6", b"not a uid ", b"1." * 200)
SHORTS = (b"", b"\0\0", b"\1\0", b"\xff\xff", b"\1\0\2\0", b"\7\0")
DATES = (b"", b"20261399", b"yesterday ", b"00000000")
VALUES = {"DS": NUMBERS, "IS": NUMBERS, "CS": WORDS, "LO": WORDS, "SH": WORDS, "UI": UIDS,
          "US": SHORTS, "DA": DATES}  # fmt: skip

DOSE = ("Modality", "SOPClassUID", "SOPInstanceUID", "DoseUnits", "DoseType", "DoseSummationType",
        "DoseGridScaling", "FrameOfReferenceUID", "ImagePositionPatient",
        "ImageOrientationPatient", "PixelSpacing", "Rows", "Columns", "NumberOfFrames",
        "GridFrameOffsetVector", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation",
        "SamplesPerPixel", "PhotometricInterpretation", "SliceThickness")  # fmt: skip
MR = ("Modality", "SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID",
      "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "Rows", "Columns",
      "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "SamplesPerPixel",
      "PhotometricInterpretation", "SliceThickness", "RescaleSlope", "RescaleIntercept",
      "InstanceNumber", "StudyDate")  # fmt: skip
# Other proper statements, which nobody can tell from a true one: not bad input.
PROPER = {("PixelSpacing", b"1\\2 "), ("SliceThickness", b"1\\2 "),
          ("RescaleSlope", b"-1"), ("RescaleIntercept", b"-1"), ("RescaleIntercept", b"1\\2 "), ("RescaleIntercept", b"1e-30 "),
          ("RescaleSlope", b"1\\2 ")}  # fmt: skip
CUTS = (0, 1, 100, 131, 132, 200, 1000, 0.05, 0.3, 0.5, 0.9, 0.999)


def put_raw(dataset, name: str, value: bytes | None) -> None:
    """Bytes of an element as they would stand in a file; None removes it."""
    tag = Tag(name)
    if value is None:
        dataset.pop(tag, None)
        return
    vr = dictionary_VR(tag)
    value += b"\0" * (len(value) % 2) if vr in ("UI", "US") else b" " * (len(value) % 2)
    implicit, little = dataset.original_encoding
    dataset._dict[tag] = RawDataElement(tag, vr, len(value), value, 0, implicit, little, True)


def cut(source: Path, target: Path, share) -> Path:
    """First bytes of a file: a number of them, or a share."""
    data = source.read_bytes()
    target.write_bytes(data[: share if isinstance(share, int) else int(len(data) * share)])
    return target


def changed(source: Path, name: str, change, folder: Path, file: str = "x.dcm") -> Path:
    """Copy of a file with its data set changed."""
    dataset = pydicom.dcmread(source)
    dataset.original_encoding  # noqa: B018 - known before elements are replaced
    change(dataset)
    dataset.save_as(folder / file, enforce_file_format=False)
    return folder / file


@functools.cache
def base_structures() -> Path:
    """The real structure set with `KEPT_ROIS` alone, written once."""
    import tempfile

    dataset = pydicom.dcmread(PLAN / "rtss.dcm")
    number = {r.ROIName: r.ROINumber for r in dataset.StructureSetROISequence}
    kept = [number[name] for name in KEPT_ROIS]
    for name, key in (("StructureSetROISequence", "ROINumber"),
                      ("ROIContourSequence", "ReferencedROINumber"),
                      ("RTROIObservationsSequence", "ReferencedROINumber")):  # fmt: skip
        items = [item for item in dataset[name].value if item[key].value in kept]
        setattr(dataset, name, sorted(items, key=lambda i, k=key: kept.index(i[k].value)))
    path = Path(tempfile.mkdtemp(prefix="rnassess-robust-")) / "rtss.dcm"
    path.parent.chmod(0o755)
    dataset.save_as(path)
    return path


@functools.cache
def unmutated():
    """Dose, structures and plan as they are read."""
    return (
        read_any_dose(PLAN / "rtdose.dcm"),
        read_structures(base_structures()),
        read_plan(PLAN / "rtplan.dcm"),
    )


def together(dose, structures, plan):
    """What the dose command starts from."""
    warnings = check_consistency(dose, structures, plan, PLAN / "rtdose.dcm")
    targets = build_targets(structures.structures, plan)
    return (dose, structures, plan.fractions, targets), warnings


def answer_dose(path):
    """Course with a mutated dose."""
    made, _ = together(read_any_dose(path), *unmutated()[1:])
    return _figures(made)


@functools.cache
def usual() -> tuple[str, ...]:
    """What is told of the files as they are."""
    return together(*unmutated())[1]


def beyond_usual(warnings):
    """What a mutated file makes the reader tell."""
    return tuple(w for w in warnings if w not in usual())


def answer_structures(path):
    """Course with mutated structures."""
    made, warnings = together(unmutated()[0], read_structures(path), unmutated()[2])
    return Answer(_figures(made), beyond_usual(warnings))


def answer_plan(path):
    """Course with a mutated plan."""
    made, warnings = together(*unmutated()[:2], read_plan(path))
    return Answer(_figures(made), beyond_usual(warnings))


class Answer(list):
    """Figures, with what was told beside them."""

    def __init__(self, figures, told=()) -> None:
        super().__init__(figures)
        self.told = told


def _figures(made):
    """What a number rests on: no ids, colours or labels."""
    dose, structures, fractions, targets = made
    shapes = [
        (s.name, s.role, [(c.points_mm, c.exclusive_or) for c in s.shape.contours])
        for s in structures.structures
    ]  # fmt: skip
    return Answer(
        [dose.dose_gy, dose.grid, shapes, sorted(structures.empty), fractions,
         [(t.name, t.role, t.prescription_gy) for t in targets]],
        dose.notes,
    )  # fmt: skip


def less(base, position):
    """Whether an answer lacks something (None, or fewer parts) that a sentence speaks of."""

    def told(answer):
        if answer.told:
            return "; ".join(answer.told)
        given = answer[position]
        return "not stated, so no figure rests on it" if not given else ""

    return told


def tag_trials(kind, source, names, ask, base, make_one, told=None):
    """Every listed element absent and with every wrong value of its kind."""
    for name in names:
        for value in (None, *VALUES[dictionary_VR(Tag(name))]):
            if (name, value) in PROPER:
                continue
            shown = "absent" if value is None else value[:12]

            def make(folder, name=name, value=value):
                return make_one(folder, lambda d: put_raw(d, name, value))

            yield Trial(kind, f"{name} {shown}", make, ask, base, told)


def dose_trials():
    """RTDOSE."""
    source, base = PLAN / "rtdose.dcm", digest(answer_dose(PLAN / "rtdose.dcm"))

    def make_one(folder, change):
        return changed(source, "", change, folder)

    yield from tag_trials("RTDOSE element", source, DOSE, answer_dose, base, make_one,
                          lambda a: "; ".join(a.told))  # fmt: skip
    for share in CUTS:
        yield Trial("RTDOSE cut", f"{share}", lambda f, s=share: cut(source, f / "x.dcm", s),
                    answer_dose, base)  # fmt: skip

    def offsets(change):
        def apply(dataset):
            values = [float(v) for v in dataset.GridFrameOffsetVector]
            put_raw(dataset, "GridFrameOffsetVector", "\\".join(map(str, change(values))).encode())

        return apply

    changes = {
        "frames at one place": offsets(lambda v: [v[0], v[0], *v[2:]]),
        "a frame short": offsets(lambda v: v[:-1]),
        "NaN inside": offsets(lambda v: [*v[:5], float("nan"), *v[6:]]),
        "one far away": offsets(lambda v: [*v[:-1], 1e9]),
        "all huge": offsets(lambda v: [x * 1e12 for x in v]),
        "skewed axes": lambda d: put_raw(d, "ImageOrientationPatient", b"1\\0\\0\\.5\\1\\0"),
        "axes of no length": lambda d: put_raw(d, "ImageOrientationPatient", b"0\\0\\0\\0\\0\\0"),
        "NaN position": lambda d: put_raw(d, "ImagePositionPatient", b"nan\\0\\0"),
        "infinite position": lambda d: put_raw(d, "ImagePositionPatient", b"inf\\0\\0"),
        "position of 1e12 mm": lambda d: put_raw(d, "ImagePositionPatient", b"1e12\\0\\0"),
        "negative spacing": lambda d: put_raw(d, "PixelSpacing", b"-2.5\\2.5"),
        "spacing of NaN": lambda d: put_raw(d, "PixelSpacing", b"nan\\2.5"),
        "spacing of 1e6 mm": lambda d: put_raw(d, "PixelSpacing", b"1e6\\1e6"),
        "one spacing": lambda d: put_raw(d, "PixelSpacing", b"2.5 "),
        "2e5 Gy": lambda d: put_raw(d, "DoseGridScaling", b"1.0 "),
        "all zero": lambda d: setattr(d, "PixelData", bytes(len(d.PixelData))),
        "half the pixels": lambda d: setattr(d, "PixelData", d.PixelData[: len(d.PixelData) // 2]),
        "no pixels": lambda d: put_raw(d, "PixelData", None),
        "more pixels": lambda d: setattr(d, "PixelData", d.PixelData * 2),
        "another plan's": lambda d: setattr(
            d.ReferencedRTPlanSequence[0], "ReferencedSOPInstanceUID", "1.2.3"
        ),
        "no plan named": lambda d: put_raw(d, "ReferencedRTPlanSequence", None),
        "big matrix": lambda d: (put_raw(d, "Rows", b"\xff\xff"), put_raw(d, "Columns", b"\xff\xff")),
    }  # fmt: skip
    for name, change in changes.items():
        yield Trial("RTDOSE geometry and pixels", name, lambda f, c=change: make_one(f, c),
                    answer_dose, base, lambda a: "; ".join(a.told))  # fmt: skip


def structure_trials():
    """RTSTRUCT."""
    source = base_structures()
    base = digest(answer_structures(source))

    def make_one(folder, change):
        return changed(source, "", change, folder)

    def told(answer):
        return "; ".join(answer.told)

    names = ("Modality", "SOPClassUID", "SOPInstanceUID", "StructureSetLabel", "StructureSetDate")
    yield from tag_trials(
        "RTSTRUCT element", source, names, answer_structures, base, make_one, told
    )
    for share in CUTS:
        yield Trial("RTSTRUCT cut", f"{share}", lambda f, s=share: cut(source, f / "x.dcm", s),
                    answer_structures, base, told)  # fmt: skip
    places = {
        "ROI": lambda d: d.StructureSetROISequence[0],
        "observation": lambda d: d.RTROIObservationsSequence[0],
        "drawn ROI": lambda d: d.ROIContourSequence[0],
        "contour": lambda d: d.ROIContourSequence[0].ContourSequence[0],
    }
    elements = (
        ("ROI", "ROINumber"), ("ROI", "ROIName"), ("ROI", "ReferencedFrameOfReferenceUID"),
        ("observation", "ReferencedROINumber"), ("observation", "RTROIInterpretedType"),
        ("drawn ROI", "ReferencedROINumber"), ("drawn ROI", "ROIDisplayColor"),
        ("contour", "ContourGeometricType"), ("contour", "ContourData"),
        ("contour", "NumberOfContourPoints"),
    )  # fmt: skip
    for place, name in elements:
        for value in (None, *VALUES[dictionary_VR(Tag(name))]):
            shown = "absent" if value is None else value[:12]

            def make(folder, place=place, name=name, value=value):
                def change(dataset):
                    item = places[place](dataset)
                    item._dict  # noqa: B018
                    put_raw(item, name, value)

                return make_one(folder, change)

            yield Trial("RTSTRUCT item", f"{place} {name} {shown}", make, answer_structures, base,
                        named_by(told))  # fmt: skip

    def points(change):
        def apply(dataset):
            item = places["contour"](dataset)
            values = [float(v) for v in item.ContourData]
            put_raw(item, "ContourData", "\\".join(str(v) for v in change(values)).encode())

        return apply

    changes = {
        "NaN": points(lambda v: [float("nan"), *v[1:]]), "infinite": points(lambda v: ["inf", *v[1:]]),
        "word": points(lambda v: ["abc", *v[1:]]), "two short": points(lambda v: v[:-2]),
        "1e12 mm": points(lambda v: [1e12, *v[1:]]), "one point": points(lambda v: v[:3]),
        "out of its plane": points(lambda v: [v[0], v[1], v[2] + 40, *v[3:]]),
        "two frames of reference": lambda d: put_raw(
            d.StructureSetROISequence[1], "ReferencedFrameOfReferenceUID", b"1.2.3.4 "
        ),
        "another frame of reference": lambda d: [
            put_raw(r, "ReferencedFrameOfReferenceUID", b"1.2.3.4 ")
            for r in d.StructureSetROISequence
        ],
        "one number twice": lambda d: put_raw(d.StructureSetROISequence[1], "ROINumber",
            str(d.StructureSetROISequence[0].ROINumber).encode()),
        "one name twice": lambda d: put_raw(d.StructureSetROISequence[1], "ROIName",
            str(d.StructureSetROISequence[0].ROIName).encode()),
        "no ROI": lambda d: put_raw(d, "StructureSetROISequence", None),
        "nothing drawn": lambda d: put_raw(d, "ROIContourSequence", None),
        "no observations": lambda d: put_raw(d, "RTROIObservationsSequence", None),
        "empty sequence": lambda d: setattr(d, "StructureSetROISequence", []),
    }  # fmt: skip
    for name, change in changes.items():
        yield Trial("RTSTRUCT geometry", name, lambda f, c=change: make_one(f, c),
                    answer_structures, base, named_by(told))  # fmt: skip


def named_by(told):
    """A role or name that the file itself states otherwise is no number: names are shown."""

    def say(answer):
        return told(answer) or told_by_name(answer)

    return say


def told_by_name(answer):
    """Names and roles stand beside every figure; the shapes and all else must be the same."""
    base = _figures(together(*unmutated())[0])
    same = digest([s[2] for s in answer[2]]) == digest([s[2] for s in base[2]])
    rest = digest([answer[0], answer[1], answer[4]]) == digest([base[0], base[1], base[4]])
    return "same shapes under the name or role that the file gives" if same and rest else ""


def plan_trials():
    """RTPLAN."""
    source, base = PLAN / "rtplan.dcm", digest(answer_plan(PLAN / "rtplan.dcm"))

    def make_one(folder, change):
        return changed(source, "", change, folder)

    def told(answer):
        if answer.told:
            return "; ".join(answer.told)
        none = answer[4] is None or all(t[2] is None for t in answer[5])
        return "not stated by the plan: asked for, no figure rests on it" if none else ""

    names = ("Modality", "SOPClassUID", "SOPInstanceUID", "RTPlanLabel", "RTPlanDate")
    yield from tag_trials("RTPLAN element", source, names, answer_plan, base, make_one, told)
    for share in CUTS:
        yield Trial("RTPLAN cut", f"{share}", lambda f, s=share: cut(source, f / "x.dcm", s),
                    answer_plan, base, told)  # fmt: skip
    places = {
        "fraction group": ("FractionGroupSequence", ("NumberOfFractionsPlanned",)),
        "dose reference": ("DoseReferenceSequence", (
            "TargetPrescriptionDose", "DoseReferenceType", "DoseReferenceStructureType",
            "ReferencedROINumber")),
        "structure set": ("ReferencedStructureSetSequence", ("ReferencedSOPInstanceUID",)),
    }  # fmt: skip
    for place, (sequence, elements) in places.items():
        for name in elements:
            for value in (None, *VALUES[dictionary_VR(Tag(name))]):
                shown = "absent" if value is None else value[:12]

                def make(folder, sequence=sequence, name=name, value=value):
                    return make_one(folder, lambda d: put_raw(d[sequence].value[0], name, value))

                yield Trial("RTPLAN item", f"{place} {name} {shown}", make, answer_plan, base, told)
        for what, change in (
            ("absent", lambda d, s=sequence: put_raw(d, s, None)),
            ("empty", lambda d, s=sequence: setattr(d, s, [])),
            ("twice", lambda d, s=sequence: setattr(d, s, [*d[s].value] * 2)),
        ):
            if (what, place) == ("twice", "fraction group"):
                continue  # two groups are two groups: the sum is the plan's own
            yield Trial("RTPLAN item", f"{place} {what}", lambda f, c=change: make_one(f, c),
                        answer_plan, base, told)  # fmt: skip


@functools.cache
def base_series() -> Path:
    """Eight slices of the real series."""
    import tempfile

    place = Path(tempfile.mkdtemp(prefix="rnassess-robust-")) / "series"
    place.mkdir()
    place.parent.chmod(0o755)
    for path in sorted((DATA / "mr" / "ge_pd_dicom").iterdir())[:8]:
        shutil.copy(path, place)
    return place


def copied_series(source: Path, folder: Path) -> Path:
    """Copy of a series that may be changed."""
    place = folder / "series"
    shutil.copytree(source, place)
    for path in [place, *place.iterdir()]:
        os.chmod(path, 0o755)  # noqa: PTH101
    return place


def answer_series(place):
    """Image of a series as a T1c."""
    image = read_sequence(place, SequenceRole.T1C)
    return [image.array, image.grid, image.frame_of_reference_uid]


def answer_placed(place):
    """Image of a series whose own name for its space does not matter."""
    return answer_series(place)[:2]


def series_trials():
    """A real MR series: one slice of it changed, or all of them."""
    source = base_series()
    files = sorted(p.name for p in source.iterdir())
    base, placed = digest(answer_series(source)), digest(answer_placed(source))

    def make_one(chosen):
        def make(folder, change):
            place = copied_series(source, folder)
            for name in chosen:
                changed(place / name, "", change, place, name)
            return place

        return make

    yield from tag_trials("MR element, one slice", source, MR, answer_series, base,
                          make_one(files[3:4]))  # fmt: skip
    few = [n for n in MR if n not in ("StudyDate", "InstanceNumber", "SOPInstanceUID")]
    yield from tag_trials("MR element, all slices", source, few, answer_placed, placed,
                          make_one(files))  # fmt: skip
    for share in CUTS:
        yield Trial("MR cut", f"{share}", lambda f, s=share: _cut_slice(source, f, files[3], s),
                    answer_series, base)  # fmt: skip
    changes = {
        "a slice gone": lambda p: (p / files[3]).unlink(),
        "a slice twice": lambda p: shutil.copy(p / files[3], p / "again.dcm"),
        "a slice of another series": lambda p: shutil.copy(
            DATA / "mr" / "philips_dwi_dicom" / _first_philips(), p / "other.dcm"),
        "one UID twice": lambda p: changed(p / files[3], "", lambda d: setattr(
            d, "SOPInstanceUID", pydicom.dcmread(p / files[4]).SOPInstanceUID), p, files[3]),
        "two slices at one place": lambda p: changed(p / files[3], "", lambda d: setattr(
            d, "ImagePositionPatient", pydicom.dcmread(p / files[4]).ImagePositionPatient),
            p, files[3]),
        "two frames of reference": lambda p: [changed(p / n, "", lambda d: setattr(
            d, "FrameOfReferenceUID", "1.2.3.4"), p, n) for n in files[:4]],
        "a text file": lambda p: (p / "README").write_text("hello"),
        "an empty file": lambda p: (p / "empty.dcm").write_bytes(b""),
        "DICM and no more": lambda p: (p / "short.dcm").write_bytes(bytes(128) + b"DICM"),
        "renamed at random": lambda p: [(p / n).rename(p / f"{hash(n) & 0xFFFFFF:06x}")
                                        for n in files],
        "no slice": lambda p: [(p / n).unlink() for n in files],
        "one slice": lambda p: [(p / n).unlink() for n in files[1:]],
    }  # fmt: skip
    for name, change in changes.items():
        yield Trial("MR series", name, lambda f, c=change: _changed_series(source, f, c),
                    answer_series, base)  # fmt: skip


def _first_philips() -> str:
    place = DATA / "mr" / "philips_dwi_dicom"
    return str(next(p for p in sorted((place / "In").rglob("*")) if p.is_file()).relative_to(place))


def _cut_slice(source, folder, name, share):
    place = copied_series(source, folder)
    cut(source / name, place / name, share)
    return place


def _changed_series(source, folder, change):
    place = copied_series(source, folder)
    change(place)
    return place
