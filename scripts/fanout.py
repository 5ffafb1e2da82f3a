"""What forwarding costs a server: one to many and all to all, by `parley load`, beside what the machine takes at least.

The server has one core to itself and the load another. Each figure of CPU is given as a multiple of what a plain sendto of a packet takes
in the same run, since machines differ more than servers do.
"""

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from lab.places import PARLEY, ROOT
from lab.server import Server
from measuring import Figure

SERVER_CORE, LOAD_CORE = 0, 1
# What else runs on the machine is kept from both as far as the system lets us; what is left of it is in the latencies.
PRIORITY = ["nice", "-n", "-20"] if os.geteuid() == 0 else []
SECONDS = int(os.environ.get("FANOUT_SECONDS", "20"))
FLOOR = ROOT / ".build" / "release" / "WebRTCBenchmarks"
# Publishers, subscribers, and the aim for CPU by the floor of sendto.
FANS = {"1 to 50": (1, 50, 1.3), "1 to 200": (1, 200, 0.8), "1 to 500": (1, 500, 0.8)}
CIRCLE = 10
UNCOLLECTED = {"SFU_COLLECT_MS": "0"}


def fanout() -> list[Figure]:
    """Every shape of load against a fresh server, and the floor before and after them."""
    hasten("self")
    before = floor()
    measured = [(name, aim, load("--publishers", str(publishers), "--subscribers", str(subscribers)))
                for name, (publishers, subscribers, aim) in FANS.items()]
    measured.append(("1 to 200, not collected", 1.3, load("--subscribers", "200", environment=UNCOLLECTED)))
    # As mediasoup and Janus were measured: no two packets at once.
    measured.append(("1 to 200, each packet paced", 0.8, load("--subscribers", "200", "--burst-ms", "0")))
    measured.append((f"{CIRCLE} all to all", 1.2, load("--meeting", "--publishers", str(CIRCLE), "--settle", "10")))
    measured.append((f"{CIRCLE} all to all, by players", 1.2, load("--publishers", str(CIRCLE), "--all-to-all")))
    after = floor()
    # Others may have slowed the machine down in between; the smaller is what it can do.
    least = {name: min(before[name], after[name]) for name in before}
    figures = [Figure(f"floor of this machine: {name}", value / 1000, "µs", digits=2) for name, value in least.items()]
    for name, aim, report in measured:
        figures += figures_of(name, report, least["sendto"] / 1000, aim)
    return figures


def figures_of(name: str, report: dict, sendto: float, aim: float) -> list[Figure]:
    """What is aimed at first, then what it was under."""
    each = report["microsecondsPerPacket"]
    lost = report["missed"] / max(1, report["expected"]) * 100
    # A participant publishes as well, and what it publishes is kept for repairs: the aim is for those who only receive.
    publishes = "participants" in report
    memory = Figure(f"{name}: memory of a {'participant' if publishes else 'subscriber'}", report["memoryPerSubscriberKiB"],
                    "KiB", aim=None if publishes else 64, digits=0)
    figures = [
        Figure(f"{name}: server CPU for each packet", each, "µs", digits=2),
        Figure(f"{name}: the same by the floor of sendto", each / sendto, "", aim=aim, digits=2),
        Figure(f"{name}: packets forwarded", report["packetsPerSecond"], "/s", digits=0),
        Figure(f"{name}: server's share of its core", report["serverCores"] * 100, "%", digits=0),
        Figure(f"{name}: whole picture after its last packet, p50", report["videoLatency"]["p50"], "ms", digits=2),
        Figure(f"{name}: whole picture after its last packet, p99", report["videoLatency"]["p99"], "ms", aim=20, digits=2),
        Figure(f"{name}: whole picture after its last packet, p99.9", report["videoLatency"]["p999"], "ms", digits=2),
        Figure(f"{name}: a packet of sound, p99", report["audioLatency"]["p99"], "ms", digits=2),
        Figure(f"{name}: lost on the way", lost, "%", aim=0.01, digits=4),
        Figure(f"{name}: pictures that remained incomplete", report["brokenFrames"], "", digits=0),
        memory,
        Figure(f"{name}: request until media flows, p99", report["joinTime"]["p99"], "ms", digits=0),
        Figure(f"{name}: share of its core that the load had", report["load"]["processorShare"] * 100, "%", aim=90, digits=0),
    ]
    figures += [Figure(f"{name}: the load was the limit: {reason}", 1, "", aim=0) for reason in report["load"]["limits"]]
    if report["failedJoins"]:
        figures.append(Figure(f"{name}: could not join: {report['firstFailure']}", report["failedJoins"], "", aim=0))
    return figures


def load(*shape: str, environment: Mapping[str, str] | None = None) -> dict:
    """The report of one load against a server of its own."""
    with pinned_server(environment or {}) as server:
        command = [*PRIORITY, "taskset", "-c", str(LOAD_CORE), str(PARLEY), "load", "--json", "--server", server.origin,
                   "--pid", str(server.pid), "--seconds", str(SECONDS), *shape]
        result = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert result.returncode == 0, f"the load ended with {result.returncode}: {result.stderr}"
        return json.loads(result.stdout)


@contextlib.contextmanager
def pinned_server(environment: Mapping[str, str]) -> Iterator[Server]:
    server = Server({"SFU_ANNOUNCED_IP": "127.0.0.1", **environment}, prefix=[*PRIORITY, "taskset", "-c", str(SERVER_CORE)])
    try:
        hasten(server.pid)
        yield server
    finally:
        server.close()


def hasten(process: int | str) -> None:
    """Where sessions share the processors, niceness counts within one only (sched(7), autogroup)."""
    with contextlib.suppress(OSError):
        Path(f"/proc/{process}/autogroup").write_text("-20")


def floor() -> dict[str, float]:
    """Nanoseconds for a packet, by way of sending; the program chooses its cores itself."""
    result = subprocess.run([*PRIORITY, str(FLOOR), "floor", "json"], capture_output=True, text=True, check=True, timeout=120)
    return json.loads(result.stdout)
