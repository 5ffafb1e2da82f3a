"""Every stack publishes sound and video to the server and is sent them back."""

import re
import statistics
import time
from collections.abc import Callable

import pytest

from foreign.echo import Echo
from foreign.stacks import STACKS, Stack
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


def test_calls_outlast_the_first_consent(start_server: Callable[..., Server], open_echo: Callable[..., Echo]) -> None:
    server = start_server()
    # All at once, because each takes half a minute; some check the path they use, and some do not.
    echoes = [open_echo(server, stack) for stack in STACKS]
    for echo in echoes:
        echo.comes_back()

    until = time.monotonic() + LONGER_THAN_CONSENT
    while time.monotonic() < until:
        for echo in echoes:
            echo.serve()
        time.sleep(0.5)

    for echo in echoes:
        echo.comes_back(5)
        echo.end()


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
