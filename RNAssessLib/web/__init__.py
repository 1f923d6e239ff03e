"""Browser shell on trame-slicer."""
