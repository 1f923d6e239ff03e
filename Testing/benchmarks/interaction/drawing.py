"""The drawing alone: scroll, cut, render, read back, encode; no network, no browser."""

from __future__ import annotations

import os
import time

from figures import Figure

SWEEP = 15  # slices up, each of them new, through the lesion


def measure_drawing(assessment) -> list[Figure]:
    from assessments import LESION
    from trame.app import get_server
    from vtkmodules.vtkCommonCore import vtkMultiThreader

    from RNAssessLib.web.reading.room import ReadingRoom

    vtkMultiThreader.SetGlobalMaximumNumberOfThreads(1)
    os.environ.setdefault("LP_NUM_THREADS", "0")  # as the app has it
    start = time.perf_counter()
    room = ReadingRoom(get_server("interaction", client_type="vue3"), assessment)
    room._fill_state()
    room.views.start(tuple(LESION), assessment.prepared.lesions[0].radius_mm)
    while missing := room.scene.missing():
        room.shown.complete(missing[0])
    figures = [Figure("scene and views made", time.perf_counter() - start, "s")]
    eight = [linked.cell.view for linked in room.views.views][:8]
    for at, (name, views, size) in enumerate((
        ("eight linked views, 235 x 340", eight, (235, 340)),
        ("one view, 700 x 700", eight[:1], (700, 700)),
        ("eight linked views, 440 x 650 (2560 x 1440)", eight, (440, 650)),
    )):  # fmt: skip
        wall, cpu = sweep(room, views, size, 0.31 * at)
        figures.append(Figure(f"{name}: processor time of a slice change", 1000 * cpu, "ms"))
        figures.append(Figure(f"{name}: drawn one after another", 1 / wall, "updates/s"))
    room.close()
    return figures


def sweep(room, views, size, shift_mm) -> tuple[float, float]:
    """Wall and processor time (s) of a slice change; none of the slices was cut before."""
    from RNAssessLib.scene.host import quiet_output
    from RNAssessLib.web.hanging.frames import encode_jpeg

    room.views.show(views)
    middle = room.views.shown[0].node.GetSliceOffset()
    with quiet_output():
        for linked in room.views.shown:
            linked.frames.update_size("", {"w": size[0], "h": size[1]})
            linked.frames.capture()
    room.views.set_offset(middle + shift_mm)
    room.views.scroll(-SWEEP)
    start, cpu = time.perf_counter(), time.process_time()
    for _ in range(2 * SWEEP):
        room.views.scroll(1)
        for linked in room.views.shown:
            encode_jpeg(linked.frames.capture())
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    room.views.set_offset(middle)
    return wall / (2 * SWEEP), cpu / (2 * SWEEP)
