"""Three people in three browsers meet through the server."""

from collections.abc import Iterator

import pytest

from conftest import FAILED, People, keep_evidence
from lab.browsers import Browsers
from lab.call import MOVING, Call, painted
from lab.senses import Senses, actor
from lab.server import Server
from lab.waiting import eventually, over, stays
from test_moderation import Host
from test_recovery import BROKEN_SOCKET

pytestmark = pytest.mark.firefox_media
# Three times the 80 ms up to which people take sound and picture for one.
IN_STEP = 240
NAMES = ("Adaline", "Bertrand", "Clothilde")


class Trio:
    """Two in Chromium and one in Firefox; with the third, their room became routed."""

    def __init__(self, people: People, server: Server):
        self.people = people
        self.server = server
        self.calls: dict[str, Call] = {}
        self.senses: dict[str, Senses] = {}
        for name, kind in zip(NAMES, ("chromium", "chromium", "firefox")):
            self.calls[name] = people.joins(name, kind, script=actor(name))
            self.senses[name] = Senses(self.calls[name])

    def is_whole(self) -> None:
        """Holds that everybody sees and hears everybody from now on."""
        pairs = [(here, there) for here in NAMES for there in NAMES if here != there]
        for here, there in pairs:
            self.calls[here].sees_person(there)
        before = {(here, there): self.frames(here, there) for here, there in pairs}
        for (here, there), start in before.items():
            eventually(lambda: self.frames(here, there) >= start + MOVING, f"{here} sees {there} move", 40)
            self.senses[here].hears(there, 40)

    def frames(self, here: str, there: str) -> int:
        return painted(self.calls[here].tile(there).first)


@pytest.fixture(scope="module")
def gathered(browsers: Browsers) -> Iterator[Trio]:
    """They meet once for all tests of this file: to gather takes longer than most of the tests."""
    server = Server()
    people = People(browsers, server, "meeting")
    yield Trio(people, server)
    people.close()
    people.assert_clean()
    server.close()


@pytest.fixture
def trio(gathered: Trio, request: pytest.FixtureRequest) -> Iterator[Trio]:
    gathered.is_whole()
    yield gathered
    if request.node.stash.get(FAILED, False):
        keep_evidence(request.node.name, list(gathered.calls.values()))
    for call in gathered.calls.values():
        call.page.set_viewport_size({"width": 1280, "height": 800})


def test_three_people_see_and_hear_each_other(trio: Trio) -> None:
    for name, call in trio.calls.items():
        assert len(call.links()) == 2, f"{name} has one connection to publish and one to receive"
    trio.calls["Adaline"].picture("meeting-of-three")
    trio.calls["Bertrand"].page.set_viewport_size({"width": 390, "height": 844})
    trio.calls["Bertrand"].sees_moving("Clothilde")
    trio.calls["Bertrand"].picture("meeting-of-three-phone")


def test_a_screen_is_shown_to_everybody(trio: Trio) -> None:
    sharer = trio.calls["Adaline"]

    sharer.press("Share screen")
    sharer.button("Stop sharing").wait_for()

    for name in ("Bertrand", "Clothilde"):
        watcher = trio.calls[name]
        watcher.shows_frames(watcher.screen("Adaline"), "the screen")
        watcher.sees_moving("Adaline")
    trio.calls["Bertrand"].picture("meeting-with-screen")
    sharer.press("Stop sharing")
    for name in ("Bertrand", "Clothilde"):
        trio.calls[name].screen("Adaline").wait_for(state="detached")
    trio.is_whole()


@pytest.mark.parametrize("watcher", ["Adaline", "Clothilde"])
def test_the_layer_follows_the_tile(trio: Trio, watcher: str) -> None:
    call, senses = trio.calls[watcher], trio.senses[watcher]
    call.page.set_viewport_size({"width": 1600, "height": 1000})
    other = next(name for name in NAMES if name not in ("Bertrand", watcher))
    senses.attend("Bertrand")

    call.choose("Bertrand", "person.pin")
    senses.sees_width("Bertrand", 960, 960)
    senses.sees_width(other, 1, 480)

    call.choose(other, "person.pin")
    senses.sees_width(other, 960, 960)
    senses.sees_width("Bertrand", 1, 480)
    call.sees_moving("Bertrand")

    call.choose(other, "person.unpin")
    assert senses.told("Bertrand").longestDark == 0
    assert senses.told("Bertrand").longestStill < 1200, "the picture goes on while the layer changes"


def test_sound_and_picture_are_in_step(trio: Trio) -> None:
    # From Chromium to Chromium: without a sound card, Firefox plays sound half a second before the picture, and takes it by
    # a timer that is a fifth slower than time.
    lag = trio.senses["Adaline"].lag("Bertrand", 6)

    assert abs(lag) < IN_STEP


def test_a_hidden_page_gets_sound_alone(trio: Trio) -> None:
    hidden = trio.calls["Adaline"]

    hidden.hide(True)
    eventually(lambda: len(set(over(0.5, hidden.frames_decoded))) == 1, "no more video arrives")
    trio.senses["Adaline"].hears("Bertrand")
    stays(lambda: trio.senses["Adaline"].loudness("Bertrand") > -70, "sound goes on", 1)

    hidden.hide(False)
    trio.is_whole()


def test_whom_a_host_mutes_is_heard_by_nobody(trio: Trio) -> None:
    Host(trio.calls["Adaline"]).does("Bertrand", "moderate.mute")

    for name in ("Adaline", "Clothilde"):
        trio.senses[name].hears_nothing_of("Bertrand")
        trio.calls[name].sees_moving("Bertrand")
    trio.calls["Bertrand"].press("Unmute microphone")
    trio.is_whole()


def test_a_meeting_outlives_the_server(trio: Trio) -> None:
    for call in trio.calls.values():
        call.watch.tolerate(BROKEN_SOCKET)

    trio.server.restart()

    for call in trio.calls.values():
        eventually(call.is_online, f"{call.name} is in the room again", 30)
    trio.is_whole()
    for call in trio.calls.values():
        call.assert_not_reloaded()


def test_who_reloads_is_back_for_everybody(trio: Trio) -> None:
    for name in ("Clothilde", "Adaline"):
        call = trio.calls[name]
        call.page.reload()
        call.come_back()
        trio.senses[name] = Senses(call)

        trio.is_whole()
        for other in NAMES:
            assert trio.calls[other].tile(name).count() == 1
