"""What it costs that one room is on two media threads: an audience of two hundred on one thread and on two, in turn.

Neither server nor load is kept on a core, since two threads want two; so only the ratios mean something.
"""

import contextlib
import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from statistics import median

import fanout
from lab.places import PARLEY
from lab.server import Server
from measuring import Figure

SUBSCRIBERS = 200
ROUNDS = int(os.environ.get("SPREAD_ROUNDS", "3"))
SECONDS = 12
# So many joins a second are asked for, and then everybody is there for a while before it is measured.
JOINING, SETTLING = SUBSCRIBERS / 30, 4


def spread() -> list[Figure]:
    """Either number of threads in turn, so that what else the machine does is in both."""
    fanout.hasten("self")
    rounds = [(measured(1), measured(2)) for _ in range(ROUNDS)]
    ratios = [two["each"] / one["each"] for one, two in rounds]
    figures = [
        Figure("one thread: server CPU for each packet", median(one["each"] for one, _ in rounds), "µs", digits=2),
        Figure("two threads: server CPU for each packet", median(two["each"] for _, two in rounds), "µs", digits=2),
        Figure("two threads by one, median of rounds", median(ratios), "", aim=1.15, digits=2),
        Figure("two threads by one, the worst round", max(ratios), "", digits=2),
    ]
    for name, what, aim in [
        ("streams", "two threads: streams of the fuller beyond half", 10),
        ("processor", "two threads: processor time of the busier beyond half", 10),
    ]:
        figures.append(Figure(what, max(two[name] for _, two in rounds), "%", aim=aim))
    for name, what, unit in [
        ("mirrored", "two threads: packets handed to the other thread", "/s"),
        ("passed", "two threads: datagrams that came to the wrong one", "/s"),
        ("wakes", "two threads: wakes of one by the other", "/s"),
        ("wakesPerHop", "two threads: wakes for each of both", ""),
        ("lost", "two threads: lost on the way", "%"),
    ]:
        figures.append(Figure(what, median(two[name] for _, two in rounds), unit, digits=2))
    figures.append(Figure("one thread: lost on the way", median(one["lost"] for one, _ in rounds), "%", digits=2))
    return figures


def measured(threads: int) -> dict[str, float]:
    with server_with(threads) as server:
        command = [*fanout.PRIORITY, str(PARLEY), "load", "--json", "--server", server.origin, "--pid", str(server.pid),
                   "--subscribers", str(SUBSCRIBERS), "--settle", str(SETTLING), "--seconds", str(SECONDS)]
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(JOINING + SETTLING + 1)
        before, began = totals(server), time.monotonic()
        time.sleep(SECONDS - 4)
        after, ended = totals(server), time.monotonic()
        output, errors = running.communicate(timeout=120)
        assert running.returncode == 0, f"the load ended with {running.returncode}: {errors}"
    report = json.loads(output)
    seconds = ended - began
    gained = {name: after[name] - before.get(name, 0) for name in after}
    hops = gained["datagrams_passed_total"] + gained["packets_mirrored_total"]
    return {
        "each": report["microsecondsPerPacket"],
        "lost": report["missed"] / max(1, report["expected"]) * 100,
        "streams": beyond_half([after[f"worker_streams{number}"] for number in range(threads)]),
        "processor": beyond_half([gained[f"worker_processor_seconds_total{number}"] for number in range(threads)]),
        "mirrored": gained["packets_mirrored_total"] / seconds,
        "passed": gained["datagrams_passed_total"] / seconds,
        "wakes": gained["worker_wakes_total"] / seconds,
        "wakesPerHop": gained["worker_wakes_total"] / max(1, hops),
    }


def beyond_half(parts: list[float]) -> float:
    """By how many percent the largest part is more than an equal one."""
    return (max(parts) / (sum(parts) / len(parts)) - 1) * 100


@contextlib.contextmanager
def server_with(threads: int) -> Iterator[Server]:
    server = Server({"SFU_ANNOUNCED_IP": "127.0.0.1", "SFU_NUM_WORKERS": str(threads)}, prefix=fanout.PRIORITY)
    try:
        fanout.hasten(server.pid)
        yield server
    finally:
        server.close()


def totals(server: Server) -> dict[str, float]:
    """The figures of media, those of a thread with its number behind the name."""
    found = re.findall(r'^parley_media_(\w+)(?:\{worker="(\d+)"\})? ([0-9.e+]+)$', server.get("/metrics"), re.MULTILINE)
    return {name + worker: float(value) for name, worker, value in found}
