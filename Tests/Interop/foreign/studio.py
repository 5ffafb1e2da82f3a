"""Whoever publishes or plays by the doors for encoders and players, by the name of the client."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lab.browsers import Browsers
from lab.server import Server

from .client import Client
from .encoders import ENCODERS, Encoder, Running, as_obs
from .pages import EmptyPage, Visit
from .stacks import STACKS, Stack, Workshop
from .streams import Player, Publisher, Session

BROWSERS = {"Chromium": "chromium", "Firefox": "firefox"}
NAMED = {"GStreamer": "gstreamer"}
# A camera that is wide enough for three layers.
LAYERED = {"width": 960, "height": 540, "frames_per_second": 10, "layers": 3}


class Studio:
    """Starts clients and ends all of them, however a test went. `browsers` is asked for only when one is needed."""

    def __init__(self, workshop: Workshop, browsers: Callable[[], Browsers], directory: Path):
        self._workshop = workshop
        self._browsers = browsers
        self._directory = directory
        self._stack = contextlib.ExitStack()

    def publishes(
        self, server: Server, room: str, client: str, codec: str, key: str = "", layers: int = 1, **options: Any
    ) -> Publisher | Visit | Running:
        """Has a client publish by WHIP."""
        endpoint = f"/whip/{room}"
        if client in BROWSERS:
            return self._visit(client, "publish", server.origin + endpoint, key, codec, layers)
        if encoder := next((one for one in ENCODERS if one.name == client), None):
            return self._run(encoder, server.origin + endpoint, key, codec)
        if client == "OBS":
            client, options = "aiortc", {"shape": as_obs, **options}
        camera = {"source": "camera", "codec": codec, **(LAYERED if layers > 1 else {})}
        session = Session(server, endpoint, key)
        return Publisher(self.start(client), session, [{"source": "microphone"}, camera], **options)

    def plays(self, server: Server, room: str, client: str, codec: str, **options: Any) -> Player | Visit:
        """Has a client play by WHEP, once there is something to play."""
        endpoint = f"/whep/{room}"
        if client in BROWSERS:
            return self._visit(client, "watch", server.origin + endpoint, "", codec)
        return Player(self.start(client), Session(server, endpoint), codec, **options)

    def start(self, client: str) -> Client:
        """The program of a stack."""
        started = Client(self._workshop.command(stack_named(client)))
        self._stack.callback(started.kill)
        return started

    def close(self) -> None:
        self._stack.close()

    def _visit(self, client: str, begin: str, *arguments: object) -> Visit:
        visit = Visit(self._browsers(), BROWSERS[client], self._page(), begin, *arguments)
        self._stack.callback(visit.context.close)
        return visit

    def _page(self) -> EmptyPage:
        page = EmptyPage()
        self._stack.callback(page.close)
        return page

    def _run(self, encoder: Encoder, endpoint: str, key: str, codec: str) -> Running:
        running = Running(encoder, endpoint, key, codec, self._directory)
        self._stack.callback(running.kill)
        return running


def stack_named(client: str) -> Stack:
    return next(stack for stack in STACKS if stack.name == NAMED.get(client, client))
