"""Commands of ``rnassess``, a few to a file; each file adds its own to the parser."""
