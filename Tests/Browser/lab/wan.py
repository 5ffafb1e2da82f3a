"""A server behind a network that is slow, far or lossy, as a test wishes.

    browsers 198.19.8.1 ── relay.py ── 198.19.8.2 server and publishers

The kernel may lack `netem`, so a program carries the packets. Who subscribes is outside; who publishes lives beside the server
and is not troubled. Pages and signalling come by the same network, with a link of their own.
"""

import contextlib
import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from .nat import run
from .shaping import Conditions

RELAY = Path(__file__).parent / "relay.py"
OUTSIDE, ADDRESS = "198.19.8.1", "198.19.8.2"
CLEAN = Conditions()


class Wan:
    """Named after this process, so that two runs do not meet; taken down by `close`."""

    def __init__(self, seed: int = 1) -> None:
        self._name = f"parley{os.getpid()}-wan"
        self._relay: subprocess.Popen | None = None
        try:
            self._build(seed)
        except BaseException:
            self.close()
            raise

    @property
    def inside(self) -> list[str]:
        """What to put before a command so that it runs beside the server."""
        return ["ip", "netns", "exec", self._name]

    def chromium(self, directory: Path) -> str:
        """A program that starts Chromium beside the server."""
        wrapper = directory / "chromium-inside"
        wrapper.write_text(f'#!/bin/sh\nexec {" ".join(self.inside)} chromium "$@"\n')
        wrapper.chmod(0o755)
        return str(wrapper)

    def shape(self, down: Conditions = CLEAN, up: Conditions = CLEAN) -> dict[str, Any]:
        """From now on it is so: `down` is from the server. Returns what has become of the packets until now."""
        return self._ask(down=dataclasses.asdict(down), up=dataclasses.asdict(up))

    def counts(self) -> dict[str, Any]:
        """What has become of the packets, and by how many seconds those since the last question left late."""
        return self._ask()

    def close(self) -> None:
        if self._relay:
            self._relay.stdin.close()
            self._relay.wait(10)
        with contextlib.suppress(AssertionError):
            run("ip", "netns", "del", self._name)

    def _ask(self, **wanted: dict[str, float]) -> dict[str, Any]:
        self._relay.stdin.write(json.dumps(wanted) + "\n")
        self._relay.stdin.flush()
        return json.loads(self._relay.stdout.readline())

    def _build(self, seed: int) -> None:
        run("ip", "netns", "add", self._name)
        # An IPv6 address that is confirmed late is a change of network to Chromium, which drops what it is loading.
        run(*self.inside, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1")
        self._relay = subprocess.Popen(
            [sys.executable, str(RELAY), self._name, str(seed)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
        devices = json.loads(self._relay.stdout.readline())
        run("ip", "link", "set", devices["outside"], "addrgenmode", "none")
        run(*self.inside, "ip", "link", "set", "lo", "up")
        for prefix, device, address in (([], devices["outside"], OUTSIDE), (self.inside, devices["inside"], ADDRESS)):
            run(*prefix, "ip", "addr", "add", f"{address}/24", "dev", device)
            run(*prefix, "ip", "link", "set", device, "up")
        # A browser may send from any address that it has.
        run(*self.inside, "ip", "route", "add", "default", "via", OUTSIDE)
