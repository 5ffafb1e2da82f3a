#!/usr/bin/env python3
"""Tries every client of docs/interop.md and writes the table from what came of it.

It fails, and writes nothing, when a test of the table was skipped or failed: a cell is never guessed. `make interop` runs it.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "Tests" / "Interop"
sys.path[:0] = [str(TESTS), str(ROOT / "Tests" / "Browser")]

from foreign.cells import ALL, Cell, table  # noqa: E402

DOCUMENT = ROOT / "docs" / "interop.md"


def passed(*more: str) -> set[Cell]:
    """Runs the tests that fill cells."""
    with tempfile.TemporaryDirectory() as directory:
        results = Path(directory) / "cells.json"
        subprocess.run(
            [sys.executable, "-m", "pytest", str(TESTS / "test_whip.py"), str(TESTS / "test_whep.py"), "-m", "cell",
             "--cells", str(results), *more], cwd=ROOT)
        found = json.loads(results.read_text())
    return {Cell(*cell) for cell in found}


def main() -> int:
    cells = passed(*sys.argv[1:])
    missing = sorted(set(ALL) - cells)
    if missing:
        print("Not written, because these have not passed:", *missing, sep="\n  ")
        return 1
    DOCUMENT.write_text(table(cells))
    print(f"{DOCUMENT.relative_to(ROOT)}: {len(cells)} cells")
    return 0


if __name__ == "__main__":
    sys.exit(main())
