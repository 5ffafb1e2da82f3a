"""A TCP relay whose wires can be cut, to show what a lost network does to a call."""

import contextlib
import socket
import struct
import threading

from .places import free_port

# SO_LINGER with zero seconds: close() sends a reset, as a network that fell away does on return.
ABORT = struct.pack("ii", 1, 0)


class CuttableWire:
    """Passes connections on to a port until told otherwise. Media does not go through it, only what the page fetches."""

    def __init__(self, target: int):
        self.port = free_port()
        self._target = target
        self._open = True
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> int:
        """Resets every connection and refuses new ones; says how many there were."""
        with self._lock:
            self._open = False
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                abort(end)
        return len(pairs)

    def mend(self) -> None:
        """Accepts connections again."""
        with self._lock:
            self._open = True

    def close(self) -> None:
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                far = self._dial() if self._open else None
                if far is None:
                    abort(near)
                    continue
                self._pairs.append((near, far))
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=pass_on, args=[source, sink], daemon=True).start()

    def _dial(self) -> socket.socket | None:
        try:
            return socket.create_connection(("127.0.0.1", self._target), 5)
        except OSError:
            return None


def abort(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
        # A thread that is reading keeps the descriptor alive: shutting down wakes it.
        end.shutdown(socket.SHUT_RD)
    end.close()


def pass_on(source: socket.socket, sink: socket.socket) -> None:
    """Copies until either side ends, then ends the other."""
    with contextlib.suppress(OSError):
        source.settimeout(None)
        while chunk := source.recv(65536):
            sink.sendall(chunk)
        sink.shutdown(socket.SHUT_WR)
        return
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)
