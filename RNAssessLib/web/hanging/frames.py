"""From render windows to pictures on the page: one render and one encoding per view and change.

One pump serves all views. What changed together is rendered view by view, each once, with the
event loop running between them, encoded aside and sent as one message: all linked views then show
the new slice in the same frame of the browser, which paints once and not eight times. A message is
sent before the next change is rendered: VTK holds Python's lock while it renders, which would hold
back what is being encoded. Smooth lines (multi-sampling) cost software rendering as much as
everything else together, so they wait until the reader's hand rests; then every view is drawn once
more.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic
from typing import Any

from PIL import Image as Picture
from slicer import vtkMRMLLayerDisplayableManager
from trame_slicer.views import ScheduledRenderStrategy
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkCommand
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkWebCore import vtkRemoteInteractionAdapter

from .lean_view import LeanSliceView

TOPIC = "rnassess.pictures"  # static/pictures.js listens to it
# One picture per change, so it must be a good one: isodose colours stay sharp without chroma
# subsampling.
QUALITY = 92
SMOOTH_SAMPLES = 4
REST_S = 0.5
# A request takes several turns of the event loop from the socket to its answer. With one turn
# between two views, requests would wait for several views each, and those of a held key pile up.
TURNS = 10
IGNORED_EVENTS = ("StartInteractionEvent", "EndInteractionEvent")


def encode_jpeg(image: vtkImageData) -> bytes:
    """JPEG of what `Frames.capture` gives."""
    columns, rows, _ = image.GetDimensions()
    values = vtk_to_numpy(image.GetPointData().GetScalars())
    layout = {3: "RGB", 4: "RGBX"}[image.GetNumberOfScalarComponents()]
    upright = Picture.frombuffer("RGB", (columns, rows), values, "raw", layout, 0, -1)
    buffer = io.BytesIO()
    upright.save(buffer, "JPEG", quality=QUALITY, subsampling=0)
    return buffer.getvalue()


class FramePump:
    """Renders, encodes and sends whatever changed, in turns."""

    def __init__(self) -> None:
        self._dirty: dict[Frames, None] = {}
        self._rough: dict[Frames, None] = {}
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="rnassess-jpeg")
        self._task: asyncio.Task[None] | None = None
        self._sending = False
        self._changed_at = 0.0
        self._closed = False
        self._still = 0

    @contextmanager
    def still(self) -> Iterator[None]:
        """No pictures for changes that cannot be seen."""
        self._still += 1
        try:
            yield
        finally:
            self._still -= 1

    def schedule(self, frames: Frames) -> None:
        """Ask for one picture of a view; asking again before it is made changes nothing."""
        if self._closed or self._still:
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
        return self.is_drawn and not self._rough

    @property
    def is_drawn(self) -> bool:
        """Whether every change so far is drawn and on its way to the browser."""
        return not self._dirty and not self._sending

    async def rendered(self) -> None:
        """Return when every change so far is rendered; the last pictures may still be encoded."""
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
        """Render what waits now; a change of a view that has had its turn is for the next time."""
        loop = asyncio.get_running_loop()
        made: list[tuple[Frames, asyncio.Future[bytes]]] = []
        for frames in tuple(waiting):
            if self._closed or (smooth and self._dirty):
                break
            waiting.pop(frames, None)
            if not frames.is_shown:
                self._rough.pop(frames, None)
                continue
            if not smooth:
                self._rough[frames] = None
            image = frames.capture(smooth=smooth)
            made.append((frames, loop.run_in_executor(self._pool, encode_jpeg, image)))
            for _ in range(TURNS):
                await asyncio.sleep(0)
        self._sending = True
        try:
            await self._send(made)
        finally:
            self._sending = False
        for _ in range(TURNS):
            await asyncio.sleep(0)

    @staticmethod
    async def _send(made: list[tuple[Frames, asyncio.Future[bytes]]]) -> None:
        pictures = [{"name": f.area_name, "content": await jpeg} for f, jpeg in made]
        streamer = next((f.streamer for f, _ in made if f.streamer is not None), None)
        if streamer is not None:
            streamer.publish(TOPIC, {"pictures": pictures})

    def close(self) -> None:
        """Stop sending and release the encoders."""
        self._closed = True
        self._dirty.clear()
        self._rough.clear()
        self._pool.shutdown(wait=False, cancel_futures=True)


class Frames(ScheduledRenderStrategy):
    """One view's pictures and events: trame-rca's area, scheduler and adapter in one object.

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

    @property
    def rows(self) -> int:
        """Height of its picture, pixels of the screen."""
        return self._size[1]

    # --- asked by the view ------------------------------------------------------------------------

    def schedule_render(self) -> None:
        """Something in the view changed."""
        if self.is_shown and self._size != (0, 0):
            self._pump.schedule(self)

    # --- asked by the pump ------------------------------------------------------------------------

    def capture(self, *, smooth: bool = False) -> vtkImageData:
        """Render once and return the pixels, bottom row first; they hold until the next capture."""
        self._view.prepare()
        self.before_render()
        if smooth:
            self._window.SetMultiSamples(SMOOTH_SAMPLES)
            self.smoothed += 1
        else:
            self.renders += 1
        self._window.Render()
        vtkMRMLLayerDisplayableManager.RenderWindowBufferToImage(self._window, self._buffer)
        self._window.SetMultiSamples(0)
        return self._buffer

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
