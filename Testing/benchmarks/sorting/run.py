"""Time and memory of `rnassess sort` on a folder of 10,000 files.

    python Testing/benchmarks/sorting/run.py --files 10000

The folder holds visits of a usual protocol (T1, T1c, FLAIR, T2, SWI with phase, diffusion with
private b-values, ADC, a dynamic of many phases) spread over many folders. Every file carries 90
further elements, a private block of 12 kB and 64 x 64 pixels, as a scanner's header would: time
goes into headers, not into pixels. The command runs in a process of its own; its wall and processor
time and the most memory it held are written to RESULTS.md beside this file, with what it found.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
LIMIT_SECONDS = 20.0
MR = "1.2.840.10008.5.1.4.1.1.4"
IR = ["GR", "IR"]
# name, slices, volumes, scanning, TR, TE, TI, image type
PROTOCOL = (
    ("T1 MPRAGE", 160, 1, IR, 1900, 2.5, 900, "M"),
    ("T1 MPRAGE +C", 160, 1, IR, 1900, 2.5, 900, "M"),
    ("FLAIR", 40, 1, ["SE", "IR"], 9000, 120, 2400, "M"),
    ("T2 TSE", 40, 1, ["SE"], 5000, 100, None, "M"),
    ("SWI_Images", 60, 1, ["GR"], 28, 20, None, "SWI"),
    ("Pha_Images", 60, 1, ["GR"], 28, 20, None, "P"),
    ("ep2d_diff", 30, 13, ["EP"], 6000, 80, None, "M"),
    ("ep2d_diff_ADC", 30, 1, ["EP"], 6000, 80, None, "ADC"),
    ("t1_twist_dyn", 20, 30, ["GR"], 3.5, 1.3, None, "M"),
)
PER_VISIT = sum(slices * volumes for _, slices, volumes, *_ in PROTOCOL)


def make_header(visit, number, entry):
    """Elements that all slices of a series share."""
    name, _, _, scanning, tr, te, ti, kind = entry
    one = Dataset()
    one.SpecificCharacterSet = "ISO_IR 100"
    one.SOPClassUID, one.Modality, one.Manufacturer = MR, "MR", "SIEMENS"
    one.StudyInstanceUID = f"1.2.3.{visit}"
    one.SeriesInstanceUID = f"1.2.3.{visit}.{number}"
    one.FrameOfReferenceUID = f"1.2.4.{visit}"
    one.StudyDate = one.SeriesDate = one.AcquisitionDate = f"2025{visit + 1:02d}08"
    one.StudyTime, one.AcquisitionTime = "080000", f"08{number:02d}00"
    one.PatientName, one.PatientID = "TEST^NOBODY", "0"
    one.SeriesDescription, one.SeriesNumber = name, number
    one.ImageType = ["DERIVED" if kind == "ADC" else "ORIGINAL", "PRIMARY", kind, "ND"]
    one.ScanningSequence, one.RepetitionTime, one.EchoTime = scanning, tr, te
    if ti:
        one.InversionTime = ti
    if "+C" in name:
        one.ContrastBolusAgent = "agent"
    one.Rows = one.Columns = 64
    one.PixelSpacing, one.SliceThickness = [3.0, 3.0], 2.0
    one.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    one.SamplesPerPixel, one.PhotometricInterpretation = 1, "MONOCHROME2"
    one.BitsAllocated, one.BitsStored, one.HighBit, one.PixelRepresentation = 16, 12, 11, 0
    block = one.private_block(0x0029, "SIEMENS CSA HEADER", create=True)
    block.add_new(0x10, "OB", bytes(12000))
    filler = one.private_block(0x0051, "FILLER", create=True)
    for n in range(90):
        filler.add_new(n, "LO", f"value {n} of a scanner's own elements")
    one.private_block(0x0019, "SIEMENS MR HEADER", create=True)
    return one


def make_folder(folder, files):
    """Write at least `files` slices: whole visits, the last one cut off after a whole series."""
    written, visit = 0, 0
    pixels = np.zeros((64, 64), np.uint16).tobytes()
    while written < files:
        for number, entry in enumerate(PROTOCOL, start=1):
            if written >= files:
                break
            one = make_header(visit, number, entry)
            _, slices, volumes, *_ = entry
            for volume in range(volumes):
                for k in range(slices):
                    write_slice(folder, one, pixels, visit, number, volume, k, written, entry[0])
                    written += 1
        visit += 1
    return written


def write_slice(folder, one, pixels, visit, number, volume, k, count, name):
    one.SOPInstanceUID = f"1.2.3.{visit}.{number}.{volume}.{k}.1"
    one.InstanceNumber = volume * 1000 + k + 1
    one.ImagePositionPatient = [-96.0, -96.0, 2.0 * k]
    if name == "ep2d_diff":
        one.private_block(0x0019, "SIEMENS MR HEADER").add_new(0x0C, "IS", str(1000 * (volume > 0)))
        one.private_block(0x0019, "SIEMENS MR HEADER").add_new(
            0x0E, "FD", [float(np.cos(volume)), float(np.sin(volume)), 0.0]
        )
    if name == "t1_twist_dyn":
        one.TemporalPositionIdentifier = volume + 1
    one.PixelData = pixels
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = MR, one.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    one.file_meta = meta
    place = folder / f"DIR{count // 400:03d}"
    place.mkdir(exist_ok=True)
    one.save_as(place / f"IM{count:05d}", enforce_file_format=True)


def run_sort(folder):
    """Run the command in a process of its own; what it printed, seconds and most memory."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "RNAssessLib.cli", "sort", str(folder), "--json"],
        capture_output=True, text=True, check=True, cwd=ROOT, env={**os.environ},
    )  # fmt: skip
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(done.stdout), wall, cpu, after.ru_maxrss / 1024.0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10000)
    wanted = parser.parse_args().files
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = time.perf_counter()
        files = make_folder(folder, wanted)
        making = time.perf_counter() - start
        size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6
        told, wall, cpu, memory = run_sort(folder)
    roles = [", ".join(t["sequences"]) for t in told["timepoints"]]
    load = os.getloadavg()[0]
    lines = [
        "# Sorting a large folder",
        "",
        f"{files} files, {size:.0f} MB; made by `python Testing/benchmarks/sorting/run.py --files "
        f"{wanted}` in {making:.0f} s on {platform.machine()} with {os.cpu_count()} cores, load "
        f"{load:.1f}. Files were in the system's cache.",
        "",
        "| `rnassess sort --json` | |",
        "|---|---|",
        f"| wall time (limit {LIMIT_SECONDS:.0f} s) | {wall:.1f} s |",
        f"| processor time, start of Python and imports included | {cpu:.1f} s |",
        f"| per file | {1000 * cpu / files:.2f} ms |",
        f"| most memory | {memory:.0f} MB |",
        "",
        f"Found: {len(roles)} timepoints ({'; '.join(sorted(set(roles)))}), "
        f"{len(told['left_out'])} stacks left out.",
        "",
    ]
    (HERE / "RESULTS.md").write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))
    return 0 if wall < LIMIT_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
