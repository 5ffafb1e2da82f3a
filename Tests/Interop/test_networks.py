"""What networks do to a call: they block UDP, speak IPv6, change ports, and fail until ICE begins anew."""

from collections.abc import Callable

import pytest

from foreign.echo import Echo, fragment
from foreign.forwarder import Forwarder
from foreign.island import Island
from foreign.stacks import GSTREAMER, PION, STACKS, WRTC, Stack
from lab.server import Server


@pytest.mark.parametrize("stack", [WRTC, PION], ids=str)
def test_media_goes_on_after_an_ice_restart(
    stack: Stack, start_server: Callable[..., Server], open_echo: Callable[..., Echo]
) -> None:
    echo = open_echo(start_server(), stack)
    echo.comes_back()

    echo.restart()

    echo.comes_back()
    assert echo.report().states == {"connected"}
    assert fragment(echo.answers[0]) != fragment(echo.answers[-1]), "the answer has new credentials"
    assert fragment(echo.offers[0]) != fragment(echo.offers[-1]), "the offer has new credentials"
    echo.end()


@pytest.mark.namespaces
@pytest.mark.parametrize("stack", [WRTC, GSTREAMER], ids=str)
def test_media_goes_over_tcp_where_udp_is_blocked(
    stack: Stack, island: Island, start_server: Callable[..., Server], open_echo: Callable[..., Echo]
) -> None:
    island.block_udp()

    echo = open_echo(start_server(island.shore), stack, prefix=island.prefix)

    echo.comes_back()
    echo.end()


@pytest.mark.namespaces
@pytest.mark.parametrize("stack", STACKS, ids=str)
def test_media_goes_over_ipv6(
    stack: Stack, island: Island, start_server: Callable[..., Server], open_echo: Callable[..., Echo]
) -> None:
    echo = open_echo(start_server(island.shore_ipv6), stack, prefix=island.prefix)

    echo.comes_back()

    assert candidates(echo) == {island.shore_ipv6}
    echo.end()


def test_media_goes_over_ipv6_on_loopback(start_server: Callable[..., Server], open_echo: Callable[..., Echo]) -> None:
    # The only stack that takes ::1 into use.
    echo = open_echo(start_server("::1"), WRTC, environment={"WRTC_ALLOW_LOOPBACK": "1"})

    echo.comes_back()

    assert candidates(echo) == {"::1"}
    echo.end()


def candidates(echo: Echo) -> set[str]:
    """The addresses in what the server described."""
    lines = "\n".join([*echo.offers, *echo.answers]).splitlines()
    return {line.split()[4] for line in lines if line.startswith("a=candidate:")}


# Stacks notice within five seconds and check their path; aiortc then waits for lost pictures until its buffer of 512
# packets is full.
FOLLOWED_WITHIN = 25


@pytest.mark.parametrize("stack", STACKS, ids=str)
def test_media_goes_on_when_the_client_comes_from_other_ports(
    stack: Stack, forwarder: Forwarder, start_server: Callable[..., Server], open_echo: Callable[..., Echo]
) -> None:
    # Nobody is followed to a path that was never checked, and libnice checks none again unless it is told to.
    environment = {"NICE_CHECKS_PATHS": "1"}
    echo = open_echo(start_server(), stack, redirect=forwarder.redirect, environment=environment)
    echo.comes_back()

    changes = forwarder.rebind()

    assert len(changes) >= 2 and all(old != new for old, new in changes)
    echo.comes_back(FOLLOWED_WITHIN)
    assert forwarder.returned > 25, "the server sends to the new ports"
    assert echo.report().states == {"connected"}
    echo.end()
