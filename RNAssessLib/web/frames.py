"""From a render window to a picture in the browser: one render and one encoding per change.

One pump serves all views: a change of many views is rendered view by view, each once, with the
event loop running between them, and a view is not rendered again while its last picture is still
being encoded. Smooth lines (multi-sampling) cost software rendering as much as everything else
together, so they wait until the reader's hand rests; then every view is drawn once more.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image as Picture
from slicer import vtkMRMLLayerDisplayableManager
from trame_slicer.views import ScheduledRenderStrategy
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkCommand
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkWebCore import vtkRemoteInteractionAdapter

from .lean_view import LeanSliceView

Pixels = npt.NDArray[np.uint8]
Push = Callable[[bytes, dict[str, Any]], None]
# One picture per change, so it must be a good one: isodose colours stay sharp without chroma
# subsampling.
QUALITY = 92
SMOOTH_SAMPLES = 4
REST_S = 0.5
# A request takes several turns of the event loop from the socket to its answer. With one turn
# between two views, requests would wait for several views each, and those of a held key pile up.
TURNS = 10
IGNORED_EVENTS = ("StartInteractionEvent", "EndInteractionEvent")


def encode_jpeg(pixels: Pixels) -> bytes:
    """JPEG of (rows, columns, 3) pixels."""
    buffer = io.BytesIO()
    Picture.fromarray(pixels).save(buffer, "JPEG", quality=QUALITY, subsampling=0)
    return buffer.getvalue()


class FramePump:
    """Renders, encodes and sends whatever changed, in turns."""

    def __init__(self) -> None:
        self._dirty: dict[Frames, None] = {}
        self._rough: dict[Frames, None] = {}
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="rnassess-jpeg")
        self._task: asyncio.Task[None] | None = None
        self._changed_at = 0.0
        self._closed = False

    def schedule(self, frames: Frames) -> None:
        """Ask for one picture of a view; asking again before it is made changes nothing."""
        if self._closed:
            return
        self._dirty[frames] = None
        self._changed_at = monotonic()
        if self._task is None:
            try:
                loop = asyncio.get_running_loop()
            except RuntimeError:
                return  # before the server runs; the client's first resize asks again
            self._task = loop.create_task(self._run())

    @property
    def is_idle(self) -> bool:
        """Whether every picture is drawn, and drawn smoothly."""
        return not self._dirty and not self._rough

    @property
    def is_drawn(self) -> bool:
        """Whether every change so far is drawn and on its way to the browser."""
        return not self._dirty and not any(f.is_encoding for f in self._rough)

    async def rendered(self) -> None:
        """Return when every change so far is rendered; the last pictures may still be encoded.

        A view is not rendered again before its last picture is encoded, so at most one is on its
        way while the next is made.
        """
        while self._dirty and not self._closed:
            await asyncio.sleep(0.001)

    async def _run(self) -> None:
        try:
            while (self._dirty or self._rough) and not self._closed:
                if self._dirty:
                    await self._draw(self._dirty, smooth=False)
                elif monotonic() - self._changed_at < REST_S:
                    await asyncio.sleep(0.02)
                else:
                    await self._draw(self._rough, smooth=True)
        finally:
            self._task = None

    async def _draw(self, waiting: dict[Frames, None], *, smooth: bool) -> None:
        frames = next((f for f in waiting if not f.is_encoding), None)
        if frames is None:
            await asyncio.sleep(0.001)
            return
        del waiting[frames]
        frames.start(self._pool, smooth=smooth)
        if smooth or not frames.is_shown:
            self._rough.pop(frames, None)
        else:
            self._rough[frames] = None
        for _ in range(TURNS):
            await asyncio.sleep(0)

    def close(self) -> None:
        """Stop sending and release the encoders."""
        self._closed = True
        self._dirty.clear()
        self._rough.clear()
        self._pool.shutdown(wait=False, cancel_futures=True)


class Frames(ScheduledRenderStrategy):
    """Pictures of one view: what trame-rca calls area, scheduler and adapter, in one object.

    Attributes
    ----------
    renders : int
        How often the view was rendered because something changed.
    smoothed : int
        How often it was drawn smoothly at rest.
    """

    target_fps = 60.0

    def __init__(self, area_name: str, view: LeanSliceView, pump: FramePump) -> None:
        super().__init__()
        self.area_name = area_name
        self.renders = 0
        self.smoothed = 0
        self.is_encoding = False
        self.is_shown = True
        self.streamer: Any = None
        self.on_resize: Callable[[], None] = lambda: None
        self.before_render: Callable[[], None] = lambda: None
        self._pump = pump
        self._view = view
        self._window = view.render_window()
        self._interactor = view.interactor()
        self._interactor.EnableRenderOff()
        self._size = (0, 0)
        self._scale = 1.0
        self._buffer = vtkImageData()
        self._pressed: set[str] = set()

    # --- asked by the view ------------------------------------------------------------------------

    def schedule_render(self) -> None:
        """Something in the view changed."""
        if self.is_shown and self._size != (0, 0):
            self._pump.schedule(self)

    # --- asked by the pump ------------------------------------------------------------------------

    def start(self, pool: ThreadPoolExecutor, *, smooth: bool = False) -> None:
        """Render now, encode aside, send when encoded."""
        if not self.is_shown:
            return
        if smooth:
            self._window.SetMultiSamples(SMOOTH_SAMPLES)
            pixels = self.capture()
            self._window.SetMultiSamples(0)
            self.renders -= 1  # counted apart: nothing changed
            self.smoothed += 1
        else:
            pixels = self.capture()
        self.is_encoding = True
        started = monotonic()
        future = asyncio.get_running_loop().run_in_executor(pool, encode_jpeg, pixels)
        future.add_done_callback(lambda done: self._send(done, pixels.shape, started))

    def capture(self) -> Pixels:
        """Render once and return (rows, columns, 3) pixels, top row first."""
        self._view.prepare()
        self.before_render()
        self._window.Render()
        self.renders += 1
        vtkMRMLLayerDisplayableManager.RenderWindowBufferToImage(self._window, self._buffer)
        columns, rows, _ = self._buffer.GetDimensions()
        values = vtk_to_numpy(self._buffer.GetPointData().GetScalars())
        return np.ascontiguousarray(values.reshape(rows, columns, -1)[::-1, :, :3])

    def _send(self, done: asyncio.Future[bytes], shape: tuple[int, ...], started: float) -> None:
        self.is_encoding = False
        if done.cancelled() or done.exception() is not None or self.streamer is None:
            return
        rows, columns = shape[:2]
        meta = {
            "type": "image/jpeg",
            "codec": "",
            "w": columns,
            "h": rows,
            "st": int(1000 * started),
            "key": "key",
            "quality": QUALITY,
        }
        self.streamer.push_content(self.area_name, meta, done.result())

    # --- asked by the browser ---------------------------------------------------------------------

    def set_streamer(self, streamer: object) -> None:
        """Take the channel to the browser (called by trame-rca)."""
        self.streamer = streamer

    def update_size(self, _origin: str, size: dict[str, float]) -> None:
        """Follow the size of the view on the page."""
        self._scale = float(size.get("p", 1.0))
        width = max(10, int(size.get("w", 300) * self._scale))
        height = max(10, int(size.get("h", 300) * self._scale))
        self._size = (width, height)
        self._interactor.UpdateSize(width, height)
        self._interactor.InvokeEvent(vtkCommand.WindowResizeEvent)
        self.on_resize()
        self.schedule_render()

    def on_interaction(self, _origin: str, event: dict[str, Any]) -> None:
        """Hand a mouse or key event to VTK; what it changes asks for its own render."""
        kind = event["type"]
        if kind in IGNORED_EVENTS or self._is_stray_release(kind):
            return
        for key in ("x", "y"):
            if key in event:
                event[key] = int(event[key] * self._scale)
        vtkRemoteInteractionAdapter.ProcessEvent(self._interactor, json.dumps(event))

    def _is_stray_release(self, kind: str) -> bool:
        if "Press" in kind:
            self._pressed.add(kind)
            return False
        if not kind.endswith("Release"):
            return False
        press = kind.replace("Release", "Press")
        stray = press not in self._pressed
        self._pressed.discard(press)
        return stray

    def reset(self) -> None:
        """Send the view anew (a browser connected)."""
        self.schedule_render()

    def video_codecs(self) -> list[dict[str, Any]]:
        """No video here."""
        return []

    def negotiate_video(self, _codecs: list[str]) -> dict[str, Any]:
        """No video here."""
        return {"error": "not-a-video-stream"}
