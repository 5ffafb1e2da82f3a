#!/usr/bin/env python3
"""Runs the test sections in order and ends with one line that says how many tests passed.

The cheap sections all run even when one fails; those with browsers and foreign WebRTC stacks, which take minutes, run only
after they passed.
`make test ONLY=client` (or several: `ONLY="format client"`) runs the named sections alone.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BROWSER_TESTS = ROOT / "Tests" / "Browser"
INTEROP_TESTS = ROOT / "Tests" / "Interop"
sys.path.insert(0, str(BROWSER_TESTS))

from lab.places import may_make_namespaces, outward_address  # noqa: E402


@dataclass
class Counts:
    """How many tests a section ran, read from its own closing lines."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)


@dataclass
class Section:
    """One kind of test: a command, and how to read its count."""

    name: str
    title: str
    command: list[str]
    count: Callable[[str, bool], Counts]


@dataclass
class Outcome:
    section: Section
    succeeded: bool
    counts: Counts
    seconds: float
    failures: list[str]


FAILURE = re.compile(r"^(?:[✘×] Test .* (?:recorded an issue|failed after).*|(?:FAILED|ERROR) .*|\s*✖ .*|\s*not ok .*)$", re.M)
FAILURES_SHOWN = 40


def failures(output: str) -> list[str]:
    """The lines in which the tests of a section say which of them failed and why; the last ones, each shortened."""
    lines = list(dict.fromkeys(line.strip()[:300] for line in FAILURE.findall(output)))
    return lines[-FAILURES_SHOWN:]


def one_check(_: str, succeeded: bool) -> Counts:
    """A section that is a single check."""
    return Counts(passed=1) if succeeded else Counts(failed=1)


def node_counts(output: str, succeeded: bool) -> Counts:
    """Reads the summary of `node --test`, in its TAP or its readable form."""
    numbers = {word: int(number) for word, number in re.findall(r"^(?:#|ℹ) (pass|fail|skipped) (\d+)$", output, re.M)}
    counts = Counts(numbers.get("pass", 0), numbers.get("fail", 0), numbers.get("skipped", 0))
    return at_least_one_failure(counts, succeeded)


def swift_counts(output: str, succeeded: bool) -> Counts:
    """Reads Swift Testing's closing line; a run that crashed has none."""
    ends = re.findall(r"Test run with (\d+) tests? in \d+ suites? (?:passed|failed) after", output)
    total = int(ends[-1]) if ends else 0
    failed = len(set(re.findall(r"^[✘×] Test (.+?\)?) failed after", output, re.M)))
    return at_least_one_failure(Counts(total - failed, failed), succeeded and total > 0)


def pytest_counts(output: str, succeeded: bool) -> Counts:
    """Reads pytest's closing line."""
    last = next((line for line in reversed(output.splitlines()) if re.search(r" in [\d.]+s", line)), "")
    numbers = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|skipped|errors?)", last)}
    broken = numbers.get("failed", 0) + numbers.get("error", 0) + numbers.get("errors", 0)
    return at_least_one_failure(Counts(numbers.get("passed", 0), broken, numbers.get("skipped", 0)), succeeded)


def at_least_one_failure(counts: Counts, succeeded: bool) -> Counts:
    """A section that failed without naming a test, by a crash for instance, counts as one failure."""
    if succeeded or counts.failed:
        return counts
    return Counts(counts.passed, 1, counts.skipped)


def client_tests() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "Tests" / "Client").rglob("*.test.js"))


def swift_sources() -> list[str]:
    return [name for name in ("Sources", "Tests", "Benchmarks", "Package.swift") if (ROOT / name).exists()]


def connected(command: list[str]) -> list[str]:
    """Gives a command a network of its own where this machine has only loopback, which Firefox uses for no media."""
    if outward_address() is not None or not may_make_namespaces():
        return command
    return [str(BROWSER_TESTS / "lab" / "connected.sh"), *command]


def pytest_of(folder: Path) -> list[str]:
    return connected([sys.executable, "-m", "pytest", str(folder), *os.environ.get("PYTEST_ARGUMENTS", "").split()])


