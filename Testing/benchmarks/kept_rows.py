"""Rows of a benchmark in one file that can be committed: a run goes on where any machine left it."""

import json
from pathlib import Path


class KeptRows:
    """Rows by name, made by one state of the code; a line each: name, code, row.

    A line is written as soon as its case is done. Lines of other code are read over and go when
    `tidy` is called at the end of a run; a line that was cut is none.
    """

    def __init__(self, file, code):
        self.file, self.code = Path(file), code

    def read(self):
        """Name to row, of this code."""
        if not self.file.exists():
            return {}
        found = {}
        for line in self.file.read_text(encoding="utf-8").splitlines():
            try:
                name, code, row = json.loads(line)
            except ValueError:
                continue
            if code == self.code:
                found[name] = row
        return found

    def get(self, name, make):
        """Row of a case, made and kept unless it is there; None where the script has no place."""
        held = self.read()
        if name not in held:
            row = make()
            self.file.parent.mkdir(parents=True, exist_ok=True)
            whole = not self.file.exists() or self.file.read_bytes()[-1:] in (b"", b"\n")
            with self.file.open("a", encoding="utf-8") as out:
                out.write(("" if whole else "\n") + self._line(name, row))
            return row
        return held[name]

    def tidy(self):
        """Leave the rows of this code only, by name."""
        rows = self.read()
        part = self.file.with_suffix(".part")
        text = "".join(self._line(name, rows[name]) for name in sorted(rows))
        part.write_text(text, encoding="utf-8")
        part.replace(self.file)

    def _line(self, name, row):
        return json.dumps([name, self.code, row]) + "\n"
