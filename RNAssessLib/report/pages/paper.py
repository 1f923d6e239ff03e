"""Paper that the report is printed on; known without the extra that lays it out."""

from __future__ import annotations

PAPERS_MM = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}  # ISO 216; ANSI Y14.1 (8.5 by 11 inch)
PAPER = "a4"
