"""coturn from Debian's package, with time-limited credentials under a shared secret."""

import os
import secrets
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterable

from .places import free_port
from .waiting import eventually


class TurnServer:
    """A STUN and TURN server on one address."""

    def __init__(self, address: str = "127.0.0.1", port: int | None = None, prefix: Iterable[str] = ()):
        self.address = address
        self.port = port or free_port(address)
        self.secret = secrets.token_hex(32)
        self._directory = tempfile.TemporaryDirectory(prefix="parley-turn-")
        self.log: list[str] = []
        self._process = subprocess.Popen(
            [*prefix, "turnserver", "-n", "--no-cli", "--no-tls", "--no-dtls", "--log-file=stdout", "--simple-log",
             "--verbose", f"--listening-ip={address}", f"--relay-ip={address}", f"--listening-port={self.port}",
             "--use-auth-secret", f"--static-auth-secret={self.secret}", "--realm=parley.test",
             "--allow-loopback-peers", "--min-port=49200", "--max-port=49399",
             f"--pidfile={self._directory.name}/pid", f"--userdb={self._directory.name}/users"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        threading.Thread(target=self._read_log, daemon=True).start()
        eventually(self._is_up, "coturn listens", 10)

    @property
    def environment(self) -> dict[str, str]:
        """Parley's settings for this server."""
        place = f"{self.address}:{self.port}"
        return {
            "ICE_SERVERS": f"stun:{place},turn:{place}?transport=udp",
            "TURN_SECRET": self.secret,
        }

    def close(self) -> None:
        os.kill(self._process.pid, signal.SIGTERM)
        self._process.wait(10)
        self._directory.cleanup()

    def _read_log(self) -> None:
        for line in self._process.stdout:
            self.log.append(line.decode(errors="replace").rstrip())

    def _is_up(self) -> bool:
        assert self._process.poll() is None, "coturn ended:\n" + "\n".join(self.log[-20:])
        return any("UDP listener opened" in line for line in self.log)
