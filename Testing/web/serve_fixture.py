"""Serve the hand-made assessment, as the tests and a curious developer need it.

Usage: python Testing/web/serve_fixture.py [--visits N] [--fine] [--slow] [--roles] [--port P]
       [--course] [--many N] [--teach N [--class]]
"""

import argparse
import collections
import gc
import json
import os
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "scene"))

from assessments import FINE, Detail, make_assessment
from hostile import make_hostile
from many import make_many
from trame.app import get_server

from RNAssessLib.assessment import add_context
from RNAssessLib.case import ClinicalEvent, EventKind, SequenceRole
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings import clinical_modifiers, course_pattern, latency
from RNAssessLib.panel.opening.role_chooser import RoleChooser
from RNAssessLib.panel.session.file import beside
from RNAssessLib.panel.teaching.file import Lesson
from RNAssessLib.study import propose_mapping
from RNAssessLib.web import serve, serve_roles, serve_teaching
from RNAssessLib.web.opening.chooser_app import ChooserApp
from RNAssessLib.web.reading.room import ReadingRoom
from RNAssessLib.web.serving.server import run

# What a round makes anew: assessments and all in them, views of a page, work and its threads.
COUNTED = {"Assessment", "PreparedCase", "LesionMasks", "LesionAssessment", "Finding", "Thread",
           "ReaderSession", "ThreadPoolExecutor", "Measurement", "StoredMask", "MaskChange",
           "EventsChange", "Decision"}  # fmt: skip


def load_slowly(progress):
    """A load that takes its time and can be cancelled."""
    for step in range(300):  # a busy machine's browser comes late
        progress(step / 300, f"step {step}")
        time.sleep(0.1)
    return make_assessment()


def serve_lessons(args, roles):
    """The hand-made case as a lesson, or as several."""

    def load(progress):
        progress(0.5, "made by hand")
        return make_assessment(args.visits, Detail(), tuple(roles))

    lessons = [
        Lesson(
            f"Case {n}", f"Title of case {n}", load,
            args.keep / f"{n}.teaching.json" if args.keep else None, "What a reader should see.",
        )
        for n in range(1, args.teach + 1)
    ]  # fmt: skip
    serve_teaching(
        lessons,
        port=args.port,
        for_class=args.for_class,
        learners=args.learners,
        open_browser=False,
    )


def serve_cases(folder, port):
    """A folder's cases; those called broken are really read, slow ones take their time."""

    class QuickChooser(ChooserApp):
        def _load(self, progress):
            if "broken" in self._current.name:
                return super()._load(progress)
            return load_slowly(progress) if "slow" in self._current.name else make_assessment()

    app = QuickChooser(folder, Thresholds(), lambda case: beside(case, "session"))
    run(app, port=port, host="127.0.0.1", open_browser=False)


def serve_cohort_page(folder, port):
    """A cohort's page; its cases are the hand-made one."""
    from RNAssessLib.cohort.browse import CohortView
    from RNAssessLib.cohort.frame import read_frame
    from RNAssessLib.cohort.kept import find_places
    from RNAssessLib.web.cohort.app import CohortApp

    class QuickCohort(CohortApp):
        def _load(self, progress):
            return make_assessment()

    view = CohortView(read_frame(folder / "cohort.csv"))
    app = QuickCohort(view, find_places(folder), Thresholds(), lambda case: beside(case, "session"))
    run(app, port=port, host="127.0.0.1", open_browser=False)


def add_course(assessment):
    """Items that read the clinical events, the events, and the cohort's figures."""
    prepared = assessment.prepared
    events = (
        ClinicalEvent(EventKind.STEROID, date(2025, 9, 14), drug="dexamethasone",
                      dose_mg_per_day=16.0),
        ClinicalEvent(EventKind.KPS, date(2025, 9, 14), value=50.0),
        ClinicalEvent(EventKind.TARGETED, date(2025, 3, 1), drug="osimertinib"),
    )  # fmt: skip
    prepared = replace(prepared, case=replace(prepared.case, events=events))
    (lesion,) = assessment.lesions
    items = (latency, course_pattern, clinical_modifiers)
    found = tuple(i.evaluate(prepared, lesion.lesion, Thresholds()) for i in items)
    lesion = replace(lesion, findings=(*lesion.findings, *found))
    lesion = add_context(prepared, lesion, assessment.courses, Thresholds())
    return replace(assessment, prepared=prepared, lesions=(lesion,))


