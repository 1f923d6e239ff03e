"""Mutations of real NIfTI and NRRD volumes."""

import functools
import gzip
import struct
import tempfile
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from RNAssessLib.study.volume import read_volume

from .dicom_mutations import DATA
from .trial import Trial, digest

NIFTI = DATA / "mr" / "null_pairs" / "mr_gd" / "MR_Gd.nii.gz"
NRRD = DATA / "mr" / "enhancing_slabs" / "brain2_image.nrrd"
NAN, INF = float("nan"), float("inf")


def answer(path):
    """Voxels and lattice."""
    image = read_volume(path)
    return [image.array, image.grid]


@functools.cache
def real(source: Path, ending: str) -> Path:
    """A corner of a real volume as a small file, as another program wrote it."""
    image = sitk.ReadImage(str(source))
    size = [min(n, 40) for n in image.GetSize()]
    start = [(n - m) // 2 for n, m in zip(image.GetSize(), size, strict=True)]
    path = Path(tempfile.mkdtemp(prefix="rnassess-robust-")) / f"real{ending}"
    path.parent.chmod(0o755)
    sitk.WriteImage(sitk.RegionOfInterest(image, size, start), str(path),
                    useCompression=ending != ".nii")  # fmt: skip
    return path


def patched(offset, form, *values):
    """Change of a NIfTI header at a byte."""

    def change(data):
        struct.pack_into("<" + form, data, offset, *values)

    return change


def sform(*rows):
    """A whole sform."""
    return patched(280, "12f", *np.ravel(rows).astype(float))


def both(*changes):
    """One change after the other."""

    def change(data):
        for one in changes:
            one(data)

    return change


def nifti_changes(header) -> dict:
    """Changes of a header that was read."""
    old = struct.unpack_from("<12f", header, 280)
    rows = np.reshape(old, (3, 4))
    sheared, mirrored, moved = rows.copy(), rows.copy(), rows.copy()
    sheared[0, 1] += 0.5
    mirrored[0] *= -1
    moved[0, 3] += 30
    swapped, scaled = rows[:, [1, 0, 2, 3]], rows * [[2.0, 2.0, 2.0, 1.0]]
    code = patched(252, "2h", 1, 1)
    made = {
        "size of header": patched(0, "i", 7), "magic": patched(344, "4s", b"xyz\0"),
        "no magic": patched(344, "4s", b"\0" * 4), "magic of a pair": patched(344, "4s", b"ni1\0"),
        "no codes": patched(252, "2h", 0, 0), "codes unknown": patched(252, "2h", 99, -4),
        "sform alone": patched(252, "2h", 0, 1), "qform alone": patched(252, "2h", 1, 0),
        "sform sheared": both(code, sform(sheared)), "sform mirrored": both(code, sform(mirrored)),
        "sform moved by 30 mm": both(code, sform(moved)),
        "sform with axes swapped": both(code, sform(swapped)),
        "sform of twice the spacing": both(code, sform(scaled)),
        "sform sheared, alone": both(patched(252, "2h", 0, 1), sform(sheared)),
        "sform of zeros": both(code, sform(np.zeros((3, 4)))),
        "sform of zeros, alone": both(patched(252, "2h", 0, 1), sform(np.zeros((3, 4)))),
        "sform NaN": both(code, sform(np.full((3, 4), NAN))),
        "sform NaN, alone": both(patched(252, "2h", 0, 1), sform(np.full((3, 4), NAN))),
        "sform huge": both(code, sform(np.full((3, 4), 1e30))),
        "quaternion NaN": both(code, patched(256, "3f", NAN, 0, 0)),
        "quaternion NaN, alone": both(patched(252, "2h", 1, 0), patched(256, "3f", NAN, 0, 0)),
        "quaternion too long": both(code, patched(256, "3f", 1, 1, 1)),
        "quaternion turned": both(code, patched(256, "3f", 0.5, 0.5, 0.5)),
        "offset NaN": both(code, patched(268, "3f", NAN, 0, 0)),
        "offset NaN, alone": both(patched(252, "2h", 1, 0), patched(268, "3f", NAN, 0, 0)),
        "offset 1e20": both(patched(252, "2h", 1, 0), patched(268, "3f", 1e20, 0, 0)),
        "offset elsewhere": both(code, patched(268, "3f", 500, 500, 500)),
        "slope 0": patched(112, "2f", 0, 0), "slope NaN": patched(112, "2f", NAN, 0),
        "slope inf": patched(112, "2f", INF, 0), "intercept NaN": patched(112, "2f", 1, NAN),
        "slope 1e38": patched(112, "2f", 1e38, 0), "units metres": patched(123, "b", 1),
        "units micrometres": patched(123, "b", 3), "units unknown": patched(123, "b", 0),
        "offset of voxels 0": patched(108, "f", 0.0), "offset of voxels 1e9": patched(108, "f", 1e9),
        "offset of voxels -5": patched(108, "f", -5.0), "offset of voxels NaN": patched(108, "f", NAN),
        "offset of voxels 400": patched(108, "f", 400.0),
    }  # fmt: skip
    for number in (-1, 0, 2, 5, 7, 99):
        made[f"{number} dimensions"] = patched(40, "h", number)
    for axis in (1, 2, 3, 4):
        for number in (-1, 0, 1, 32767):
            made[f"dim[{axis}] = {number}"] = patched(40 + 2 * axis, "h", number)
    made["4D of 3"] = both(patched(40, "h", 4), patched(48, "h", 3))
    made["4D of 1"] = both(patched(40, "h", 4), patched(48, "h", 1))
    made["huge matrix"] = patched(42, "3h", 32767, 32767, 32767)
    made["empty matrix"] = patched(42, "3h", 0, 0, 0)
    for axis in (1, 2, 3):
        for number in (-1.0, 0.0, NAN, INF, 1e30, 1e-30):
            made[f"pixdim[{axis}] = {number}"] = patched(76 + 4 * axis, "f", number)
    for number in (NAN, 5.0, 0.0):
        made[f"qfac = {number}"] = patched(76, "f", number)
    # 8 and 768 have the bits of the true one: another proper statement
    for kind in (-1, 0, 1, 2, 4, 16, 32, 64, 128, 256, 512, 1024, 1536, 2304, 9999):
        made[f"datatype {kind}"] = patched(70, "h", kind)
    for bits in (-8, 0, 1, 12, 24, 32767):
        made[f"bitpix {bits}"] = patched(72, "h", bits)
    return made


def with_values(value):
    """Some voxels of a floating volume set to a value."""

    def make(folder):
        image = sitk.Cast(sitk.ReadImage(str(real(NIFTI, ".nii"))), sitk.sitkFloat32)
        array = sitk.GetArrayFromImage(image)
        array[5, 6, 7] = value
        out = sitk.GetImageFromArray(array)
        out.CopyInformation(image)
        sitk.WriteImage(out, str(folder / "x.nii"))
        return folder / "x.nii"

    return make


def nifti_trials():
    """NIfTI, plain and compressed."""
    source = real(NIFTI, ".nii")
    data = source.read_bytes()
    base = digest(answer(source))
    for name, change in nifti_changes(data).items():

        def make(folder, change=change):
            copy = bytearray(data)
            change(copy)
            (folder / "x.nii").write_bytes(copy)
            return folder / "x.nii"

        yield Trial("NIfTI header", name, make, answer, base)
    zipped = gzip.compress(data)
    for share in (0, 1, 10, 0.02, 0.3, 0.6, 0.9, 0.999):
        for ending, content in ((".nii", data), (".nii.gz", zipped)):

            def make(folder, share=share, ending=ending, content=content):
                end = share if isinstance(share, int) else int(len(content) * share)
                (folder / f"x{ending}").write_bytes(content[:end])
                return folder / f"x{ending}"

            yield Trial("NIfTI cut", f"{share} of {ending}", make, answer, base)
    wrong = {
        "compressed called .nii": (".nii", zipped), "plain called .nii.gz": (".nii.gz", data),
        "text": (".nii", b"hello\n" * 200), "zeros": (".nii", bytes(5000)),
        "NRRD called .nii": (".nii", real(NRRD, ".nrrd").read_bytes()),
        "one byte of the stream wrong": (".nii.gz", zipped[:5000] + b"\x55" + zipped[5001:]),
        "more after the end": (".nii", data + bytes(1000)),
        "big endian size alone": (".nii", struct.pack(">i", 348) + data[4:]),
    }  # fmt: skip
    for name, (ending, content) in wrong.items():

        def make(folder, ending=ending, content=content):
            (folder / f"x{ending}").write_bytes(content)
            return folder / f"x{ending}"

        yield Trial("NIfTI file", name, make, answer, base)
    for value in (NAN, INF, -INF):
        yield Trial("NIfTI values", f"{value}", with_values(value), answer, base)


def nrrd_trials():
    """NRRD: every line of the header absent or wrong."""
    source = real(NRRD, ".nrrd")
    data = source.read_bytes()
    head, _, rest = data.partition(b"\n\n")
    lines = head.decode().split("\n")
    base = digest(answer(source))

    def file_of(text: str, body: bytes = rest):
        def make(folder):
            (folder / "x.nrrd").write_bytes(text.encode() + b"\n\n" + body)
            return folder / "x.nrrd"

        return make

    wrong = {
        "type": ("nonsense", "double", "block", "unsigned char", ""),
        "dimension": ("0", "2", "4", "-1", "99", "three", ""),
        "space": ("right-anterior-superior", "nonsense", "scanner-xyz", ""),
        "sizes": ("40 40", "0 40 23", "-1 40 23", "100000 100000 100000", "40 40 22", "40 40 24",
                  "a b c", "", "999999999999 1 1"),
        "space directions": ("none none none", "(nan,0,0) (0,1,0) (0,0,1)",
                             "(inf,0,0) (0,1,0) (0,0,1)", "(0,0,0) (0,1,0) (0,0,1)",
                             "(1,0,0) (1,0,0) (0,0,1)", "(1,0.5,0) (0,1,0) (0,0,1)",
                             "(1e30,0,0) (0,1e30,0) (0,0,1e30)", "(1,0) (0,1) (0,0)", "x", ""),
        "kinds": ("domain domain list", "vector domain domain", "nonsense", ""),
        "endian": ("nonsense", ""),  # the other one is a proper statement
        "encoding": ("raw", "ascii", "bzip2", "nonsense", ""),
        "space origin": ("(nan,0,0)", "(inf,0,0)", "(1e30,0,0)", "(0,0)", "x", ""),
    }  # fmt: skip
    for number, line in enumerate(lines):
        key = line.partition(":")[0]
        if line.startswith("#") or key.startswith("NRRD"):
            continue
        without = "\n".join(lines[:number] + lines[number + 1 :])
        yield Trial("NRRD header", f"without {key}", file_of(without), answer, base)
        for value in wrong.get(key, ()):
            other = "\n".join([*lines[:number], f"{key}: {value}", *lines[number + 1 :]])
            if (key, value) == ("space", "right-anterior-superior"):
                continue  # another true statement about the space, not bad input
            yield Trial("NRRD header", f"{key}: {value}", file_of(other), answer, base)
        twice = "\n".join([*lines[: number + 1], line, *lines[number + 1 :]])
        yield Trial("NRRD header", f"{key} twice", file_of(twice), answer, base)
    text = "\n".join(lines)
    files = {
        "magic": file_of(text.replace("NRRD", "NRRX", 1)), "no voxels": file_of(text, b""),
        "half the voxels": file_of(text, rest[: len(rest) // 2]),
        "stream damaged": file_of(text, rest[:900] + b"\0\0\0" + rest[903:]),
        "stream of another size": file_of(text, gzip.compress(bytes(100))),
        "voxels in a file that is missing": file_of(text + "\ndata file: gone.raw.gz"),
        "voxels in a folder": file_of(text + "\ndata file: ."),
        "voxels in many files": file_of(text + "\ndata file: a%d.raw 1 99999 1"),
        "empty": file_of(""), "very long line": file_of(text + "\n# " + "x" * 2_000_000),
    }  # fmt: skip
    for name, make in files.items():
        yield Trial("NRRD file", name, make, answer, base)
    for share in (0, 1, 8, 100, 0.1, 0.5, 0.9, 0.999):

        def make(folder, share=share):
            end = share if isinstance(share, int) else int(len(data) * share)
            (folder / "x.nrrd").write_bytes(data[:end])
            return folder / "x.nrrd"

        yield Trial("NRRD cut", f"{share}", make, answer, base)
