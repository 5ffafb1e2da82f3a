"""What the server finds out about media, as pages obey and show it: layers of use, who leads, how somebody is connected."""

import itertools
from collections.abc import Iterator

import pytest

from conftest import FAILED, People, keep_evidence
from lab.browsers import Browsers
from lab.fitting import assert_fits
from lab.seam import SEAM, Seam
from lab.server import Server
from lab.waiting import eventually, stays
from lab.words import words

pytestmark = pytest.mark.firefox_media
NAMES = ("Adaline", "Bertrand", "Clothilde")
GOOD = {"level": "good", "reason": None}
# The aim is a second; a machine that runs three browsers on two cores is given three.
WITHIN = 3


class Watched:
    """Two in Chromium and one in Firefox, each with a seam."""

    def __init__(self, people: People):
        self.people = people
        self.calls = {name: people.joins(name, kind, script=SEAM)
                      for name, kind in zip(NAMES, ("chromium", "chromium", "firefox"))}
        self.seams = {name: Seam(call) for name, call in self.calls.items()}

    def id(self, name: str) -> str:
        """Which participant somebody is: as everybody's page was told."""
        return self.calls[name].page.evaluate("() => document.querySelector('participant-tile.me').participant.id")


@pytest.fixture(scope="module")
def gathered(browsers: Browsers) -> Iterator[Watched]:
    server = Server()
    people = People(browsers, server, "signs")
    yield Watched(people)
    people.close()
    people.assert_clean()
    server.close()


@pytest.fixture
def room(gathered: Watched, request: pytest.FixtureRequest) -> Iterator[Watched]:
    for name in NAMES:
        for other in NAMES:
            gathered.calls[name].sees_person(other)
    yield gathered
    if request.node.stash.get(FAILED, False):
        keep_evidence(request.node.name, list(gathered.calls.values()))


def moving(seam: Seam) -> set[str]:
    """The layers of which frames come."""
    return {layer for layer, count in seam.frames(1.5).items() if count}


@pytest.mark.parametrize("name", ["Bertrand", "Clothilde"])
def test_only_layers_of_use_are_encoded(room: Watched, name: str) -> None:
    seam = room.seams[name]
    # What the server itself finds to be of use depends on the tiles; here it is what the test says.
    seam.muffles("demand")
    seam.tells("demand", source="camera", layers=3)
    layers = eventually(lambda: seam.active() if len(seam.active()) >= 2 else None, "a camera is sent in layers")

    seam.tells("demand", source="camera", layers=1)
    seam.encodes(layers[0], within=WITHIN)
    eventually(lambda: moving(seam) == {layers[0]}, "nothing else is encoded, once what was begun is done", WITHIN * 3)

    seam.tells("demand", source="camera", layers=0)
    seam.encodes(within=WITHIN)
    eventually(lambda: not moving(seam), "nothing is encoded, once what was begun is done", WITHIN * 3)

    seam.tells("demand", source="camera", layers=3)
    seam.encodes(*layers, within=WITHIN)
    eventually(lambda: all(seam.frames(0.5)[layer] > 0 for layer in layers), "every layer moves again", 30)
    room.calls["Adaline"].sees_moving(name)
    seam.muffles("demand", False)


@pytest.mark.parametrize("name", ["Adaline", "Clothilde"])
def test_who_leads_stands_out_and_is_named_so(room: Watched, name: str) -> None:
    call, seam = room.calls[name], room.seams[name]
    leader = call.tile("Bertrand").first

    seam.tells("roomChanged", changes={"dominantSpeaker": room.id("Bertrand")})

    eventually(lambda: leader.evaluate("tile => tile.classList.contains('speaking')"), "the tile stands out")
    call.reads_on_tile("Bertrand", words("tile.speaking"))
    others = [call.tile(other).first for other in NAMES if other != "Bertrand"]
    stays(lambda: not any(tile.evaluate("tile => tile.classList.contains('speaking')") for tile in others),
          "nobody else stands out", 0.5)
    assert call.page.locator('video-grid [aria-live]:not([data-part="page"])').count() == 0, "it is announced to nobody"
    seam.tells("roomChanged", changes={"dominantSpeaker": None})


