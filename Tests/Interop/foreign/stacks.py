"""Which stacks there are, and how the program of each is started."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .recording import write_recording

PROGRAMS = Path(__file__).resolve().parent.parent / "programs"
DEBIAN_PYTHON = "/usr/bin/python3"
GO_SOURCES = Path("/usr/share/gocode")


class Unavailable(Exception):
    """This machine lacks what a stack needs; says what."""


@dataclass(frozen=True)
class Stack:
    """A way to run one stack. `prepare` makes what its program needs in an empty directory and returns the command."""

    name: str
    prepare: Callable[[Path], list[str]]

    def __str__(self) -> str:
        return self.name


def from_wheel(module: str, program: str) -> Callable[[Path], list[str]]:
    def prepare(_: Path) -> list[str]:
        if importlib.util.find_spec(module) is None:
            raise Unavailable(f"the Python package {module} is not installed")
        return [sys.executable, str(PROGRAMS / program)]

    return prepare


def gstreamer(_: Path) -> list[str]:
    look = ("import gi; gi.require_version('Gst', '1.0'); gi.require_version('GstWebRTC', '1.0');"
            "from gi.repository import Gst, GstWebRTC; Gst.init(None);"
            "exit(not all(map(Gst.ElementFactory.find, ('webrtcbin', 'nicesrc', 'vp8enc', 'opusenc', 'rtpvp8pay'))))")
    if subprocess.run([DEBIAN_PYTHON, "-c", look], capture_output=True).returncode:
        raise Unavailable("GStreamer's webrtcbin, libnice elements, codecs or Python bindings are not installed")
    return [DEBIAN_PYTHON, str(PROGRAMS / "gstreamer_client.py")]


def pion(directory: Path) -> list[str]:
    """Built from the sources that Debian's packages bring, without a network."""
    if not shutil.which("go") or not (GO_SOURCES / "src" / "github.com" / "pion" / "webrtc").exists():
        raise Unavailable("Go or Debian's sources of pion are not installed")
    if importlib.util.find_spec("av") is None:
        raise Unavailable("the Python package av, which encodes what pion sends, is not installed")
    shutil.copytree(PROGRAMS / "pion", directory / "src" / "parley" / "interop")
    program = directory / "pion-client"
    environment = {
        **os.environ, "GO111MODULE": "off", "GOFLAGS": "", "CGO_ENABLED": "0", "GOPATH": f"{directory}:{GO_SOURCES}"}
    build = ["go", "build", "-o", program, "parley/interop"]
    built = subprocess.run(build, cwd=directory, env=environment, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    write_recording(directory)
    return [str(program), "-recording", str(directory)]


AIORTC = Stack("aiortc", from_wheel("aiortc", "aiortc_client.py"))
WRTC = Stack("wrtc", from_wheel("webrtc", "wrtc_client.py"))
GSTREAMER = Stack("gstreamer", gstreamer)
PION = Stack("pion", pion)
STACKS = (AIORTC, WRTC, GSTREAMER, PION)


class Workshop:
    """Prepares the programs of stacks, each once for the whole run."""

    def __init__(self, directory: Path):
        self._directory = directory
        self._prepared: dict[str, list[str]] = {}

    def command(self, stack: Stack) -> list[str]:
        """How to start the program of a stack; raises `Unavailable` where it is not installed."""
        if stack.name not in self._prepared:
            own = self._directory / stack.name
            own.mkdir(exist_ok=True)
            self._prepared[stack.name] = stack.prepare(own)
        return self._prepared[stack.name]
