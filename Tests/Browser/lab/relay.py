"""The program behind `wan.py`: two network devices in two namespaces, and the network between them.

    relay.py NAMESPACE SEED

It takes lines of JSON: `{"down": {"rate": …}, "up": {…}}` changes conditions (down is out of the namespace), and every line is
answered by one with the counts of both directions and how late packets left. It ends when its input does, and the
devices with it.
"""

import ctypes
import dataclasses
import fcntl
import json
import math
import os
import select
import struct
import sys
import time

from shaping import Conditions, Counts, Direction

# Of Linux (if_tun.h, sched.h): frames without a header of the kernel's; an upright device with Ethernet frames.
TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
CLONE_NEWNET = 0x40000000
DEVICE = "wan{}"
LONGEST_FRAME = 65536
# How many frames are read from one device before the other has its turn.
BATCH = 32
# Where things are in an Ethernet frame with IPv4 (RFC 791, no options) and UDP. All else, such as ARP, is carried at once.
IPV4 = b"\x08\x00"
PROTOCOL_AT, SOURCE_PORT_AT, DESTINATION_PORT_AT = 23, 34, 36
UDP = 17


def open_device(name: str) -> int:
    """Makes a network device; its descriptor reads what the kernel sends by it."""
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TAP | IFF_NO_PI))
    return descriptor


def open_device_in(namespace: str, name: str) -> int:
    """Makes a network device in another namespace: this process visits it."""
    system = ctypes.CDLL(None, use_errno=True)
    here, there = os.open("/proc/self/ns/net", os.O_RDONLY), os.open(f"/var/run/netns/{namespace}", os.O_RDONLY)
    try:
        if system.setns(there, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"setns {namespace}")
        descriptor = open_device(name)
        if system.setns(here, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")
        return descriptor
    finally:
        os.close(here)
        os.close(there)


class Link:
    """Whose frames of one device go to the other, each of the far ends behind a link of its own.

    Else two browsers that are tested at once would share a bottleneck. A far end is a UDP port outside.
    """

    def __init__(self, sink: int, port_at: int, seed: int):
        self.sink = sink
        self._port_at = port_at
        self._seed = seed
        self._conditions = Conditions()
        self._directions: dict[bytes, Direction] = {}

    def change(self, conditions: Conditions, now: float) -> None:
        self._conditions = conditions
        for direction in self._directions.values():
            direction.change(conditions, now)

    def take(self, frame: bytes, now: float) -> None:
        port = frame[self._port_at:self._port_at + 2] if frame[PROTOCOL_AT] == UDP else b""
        if port not in self._directions:
            self._directions[port] = Direction(self._conditions, self._seed + len(self._directions))
        self._directions[port].take(frame, now)

    def release(self, now: float) -> list[tuple[float, bytes]]:
        return [one for direction in self._directions.values() for one in direction.release(now)]

    @property
    def next_event(self) -> float:
        events = (direction.next_event for direction in self._directions.values())
        return min((event for event in events if event is not None), default=math.inf)

    def counts(self) -> dict[str, int]:
        """Of all far ends together."""
        each = [dataclasses.asdict(direction.counts) for direction in self._directions.values()]
        return {name: sum(one[name] for one in each) for name in dataclasses.asdict(Counts())}


class Relay:
    """Carries frames between two devices, each direction under its own conditions."""

    def __init__(self, inside: int, outside: int, seed: int):
        self._down = Link(outside, DESTINATION_PORT_AT, seed)
        self._up = Link(inside, SOURCE_PORT_AT, seed + 1000)
        # By the device whose frames they carry.
        self._links = {inside: self._down, outside: self._up}
        self._lateness: list[float] = []

    def run(self) -> None:
        while True:
            wait = min(link.next_event for link in self._links.values()) - time.monotonic()
            # Not epoll, whose clock ticks in milliseconds.
            readable, _, _ = select.select([*self._links, 0], [], [], None if wait == math.inf else max(0, wait))
            for descriptor in readable:
                if descriptor == 0:
                    if not self._obey(sys.stdin.buffer.readline()):
                        return
                else:
                    self._read(descriptor)
            self._write()

    def _obey(self, line: bytes) -> bool:
        """Changes what a line asks for and answers it; false at the end of all lines."""
        if not line:
            return False
        wanted = json.loads(line)
        now = time.monotonic()
        for name, link in (("down", self._down), ("up", self._up)):
            if name in wanted:
                link.change(Conditions(**wanted[name]), now)
        late, self._lateness = sorted(self._lateness), []
        print(json.dumps({
            "down": self._down.counts(), "up": self._up.counts(),
            "late": {str(share): late[int(share * (len(late) - 1))] for share in (0.5, 0.99, 1)} if late else {},
        }), flush=True)
        return True

    def _read(self, descriptor: int) -> None:
        link = self._links[descriptor]
        for _ in range(BATCH):
            try:
                frame = os.read(descriptor, LONGEST_FRAME)
            except BlockingIOError:
                return
            if frame[12:14] == IPV4:
                link.take(frame, time.monotonic())
            else:
                self._give(link.sink, frame)

    def _write(self) -> None:
        for link in self._links.values():
            for due, frame in link.release(time.monotonic()):
                self._give(link.sink, frame)
                self._lateness.append(time.monotonic() - due)

    @staticmethod
    def _give(sink: int, frame: bytes) -> None:
        try:
            os.write(sink, frame)
        except OSError:
            return  # the device is down, or its owner reads too slowly: a network loses it, too


def main() -> None:
    namespace, seed = sys.argv[1], int(sys.argv[2])
    inside, outside = open_device_in(namespace, DEVICE.format("in")), open_device(DEVICE.format(os.getpid()))
    # A network does not wait for the programs that use it.
    os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    print(json.dumps({"inside": DEVICE.format("in"), "outside": DEVICE.format(os.getpid())}), flush=True)
    Relay(inside, outside, seed).run()


if __name__ == "__main__":
    main()