def list_registered():
    """A trigger of its own that names all methods, triggers and variables."""
    server = get_server("rnassess", client_type="vue3")

    @server.trigger("list_registered")
    def answer():
        return {
            "methods": sorted(server._server._ws_handlers[0].functionMap),
            "triggers": sorted(set(server.controller._triggers) - {"list_registered"}),
            "keys": sorted(server.state.to_dict()),
        }


def rss_mib():
    """Resident memory of this process after a garbage collection."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 2**20


def census(room):
    """What is alive after a garbage collection: nodes by class, and what a round could leave."""
    gc.collect()
    scene, alive = room.app.scene, collections.Counter(type(o).__name__ for o in gc.get_objects())
    nodes = [scene.GetNthNode(n).GetClassName() for n in range(scene.GetNumberOfNodes())]
    kinds = {name for name in alive if name.startswith("vtk")} | COUNTED
    return {
        "objects": sum(alive.values()), "nodes": dict(collections.Counter(nodes)),
        "alive": {name: alive[name] for name in sorted(kinds)},
        "state": len(json.dumps(room.state.to_dict(), default=str)),
    }  # fmt: skip


def answer_memory():
    """Let the page ask for the server's memory (Testing/benchmarks/soak) and what fills it."""
    bind = ReadingRoom._bind

    def bind_more(room):
        bind(room)
        room.server.trigger("memory")(rss_mib)
        room.server.trigger("census")(lambda: census(room))

    ReadingRoom._bind = bind_more


def make_source(args, roles):
    """The case that is shown, or a way to load it."""
    if args.slow:
        return load_slowly
    if args.many:
        return make_many(args.many, args.visits)
    return make_assessment(args.visits, FINE if args.fine else Detail(), tuple(roles))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--visits", type=int, default=2)
    parser.add_argument("--fine", action="store_true")
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--roles", action="store_true", help="with ADC and SWI")
    parser.add_argument("--every", action="store_true", help="with ADC, DWI, SWI and T1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="file that keeps the decisions")
    parser.add_argument("--teach", type=int, default=0, help="that many lessons")
    parser.add_argument("--class", dest="for_class", action="store_true")
    parser.add_argument("--learners", type=int, default=0, help="that many sheets of their own")
    parser.add_argument("--course", action="store_true", help="with events and what rests on them")
    parser.add_argument("--cases", type=Path, help="folder whose cases are listed")
    parser.add_argument("--cohort", type=Path, help="folder with a cohort.csv")
    parser.add_argument("--choose", type=Path, help="DICOM folder whose roles are chosen first")
    parser.add_argument("--no-token", action="store_true")
    parser.add_argument("--case-file", type=Path, help="file that events are written to")
    parser.add_argument("--many", type=int, default=0, help="that many lesions")
    parser.add_argument("--hostile", action="store_true", help="names that mean harm")
    parser.add_argument("--list", action="store_true", help="tell what the page may call")
    parser.add_argument("--memory", action="store_true", help="answer how much is in use")
    args = parser.parse_args()
    if args.list:
        list_registered()
    if args.memory:
        answer_memory()
    if args.cases:
        serve_cases(args.cases, args.port)
        return
    if args.cohort:
        serve_cohort_page(args.cohort, args.port)
        return
    if args.choose:
        serve_roles(
            RoleChooser(propose_mapping(args.choose)), lambda case, progress: make_assessment(),
            args.choose.with_suffix(".session.json"), args.choose.with_suffix(".case.toml"),
            port=args.port, open_browser=False,
        )  # fmt: skip
        return
    roles = [SequenceRole.T1C, SequenceRole.FLAIR]
    if args.roles:
        roles += [SequenceRole.ADC, SequenceRole.SWI]
    if args.every:
        roles += [SequenceRole.ADC, SequenceRole.DWI, SequenceRole.SWI, SequenceRole.T1]
    source = make_source(args, roles)
    if args.teach:
        serve_lessons(args, roles)
        return
    if args.hostile:
        source = make_hostile(args.visits)
    if args.course:
        source = add_course(source)
    serve(
        source, port=args.port, open_browser=False, keep_in=args.keep, case_file=args.case_file,
        token=not args.no_token,
    )  # fmt: skip


if __name__ == "__main__":
    main()