@pytest.mark.parametrize("name", ["Adaline", "Clothilde"])
def test_a_bad_connection_is_shown_with_its_reason(room: Watched, name: str) -> None:
    call, seam = room.calls[name], room.seams[name]
    sign = call.tile("Bertrand").first.locator(".tile-signal")
    lossy = {"publishing": {"level": "poor", "reason": "loss"}, "receiving": GOOD}
    narrow = {"publishing": GOOD, "receiving": {"level": "fair", "reason": "bandwidth"}}

    # What the server itself finds on a busy machine is another matter.
    seam.muffles("qualityChanged")
    ratings = {other: {"publishing": GOOD, "receiving": GOOD} for other in NAMES}
    ratings.update({"Bertrand": lossy, name: narrow})
    seam.tells("qualityChanged", participants=[{"id": room.id(one), "quality": rating} for one, rating in ratings.items()])

    sign.wait_for()
    assert sign.get_attribute("aria-label") == words("signal.theirs.publishing.loss")
    call.reads_on_tile("Bertrand", words("signal.theirs.publishing.loss"))
    call.reads_on_tile(name, words("signal.yours.receiving.bandwidth"))
    sign.hover()
    call.page.locator("tool-tip").get_by_text(words("signal.theirs.publishing.loss")).wait_for()
    call.picture(f"bad-connection-{name}")
    reads_in_menu(room, name)
    reads_in_list(room, name)

    call.page.set_viewport_size({"width": 320, "height": 640})
    sign.wait_for()
    assert call.page.evaluate("document.documentElement.scrollWidth") == 320
    call.picture(f"bad-connection-{name}-phone")
    call.page.set_viewport_size({"width": 1280, "height": 800})

    everybody = [{"id": room.id(other), "quality": {"publishing": GOOD, "receiving": GOOD}} for other in NAMES]
    seam.tells("qualityChanged", participants=everybody)
    sign.wait_for(state="hidden")
    call.no_longer_reads_on_tile("Bertrand", words("signal.theirs.publishing.loss"))
    seam.muffles("qualityChanged", False)


def reads_in_menu(room: Watched, name: str) -> None:
    """The reason stands in the tile's menu too, for who cannot point at a sign: by keyboard and on a touch screen."""
    call = room.calls[name]
    menu = call.tile("Bertrand").first.get_by_role("button", name=words("tile.menu", name="Bertrand"))
    menu.focus()
    call.page.keyboard.press("Enter")
    call.page.locator("person-menu .menu-note").get_by_text(words("signal.theirs.publishing.loss")).wait_for()
    call.page.keyboard.press("Escape")


def reads_in_list(room: Watched, name: str) -> None:
    """The list of people has it in words, each row the reason of its own person, and fits a phone."""
    call = room.calls[name]
    reasons = {"Bertrand": words("signal.theirs.publishing.loss"), name: words("signal.yours.receiving.bandwidth")}
    call.press("People")
    for person in NAMES:
        row = call.page.locator("person-row", has_text=person)
        if person in reasons:
            row.get_by_text(reasons[person]).wait_for()
        else:
            assert not row.locator(".person-connection").is_visible(), f"nothing is wrong with {person}'s connection"
    call.page.set_viewport_size({"width": 320, "height": 640})
    assert_fits(call, "the list of people")
    call.picture(f"bad-connection-{name}-list")
    call.page.set_viewport_size({"width": 1280, "height": 800})
    call.page.keyboard.press("Escape")


