"""Somebody with a camera beside the server, and others who watch from behind networks."""

import contextlib
import functools
import random
import tempfile
from pathlib import Path

from .browsers import Browsers, Watch, new_context
from .call import Call
from .server import Server
from .shaping import Conditions
from .waiting import eventually
from .wan import ADDRESS, CLEAN, Wan
from .watching import Reception, Watching
from .wire import member

WIDTH, HEIGHT, FRAMES_PER_SECOND = 1280, 720, 10
# Layers of half and of a quarter of the width.
LAYERS = (320, 640, 1280)
LOOP = 20  # frames
# What each point differs from its stripe by at most: as from a small sensor, so that each layer takes the bits it may.
GRAIN = 7
PUBLISHER = "Adaline"
WATCHERS = {"chromium": "Bertrand", "firefox": "Clothilde"}


class RemoteWatchers:
    """A routed room of one who publishes three layers, and of two who publish nothing and have that picture large."""

    def __init__(self, browsers: Browsers, kinds: tuple[str, ...] = ("chromium", "firefox"), seed: int = 1):
        self._stack = contextlib.ExitStack()
        self.watches: list[Watch] = []
        self.watching: dict[str, Watching] = {}
        try:
            self._gather(browsers, kinds, seed)
        except BaseException:
            self.close()
            raise

    def shape(self, down: Conditions = CLEAN, up: Conditions = CLEAN) -> None:
        self.wan.shape(down, up)

    def takes(self) -> None:
        """Counts from now on."""
        for watching in self.watching.values():
            watching.take()

    def lasts(self, seconds: float) -> None:
        """Until everybody has noted so much time since."""
        eventually(lambda: all(one.seconds >= seconds for one in self.received().values()),
                   f"{seconds} s are noted", seconds + 15)

    def received(self) -> dict[str, Reception]:
        """What each was sent since, by the kind of browser."""
        return {kind: watching.received() for kind, watching in self.watching.items()}

    def sees_top(self, timeout: float = 20) -> None:
        """Holds that everybody is sent the picture in full."""
        eventually(lambda: all(watching.width() == LAYERS[-1] for watching in self.watching.values()),
                   "everybody is sent the largest layer", timeout)

    def close(self) -> None:
        self._stack.close()

    def _gather(self, browsers: Browsers, kinds: tuple[str, ...], seed: int) -> None:
        directory = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="parley-remote-")))
        camera = directory / "camera.y4m"
        write_camera(camera)
        self.wan = Wan(seed)
        self._stack.callback(self.wan.close)
        self.server = remote_server(self.wan)
        self._stack.callback(self.server.close)
        trust = trusting(self.server)
        beside = browsers.launch_chromium(
            trust, f"--use-file-for-fake-video-capture={camera}", executable=self.wan.chromium(directory))
        self._stack.callback(beside.close)
        host = member(self.server, "remote", "Host")
        host.request("updateRoom", mode="routed")
        self.publisher = self._joins(beside, PUBLISHER)
        for kind in kinds:
            browser = browsers.chromium(trust) if kind == "chromium" else browsers.named(kind)
            call = self._joins(browser, WATCHERS[kind], audio="0", video="0")
            call.sees_moving(PUBLISHER)
            call.choose(PUBLISHER, "person.pin")
            self.watching[kind] = Watching(call)
        host.request("leave")
        self.sees_top()

    def _joins(self, browser: object, name: str, **query: str) -> Call:
        self.server.keep_private(name)
        context, watch = new_context(browser, self.server.origin)
        self._stack.callback(context.close)
        self.watches.append(watch)
        return Call(context, watch, self.server.origin, "remote", name, **query).join()


def remote_server(wan: Wan) -> Server:
    """A server on the far side."""
    return Server({"SFU_PORT": "3478", "SFU_ANNOUNCED_IP": ADDRESS}, address=ADDRESS, port=3010, prefix=wan.inside)


def trusting(server: Server) -> str:
    """Has Chromium take the page for safe, which comes without TLS and is given no camera else."""
    return f"--unsafely-treat-insecure-origin-as-secure={server.origin}"


def write_camera(path: Path) -> None:
    """Writes wandering grainy stripes for Chromium's fake camera (YUV4MPEG2), which plays them over and over."""
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{FRAMES_PER_SECOND}:1 Ip C420\n".encode())
        for index in range(LOOP):
            grain = random.Random(index)
            file.write(b"FRAME\n")
            for row in range(HEIGHT):
                file.write(grain.randbytes(WIDTH).translate(grainy((row // 4 * 16 + index * 24) % 240)))
            file.write(b"\x80" * (WIDTH * HEIGHT // 2))


@functools.cache
def grainy(shade: int) -> bytes:
    """For each random byte, a shade of grey close to the one given."""
    return bytes(min(255, shade + (each & GRAIN)) for each in range(256))
