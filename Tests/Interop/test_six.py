"""Six people meet: two in browsers, four with stacks that no browser has around them."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext

from foreign.meeting import LAYERED, Meeting, Track
from foreign.stacks import PION, WRTC
from lab.browsers import Browsers, Watch, new_context
from lab.call import Call
from lab.server import Server


@pytest.fixture
def arrives(browsers: Browsers) -> Iterator[Callable[..., Call]]:
    """Opens a browser's page for somebody who joins."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def arrive(server: Server, room: str, name: str, kind: str) -> Call:
        server.keep_private(name)
        context, watch = new_context(browsers.named(kind), server.origin)
        opened.append((context, watch))
        return Call(context, watch, server.origin, room, name).join()

    yield arrive
    for context, _ in opened:
        context.close()
    for _, watch in opened:
        watch.assert_clean()


@pytest.mark.firefox_media
def test_six_people_see_each_other(meeting: Meeting, arrives: Callable[..., Call]) -> None:
    peers = [meeting.enters(stack, LAYERED if stack is WRTC else None, name) for stack, name in (
        (WRTC, "Dagobert"), (WRTC, "Eulalia"), (PION, "Ferdinand"), (PION, "Gwendolyn"))]
    calls = [arrives(meeting.server, meeting.room, name, kind) for name, kind in (
        ("Adaline", "chromium"), ("Bertrand", "firefox"))]
    meeting.until(lambda: all(len(peer.others) == 5 for peer in peers), "everybody knows of everybody")

    for peer in peers:
        peer.wishes(*(Track(other, "camera") for other in peer.others), width=320, height=180)
    meeting.carries((peer, Track(other, source)) for peer in peers for other in peer.others
                    for source in ("camera", "microphone"))

    for call in calls:
        call.sees_all_moving("Adaline", "Bertrand", "Dagobert", "Eulalia", "Ferdinand", "Gwendolyn")
        call.hears()

    calls[0].picture("meeting-of-six")
    calls[0].page.set_viewport_size({"width": 390, "height": 844})
    calls[0].sees_moving("Bertrand")
    calls[0].picture("meeting-of-six-phone")
