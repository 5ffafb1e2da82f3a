"""Two people in two browsers open a link and see, hear and write to each other."""

from collections.abc import Iterator

import pytest

from conftest import FAILED, People, keep_evidence
from lab.browsers import Browsers
from lab.call import Call
from lab.server import Server
from lab.waiting import eventually, over, stays


def test_who_joins_with_the_devices_off_sends_nothing(people: People) -> None:
    quiet = people.joins("Adaline", query={"audio": "0", "video": "0"})
    other = people.joins("Bertrand")

    quiet.sees_moving("Bertrand")
    quiet.button("Unmute microphone").wait_for()
    quiet.button("Turn camera on").wait_for()
    other.reads_on_tile("Adaline", "camera off")
    assert other.frames_decoded() == 0
    assert_silence(other)


def test_who_joins_with_the_camera_off_can_turn_it_on(people: People) -> None:
    quiet = people.joins("Adaline", query={"video": "0"})
    other = people.joins("Bertrand")
    other.hears()

    quiet.press("Turn camera on")

    other.sees_moving("Adaline")


def test_leaving_is_seen_at_once(people: People) -> None:
    one, other = people.joins("Adaline"), people.joins("Bertrand")
    other.sees_moving("Adaline")

    one.press("Leave")

    other.no_longer_sees("Adaline", 2)
    eventually(lambda: one.links() == [], "the one who left has closed its connections")
    stays(lambda: other.button("Leave").is_visible(), "the other's call goes on", 0.5)


@pytest.mark.parametrize("server", [pytest.param({"MESH_LIMIT": "3"}, id="mesh-of-three")], indirect=True)
def test_a_third_browser_joins_the_mesh(people: People) -> None:
    calls = [people.joins(name) for name in ("Adaline", "Bertrand", "Clothilde")]

    for here in calls:
        for there in calls:
            if here is not there:
                here.sees_moving(there.name)


def assert_silence(listener: Call) -> None:
    """Holds that for a second nothing is heard, once what was on its way has arrived."""
    eventually(lambda: energy_gained(listener, 0.3) < 1e-6, f"it grows silent for {listener.name}", 10)
    assert energy_gained(listener, 1) < 1e-6


def energy_gained(listener: Call, seconds: float) -> float:
    before, after = over(seconds, listener.energy)
    return after - before


# From here on two people meet once for all tests of their browsers; before, nobody else keeps the machine busy.
PAIRS = [
    pytest.param(("chromium", "chromium"), id="chromium-chromium"),
    pytest.param(("chromium", "firefox"), id="chromium-firefox", marks=pytest.mark.firefox_media),
    pytest.param(("firefox", "chromium"), id="firefox-chromium", marks=pytest.mark.firefox_media),
]


class Couple:
    """Two people in one room, who meet once for all tests of their browsers: to meet takes longer than most of the tests."""

    def __init__(self, browsers: Browsers, kinds: tuple[str, str]):
        self.server = Server()
        self.people = People(browsers, self.server, "couple")
        self.calls = (self.people.joins("Adaline", kinds[0]), self.people.joins("Bertrand", kinds[1]))

    def close(self) -> None:
        self.people.close()
        self.people.assert_clean()
        self.server.close()


@pytest.fixture(scope="module")
def couple(browsers: Browsers, request: pytest.FixtureRequest) -> Iterator[Couple]:
    """In the browsers the test names."""
    gathered = Couple(browsers, request.param)
    yield gathered
    gathered.close()


@pytest.fixture
def pair(couple: Couple, request: pytest.FixtureRequest) -> Iterator[tuple[Call, Call]]:
    yield couple.calls
    if request.node.stash.get(FAILED, False):
        keep_evidence(request.node.name, list(couple.calls))
    for call in couple.calls:
        call.assert_not_reloaded()


def either(one: Call, other: Call) -> list[tuple[Call, Call]]:
    return [(one, other), (other, one)]


@pytest.mark.parametrize("couple", PAIRS, indirect=True)
def test_two_people_see_and_hear_each_other(pair: tuple[Call, Call]) -> None:
    for here, there in either(*pair):
        here.sees_moving(there.name)
        here.decodes()
        here.hears()
    pair[0].picture("call-of-two")


@pytest.mark.parametrize("couple", PAIRS, indirect=True)
def test_muting_silences_and_unmuting_is_heard(pair: tuple[Call, Call]) -> None:
    here, there = pair
    here.hears()

    there.press("Mute microphone")
    there.button("Unmute microphone").wait_for()

    here.reads_on_tile(there.name, "muted")
    assert_silence(here)

    there.press("Unmute microphone")
    here.hears()


@pytest.mark.parametrize("couple", PAIRS, indirect=True)
def test_a_camera_goes_off_and_comes_back(pair: tuple[Call, Call]) -> None:
    here, there = pair
    here.sees_moving(there.name)

    there.press("Turn camera off")
    there.button("Turn camera on").wait_for()
    here.reads_on_tile(there.name, "camera off")
    assert not here.tile(there.name).locator("video").is_visible()

    there.press("Turn camera on")
    here.sees_moving(there.name)


@pytest.mark.parametrize("couple", PAIRS[:2], indirect=True)
def test_a_screen_is_shown_beside_the_camera(pair: tuple[Call, Call]) -> None:
    sharer, watcher = pair
    watcher.sees_moving("Adaline")

    sharer.press("Share screen")
    sharer.button("Stop sharing").wait_for()

    watcher.screen("Adaline").wait_for()
    watcher.shows_frames(watcher.screen("Adaline"), "the screen")
    watcher.sees_moving("Adaline")
    watcher.picture("call-with-screen")

    sharer.press("Stop sharing")
    sharer.button("Share screen").wait_for()
    watcher.screen("Adaline").wait_for(state="detached")
    watcher.sees_moving("Adaline")


@pytest.mark.parametrize("couple", PAIRS[:2], indirect=True)
def test_people_write_to_each_other(couple: Couple, pair: tuple[Call, Call]) -> None:
    one, other = pair
    couple.server.keep_private("Bonjour tout le monde", "And good day to you")

    one.say("Bonjour tout le monde")
    other.press("Chat")
    other.reads("Bonjour tout le monde")
    other.say("And good day to you")

    one.reads("And good day to you")


@pytest.mark.parametrize("couple", PAIRS[:2], indirect=True)
def test_a_raised_hand_is_seen(pair: tuple[Call, Call]) -> None:
    one, other = pair

    one.press("Raise hand")
    one.button("Lower hand").wait_for()
    other.reads_on_tile("Adaline", "hand raised")

    one.press("Lower hand")
    one.button("Raise hand").wait_for()
    other.no_longer_reads_on_tile("Adaline", "hand raised")
