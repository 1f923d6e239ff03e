"""State and view-model shared by the Slicer panel and the browser panel."""
