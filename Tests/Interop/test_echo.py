"""Every stack publishes sound and video to the server and is sent them back."""

import contextlib
import re
import statistics
import time
from collections.abc import Callable, Iterator

import pytest

from conftest import ADDRESS
from foreign.client import Client
from foreign.echo import Echo
from foreign.stacks import STACKS, Stack, Workshop
from lab.server import Server
from lab.waiting import eventually

TIMES = 3
# Consent lasts 30 s (RFC 7675 §5.1): a call goes on only if the server has had a sign of the client by then.
LONGER_THAN_CONSENT = 33
# Far above what it takes on a busy machine, far below a handshake that had to be repeated over and over.
SLOWEST = 5.0


@pytest.mark.parametrize("stack", STACKS, ids=str)
def test_sound_and_video_come_back_until_the_client_leaves(
    stack: Stack, start_server: Callable[..., Server], open_echo: Callable[..., Echo]
) -> None:
    server = start_server()

    echo = open_echo(server, stack)

    echo.comes_back()
    assert peers(server) == 2
    echo.end()
    eventually(lambda: peers(server) == 0, "the server has forgotten both connections", 3)


def peers(server: Server) -> int:
    """How many peer connections the server has."""
    return int(re.search(r"^parley_media_peers (\d+)$", server.get("/metrics"), re.M).group(1))


@pytest.mark.parametrize("stack", STACKS, ids=str)
def test_connecting_is_quick(
    stack: Stack, start_server: Callable[..., Server], open_echo: Callable[..., Echo],
    capsys: pytest.CaptureFixture[str]
) -> None:
    server = start_server()
    connected, seen = [], []

    for _ in range(TIMES):
        echo = open_echo(server, stack)
        connected.append(echo.seconds_until_connected())
        seen.append(echo.seconds_until_seen())
        echo.end()

    with capsys.disabled():
        print(f"\n{stack}: connected in {statistics.median(connected) * 1000:.0f} ms, "
              f"first frame after {statistics.median(seen) * 1000:.0f} ms (medians of {TIMES})")
    assert 0 < statistics.median(connected) < SLOWEST
    assert 0 < statistics.median(seen) < SLOWEST


class Outlasting:
    """An echo of each stack, all at once, which nobody touches while consent runs out."""

    def __init__(self, workshop: Workshop, running: contextlib.ExitStack):
        server = Server({"SFU_PORT": "0", "SFU_ANNOUNCED_IP": ADDRESS})
        running.callback(server.close)
        self.echoes = [self._begin(server, Client(workshop.command(stack)), running) for stack in STACKS]
        for echo in self.echoes:
            echo.comes_back()
        self.until = time.monotonic() + LONGER_THAN_CONSENT

    @staticmethod
    def _begin(server: Server, client: Client, running: contextlib.ExitStack) -> Echo:
        running.callback(client.kill)
        echo = Echo(server, client)
        running.callback(echo.session.close)
        echo.begin()
        return echo


@pytest.fixture(scope="module", autouse=True)
def outlasting(workshop: Workshop) -> Iterator[Outlasting]:
    """Begins with the first test of this file, beside which half a minute passes; some check the path they use, some do not."""
    with contextlib.ExitStack() as running:
        yield Outlasting(workshop, running)


def test_calls_outlast_the_first_consent(outlasting: Outlasting) -> None:
    while time.monotonic() < outlasting.until:
        for echo in outlasting.echoes:
            echo.serve()
        time.sleep(0.5)

    for echo in outlasting.echoes:
        echo.comes_back(5)
        echo.end()
