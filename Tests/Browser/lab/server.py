"""A Parley server of one test: own port, own data directory, own log."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path

from .places import PARLEY, ROOT, free_port
from .waiting import eventually

# What must never be written to a log, whatever a test did: tokens as the server makes them, SDP and candidates.
NEVER_LOGGED = [
    ("a JSON web token", re.compile(r"eyJ[A-Za-z0-9_-]{8,}")),
    ("a host key", re.compile(r"\bhk_[A-Za-z0-9_-]{4,}")),
    ("a stream key", re.compile(r"\bsk_[a-z0-9]{8,}")),
    ("a session of an encoder or player", re.compile(r"wh[ie]p/[^\s/]+/[a-z0-9]{20,}")),
    ("a session description", re.compile(r"a=(fingerprint|ice-pwd|candidate)")),
]


class Server:
    """`parley serve` in a directory of its own, so that nobody's .env takes part."""

    def __init__(
        self,
        environment: Mapping[str, str] | None = None,
        address: str = "127.0.0.1",
        port: int | None = None,
        scheme: str = "http",
        prefix: Iterable[str] = (),
        program: Path = PARLEY,
    ):
        self.address = address
        self.port = port or free_port()
        self.scheme = scheme
        self.prefix = list(prefix)
        self.program = program
        self.directory = tempfile.TemporaryDirectory(prefix="parley-")
        self.private: set[str] = set()
        self.log: list[str] = []
        self.process: subprocess.Popen | None = None
        self._environment = dict(environment or {})
        # A copy, so that what lies beside it in this directory stands for what must not be served.
        shutil.copytree(ROOT / "public", self.home / "public")
        self.start()

    @property
    def home(self) -> Path:
        return Path(self.directory.name)

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.address}:{self.port}"

    @property
    def socket_url(self) -> str:
        return self.origin.replace("http", "ws", 1) + "/ws"

    @property
    def pid(self) -> int:
        return self.process.pid

    def start(self) -> None:
        """Starts the server and returns once it answers."""
        environment = {
            "PATH": os.environ["PATH"],
            "SERVER_LISTEN_IP": self.address,
            "SERVER_LISTEN_PORT": str(self.port),
            "DATA_DIR": str(self.home / "data"),
            "SFU_PORT": "0",
            # Debugging looks for changed files at each request, of which a page makes a hundred.
            "LOG_LEVEL": "info",
            **self._environment,
        }
        self.process = subprocess.Popen(
            [*self.prefix, str(self.program), "serve"], cwd=self.home, env=environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        threading.Thread(target=self._read_log, args=[self.process], daemon=True).start()
        eventually(self._is_ready, f"the server answers at {self.origin}", 20)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Ends the process, and by force when it does not go within ten seconds of being asked."""
        if self.process is None:
            return
        process, self.process = self.process, None
        if process.poll() is None:
            process.send_signal(how)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError("the server did not stop within 10 s:\n" + self.tail()) from None

    def restart(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stops the server and starts it anew with the same port and data."""
        self.stop(how)
        self.start()

    def close(self) -> None:
        """Stops the server and holds that it neither crashed nor told secrets."""
        died = self.process is not None and self.process.poll()
        try:
            assert not died, f"the server died with status {died}:\n{self.tail()}"
            self.stop()
            self.assert_log_tells_nothing()
        finally:
            self.stop(signal.SIGKILL)
            self.directory.cleanup()

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> str:
        """The body of a page or of metrics."""
        request = urllib.request.Request(self.origin + path, headers=dict(headers or {}))
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.read().decode()

    def metric(self, name: str) -> float:
        """A figure of `/metrics` by its name and labels; zero while there is none."""
        found = re.search(rf"^{re.escape(name)} (\S+)$", self.get("/metrics"), re.M)
        return float(found.group(1)) if found else 0

    def post(self, path: str, text: str) -> None:
        """Posts a text, as a page's beacon does."""
        request = urllib.request.Request(self.origin + path, text.encode(), {"Content-Type": "text/plain"})
        urllib.request.urlopen(request, timeout=10).close()

    def answers(self) -> bool:
        """Whether the server says that it is ready, asked from where it is."""
        if self.prefix:
            look = f"import urllib.request as r; r.urlopen('{self.origin}/readyz', timeout=2)"
            return subprocess.run([*self.prefix, sys.executable, "-c", look], stderr=subprocess.DEVNULL).returncode == 0
        try:
            return self.get("/readyz") is not None
        except OSError:
            return False

    def memory(self) -> int:
        """The bytes of RAM the server occupies."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"^VmRSS:\s+(\d+) kB", status, re.M).group(1)) * 1024

    def is_connected_to(self, port: int) -> bool:
        """Whether the server still has its end of the TCP connection from this port of a client."""
        lines = Path(f"/proc/{self.pid}/net/tcp").read_text().splitlines()[1:]
        ends = [line.split()[1:4] for line in lines]
        return any(int(local[-4:], 16) == self.port and int(remote[-4:], 16) == port and state == "01"
                   for local, remote, state in ends)

    def keep_private(self, *texts: str) -> None:
        """Names texts that must not be found in the log: people, passwords, messages."""
        self.private.update(text for text in texts if len(text) > 3)

    def assert_log_tells_nothing(self) -> None:
        for line in self.log:
            for text in self.private:
                assert text not in line, f"the log tells {text!r}: {line}"
            for what, pattern in NEVER_LOGGED:
                assert not pattern.search(line), f"the log tells {what}: {line}"

    def tail(self) -> str:
        return "\n".join(self.log[-40:])

    def _read_log(self, process: subprocess.Popen) -> None:
        for line in process.stdout:
            self.log.append(line.decode(errors="replace").rstrip())

    def _is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended with status {self.process.returncode}:\n{self.tail()}")
        return self.answers()
