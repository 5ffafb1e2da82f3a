#!/usr/bin/env python3
"""Lists files and functions that are larger than we aim for. It informs; only the 400-line limit of files is a test."""

import re
import statistics
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONG_FILE = 250  # twice the median we aim for; beyond it a file usually has two subjects
LONG_FUNCTION = 40  # well past the 25 lines that nine in ten functions should stay below
FOLDERS = {".swift": ("Sources", "Tests", "Benchmarks"), ".js": ("public", "Tests"), ".py": ("scripts", "Tests")}

BEGINNING = {
    ".swift": re.compile(r"^\s*(?:@\w+(?:\(.*?\))? )*(?:[a-z]+(?:\(set\))? )*(?:func ([^(<]+)|(init)\b).*\{$"),
    ".js": re.compile(r"^\s*(?:export )?(?:static )?(?:async )?(?:function\*? )?([#\w]+)\([^;]*\) \{$"),
    ".py": re.compile(r"^\s*(?:async )?def (\w+)\("),
}
NOT_A_FUNCTION = {"if", "for", "while", "switch", "catch"}


def sources() -> list[Path]:
    return sorted(
        path for suffix, folders in FOLDERS.items() for folder in folders for path in (ROOT / folder).rglob(f"*{suffix}"))


def indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def function_length(lines: list[str], start: int, suffix: str) -> int:
    """Lines from a function's first to its last, found by indentation, which our formatters keep true."""
    depth = indent(lines[start])
    for offset, line in enumerate(lines[start + 1:], start=1):
        if not line.strip() or indent(line) > depth:
            continue
        if suffix == ".py":
            if line.lstrip().startswith(")"):
                continue
            return offset
        return offset + 1
    return len(lines) - start


def functions(lines: list[str], suffix: str) -> list[tuple[int, str, int]]:
    """Line number, name and length of each function."""
    found = []
    for number, line in enumerate(lines):
        match = BEGINNING[suffix].match(line)
        name = match and next((group for group in match.groups() if group), None)
        if name and name not in NOT_A_FUNCTION:
            found.append((number + 1, name.strip(), function_length(lines, number, suffix)))
    return found


def percentile(values: list[int], share: float) -> int:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else 0


def main() -> None:
    file_lengths, function_lengths = [], []
    for path in sources():
        lines = path.read_text().splitlines()
        file_lengths.append(len(lines))
        place = path.relative_to(ROOT)
        if len(lines) > LONG_FILE:
            print(f"{place}: {len(lines)} lines")
        for number, name, length in functions(lines, path.suffix):
            function_lengths.append(length)
            if length > LONG_FUNCTION:
                print(f"{place}:{number}: {name} has {length} lines")
    print(f"{len(file_lengths)} files: median {statistics.median(file_lengths or [0]):.0f} lines "
          f"(aim 120), largest {max(file_lengths, default=0)} (limit 400)")
    print(f"{len(function_lengths)} functions: median {statistics.median(function_lengths or [0]):.0f} lines (aim 6), "
          f"nine in ten within {percentile(function_lengths, 0.9)} (aim 25)")


if __name__ == "__main__":
    main()
