"""A call of two grows into a meeting and shrinks back, and nobody sees black, hears a gap or loads a page."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import FAILED, People, keep_evidence
from lab.browsers import Browsers
from lab.call import Call
from lab.nat import WEB, NatLab
from lab.senses import Senses, actor
from lab.server import Server
from lab.waiting import eventually, stays
from lab.words import words
from test_turn import Homes

# Three times what we aim for, in milliseconds: no black picture and no gap of sound above 200 ms, both paths for 3 s.
LONGEST_GAP = 600
# A page that is late may show its element for a few samples before the first picture is painted; a break is longer.
LONGEST_DARK = 200
LONGEST_MOVE = 9000
SOON_BACK = pytest.param({"MESH_RETURN_SECONDS": "5"}, id="back-after-5-seconds")


def way(call: Call) -> str:
    """How the page says that sound and picture travel."""
    title = call.page.locator("room-badge [data-part=travel-title]").text_content()
    return next(kind for kind in ("direct", "relayed", "routed") if words(f"travel.{kind}.title") == title)


def goes(calls: list[Call], kind: str, timeout: float = 20) -> None:
    for call in calls:
        eventually(lambda: way(call) == kind, f"{call.name} reads that the call is {kind}", timeout)


@pytest.mark.parametrize("server", [SOON_BACK], indirect=True)
@pytest.mark.parametrize("third", ["chromium", pytest.param("firefox", marks=pytest.mark.firefox_media)])
def test_a_call_grows_and_shrinks_without_a_break(people: People, third: str) -> None:
    pair = [people.joins(name, script=actor(name)) for name in ("Adaline", "Bertrand")]
    senses = [Senses(call) for call in pair]
    for here, there, sense in ((*pair, senses[0]), (*reversed(pair), senses[1])):
        here.sees_moving(there.name)
        sense.hears(there.name)
        sense.attend(there.name)
    goes(pair, "direct")
    assert [len(call.links()) for call in pair] == [1, 1]

    # Into the meeting
    newcomer = people.joins("Clothilde", third, script=actor("Clothilde"))
    goes([*pair, newcomer], "routed")
    newcomer_hears = Senses(newcomer)
    for call, sense in zip(pair, senses):
        newcomer.sees_moving(call.name)
        newcomer_hears.hears(call.name)
        call.sees_moving("Clothilde")
        sense.hears("Clothilde")
    for call in [*pair, newcomer]:
        eventually(lambda: len(call.links()) == 2, f"{call.name} has left the old path")
    assert_no_break(pair, senses)

    # And back
    newcomer.press("Leave")
    goes(pair, "direct", 30)
    for call in pair:
        eventually(lambda: len(call.links()) == 1, f"{call.name} has left the old path")
    for here, there, sense in ((*pair, senses[0]), (*reversed(pair), senses[1])):
        here.sees_moving(there.name)
        sense.hears(there.name)
    assert_no_break(pair, senses)


def assert_no_break(pair: list[Call], senses: list[Senses]) -> None:
    """Holds that neither of two has seen black or heard a gap of the other so far, in the pages as they were loaded."""
    for call, other, sense in ((pair[0], pair[1], senses[0]), (pair[1], pair[0], senses[1])):
        told = sense.told(other.name)
        assert told.samples > 50 and told.heard > 50, told
        assert told.longestDark < LONGEST_DARK, f"{call.name}: {told}"
        assert told.longestSilence < LONGEST_GAP, f"{call.name}: {told}"
        assert told.longestBoth < LONGEST_MOVE, f"{call.name}: {told}"
        call.assert_not_reloaded()


class Parted:
    """Two people at home, between whom there is no direct path. They meet once for both tests."""

    def __init__(self, browsers: Browsers, directory: Path):
        self.lab = NatLab()
        settings = {"SFU_PORT": "3478", "SFU_ANNOUNCED_IP": WEB}
        self.server = Server(settings, address=WEB, port=3010, prefix=self.lab.inside("web"))
        self.homes = Homes(self.lab, browsers, self.server, directory)
        self.lab.part()
        self.people = People(browsers, self.server, "parted")
        self.calls = [self.people.joins(name, browser=self.homes.browsers[home])
                      for name, home in (("Adaline", "a"), ("Bertrand", "b"))]

    def close(self) -> None:
        self.people.close()
        self.people.assert_clean()
        self.homes.close()
        self.server.close()
        self.lab.close()


@pytest.fixture(scope="module")
def gathered(browsers: Browsers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parted]:
    apart = Parted(browsers, tmp_path_factory.mktemp("homes"))
    yield apart
    apart.close()


@pytest.fixture
def parted(gathered: Parted, request: pytest.FixtureRequest) -> Iterator[Parted]:
    goes(gathered.calls, "routed")
    yield gathered
    if request.node.stash.get(FAILED, False):
        keep_evidence(request.node.name, gathered.calls)


@pytest.mark.namespaces
def test_where_no_direct_path_is_found_the_call_goes_through_the_server(parted: Parted) -> None:
    adaline, bertrand = parted.calls

    adaline.sees_moving("Bertrand")
    bertrand.sees_moving("Adaline")
    adaline.hears()


@pytest.mark.namespaces
def test_a_tile_stays_while_the_network_of_its_person_is_lost(parted: Parted) -> None:
    lost, watcher = parted.calls
    watcher.sees_moving("Adaline")
    watcher.page.evaluate("tile => { tile.isTheOldOne = true }", watcher.tile("Adaline").first.element_handle())

    parted.lab.cut("a")
    watcher.reads_on_tile("Adaline", "econnecting")
    stays(lambda: watcher.tile("Adaline").count() == 1, "the tile stays", 3)
    parted.lab.part()

    watcher.no_longer_reads_on_tile("Adaline", "econnecting")
    watcher.sees_moving("Adaline", 30)
    lost.sees_moving("Bertrand", 30)
    assert watcher.tile("Adaline").first.evaluate("tile => tile.isTheOldOne")
