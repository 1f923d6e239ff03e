"""Odd places: pipes, circles of links, unreadable files, ten thousand strangers."""

import os
import shutil
from pathlib import Path

from RNAssessLib.case import SequenceRole
from RNAssessLib.panel.session.file import open_session
from RNAssessLib.panel.teaching.file import open_round
from RNAssessLib.study import read_case
from RNAssessLib.study.case_file import read_case_file
from RNAssessLib.study.find_cases import find_cases
from RNAssessLib.study.plan_files import read_any_dose, read_any_structures
from RNAssessLib.study.rt_plan import read_plan
from RNAssessLib.study.sequence import read_sequence
from RNAssessLib.study.sorting import read_dates
from RNAssessLib.study.study_folder import propose_mapping
from RNAssessLib.study.volume import read_volume

from .dicom_mutations import DATA, answer_series, base_series, copied_series
from .trial import Trial, digest

STRANGERS = 10_000
READERS = {
    "dose": read_any_dose, "structures": read_any_structures, "plan": read_plan,
    "volume": read_volume, "sequence": lambda p: read_sequence(p, SequenceRole.T1C),
    "case file": read_case_file, "case": read_case, "folder": propose_mapping,
    "session": lambda p: open_session(p, "c"), "round": lambda p: open_round(p, "c"),
    "dates": lambda p: read_dates(p, p.parent),
}  # fmt: skip


def sorted_lines(place):
    """What sorting says of a folder."""
    from RNAssessLib.panel.opening.sorting_table import describe_sorting

    described = describe_sorting(propose_mapping(place).sorted)
    return str(described["timepoints"]).replace(str(place), "")


def pipe(folder: Path, name: str = "x.dcm") -> Path:
    """A named pipe that nobody writes into."""
    os.mkfifo(folder / name)
    return folder / name


def circle(folder: Path, name: str = "x.dcm") -> Path:
    """A link that ends in itself."""
    (folder / name).symlink_to(folder / "y")
    (folder / "y").symlink_to(folder / name)
    return folder / name


def dangling(folder: Path, name: str = "x.dcm") -> Path:
    """A link to nothing."""
    (folder / name).symlink_to(folder / "gone")
    return folder / name


def unreadable(folder: Path, name: str = "x.dcm") -> Path:
    """A file that may not be read."""
    shutil.copy(DATA / "dose" / "breast_boost_dicomrt" / "rtdose.dcm", folder / name)
    (folder / name).chmod(0)
    return folder / name


def endless(folder: Path, name: str = "x.dcm") -> Path:
    """A link to a device without end."""
    (folder / name).symlink_to("/dev/zero")
    return folder / name


def just_a_folder(folder: Path, name: str = "x.dcm") -> Path:
    """A folder where a file is meant."""
    (folder / name).mkdir()
    return folder / name


ENDINGS = {"dose": ".nrrd", "structures": ".nrrd", "volume": ".nii.gz", "case file": ".toml",
           "case": ".toml", "session": ".json", "round": ".json"}  # fmt: skip


def place_trials():
    """Every reader on every odd place, under the ending it knows."""
    odd = {"pipe": pipe, "circle of links": circle, "dangling link": dangling,
           "unreadable file": unreadable, "endless device": endless, "folder": just_a_folder}  # fmt: skip
    for what, make in odd.items():
        for reader, ask in READERS.items():
            names = {"x.dcm", "x" + ENDINGS.get(reader, ".dcm")}
            for name in sorted(names):
                empty = digest(open_session(Path("none"), "c")) if reader == "session" else (
                    digest(open_round(Path("none"), "c")) if reader == "round" else "")  # fmt: skip
                yield Trial("odd place", f"{what} as {reader} {name}",
                            lambda f, m=make, n=name: m(f, n), ask, empty,
                            as_nobody=what == "unreadable file")  # fmt: skip
    yield from stranger_trials()


def stranger_trials():
    """A real series with odd neighbours."""
    base, table = digest(answer_series(base_series())), digest(sorted_lines(base_series()))

    def beside(make):
        def made(folder):
            place = copied_series(base_series(), folder)
            make(place)
            return place

        return made

    def many(place):
        for number in range(STRANGERS):
            (place / f"stranger-{number}.txt").write_bytes(b"x" * 200)

    def circles(place):
        (place / "again").symlink_to(place)
        (place / "up").symlink_to(place.parent)
        circle(place, "c.dcm")

    neighbours = {
        "pipe": lambda p: pipe(p, "a.dcm"), "circles of links": circles,
        "dangling link": lambda p: dangling(p, "a.dcm"), "10,000 strangers": many,
        "empty folder": lambda p: (p / "empty").mkdir(),
        "deep folders": lambda p: (p / "/".join("d" * 200)).mkdir(parents=True),
        "odd names": lambda p: [(p / n).write_text("x") for n in ("a\nb", " ", "-rf", "ü" * 100,
                                                                 "\udc80.dcm")],
        "unreadable file": lambda p: unreadable(p, "a.dcm"),
        "unreadable folder": lambda p: (p / "locked").mkdir(mode=0),
        "macOS companions": lambda p: [(p / f"._{n.name}").write_bytes(b"\0\5\26\7" + bytes(100))
                                       for n in list(p.iterdir())],
    }  # fmt: skip
    for name, make in neighbours.items():
        nobody = name.startswith("unreadable")
        yield Trial("neighbours", f"{name}, sorted", beside(make), sorted_lines, table,
                    as_nobody=nobody)  # fmt: skip
        yield Trial("neighbours", f"{name}, read", beside(make), answer_series, base,
                    as_nobody=nobody)  # fmt: skip
        yield Trial("neighbours", f"{name}, cases listed", beside(make),
                    lambda p: [(c.name, c.what) for c in find_cases(p)],
                    digest([("series", "DICOM folder")]), as_nobody=nobody)  # fmt: skip
    yield Trial("neighbours", "empty folder alone", lambda f: f, propose_mapping, "")
