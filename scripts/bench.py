#!/usr/bin/env python3
"""Measures what docs/performance.md claims and prints each figure beside its aim.

`make bench` runs everything; `make bench ONLY="idle chat"` the named benchmarks. The load comes from the program
ParleyBenchmarks, and in meetings from foreign WebRTC stacks, on the same machine, so figures of speed include its share of
the processors.
"""

import contextlib
import json
import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "Tests" / "Browser"), str(ROOT / "Tests" / "Interop")]

import adaptation  # noqa: E402
import fanout  # noqa: E402
import instructions  # noqa: E402
import meetings  # noqa: E402
import spreading  # noqa: E402
import streams  # noqa: E402
from lab.browsers import Browsers, new_context  # noqa: E402
from lab.call import Call  # noqa: E402
from lab.server import Server  # noqa: E402
from measuring import JOIN_AND_TIME, KIB, Figure, processor_seconds, quiet_server  # noqa: E402

LOAD = Path(os.environ.get("PARLEY_LOAD", ROOT / ".build" / "release" / "ParleyBenchmarks"))
JOINS = 20


class Load:
    """A running ParleyBenchmarks: its lines of figures, and lines to tell it to go on."""

    def __init__(self, server: Server, *command: str):
        self._process = subprocess.Popen(
            [str(LOAD), command[0], "--address", server.address, "--port", str(server.port), *command[1:]],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def figures(self) -> dict[str, float]:
        """Waits for the next line of figures."""
        line = self._process.stdout.readline()
        assert line, f"the load ended early with status {self._process.wait()}"
        return json.loads(line)

    def go_on(self) -> None:
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def close(self) -> None:
        self._process.stdin.close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()


@contextlib.contextmanager
def load(server: Server, *command: str) -> Iterator[Load]:
    running = Load(server, *command)
    try:
        yield running
    finally:
        running.close()


def idle() -> list[Figure]:
    sessions = 10_000
    with quiet_server() as server:
        before = server.memory()
        with load(server, "idle", "--sessions", str(sessions)) as running:
            running.figures()
            each = (server.memory() - before) / sessions / KIB
            running.go_on()
    return [
        Figure("memory of a server without sessions", before / KIB / KIB, "MiB"),
        Figure(f"memory of each of {sessions} idle sessions in rooms of two", each, "KiB", aim=20),
    ]


def joins() -> list[Figure]:
    with quiet_server() as server, load(server, "joins") as running:
        measured = running.figures()
        spent = processor_seconds(server.pid)
    return [
        Figure("joins a second (connect, upgrade, hello, join, leave)", measured["perSecond"], "/s"),
        Figure("time of one join under that load, p99", measured["p99"], "ms"),
        Figure("server CPU for each", spent / measured["joins"] * 1e6, "µs"),
    ]


def chat() -> list[Figure]:
    # A room of 500 is routed; the load program brings a server whose media plane carries nothing.
    with quiet_server(LOAD) as server, load(server, "chat") as running:
        measured = running.figures()
    return [
        Figure("a chat message in a room of 500, until it arrived, p50", measured["p50"], "ms"),
        Figure("a chat message in a room of 500, until it arrived, p99", measured["p99"], "ms", aim=20),
    ]


def relay() -> list[Figure]:
    with quiet_server() as server, load(server, "relay") as running:
        running.figures()
        before = processor_seconds(server.pid)
        running.go_on()
        measured = running.figures()
        spent = processor_seconds(server.pid) - before
        running.go_on()
    return [
        Figure("server CPU for each relayed signal with its answer", spent / measured["relayed"] * 1e6, "µs"),
        Figure("relayed signals a second", measured["relayed"] / measured["milliseconds"] * 1000, "/s"),
    ]


def first_frame() -> list[Figure]:
    """From the click on Join to the first frame of the other person, twenty times."""
    browsers = Browsers()
    taken = []
    with quiet_server() as server:
        for number in range(JOINS):
            contexts = [new_context(browsers.chromium(), server.origin)[0] for _ in range(2)]
            here = Call(contexts[0], None, server.origin, f"bench-{number}", "Adaline").join()
            here.tile("Adaline").wait_for()
            there = Call(contexts[1], None, server.origin, f"bench-{number}", "Bertrand")
            there.button("Join").wait_for()
            taken.append(there.page.evaluate(JOIN_AND_TIME, "Adaline"))
            for context in contexts:
                context.close()
    browsers.close()
    return [
        Figure("join click to first remote frame, median of 20", statistics.median(taken), "ms", aim=700),
        Figure("join click to first remote frame, worst of 20", max(taken), "ms"),
    ]


BENCHMARKS: dict[str, Callable[[], list[Figure]]] = {
    "idle": idle, "joins": joins, "chat": chat, "relay": relay, "first-frame": first_frame,
    "meeting": meetings.meeting, "audience": meetings.audience, "meeting-first-frame": meetings.first_frame,
    "doors": streams.doors, "stream-first-frame": streams.first_frame, "players": streams.players,
    "fanout": fanout.fanout, "spread": spreading.spread, "instructions": instructions.instructions,
    "adaptation": adaptation.adaptation, "views": adaptation.views,
}


def main() -> int:
    wanted = sys.argv[1:] or list(BENCHMARKS)
    unknown = set(wanted) - BENCHMARKS.keys()
    if unknown:
        print(f"No such benchmark: {', '.join(sorted(unknown))}. There are: {', '.join(BENCHMARKS)}.")
        return 2
    # Ten thousand sockets at either end.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    for name in wanted:
        for figure in BENCHMARKS[name]():
            print(figure, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
