"""platipy on the same files; runs in the peers' own environment.

python peer_platipy.py FOLDER… > answers.json
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pydicom
import SimpleITK as sitk
from platipy.dicom.io.rtstruct_to_nifti import transform_point_set_from_dicom_struct
from platipy.imaging.dose.dvh import calculate_d_x, calculate_dvh_for_labels


def read_dose(path):
    """RTDOSE as an image in Gy."""
    file = pydicom.dcmread(path)
    image = sitk.GetImageFromArray((file.pixel_array * float(file.DoseGridScaling)).astype("f4"))
    row, column = file.PixelSpacing
    step = file.GridFrameOffsetVector[1] - file.GridFrameOffsetVector[0]
    image.SetSpacing((float(column), float(row), float(step)))
    image.SetOrigin([float(v) for v in file.ImagePositionPatient])
    return image


def measure(folder):
    """Figures of the only structure, empty when it fails."""
    start = time.perf_counter()
    try:
        dose = read_dose(folder / "rtdose.dcm")
        file = pydicom.dcmread(folder / "rtss.dcm")
        masks, names = transform_point_set_from_dicom_struct(dose, file)
        table = calculate_dvh_for_labels(dose, {names[0]: masks[0]}, bin_width=0.01)
        volume = 1000 * float(table["cc"][0])
        inside = sitk.GetArrayFromImage(dose)[sitk.GetArrayFromImage(masks[0]) > 0]
        share = float(np.mean(inside >= 20.0))
        doses = calculate_d_x(table, [98, 50, 2])
        figures = {"volume": volume, "v100": volume * share, "dmean": float(table["mean"][0])}
        for percent in (98, 50, 2):
            figures[f"d{percent}"] = float(doses[f"D{percent}"].iloc[0])
    except Exception as error:  # a peer's fault is an answer, too
        return {"failed": repr(error)[:80]}
    return {"figures": figures, "seconds": time.perf_counter() - start}


def main():
    json.dump({"platipy": [measure(Path(f)) for f in sys.argv[1:]]}, sys.stdout)


if __name__ == "__main__":
    main()
