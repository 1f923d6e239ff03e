"""Mutations of case files, sessions and teaching rounds: every value wrong in every way."""

import copy
import functools
import json
import math
import shutil
import tempfile
import tomllib
from dataclasses import fields
from datetime import date
from pathlib import Path

import numpy as np

from RNAssessLib.case import Grid, Mask, MaskKind
from RNAssessLib.findings.finding import Status
from RNAssessLib.panel.session.file import open_session
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.teaching.file import open_round
from RNAssessLib.panel.teaching.round import TeachingRound
from RNAssessLib.study.case_file import read_case_file
from RNAssessLib.study.case_file_end import close_text

from .trial import Trial, digest
from .volume_mutations import NIFTI, real

WRONG = (True, -1, 3.5, float("nan"), 1e308, "", "nonsense", [1, 2], {"x": 1}, date(9999, 12, 31))
KEPT_WRONG = (None, True, -1, float("nan"), 10**30, "", [], {"x": 1})
CASE = """
id = "c"
[[course]]
id = "srs"
date = 2025-01-10
technique = "linac"
fractions = 1
dose = "dose.nrrd"
structures = { GTV1 = "gtv.nrrd" }
space = "t0"
[[course.target]]
name = "GTV1"
role = "GTV"
prescription_gy = 20.0
[[timepoint]]
id = "t0"
date = 2025-01-08
brain = "mask.nii"
[timepoint.sequences]
T1c = "t1c.nii"
FLAIR = "t1c.nii"
[timepoint.masks]
enhancing = "mask.nii"
[[timepoint]]
id = "t1"
date = 2025-06-08
[timepoint.sequences]
T1c = "t1c.nii"
[[event]]
kind = "bevacizumab"
date = 2025-09-02
dose_mg_per_kg = 5.0
[[event]]
kind = "kps"
date = 2025-09-03
value = 80
text = "well"
[[spectroscopy]]
date = 2025-06-10
target = "GTV1"
cho_cr = 1.5
[anatomy]
labels = "mask.nii"
space = "t0"
"""


@functools.cache
def case_folder() -> Path:
    """A small case of real voxels."""
    import SimpleITK as sitk

    place = Path(tempfile.mkdtemp(prefix="rnassess-robust-case-"))
    place.chmod(0o755)
    shutil.copy(real(NIFTI, ".nii"), place / "t1c.nii")
    image = sitk.ReadImage(str(place / "t1c.nii"))
    values = sitk.GetArrayFromImage(image)
    mask = sitk.GetImageFromArray((values > np.percentile(values, 97)).astype(np.uint8))
    mask.CopyInformation(image)
    sitk.WriteImage(mask, str(place / "mask.nii"))
    for name, array in (
        ("dose", values.astype(np.float32) / values.max() * 20),
        ("gtv", values > 200),
    ):
        out = sitk.GetImageFromArray(np.asarray(array, np.float32))
        out.CopyInformation(image)
        sitk.WriteImage(out, str(place / f"{name}.nrrd"))
    return place


