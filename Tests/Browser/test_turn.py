"""Calls whose media must go through a TURN server, and calls through the NATs of two homes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import People
from lab.browsers import Browsers
from lab.call import Call
from lab.nat import TURN, WEB, NatLab
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


class Homes:
    """A server in the internet of the laboratory, and a browser in each home."""

    def __init__(self, lab: NatLab, browsers: Browsers, server: Server, directory: Path):
        self.lab = lab
        self.server = server
        # The page is served without TLS at an address: browsers give it cameras only when told that it is safe.
        trust = f"--unsafely-treat-insecure-origin-as-secure={server.origin}"
        self.browsers = {
            side: browsers.launch_chromium(trust, executable=lab.chromium(f"c{side}", directory)) for side in "ab"
        }

    def close(self) -> None:
        for browser in self.browsers.values():
            browser.close()


@pytest.fixture
def homes(browsers: Browsers, start_server: Callable[..., Server], tmp_path: Path) -> Iterator[Homes]:
    lab = NatLab()
    turn = TurnServer(TURN, 3478, lab.inside("web"))
    server = start_server(turn.environment, address=WEB, port=3010, prefix=lab.inside("web"))
    server.keep_private(turn.secret)
    gathered = Homes(lab, browsers, server, tmp_path)
    yield gathered
    gathered.close()
    turn.close()
    lab.close()


@pytest.mark.namespaces
@pytest.mark.parametrize(("first", "second", "expected"), [
    ("cone", "cone", {"srflx", "prflx"}),
    ("cone", "symmetric", {"relay"}),
    ("symmetric", "symmetric", {"relay"}),
])
def test_a_call_gets_through_the_nats_of_both_homes(
    browsers: Browsers, homes: Homes, room: str, first: str, second: str, expected: set[str]
) -> None:
    homes.lab.nat("a", first)
    homes.lab.nat("b", second)
    people = People(browsers, homes.server, room)

    adaline = people.joins("Adaline", browser=homes.browsers["a"])
    bertrand = people.joins("Bertrand", browser=homes.browsers["b"])

    adaline.sees_moving("Bertrand")
    bertrand.sees_moving("Adaline")
    assert candidate_types(adaline) & expected, candidate_types(adaline)
    people.close()
    people.assert_clean()
