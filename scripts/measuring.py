"""What all benchmarks share: figures beside their aims, a server that logs as in service, and what it spends."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lab.places import PARLEY
from lab.server import Server

KIB = 1024


@dataclass
class Figure:
    """One measured number beside what we aim for."""

    what: str
    value: float
    unit: str
    aim: float | None = None
    smaller_is_better: bool = True
    digits: int = 1

    def __str__(self) -> str:
        text = f"{self.what:<58} {self.value:>10.{self.digits}f} {self.unit}"
        if self.aim is None:
            return text
        good = self.value <= self.aim if self.smaller_is_better else self.value >= self.aim
        return f"{text}   ({'within' if good else 'BEYOND'} the aim of {self.aim:g})"


@contextlib.contextmanager
def quiet_server(program: Path = PARLEY, **environment: str) -> Iterator[Server]:
    """A server that logs as it would in service."""
    server = Server({"LOG_LEVEL": "info", **environment}, program=program)
    try:
        yield server
    finally:
        server.close()


def processor_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# Timed inside the page, so that the way from Python to the browser does not count.
JOIN_AND_TIME = """async (name) => {
  const button = [...document.querySelectorAll('button')].find((each) => each.textContent.trim() === 'Join');
  const began = performance.now();
  button.click();
  for (;;) {
    const video = document.querySelector(`participant-tile[aria-label^="${name}"] video`);
    if (video && laboratory.paintedFrames(video) > 0) return performance.now() - began;
    if (performance.now() - began > 20000) throw new Error('no frame within 20 s');
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
}"""