def to_toml(value) -> str:
    """Value of a key as TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k)} = {to_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(to_toml, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value)
    return str(value)


def walk(document, path=()):
    """Yield the path of everything in a document."""
    if path:
        yield path
    items = document.items() if isinstance(document, dict) else (
        enumerate(document) if isinstance(document, list) else ())  # fmt: skip
    for key, value in list(items):
        yield from walk(value, (*path, key))


def replaced(document, path, value, remove=False):
    """Copy of a document with one value replaced or removed."""
    made = copy.deepcopy(document)
    place = made
    for key in path[:-1]:
        place = place[key]
    if remove:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return made


def at(document, path):
    """Value at a path."""
    for key in path:
        document = document[key]
    return document


def _as_toml(document) -> str:
    return "".join(f"{json.dumps(k)} = {to_toml(v)}\n" for k, v in document.items())


def case_trials():
    """case.toml."""
    document = tomllib.loads(CASE)

    def file_of(text):
        def make(folder):
            for source in case_folder().iterdir():
                (folder / source.name).symlink_to(source)
            content = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
            (folder / "case.toml").write_bytes(content)
            return folder / "case.toml"

        return make

    for source in case_folder().iterdir():
        source.chmod(0o644)
    (case_folder() / "case.toml").write_text(CASE)
    base = read_case_file(case_folder() / "case.toml")
    (case_folder() / "case.toml").unlink()
    figures = digest(base)

    def says(path):
        def told(case):
            """What a case file states otherwise by a proper value is another case, and shown."""
            return _still_right(document, path, base, case)

        return told

    for path in walk(document):
        name = ".".join(map(str, path))
        yield Trial("case.toml value", f"{name} absent", file_of(_as_toml(replaced(document, path,
                    None, True))), read_case_file, figures, says(path))  # fmt: skip
        old = at(document, path)
        for value in WRONG:
            if isinstance(old, str) and isinstance(value, str) and path[-1] in FREE and value:
                continue  # another word in free text is not bad input
            changed = replaced(document, path, value)
            yield Trial("case.toml value", f"{name} = {str(value)[:20]}", file_of(_as_toml(changed)),
                        read_case_file, figures, says(path))  # fmt: skip
    texts = {
        "unknown key": CASE + "\nextra = 1\n", "unknown table": CASE + "\n[x]\n",
        "a key twice": CASE.replace('id = "c"', 'id = "c"\nid = "d"'),
        "a timepoint twice": CASE.replace('id = "t1"', 'id = "t0"'),
        "a course twice": CASE + CASE[CASE.index("[[course]]") : CASE.index("[[timepoint]]")],
        "byte order mark": b"\xef\xbb\xbf" + CASE.encode(), "UTF-16": CASE.encode("utf-16"),
        "latin-1": CASE.replace("well", "gut für").encode("latin-1"),
        "NUL inside": CASE.replace("well", "we\0ll"), "CRLF": CASE.replace("\n", "\r\n"),
        "nested deeply": 'id = "c"\nx = ' + "[" * 5000 + "]" * 5000 + "\n",
        "empty": "", "a comment": "# nothing\n", "JSON": json.dumps({"id": "c"}),
        "NUL in a path": CASE.replace('"t1c.nii"', '"t1c\\u0000.nii"', 1),
        "a path of 5000 letters": CASE.replace('"t1c.nii"', f'"{"x" * 5000}"', 1),
        "a huge text": CASE.replace("well", "w" * 5_000_000),
        "itself as image": CASE.replace('"t1c.nii"', '"case.toml"', 1),
        "a folder as image": CASE.replace('"t1c.nii"', '"."', 1),
        "a folder as dose": CASE.replace('"dose.nrrd"', '"."', 1),
        "a mask as T1c": CASE.replace('"t1c.nii"', '"gone/../t1c.nii"', 1),
        "an image as dose": CASE.replace('"dose.nrrd"', '"t1c.nii"'),
        "an image as structure": CASE.replace('"gtv.nrrd"', '"t1c.nii"'),
        "an image as brain": CASE.replace('brain = "mask.nii"', 'brain = "t1c.nii"'),
        "an image as anatomy": CASE.replace('labels = "mask.nii"', 'labels = "t1c.nii"'),
    }  # fmt: skip
    for name, text in texts.items():
        yield Trial("case.toml text", name, file_of(text), read_case_file, figures, says((name,)))
    yield from cut_trials(base, file_of)


def cut_trials(base, file_of):
    """A case file that ends early, beside every end of a line and between them.

    Written by hand nothing marks its end: a cut inside a line must be told, one between two lines
    is told or leaves a proper file that says less. Written by RNAssess, each cut is refused.
    """
    figures = digest(base)
    for kind, text in (
        ("case.toml cut", CASE),
        ("own case.toml cut", close_text(CASE.splitlines())),
    ):
        whole = text.encode()
        ends = [n for n, letter in enumerate(whole) if letter == ord("\n")]
        places = sorted({*ends, *(n + 1 for n in ends), *range(3, len(whole), 11)} - {len(whole)})
        for place in places:
            yield Trial(kind, f"{place}", file_of(whole[:place]), read_case_file, figures,
                        _tells_cut, (lambda case: is_part(base, case)) if text is CASE else None)  # fmt: skip


FREE = {"id", "text", "name", "target", "drug", "space"}


def _tells_cut(case) -> str:
    return next((told for told in case.warnings if "was cut" in told), "")


def is_part(base, case) -> bool:
    """Whether all that a case states is stated by the whole one, word for word and voxel for voxel.

    Only what stands last can be shorter: the courses come before the timepoints.
    """
    same = case.id == base.id and digest(case.courses) == digest(base.courses)
    known = {t.id: t for t in base.timepoints}
    for visit in case.timepoints:
        whole = known.get(visit.id)
        same = same and whole is not None and visit.date == whole.date
        for part in ("sequences", "masks"):
            held = getattr(visit, part)
            same = same and all(
                digest(v) == digest(getattr(whole, part)[k]) for k, v in held.items()
            )
        same = same and (visit.brain is None or digest(visit.brain) == digest(whole.brain))
    same = same and all(any(_no_other(e, w) for w in base.events) for e in case.events)
    same = same and all(any(_no_other(s, w) for w in base.spectra) for s in case.spectra)
    return same and (case.anatomy is None or digest(case.anatomy) == digest(base.anatomy))


def _no_other(part, whole) -> bool:
    """Whether each field says what the whole one says, or nothing."""
    values = [(getattr(part, f.name), getattr(whole, f.name)) for f in fields(part)]
    return all(value in (None, "") or value == wanted for value, wanted in values)


def _still_right(document, path, base, case) -> str:
    """Say why a different case is the honest reading of the changed file, else nothing."""
    changed = {"course": digest(base.courses) != digest(case.courses),
               "timepoint": digest(base.timepoints) != digest(case.timepoints),
               "event": digest(base.events) != digest(case.events),
               "spectroscopy": digest(base.spectra) != digest(case.spectra),
               "anatomy": digest(base.anatomy) != digest(case.anatomy),
               "id": base.id != case.id}  # fmt: skip
    others = [name for name, differs in changed.items() if differs and name != path[0]]
    if others:
        return ""
    return _optional(path, base, case)


OPTIONAL = {"course", "event", "spectroscopy", "anatomy", "brain", "masks", "enhancing", "plan",
            "target", "dose", "structures", "FLAIR", "id", "technique", "role", "prescription_gy",
            "dose_mg_per_kg", "value", "text", "cho_cr", "space", "GTV1", "fractions", "timepoint"}  # fmt: skip


def _optional(path, base, case) -> str:
    """A part left out, or emptied, is not there; a proper other value is what it says."""
    names = [p for p in path if isinstance(p, str)]
    last = names[-1]
    if last not in OPTIONAL:
        return ""
    return f"{last} is stated otherwise or not at all: shown in the panel and the report"


# --- sessions and rounds --------------------------------------------------------------------------


@functools.cache
def session() -> dict:
    """A session with a record of each kind, as JSON."""
    from RNAssessLib.case import ClinicalEvent, EventKind, SequenceRole
    from RNAssessLib.findings.finding import Plane
    from RNAssessLib.panel.measuring.measurements import MeasureKind, Measurement

    made = ReaderSession(case_id="c").accept("L1", "swi_foci", Status.PRESENT)
    made = made.override("L1", "open_ring", Status.ABSENT, "a vein", Status.PRESENT)
    made = made.set_by_hand("L1", "perfusion", Status.ABSENT, "read elsewhere")
    made = made.set_threshold("bed.alpha_beta_tumour", 12.0)
    event = ClinicalEvent(EventKind.KPS, date(2025, 9, 3), value=80.0)
    made = made.set_events([event], [])
    line = ((0.0, 1.0, 2.0), (3.0, 4.0, 5.0))
    made = made.set_measurements(
        [Measurement(MeasureKind.RULER, "t1", SequenceRole.T1C, Plane.AXIAL, (line,))]
    )
    grid = Grid((3, 4, 5), (0.0, 0.0, 0.0), (1.0, 1.0, 2.0))
    made = made.set_masks(
        "t1", "L1", {MaskKind.ENHANCING: Mask(np.arange(60).reshape(3, 4, 5) % 7 == 3, grid)}
    )
    return json.loads(made.to_json())


@functools.cache
def teaching() -> dict:
    """A round as JSON."""
    made = TeachingRound(case_id="c").answer("L1", "swi_foci", Status.PRESENT)
    made = made.write_note("L1", "open_ring", "a gap").reveal("L1", "swi_foci").again()
    return json.loads(made.answer("L1", "latency", Status.ABSENT).to_json())


REMOVED = "REMOVED"
WORDS = ("reason", "note", "at", "lesion", "finding", "timepoint", "key")
LISTS = ("records", "rounds", "events", "given", "measurements")


def _is_proper(key, old, value) -> bool:
    """Whether another value is another proper statement, not damage: nobody could tell."""
    if value == REMOVED:
        return isinstance(key, int) or key == "value"  # one record less; an event without a value
    if value == [] and isinstance(old, list) and isinstance(key, int):
        return True  # a round without an answer
    if isinstance(value, str) and isinstance(old, str):
        return key in WORDS
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number and isinstance(old, (int, float)) and not isinstance(old, bool):
        return math.isfinite(value)
    if value is None and key in ("status", "computed", "value"):
        return True  # taken away; not recorded; back to the default
    return value == [] and isinstance(old, list) and key in LISTS


def kept_trials(kind, document, ask):
    """Every value of a kept JSON document wrong, and the text cut."""

    def file_of(content: bytes):
        def make(folder):
            (folder / "x.json").write_bytes(content)
            return folder / "x.json"

        return make

    base = digest(json.dumps(document))

    def asked(path):
        return json.dumps(json.loads(ask(path, "c").to_json()))

    for path in walk(document):
        name, old = ".".join(map(str, path)), at(document, path)
        for value in (REMOVED, *KEPT_WRONG):
            if _is_proper(path[-1], old, value):
                continue
            made = replaced(document, path, value, value == REMOVED)
            if made == document:
                continue
            content = json.dumps(made, ensure_ascii=False).encode("utf-8", "surrogatepass")
            yield Trial(
                f"{kind} value", f"{name} = {str(value)[:20]}", file_of(content), asked, base
            )
    whole = json.dumps(document).encode()
    for share in (0, 1, 2, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99):
        end = share if isinstance(share, int) else int(len(whole) * share)
        if end == 0:
            yield Trial(f"{kind} cut", "0", file_of(b""), asked, base)
            continue
        yield Trial(f"{kind} cut", f"{share}", file_of(whole[:end]), asked, base)
    for name, content in {"zeros": bytes(4096), "UTF-16": whole.decode().encode("utf-16"),
                          "deep": b"[" * 200_000, "a number": b"1e999", "twice": whole * 2,
                          "newer": whole.replace(b"/1", b"/2", 1)}.items():  # fmt: skip
        yield Trial(f"{kind} text", name, file_of(content), asked, base)


def session_trials():
    """Sessions."""
    yield from kept_trials("session", session(), open_session)


def round_trials():
    """Teaching rounds."""
    yield from kept_trials("teaching round", teaching(), open_round)
