"""The network of the other tests does what it is told: its arithmetic in no time, and once with a kernel and a clock."""

import socket
import statistics
import struct
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from lab.shaping import Conditions, Direction
from lab.wan import OUTSIDE, Wan

PACKET = bytes(1250)  # ten thousand bits


def sent(direction: Direction, seconds: float, packets_a_second: float, since: float = 0) -> list[tuple[float, int]]:
    """What arrives of an even stream, and after how long by the number of each packet."""
    arrived = []
    step, count = 1 / packets_a_second, int(seconds * packets_a_second)
    for number in range(count + int(5 * packets_a_second)):
        now = since + number * step
        if number < count:
            direction.take(struct.pack("!I", number) + PACKET[4:], now)
        arrived += [(due, struct.unpack("!I", packet[:4])[0]) for due, packet in direction.release(now)]
    return arrived


@pytest.mark.parametrize("rate", [300e3, 3e6])
def test_the_rate_is_kept_and_the_queue_is_bounded(rate: float) -> None:
    direction = Direction(Conditions(rate=rate, queue=0.2))

    arrived = [(due, number) for due, number in sent(direction, 10, 2 * rate / 1e4) if due <= 10]

    assert len(arrived) * 1e4 / 10 == pytest.approx(rate, rel=0.05)
    waits = [due - number / (2 * rate / 1e4) for due, number in arrived]
    assert 0.19 < max(waits) < 0.2 + 2e4 / rate
    assert direction.counts.dropped > 0 and direction.counts.lost == 0


def test_below_the_rate_nothing_waits_and_nothing_is_dropped() -> None:
    direction = Direction(Conditions(rate=3e6, delay=0.05))

    arrived = sent(direction, 5, 100)

    assert [number for _, number in arrived] == list(range(500))
    assert all(due - number / 100 == pytest.approx(0.05 + 1e4 / 3e6) for due, number in arrived)


def test_a_change_of_rate_holds_for_what_waits() -> None:
    direction = Direction(Conditions(rate=300e3, queue=1))
    for _ in range(30):
        direction.take(PACKET, 0)

    direction.change(Conditions(rate=3e6, queue=1), 0.5)

    assert len(direction.release(0.5)) == 15
    # The packet on the link is sent at the old rate.
    assert len(direction.release(0.5 + 1 / 30 + 14 / 300 + 1e-9)) == 15


@pytest.mark.parametrize("burst", [1, 4])
def test_the_share_and_the_length_of_losses_are_kept(burst: float) -> None:
    direction = Direction(Conditions(loss=0.1, burst=burst), seed=7)

    arrived = sent(direction, 200, 250)

    assert direction.counts.lost / 50_000 == pytest.approx(0.1, rel=0.05)
    assert direction.counts.lost + len(arrived) == 50_000
    gaps = [later - earlier - 1 for (_, earlier), (_, later) in zip(arrived, arrived[1:]) if later - earlier > 1]
    # At random, a tenth of those lost is followed by another.
    assert statistics.mean(gaps) == pytest.approx(burst if burst > 1 else 1 / 0.9, rel=0.05)


def test_jitter_spreads_arrivals_and_keeps_their_order() -> None:
    direction = Direction(Conditions(delay=0.1, jitter=0.03), seed=3)

    arrived = sent(direction, 20, 20)

    travelled = [due - number / 20 for due, number in arrived]
    assert [number for _, number in arrived] == list(range(400))
    assert min(travelled) >= 0.1 and 0.01 < statistics.stdev(travelled) < 0.03


def test_the_same_seed_loses_the_same_packets() -> None:
    runs = [sent(Direction(Conditions(loss=0.2), seed), 4, 50) for seed in (5, 5, 6)]

    assert runs[0] == runs[1] != runs[2]


@pytest.fixture
def wan() -> Iterator[Wan]:
    built = Wan()
    yield built
    built.close()


# Sends so many packets a second to an address, each with the time at which it was sent.
STREAM = """
import socket, struct, sys, time
address, port, rate, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
began = time.monotonic()
for number in range(int(rate * seconds)):
    time.sleep(max(0, began + number / rate - time.monotonic()))
    out.sendto(struct.pack("!Id", number, time.monotonic()) + bytes(1196), (address, port))
"""


@pytest.mark.namespaces
def test_the_relay_keeps_up_with_a_clock(wan: Wan) -> None:
    # Half as much again as the rate, then far below it.
    slow = Conditions(rate=3e6, queue=0.1)
    wan.shape(down=slow)
    arrived = streamed(wan, 450, 1.5)
    spans = [at for at, _, _ in arrived]
    rate = (len(arrived) - 1) * (1208 + 42) * 8 / (spans[-1] - spans[0])
    assert rate == pytest.approx(3e6, rel=0.05)
    assert 0.09 < max(at - begun for at, _, begun in arrived) < 0.2

    wan.shape(down=Conditions(delay=0.05, loss=0.1))
    arrived = streamed(wan, 400, 1)
    travelled = [at - begun for at, _, begun in arrived]
    told = wan.counts()
    assert min(travelled) >= 0.05 and statistics.median(travelled) < 0.055
    assert 0.06 < 1 - len(arrived) / 400 < 0.14
    print(f"left late by {told['late']['0.5'] * 1e3:.2f} ms, 99 of 100 below {told['late']['0.99'] * 1e3:.2f} ms")


def streamed(wan: Wan, packets_a_second: int, seconds: float) -> list[tuple[float, int, float]]:
    """When each packet of a stream out of the namespace arrived here, its number, and when it was sent."""
    arrived = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here:
        here.bind((OUTSIDE, 0))
        here.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        here.settimeout(0.5)
        sender = subprocess.Popen([
            *wan.inside, sys.executable, "-c", STREAM, OUTSIDE, str(here.getsockname()[1]), str(packets_a_second),
            str(seconds)])
        here.settimeout(5)
        while True:
            try:
                packet = here.recv(2048)
            except TimeoutError:
                break
            arrived.append((time.monotonic(), *struct.unpack("!Id", packet[:12])))
            here.settimeout(0.5)
        assert sender.wait(10) == 0
    return arrived
