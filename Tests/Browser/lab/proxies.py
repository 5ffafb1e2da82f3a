"""The reverse proxies of `deploy/`, started from Debian's packages on loopback with everything in a temporary directory.

Each runs the very file an admin is given; only what every admin changes too is put in: names, ports, certificates.
"""

import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from .places import ROOT, free_port
from .waiting import eventually

DEPLOY = ROOT / "deploy"


def self_signed(directory: Path) -> tuple[Path, Path]:
    """A certificate for localhost and its key."""
    certificate, key = directory / "certificate.pem", directory / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", key, "-out", certificate], check=True, capture_output=True)
    # HAProxy wants both in one file.
    (directory / "both.pem").write_text(certificate.read_text() + key.read_text())
    return certificate, key


def adapted(file: str, changes: Mapping[str, str]) -> str:
    """A file of `deploy/` with each text replaced that the mapping names; a text that is not there is an error."""
    text = (DEPLOY / file).read_text()
    for old, new in changes.items():
        assert old in text, f"deploy/{file} no longer has {old!r}: the test must follow it"
        text = text.replace(old, new)
    return text


class Proxy:
    """A running reverse proxy in front of one server."""

    def __init__(self, upstream: int, configure: "Configuration"):
        self._directory = tempfile.TemporaryDirectory(prefix="parley-proxy-")
        self.home = Path(self._directory.name)
        self.upstream = upstream
        self.plain_port = free_port()
        self.tls_port = free_port()
        self.certificate, self.key = self_signed(self.home)
        self.log: list[str] = []
        command = configure(self)
        self._process = subprocess.Popen(
            command, cwd=self.home, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(self.home)},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        threading.Thread(target=self._read_log, daemon=True).start()

    def wait_for(self, port: int) -> None:
        """Returns when the proxy accepts connections there."""
        def accepts() -> bool:
            assert self._process.poll() is None, "the proxy ended:\n" + "\n".join(self.log[-20:])
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        eventually(accepts, "the proxy listens", 10)

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._directory.cleanup()

    def _read_log(self) -> None:
        for line in self._process.stdout:
            self.log.append(line.decode(errors="replace").rstrip())


# Writes the configuration and returns the command that runs the proxy with it.
Configuration = Callable[[Proxy], list[str]]
