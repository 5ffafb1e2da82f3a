"""Calls whose media must go through a TURN server."""

from collections.abc import Callable, Iterator

import pytest

from conftest import People
from lab.call import Call
from lab.places import outward_address
from lab.server import Server
from lab.turn import TurnServer
from lab.waiting import eventually


@pytest.fixture
def turn() -> Iterator[TurnServer]:
    # Firefox does not send to a relay that has a loopback address.
    running = TurnServer(outward_address() or "127.0.0.1")
    yield running
    running.close()


@pytest.fixture
def server(turn: TurnServer, start_server: Callable[..., Server]) -> Server:
    """A server that hands out this TURN server."""
    started = start_server(turn.environment)
    started.keep_private(turn.secret)
    return started


def candidate_types(call: Call) -> set[str]:
    """The kinds of candidates of the pair in use."""
    link = eventually(lambda: [link for link in call.links() if link["pair"]], f"{call.name} has a candidate pair")[0]
    return set(link["pair"].values())


@pytest.mark.parametrize("kind", ["chromium", pytest.param("firefox", marks=pytest.mark.firefox_media)])
def test_a_call_goes_through_the_relay_alone(people: People, kind: str) -> None:
    adaline = people.joins("Adaline", relay_only=True)
    bertrand = people.joins("Bertrand", kind, relay_only=True)

    adaline.sees_moving("Bertrand")
    bertrand.sees_moving("Adaline")
    adaline.hears()
    bertrand.hears()
    assert candidate_types(adaline) == {"relay"}
    assert candidate_types(bertrand) == {"relay"}
