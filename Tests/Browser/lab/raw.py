"""Sockets below the manners of a WebSocket library, for what no decent client sends."""

import base64
import contextlib
import os
import socket
import struct
import time

from .server import Server

TEXT, BINARY, CONTINUATION, CLOSE, PING = 0x1, 0x2, 0x0, 0x8, 0x9


def connect(server: Server, timeout: float = 15) -> socket.socket:
    return socket.create_connection((server.address, server.port), timeout)


def frame(payload: bytes, opcode: int = TEXT, final: bool = True, announced: int | None = None) -> bytes:
    """A client's frame (RFC 6455 §5.2) with a masking key of zeros; `announced` is a length that may be a lie."""
    length = len(payload) if announced is None else announced
    first = (0x80 if final else 0) | opcode
    if length < 126:
        head = struct.pack("!BB", first, 0x80 | length)
    elif length < 65536:
        head = struct.pack("!BBH", first, 0x80 | 126, length)
    else:
        head = struct.pack("!BBQ", first, 0x80 | 127, length)
    return head + bytes(4) + payload


def upgrade(server: Server, headers: str = "") -> socket.socket:
    """A raw connection that has become a WebSocket."""
    opened = connect(server)
    key = base64.b64encode(os.urandom(16)).decode()
    opened.sendall((
        f"GET /ws HTTP/1.1\r\nHost: {server.address}:{server.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n{headers}\r\n").encode())
    answer = read_head(opened)
    assert answer.startswith(b"HTTP/1.1 101"), answer
    return opened


def read_head(opened: socket.socket) -> bytes:
    """The head of an HTTP answer, byte by byte so that nothing after it is lost."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = opened.recv(1)
        if not byte:
            break
        head += byte
    return head


def ask(server: Server, request: bytes) -> bytes:
    """Sends bytes and reads until the server closes the connection or falls silent."""
    with connect(server, 3) as opened:
        answer = b""
        with contextlib.suppress(TimeoutError, ConnectionError):
            opened.sendall(request)
            while chunk := opened.recv(65536):
                answer += chunk
        return answer


def read_exactly(opened: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        chunk = opened.recv(count - len(data))
        if not chunk:
            raise ConnectionError("closed in the middle of a frame")
        data += chunk
    return data


def close_code(opened: socket.socket, timeout: float = 15) -> int | None:
    """Reads frames until the closing one and returns its code; None when the connection ended without one."""
    deadline = time.monotonic() + timeout
    try:
        while True:
            opened.settimeout(max(deadline - time.monotonic(), 0.01))
            first, second = read_exactly(opened, 2)
            length = second & 0x7F
            if length >= 126:
                width = 2 if length == 126 else 8
                length = int.from_bytes(read_exactly(opened, width), "big")
            payload = read_exactly(opened, length)
            if first & 0x0F == CLOSE:
                return int.from_bytes(payload[:2], "big")
    except TimeoutError:
        raise AssertionError(f"the server did not close the connection within {timeout:g} s") from None
    except ConnectionError:
        return None


def ends(opened: socket.socket, timeout: float) -> bool:
    """Whether the server ends the connection in time."""
    opened.settimeout(timeout)
    try:
        while opened.recv(65536):
            pass
        return True
    except TimeoutError:
        return False
    except ConnectionError:
        return True