@pytest.mark.parametrize("name", ["Adaline", "Clothilde"])
def test_tiles_are_in_their_places_as_soon_as_the_window_is(room: Watched, name: str) -> None:
    page = room.calls[name].page
    for width, height in ((320, 640), (640, 360), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        eventually(lambda: page.evaluate("innerWidth") == width, "the window has its size")

        places, moving = page.evaluate(PLACES)

        assert moving == 0, "tiles are on their way from places that no longer exist"
        assert len(places) == 3
        for place in places:
            assert place["left"] >= 0 and place["top"] >= 0 and place["right"] <= width and place["bottom"] <= height, places
        assert not any(overlap(one, other) for one, other in itertools.combinations(places, 2)), places


# Two frames: in the first the page learns of its size and places its tiles, in the second they are shown there.
PLACES = """async () => {
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  const tiles = [...document.querySelectorAll('participant-tile')];
  const moving = tiles.flatMap((tile) => tile.getAnimations()).filter(({ transitionProperty }) => transitionProperty !== 'box-shadow');
  return [tiles.map((tile) => tile.getBoundingClientRect().toJSON()), moving.length];
}"""


def overlap(one: dict[str, float], other: dict[str, float]) -> bool:
    return (one["left"] < other["right"] and other["left"] < one["right"]
            and one["top"] < other["bottom"] and other["top"] < one["bottom"])


@pytest.mark.parametrize("size", [(1280, 800), (320, 640)], ids=["desktop", "phone"])
def test_the_figures_say_what_holds_a_picture_back(room: Watched, size: tuple[int, int]) -> None:
    call, seam = room.calls["Adaline"], room.seams["Adaline"]
    forwarded = {"participant": room.id("Bertrand"), "source": "camera", "state": "active", "spatialLayer": 0,
                 "temporalLayer": 1, "bitsPerSecond": 140_000, "wantedSpatialLayer": 2, "limit": "network"}
    seam.answers("getMedia", {
        "published": [], "subscribed": [forwarded],
        "downlink": {"bitsPerSecond": 910_000, "wantedBitsPerSecond": 2_450_000, "loss": 140, "roundTripTime": 42}})
    seam.tells("qualityChanged", participants=[
        {"id": room.id("Adaline"), "quality": {"publishing": GOOD, "receiving": {"level": "fair", "reason": "bandwidth"}}}])

    call.page.set_viewport_size({"width": size[0], "height": size[1]})
    call.page.evaluate("() => document.querySelector('settings-dialog').open('statistics')")
    panel = call.page.locator("statistics-panel")
    received = panel.locator("section", has=call.page.get_by_role("heading", name=words("statistics.downlink")))
    bertrand = panel.locator("section", has=call.page.get_by_role("heading", name="Bertrand"))

    received.get_by_text("910 kbit/s").wait_for()
    received.get_by_text("1.4%").wait_for()
    received.get_by_text(words("signal.yours.receiving.bandwidth")).wait_for()
    smaller = words("statistics.size.less", sent=words("statistics.layer.small"), wanted=words("statistics.layer.large"))
    because = words("statistics.because", fact=smaller, reason=words("statistics.limit.network"))
    bertrand.get_by_text(because).wait_for()
    assert call.page.evaluate("document.documentElement.scrollWidth") == size[0]
    call.picture(f"figures-{size[0]}")
    # Each second there are other elements: none can be waited for to stand still.
    panel.evaluate("panel => panel.lastElementChild.scrollIntoView()")
    call.picture(f"figures-{size[0]}-person")
    call.page.keyboard.press("Escape")
    call.page.set_viewport_size({"width": 1280, "height": 800})


def test_what_is_pinned_comes_first(room: Watched) -> None:
    call, seam = room.calls["Adaline"], room.seams["Adaline"]
    camera = (room.id("Bertrand"), "camera")

    call.choose("Bertrand", "person.pin")
    eventually(lambda: seam.wishes().get(camera, {}).get("priority") == "pinned", "the server hears of it")
    call.choose("Bertrand", "person.unpin")
    eventually(lambda: "priority" not in seam.wishes()[camera], "and when it is over")


def test_a_hidden_page_wants_no_pictures(room: Watched) -> None:
    call, seam = room.calls["Clothilde"], room.seams["Clothilde"]
    cameras = [(room.id(name), "camera") for name in ("Adaline", "Bertrand")]

    call.hide(True)
    eventually(lambda: all(seam.wishes()[camera].get("paused") for camera in cameras), "all are paused")
    call.hide(False)
    eventually(lambda: not any(seam.wishes()[camera].get("paused") for camera in cameras), "all are wanted again")


def test_what_nobody_watches_is_not_encoded(room: Watched) -> None:
    seam, watchers = room.seams["Bertrand"], [room.calls[name] for name in ("Adaline", "Clothilde")]

    for watcher in watchers:
        watcher.hide(True)
    # Five seconds of patience, and the time to notice.
    seam.encodes(within=15)
    assert sum(seam.frames(1.5).values()) == 0

    watchers[0].hide(False)
    eventually(seam.active, "it is encoded again", WITHIN)
    watchers[0].sees_moving("Bertrand")
    watchers[1].hide(False)


def test_a_large_picture_is_encoded_while_somebody_looks_at_it(room: Watched) -> None:
    seam, watcher = room.seams["Bertrand"], room.calls["Adaline"]
    for name in ("Adaline", "Clothilde"):
        room.calls[name].page.set_viewport_size({"width": 400, "height": 600})
    seam.encodes("q", within=20)

    watcher.page.set_viewport_size({"width": 1600, "height": 1000})
    watcher.choose("Bertrand", "person.pin")
    eventually(lambda: len(seam.active()) >= 2, "the large one is encoded", WITHIN)
    watcher.sees_moving("Bertrand")
    watcher.choose("Bertrand", "person.unpin")
    for name in ("Adaline", "Clothilde"):
        room.calls[name].page.set_viewport_size({"width": 1280, "height": 800})
