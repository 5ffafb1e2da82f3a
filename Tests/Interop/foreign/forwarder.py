"""A UDP forwarder between a client and the server, as a home router is one: it may send from new ports at any time."""

import re
import selectors
import socket
import threading

UDP_CANDIDATE = re.compile(r"^(a=candidate:\S+ 1 udp \d+) \S+ \d+ (typ host.*)$", re.M | re.I)
OTHER_CANDIDATE = re.compile(r"^a=candidate:\S+ \d+ tcp .*\r\n", re.M | re.I)


class Forwarder:
    """Stands on loopback before one address of the server. Each address of the client is given a socket of its own."""

    def __init__(self, server: str):
        self._server = server
        self._target: tuple[str, int] | None = None
        self._near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._near.bind((server, 0))
        self._far: dict[tuple[str, int], socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._near, selectors.EVENT_READ)
        self._lock = threading.Lock()
        self._closed = threading.Event()
        # Datagrams that came back from the server to the present ports.
        self.returned = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def redirect(self, sdp: str) -> str:
        """The server's description with the forwarder in the place of its one UDP address, and without TCP."""
        found = UDP_CANDIDATE.search(sdp)
        assert found, f"no UDP candidate in\n{sdp}"
        words = found.group(0).split()
        target = (words[4], int(words[5]))
        assert self._target in (None, target), "the server has one port for all media"
        self._target = target
        own = f"{self._server} {self._near.getsockname()[1]}"
        return UDP_CANDIDATE.sub(rf"\1 {own} \2", OTHER_CANDIDATE.sub("", sdp))

    def rebind(self) -> list[tuple[int, int]]:
        """Sends from new ports from now on, and hears nothing any more at the old ones; tells both of each."""
        changes = []
        with self._lock:
            for client, old in list(self._far.items()):
                new = self._open()
                changes.append((old.getsockname()[1], new.getsockname()[1]))
                self._shut(old)
                self._far[client] = new
                self._selector.register(new, selectors.EVENT_READ, client)
            self.returned = 0
        return changes

    def close(self) -> None:
        self._closed.set()
        self._thread.join(5)
        for opened in (self._near, *self._far.values()):
            self._shut(opened)
        self._selector.close()

    def _run(self) -> None:
        while not self._closed.is_set():
            for key, _ in self._selector.select(0.05):
                with self._lock:
                    self._pass_on(key.fileobj, key.data)

    def _pass_on(self, source: socket.socket, client: tuple[str, int] | None) -> None:
        if source.fileno() < 0:  # closed by `rebind` after it was found readable
            return
        data, sender = source.recvfrom(65536)
        if client is not None:
            self.returned += 1
            self._near.sendto(data, client)
        elif self._target:
            self._towards_server(sender).sendto(data, self._target)

    def _towards_server(self, client: tuple[str, int]) -> socket.socket:
        if client not in self._far:
            self._far[client] = self._open()
            self._selector.register(self._far[client], selectors.EVENT_READ, client)
        return self._far[client]

    def _open(self) -> socket.socket:
        opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        opened.bind((self._server, 0))
        return opened

    def _shut(self, opened: socket.socket) -> None:
        self._selector.unregister(opened)
        opened.close()
