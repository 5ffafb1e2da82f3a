"""One direction of a network as arithmetic: how long a packet waits, how long it travels, and which are lost.

It has no clock and no sockets, so a test runs a minute of it in no time; `relay.py` gives it both.
"""

import random
from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True)
class Conditions:
    """What a direction does to packets; times in seconds."""

    # Bits a second, of whole Ethernet frames; zero is no bound.
    rate: float = 0
    # How long a packet may wait for those before it. What would wait longer is dropped, as by a router whose queue is full.
    queue: float = 0.2
    delay: float = 0
    # The standard deviation of what is added to the delay. Packets keep their order, as on one path.
    jitter: float = 0
    # The share that is lost on the way, when the queue is behind them.
    loss: float = 0
    # How many are lost in a row, on average: one is loss at random (Gilbert's model with a bad state that passes nothing).
    burst: float = 1


@dataclass
class Counts:
    """What has become of the packets so far."""

    passed: int = 0
    bytes: int = 0
    dropped: int = 0
    lost: int = 0


class Direction:
    """Packets go in with `take` and come out of `release` when they are due. The seed decides which are lost."""

    def __init__(self, conditions: Conditions = Conditions(), seed: int = 1):
        self.counts = Counts()
        self._random = random.Random(seed)
        self._is_losing = False
        # What waits for the link, with its length in bits; the first is being sent until `_free`.
        self._waiting: deque[tuple[bytes, int]] = deque()
        self._waiting_bits = 0
        self._free = 0.0
        # What is on its way, and when it arrives.
        self._travelling: deque[tuple[float, bytes]] = deque()
        self._conditions = conditions

    def change(self, conditions: Conditions, now: float) -> None:
        """From now on it is so. What waits is sent at the new rate, but for the packet on the link."""
        self._advance(now)
        self._conditions = conditions
        if not conditions.rate:
            self._free = now
            self._advance(now)

    def take(self, packet: bytes, now: float) -> None:
        """A packet comes to the near end."""
        self._advance(now)
        rate, bits = self._conditions.rate, len(packet) * 8
        if not rate:
            self._send(packet, now)
            return
        wait = self._free - now + (self._waiting_bits - self._waiting[0][1]) / rate if self._waiting else 0
        if wait > self._conditions.queue:
            self.counts.dropped += 1
            return
        if not self._waiting:
            self._free = now + bits / rate
        self._waiting.append((packet, bits))
        self._waiting_bits += bits

    def release(self, now: float) -> list[tuple[float, bytes]]:
        """What has arrived at the far end by now, and when it was due there."""
        self._advance(now)
        arrived = []
        while self._travelling and self._travelling[0][0] <= now:
            due, packet = self._travelling.popleft()
            self.counts.passed += 1
            self.counts.bytes += len(packet)
            arrived.append((due, packet))
        return arrived

    @property
    def next_event(self) -> float | None:
        """When there is something to do again."""
        times = ([self._free] if self._waiting else []) + ([self._travelling[0][0]] if self._travelling else [])
        return min(times, default=None)

    def _advance(self, now: float) -> None:
        """Sends what the link has had time for."""
        while self._waiting and self._free <= now:
            packet, bits = self._waiting.popleft()
            self._waiting_bits -= bits
            self._send(packet, self._free)
            if self._waiting and self._conditions.rate:
                self._free += self._waiting[0][1] / self._conditions.rate

    def _send(self, packet: bytes, at: float) -> None:
        if self._is_lost():
            self.counts.lost += 1
            return
        delay = self._conditions.delay
        if self._conditions.jitter:
            delay += abs(self._random.gauss(0, self._conditions.jitter))
        arrival = at + delay
        if self._travelling:
            arrival = max(arrival, self._travelling[-1][0])
        self._travelling.append((arrival, packet))

    def _is_lost(self) -> bool:
        """Whether the next packet is: from a good state and back with the chances that make the share and the length."""
        loss, burst = self._conditions.loss, self._conditions.burst
        if not loss:
            self._is_losing = False
        elif burst <= 1:
            self._is_losing = self._random.random() < loss
        elif self._is_losing:
            self._is_losing = self._random.random() >= 1 / burst
        else:
            self._is_losing = self._random.random() < loss / (1 - loss) / burst
        return self._is_losing