# What keeps time with the kernel runs one by one, when nothing else wants the processors; what waits for HTTP does not
# run beside simulations, which leave it no thread for seconds.
KEEPS_TIME = r"^SFUTests|^ParleyTests\.(LoadRun|RoutedRoom|StreamRoom)Tests"
SERVES_PAGES = r"^(SignalingTests|ParleyTests)"


def skip(tests: str) -> list[str]:
    return ["--skip", tests]


def sections() -> tuple[list[Section], list[Section]]:
    """The cheap sections and the costly ones."""
    lint = ["swift", "format", "lint", "--strict", "--recursive", "--parallel", *swift_sources()]
    swift = ["swift", "test", "-c", "release", "--skip-build"]
    cheap = [
        Section("format", "Swift format", lint, one_check),
        Section("types", "Client types", ["tsc", "-p", "tsconfig.json"], one_check),
        Section("client", "Client below the elements", ["node", "--test", "--test-reporter=spec", *client_tests()], node_counts),
        Section("virtual", "Server in virtual time", [*swift, *skip(KEEPS_TIME), *skip(SERVES_PAGES)], swift_counts),
        Section("server", "Server of pages and signals", [*swift, "--filter", SERVES_PAGES, *skip(KEEPS_TIME)], swift_counts),
        Section("sockets", "Server with real sockets", [*swift, "--no-parallel", "--filter", KEEPS_TIME], swift_counts),
    ]
    return cheap, [
        Section("browser", "Real browsers and foreign programs", pytest_of(BROWSER_TESTS), pytest_counts),
        Section("interop", "Foreign WebRTC stacks", pytest_of(INTEROP_TESTS), pytest_counts),
    ]


def run(section: Section) -> Outcome:
    """Runs one section, showing its output as it comes."""
    print(f"\n==== {section.title}: {' '.join(section.command[:6])}", flush=True)
    began = time.monotonic()
    process = subprocess.Popen(
        section.command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    lines = []
    for raw in process.stdout:
        line = raw.decode(errors="replace")
        lines.append(line)
        sys.stdout.write(line)
        sys.stdout.flush()
    succeeded = process.wait() == 0
    output = "".join(lines)
    return Outcome(
        section, succeeded, section.count(output, succeeded), time.monotonic() - began,
        [] if succeeded else failures(output))


def report(outcomes: list[Outcome], left_out: list[Section]) -> bool:
    """Prints a line per section and the closing line; says whether all is well."""
    print("\n==== Summary")
    for outcome in outcomes:
        counts = outcome.counts
        verdict = "passed" if outcome.succeeded else "FAILED"
        print(f"  {verdict}  {outcome.section.title}: {counts.passed} passed, {counts.failed} failed, "
              f"{counts.skipped} skipped in {outcome.seconds:.0f} s")
        for line in outcome.failures:
            print(f"          {line}")
    for section in left_out:
        print(f"  NOT RUN {section.title}: something before it failed")
    total = sum((outcome.counts for outcome in outcomes), Counts())
    seconds = sum(outcome.seconds for outcome in outcomes)
    print(f"==== {total.passed} passed, {total.failed} failed, {total.skipped} skipped in {seconds:.0f}s ====")
    return all(outcome.succeeded for outcome in outcomes)


def main() -> int:
    cheap, costly = sections()
    wanted = sys.argv[1:] or [section.name for section in cheap + costly]
    unknown = set(wanted) - {section.name for section in cheap + costly}
    if unknown:
        print(f"No such section: {', '.join(sorted(unknown))}. There are: "
              f"{', '.join(section.name for section in cheap + costly)}.")
        return 2
    outcomes = [run(section) for section in cheap if section.name in wanted]
    costly = [section for section in costly if section.name in wanted]
    if all(outcome.succeeded for outcome in outcomes):
        outcomes += [run(section) for section in costly]
        costly = []
    return 0 if report(outcomes, costly) else 1


if __name__ == "__main__":
    sys.exit(main())
