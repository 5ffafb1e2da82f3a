"""What may break during a call, and how it goes on without anybody loading the page again."""

import signal
from collections.abc import Iterator

import pytest

from conftest import People
from lab.call import Call
from lab.cut import CuttableWire
from lab.server import Server
from lab.waiting import eventually, stays

# What browsers themselves write to the console when a socket breaks.
BROKEN_SOCKET = r"WebSocket|net::ERR_CONNECTION|can.t establish a connection|The connection to ws\S+ was interrupted"

BROWSERS = [
    pytest.param("chromium", id="chromium"),
    pytest.param("firefox", id="firefox", marks=pytest.mark.firefox_media),
]


@pytest.fixture
def wire(server: Server) -> Iterator[CuttableWire]:
    strung = CuttableWire(server.port)
    yield strung
    strung.close()


def assert_call_is_whole(one: Call, other: Call) -> None:
    """Sees, hears and writes, in both directions, in the pages as they were first loaded."""
    for here, there in ((one, other), (other, one)):
        here.sees_moving(there.name)
        here.hears()
        here.assert_not_reloaded()
    text = f"still here {one.page.evaluate('performance.now()')}"
    one.say(text)
    other.open_chat()
    other.reads(text)


@pytest.mark.parametrize("kind", BROWSERS)
def test_a_call_outlives_its_socket(people: People, wire: CuttableWire, kind: str) -> None:
    cut_off = people.joins("Adaline", kind, at=f"http://127.0.0.1:{wire.port}")
    other = people.joins("Bertrand")
    other.sees_moving("Adaline")
    cut_off.watch.tolerate(BROKEN_SOCKET)

    # When the socket is cut, what the other writes meanwhile waits for its return.
    assert wire.cut() > 0
    other.say("said while you were away")
    other.decodes()  # media does not go that way
    eventually(lambda: other.label("Adaline").count("econnecting"), "the other is told after five seconds", 12)
    wire.mend()

    cut_off.open_chat()
    cut_off.reads("said while you were away")
    eventually(lambda: not other.label("Adaline").count("econnecting"), "the other is told of the return", 20)
    assert_call_is_whole(cut_off, other)


def test_a_short_cut_is_not_shown_to_the_other(people: People, wire: CuttableWire) -> None:
    cut_off = people.joins("Adaline", at=f"http://127.0.0.1:{wire.port}")
    other = people.joins("Bertrand")
    other.sees_moving("Adaline")
    cut_off.watch.tolerate(BROKEN_SOCKET)

    wire.cut()
    wire.mend()

    stays(lambda: not other.label("Adaline").count("econnecting"), "the other is not troubled", 2)
    assert_call_is_whole(cut_off, other)


@pytest.mark.parametrize("kind", BROWSERS)
def test_a_call_outlives_an_ice_restart(people: People, kind: str) -> None:
    one, other = people.joins("Adaline"), people.joins("Bertrand", kind)
    one.sees_moving("Bertrand")
    before = fragments(one)

    other.page.evaluate("laboratory.restartICE()")

    eventually(lambda: not fragments(one) & before, "both sides have new ICE credentials")
    assert_call_is_whole(one, other)


def fragments(call: Call) -> set[str]:
    """The ICE user fragments of a page's connections."""
    return {link["fragment"] for link in call.links()}


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_call_outlives_the_server(people: People, server: Server, how: signal.Signals) -> None:
    one, other = people.joins("Adaline"), people.joins("Bertrand")
    one.sees_moving("Bertrand")
    for call in (one, other):
        call.watch.tolerate(BROKEN_SOCKET)

    server.restart(how)

    one.decodes()
    for here, there in ((one, other), (other, one)):
        eventually(lambda: here.is_online(), f"{here.name} is in the room again", 30)
        eventually(lambda: here.tile(there.name).count() == 1, f"{here.name} has one tile of {there.name}", 30)
    assert_call_is_whole(one, other)


@pytest.mark.firefox_media
def test_a_call_with_firefox_outlives_the_server(people: People, server: Server) -> None:
    one, other = people.joins("Adaline"), people.joins("Bertrand", "firefox")
    one.sees_moving("Bertrand")
    for call in (one, other):
        call.watch.tolerate(BROKEN_SOCKET)

    server.restart()

    for call in (one, other):
        eventually(lambda: call.is_online(), f"{call.name} is in the room again", 30)
    assert_call_is_whole(one, other)


@pytest.mark.parametrize("kind", BROWSERS)
def test_a_reload_comes_back_as_the_same_person(people: People, kind: str) -> None:
    one, other = people.joins("Adaline", kind), people.joins("Bertrand")
    other.sees_moving("Adaline")

    one.page.reload()
    one.come_back()

    other.sees_moving("Adaline")
    one.sees_moving("Bertrand")
    assert other.tile("Adaline").count() == 1


@pytest.mark.parametrize("kind", BROWSERS)
def test_a_closed_tab_is_gone_within_moments(people: People, kind: str) -> None:
    one, other = people.joins("Adaline", kind), people.joins("Bertrand")
    other.sees_moving("Adaline")

    one.page.goto("about:blank")

    # The beacon leaves three seconds for a reload; without it the place would be kept for thirty.
    other.no_longer_sees("Adaline", 15)


@pytest.mark.parametrize("kind", BROWSERS)
def test_a_closed_tab_whose_beacon_is_lost_is_gone_as_well(people: People, kind: str) -> None:
    one, other = people.joins("Adaline", kind), people.joins("Bertrand")
    other.sees_moving("Adaline")
    one.page.evaluate("Object.defineProperty(navigator, 'sendBeacon', { value: () => true })")

    one.page.goto("about:blank")

    # Its socket is closed as that of a page that is left.
    other.no_longer_sees("Adaline", 15)


@pytest.mark.parametrize("server", [pytest.param({"RESUME_GRACE_SECONDS": "4"}, id="grace-of-4-seconds")], indirect=True)
def test_a_socket_that_never_returns_ends_after_the_grace_time(
    people: People, server: Server, wire: CuttableWire
) -> None:
    cut_off = people.joins("Adaline", at=f"http://127.0.0.1:{wire.port}")
    other = people.joins("Bertrand")
    other.sees_moving("Adaline")
    cut_off.watch.tolerate(BROKEN_SOCKET)

    wire.cut()

    stays(lambda: other.tile("Adaline").count() == 1, "the place is kept", 3)
    other.no_longer_sees("Adaline", 5)
