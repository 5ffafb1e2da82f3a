"""A forwarder that loses some of the media that passes it."""

import socket

from .forwarder import Forwarder

# One in twenty: enough for something to be repaired soon, far too little to trouble a picture that is repaired.
LOST_ONE_IN = 20


class LossyForwarder(Forwarder):
    """Loses RTP at regular distances in both directions, and no RTCP, STUN or DTLS."""

    def __init__(self, server: str):
        self.lost = 0
        self._passed = 0
        super().__init__(server)

    def _pass_on(self, source: socket.socket, client: tuple[str, int] | None) -> None:
        if source.fileno() >= 0 and is_media(source.recv(2, socket.MSG_PEEK)):
            self._passed += 1
            if self._passed % LOST_ONE_IN == 0:
                self.lost += 1
                source.recv(2)
                return
        super()._pass_on(source, client)


def is_media(head: bytes) -> bool:
    """Whether a datagram is RTP (RFC 7983), and not RTCP (RFC 5761 §4)."""
    return len(head) == 2 and 128 <= head[0] < 192 and not 192 <= head[1] < 224
