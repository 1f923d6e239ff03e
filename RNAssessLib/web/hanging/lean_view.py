"""A slice view that does at a slice change what must be done, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import slicer
from slicer import (
    vtkMRMLCrosshairDisplayableManager,
    vtkMRMLMarkupsDisplayableManager,
    vtkMRMLSegmentationsDisplayableManager2D,
)
from trame_slicer.views import SliceView
from vtkmodules.vtkCommonExecutionModel import vtkAlgorithmOutput
from vtkmodules.vtkImagingColor import vtkImageMapToWindowLevelColors

GREY = "vtkMRMLColorTableNodeGrey"
OUTSIDE = -1e30  # black whatever the window


class LeanSliceView(SliceView):
    """A slice view with a short way from volume to picture.

    Only those displayable managers are there that draw or answer the mouse: every one takes its
    time at every slice change, also with nothing to draw. Isodoses are drawn by `cut_lines`; ruler,
    markers and bars are the page's own. A grey image that lies alone in the view is windowed
    and shown as it comes from Slicer's reslice; opacity, colours and blending are for the others.
    """

    _levels: vtkImageMapToWindowLevelColors | None = None
    KEPT = (
        vtkMRMLCrosshairDisplayableManager,  # the mouse: window and level, pan, zoom
        vtkMRMLSegmentationsDisplayableManager2D,
        vtkMRMLMarkupsDisplayableManager,
    )

    def _initialize_displayable_manager_group(
        self,
        factory_type: Any,  # noqa: ANN401 - as the class above has it
        app_logic: Any,  # noqa: ANN401
        manager_types: Iterable[Any],
    ) -> None:
        kept = [one for one in manager_types if one in self.KEPT]
        super()._initialize_displayable_manager_group(factory_type, app_logic, kept)

    def prepare(self) -> None:
        """Bring window and level up before the view is rendered."""
        self._update_image_data_connection()

    def _update_image_data_connection(self) -> None:
        self._set_image_data_connection(self._grey_image() or self._logic.GetImageDataConnection())

    def _grey_image(self) -> vtkAlgorithmOutput | None:
        """Luminance of the background, None unless it is grey and alone."""
        composite, layer = self._logic.GetSliceCompositeNode(), self._logic.GetBackgroundLayer()
        volume = layer.GetVolumeNode() if layer else None
        if composite is None or volume is None or volume.GetImageData() is None:
            return None
        if composite.GetForegroundVolumeID() or composite.GetLabelVolumeID():
            return None
        display = volume.GetDisplayNode()
        if not isinstance(display, slicer.vtkMRMLScalarVolumeDisplayNode) or not _is_grey(display):
            return None
        if self._levels is None:
            self._levels = vtkImageMapToWindowLevelColors()
            self._levels.SetOutputFormatToLuminance()
        reslice = layer.GetReslice()
        reslice.SetBackgroundLevel(OUTSIDE)
        self._levels.SetInputConnection(reslice.GetOutputPort())
        self._levels.SetWindow(display.GetWindow())
        self._levels.SetLevel(display.GetLevel())
        return self._levels.GetOutputPort()


def _is_grey(display: slicer.vtkMRMLScalarVolumeDisplayNode) -> bool:
    return display.GetColorNodeID() == GREY and not display.GetApplyThreshold()
