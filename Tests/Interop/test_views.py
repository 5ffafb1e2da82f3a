"""What a browser is sent of a large meeting: what its view shows, as large as it shows it, and as its network allows."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from foreign.crowd import Crowd
from foreign.meeting import Attendee
from foreign.stacks import PION, Workshop
from lab.browsers import Browsers, new_context
from lab.call import Call
from lab.remote import remote_server, trusting
from lab.shaping import Conditions
from lab.wan import Wan
from lab.watching import Watching
from lab.words import words

pytestmark = pytest.mark.namespaces

LAYERED = [{"source": "microphone"}, {"source": "camera", "layers": 3}]
SMALL, LARGE = 240, 960
TEN, ALL = 10, 25
LINK = Conditions(rate=1.5e6)
# With room for all ten beside who is pinned, and for few on a page.
TALL, PHONE = {"width": 1800, "height": 1600}, {"width": 390, "height": 600}
# Three times the aims.
MADE_UP, LONGEST_FREEZE = 0.06, 1.5


class View:
    """A meeting beside the server, and one in Chromium who watches it from behind a network and publishes nothing."""

    def __init__(self, browsers: Browsers, workshop: Workshop, stack: ExitStack):
        self.wan = Wan()
        stack.callback(self.wan.close)
        server = remote_server(self.wan)
        stack.callback(server.close)
        self.crowd = Crowd(server, "view", [*self.wan.inside, *workshop.command(PION)])
        stack.callback(self.crowd.close)
        self.crowd.grows(TEN, LAYERED)
        context, self.watch = new_context(browsers.chromium(trusting(server)), server.origin)
        stack.callback(context.close)
        self.call = Call(context, self.watch, server.origin, "view", "Watcher", audio="0", video="0", hide="1").join()
        self.call.page.set_viewport_size(TALL)
        self.watching = Watching(self.call)

    @property
    def people(self) -> list[Attendee]:
        return self.crowd.people

    def goes_on(self, seconds: float) -> None:
        """Time passes, and everybody obeys the server."""
        self.crowd.goes_on(seconds)

    def until(self, condition: object, what: str, timeout: float = 20) -> None:
        self.crowd.until(condition, what, timeout)

    def widths(self) -> dict[str, int]:
        """How large the picture of each is that a tile on the screen shows."""
        return {tile.name: tile.width for tile in self.watching.tiles() if tile.name.startswith("Member")}

    def page_in_motion(self) -> tuple[set[str], int]:
        """Whose tiles are on the screen, once each shows something, and how many pictures arrive."""
        self.until(lambda: all(self.widths().values()), "everybody on the page is seen")
        self.goes_on(1)  # what was asked to stop has stopped
        self.watching.take()
        self.goes_on(1.5)
        return set(self.widths()), self.watching.received().pictures


@pytest.fixture(scope="module")
def view(browsers: Browsers, workshop: Workshop) -> Iterator[View]:
    """They meet once; each test adds to what the one before has left."""
    with ExitStack() as stack:
        gathered = View(browsers, workshop, stack)
        yield gathered
    gathered.watch.assert_clean()


def test_who_is_pinned_is_sharp_where_the_network_carries_little(view: View) -> None:
    pinned = view.people[3].name
    view.call.choose(pinned, "person.pin")
    view.until(lambda: view.widths()[pinned] == LARGE, "who is pinned is sharp")

    view.wan.shape(LINK)
    view.goes_on(4)
    view.watching.take()
    view.goes_on(6)

    widths, sound, picture = view.widths(), view.watching.received(), view.watching.received(pinned)
    view.wan.shape()
    told = f"{sound}\n{pinned}: {picture}\n{widths}"
    assert len(widths) == TEN, told
    assert widths.pop(pinned) == LARGE and picture.widths == (LARGE,), told
    assert set(widths.values()) <= {SMALL}, told
    assert picture.longest_freeze < LONGEST_FREEZE, told
    assert sound.concealed < MADE_UP, told


def test_only_the_page_that_is_shown_is_sent(view: View) -> None:
    view.crowd.grows(ALL - TEN, LAYERED)
    view.call.choose(view.people[3].name, "person.unpin")
    view.call.page.set_viewport_size(PHONE)
    view.until(lambda: 5 < len(view.widths()) < ALL, "there are pages")
    first, on_first = view.page_in_motion()

    view.call.page.locator("video-grid").get_by_role("button", name=words("pager.next")).click()
    view.until(lambda: not first & set(view.widths()), "the page is turned")
    second, on_second = view.page_in_motion()

    assert (on_first, on_second) == (len(first), len(second))


def test_a_hidden_page_is_sent_no_video(view: View) -> None:
    view.call.hide(True)
    view.goes_on(1)
    view.watching.take()
    view.goes_on(2)

    received = view.watching.received()
    view.call.hears()
    view.call.hide(False)
    view.until(lambda: view.watching.received().pictures > 0, "the pictures are back")
    assert received.pictures == 0 and received.video_bits_per_second == 0, received
    assert received.concealed < MADE_UP, received
