"""Server-sent events, as the extension of WHEP has them."""

import http.client
import json
import queue
import threading
from typing import Any
from urllib.parse import urljoin

from lab.server import Server

from .streams import ask


class Events:
    """The stream of those events that are asked for at a place that `Link` names."""

    def __init__(self, server: Server, place: str, *names: str):
        reply = ask(server, "POST", place, json.dumps(names), Content_Type="application/json")
        assert reply.status == 201, reply
        self._connection = http.client.HTTPConnection(server.address, server.port, timeout=60)
        stream = urljoin(place, reply.headers["Location"])
        self._connection.request("GET", stream, headers={"Accept": "text/event-stream"})
        self._response = self._connection.getresponse()
        assert self._response.status == 200, self._response.status
        assert self._response.headers["Content-Type"].startswith("text/event-stream")
        self._arrived: queue.Queue[tuple[str, Any]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def until(self, name: str, data: Any, timeout: float = 10) -> None:
        """Waits for this event; others may come before it."""
        seen = []
        while (name, data) not in seen:
            try:
                seen.append(self._arrived.get(timeout=timeout))
            except queue.Empty:
                raise AssertionError(f"no {name} {data} within {timeout:g} s; had {seen}") from None

    def _read(self) -> None:
        name = ""
        for line in self._response:
            field, _, value = line.decode().rstrip("\r\n").partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                self._arrived.put((name, json.loads(value)))
