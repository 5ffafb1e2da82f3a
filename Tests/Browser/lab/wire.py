"""A client of the signalling protocol without a browser: it says exactly what a test tells it to say."""

import asyncio
import json
import threading
import time
from collections.abc import Coroutine
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from .server import Server


class Refused(Exception):
    """The server answered a request with an error."""

    def __init__(self, error: dict[str, Any]):
        super().__init__(f"{error['code']}: {error['message']}")
        self.code: str = error["code"]
        self.message: str = error["message"]
        self.retry_after: float | None = error.get("retryAfter")


class Line:
    """A WebSocket for a test's thread. An event loop in the background drives it, since the TLS sockets of this Python
    may not be read and written by two threads at once."""

    _loop = asyncio.new_event_loop()
    threading.Thread(target=_loop.run_forever, daemon=True).start()

    def __init__(self, url: str, **options: Any):
        async def open_line() -> Any:
            # No proxy and no compression: these tests are about what is on the wire.
            return await connect(url, proxy=None, compression=None, max_size=None, ping_interval=None, **options)

        self._socket = self._run(open_line())

    def send(self, message: str | bytes) -> None:
        self._run(self._socket.send(message))

    def recv(self, timeout: float) -> str | bytes:
        return self._run(asyncio.wait_for(self._socket.recv(), timeout))

    def close(self) -> None:
        self._run(self._socket.close())

    def abandon(self) -> None:
        """Ends without a word: a polite end waits until all that has arrived is read."""
        self._loop.call_soon_threadsafe(self._socket.transport.abort)

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)


class Session:
    """One WebSocket. Requests wait for their answer; events are kept in order until a test looks at them."""

    def __init__(self, url: str, **options: Any):
        self.socket = Line(url, **options)
        self.events: list[dict[str, Any]] = []
        self.exchanged: list[tuple[str, dict[str, Any]]] = []
        self.joined: dict[str, Any] = {}
        self._next_id = 0

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.socket.close()

    @property
    def participant(self) -> str:
        return self.joined["participant"]

    def send_raw(self, message: str | bytes) -> None:
        self.socket.send(message)

    def request(self, type: str, timeout: float = 10, **fields: Any) -> dict[str, Any]:
        """Sends a request and returns its result, or raises what the server answered."""
        self._next_id += 1
        message = {"id": self._next_id, "type": type, **fields}
        self.exchanged.append(("request", message))
        self.socket.send(json.dumps(message))
        return self.answer(self._next_id, timeout)

    def answer(self, id: int | None, timeout: float = 10) -> dict[str, Any]:
        """Waits for the answer to the request with this id."""
        deadline = time.monotonic() + timeout
        while True:
            message = self.receive(deadline - time.monotonic())
            if message["type"] in ("result", "error") and message["id"] == id:
                break
            if message["type"] in ("result", "error"):
                raise AssertionError(f"an answer to another request: {message}")
        if message["type"] == "error":
            raise Refused(message["error"])
        return message["data"]

    def receive(self, timeout: float = 10) -> dict[str, Any]:
        """The next message; an event is also kept."""
        message = json.loads(self.socket.recv(max(timeout, 0.001)))
        self.exchanged.append(("answer" if "id" in message else "event", message))
        if "seq" in message:
            self.events.append(message)
        return message

    def event(self, type: str, timeout: float = 10, **matching: Any) -> dict[str, Any]:
        """Takes the first event of this type whose fields match, waiting for it."""
        deadline = time.monotonic() + timeout
        while True:
            for event in self.events:
                if event["type"] == type and all(event.get(key) == value for key, value in matching.items()):
                    self.events.remove(event)
                    return event
            try:
                self.receive(deadline - time.monotonic())
            except TimeoutError:
                raise AssertionError(f"no {type} {matching} within {timeout:g} s; had {self.events}") from None

    def drain(self) -> list[dict[str, Any]]:
        """Everything the server has sent so far: a ping's answer comes after all that was queued before it."""
        self.request("ping")
        events, self.events = self.events, []
        return events

    def closing(self, timeout: float = 10) -> tuple[int, str]:
        """Waits for the server to close the socket; returns the code and the reason."""
        deadline = time.monotonic() + timeout
        try:
            while True:
                self.receive(deadline - time.monotonic())
        except ConnectionClosed as closed:
            assert closed.rcvd is not None, "the connection broke off without a closing message"
            return closed.rcvd.code, closed.rcvd.reason

    def hello(self) -> dict[str, Any]:
        return self.request("hello", versions=[1])

    def join(self, room: str, name: str, **fields: Any) -> dict[str, Any]:
        """Says hello and joins."""
        self.hello()
        self.joined = self.request("join", room=room, name=name, **fields)
        return self.joined


def session(server: Server, **options: Any) -> Session:
    """A socket to this server that has not said hello."""
    return Session(server.socket_url, **options)


def member(server: Server, room: str, name: str, **fields: Any) -> Session:
    """Somebody who has joined."""
    server.keep_private(name, fields.get("password", ""), fields.get("hostKey", ""))
    opened = session(server)
    opened.join(room, name, **fields)
    return opened
