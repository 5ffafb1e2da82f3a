"""The connection test: what a browser publishes goes to the server and comes back, in the product's own dialog."""

import re
import secrets
import socket
import struct
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator

from conftest import People
from lab.browsers import Browsers
from lab.call import Call
from lab.island import ADDRESS, ADDRESS_6, MEDIA_PORT, Island
from lab.places import free_port
from lab.server import Server
from lab.waiting import eventually
from lab.wire import member

BOTH = pytest.mark.parametrize("kind", ["chromium", pytest.param("firefox", marks=pytest.mark.firefox_media)])


class ConnectionTest:
    """The dialog “Connection test” on somebody's page."""

    def __init__(self, call: Call):
        self.call = call
        call.press("Test the connection")
        self.dialog: Locator = call.page.get_by_role("dialog", name="Connection test")
        self.dialog.wait_for()

    @property
    def words(self) -> str:
        """What a screen reader is told of the result."""
        return self.dialog.locator(".echo-verdict[role=status]").inner_text().replace("\n", " ")

    def figure(self, name: str) -> str:
        return self.dialog.locator("dl div", has_text=name).locator("dd").inner_text()

    def says(self, pattern: str, timeout: float = 30) -> None:
        eventually(lambda: re.search(pattern, self.words), f"the test says {pattern!r}, not {self.words!r}", timeout)

    def runs(self) -> "ConnectionTest":
        """Holds that both connections stand, and that picture and sound come back from now on."""
        self.says(r"^(Connected|Good|Usable)", 20)
        self.call.decodes()
        self.call.shows_frames(self.dialog, "the returning picture")
        eventually(lambda: self.figure("Sound") == "comes back", "the sound comes back")
        return self

    def press(self, name: str) -> None:
        self.dialog.get_by_role("button", name=name, exact=True).click()

    def close(self) -> None:
        self.press("Close")
        self.dialog.wait_for(state="hidden")


@BOTH
def test_picture_and_sound_come_back(people: People, server: Server, kind: str) -> None:
    person = people.arrives("Adaline", kind)

    test = ConnectionTest(person).runs()

    test.says(r"^(Good|Usable)\.")
    assert test.figure("Path").startswith("UDP")
    assert test.figure("Packet loss") == "↑ 0%  ↓ 0%"
    assert int(test.figure("Round trip").removesuffix(" ms")) < 200
    test.press("Hear yourself")
    person.hears()
    test.press("Stop hearing yourself")
    person.picture(f"echo-{kind}")
    assert server.metric("parley_echoes") == 1
    assert server.metric("parley_media_peers_connected") == 2

    test.close()
    eventually(lambda: server.metric("parley_media_peers") == 0, "the server forgets the test")
    assert server.metric("parley_echoes") == 0
    assert person.links() == []
    # The preview was only borrowed.
    person.join()


@BOTH
def test_without_devices_a_picture_and_a_tone_are_made(people: People, kind: str) -> None:
    person = people.arrives("Adaline", kind, query={"audio": "0", "video": "0"})

    test = ConnectionTest(person).runs()

    assert "a test picture and a tone are sent" in test.dialog.inner_text()
    assert re.match(r"\d{3,4} × \d{3}, [1-9]", test.figure("Picture received"))


def test_a_call_goes_on_beside_the_test(people: People) -> None:
    adaline = people.joins("Adaline")
    bertrand = people.joins("Bertrand")
    adaline.sees_moving("Bertrand")

    adaline.press("Settings")
    test = ConnectionTest(adaline).runs()
    test.close()
    adaline.page.get_by_role("dialog", name="Settings").get_by_role("button", name="Close", exact=True).click()

    adaline.sees_moving("Bertrand")
    bertrand.sees_moving("Adaline")
    bertrand.hears()


def test_the_dialog_fits_and_is_used_by_keyboard(people: People) -> None:
    person = people.arrives("Adaline")
    test = ConnectionTest(person).runs()
    test.says(r"^(Good|Usable)\.")

    for look, width, height in (("dark", 320, 640), ("light", 320, 640), ("dark", 1280, 800), ("light", 1280, 800)):
        person.page.emulate_media(color_scheme=look)
        person.page.set_viewport_size({"width": width, "height": height})
        assert_fits(test, f"{look}-{width}")
    person.page.keyboard.press("Tab")
    assert person.page.evaluate("document.querySelector('echo-dialog dialog').contains(document.activeElement)")
    person.page.keyboard.press("Escape")
    test.dialog.wait_for(state="hidden")
    assert person.page.evaluate("document.activeElement.textContent.trim()") == "Test the connection"


def assert_fits(test: ConnectionTest, look: str) -> None:
    """Nothing is wider than its box, and whatever is pressed is large enough for a finger."""
    page = test.call.page
    test.call.picture(f"echo-{look}")
    wide = page.evaluate("""() => [document.documentElement, ...document.querySelectorAll('echo-dialog dialog, echo-dialog dialog *')]
        .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible' && one.clientWidth > 0)
        .map((one) => one.className || one.localName)""")
    assert wide == [], look
    for button in test.dialog.get_by_role("button").all():
        if button.is_visible():
            assert button.bounding_box()["height"] >= 44, f"{look}: {button.inner_text()}"


@pytest.fixture
def island() -> Iterator[Island]:
    built = Island()
    yield built
    built.close()


@pytest.fixture
def beyond(island: Island, start_server: Callable[..., Server], browsers: Browsers, room: str) -> Iterator[Callable[..., Call]]:
    """Opens the page of a server on the island, which announces these addresses for media."""
    crowds: list[People] = []

    def open_page(kind: str, announced: str = ADDRESS) -> Call:
        server = start_server(
            {"SFU_PORT": str(MEDIA_PORT), "SFU_ANNOUNCED_IP": announced}, address=ADDRESS, port=3010, prefix=island.inside)
        crowds.append(People(browsers, server, room))
        # Pages without TLS get no devices here: what is sent is made.
        return crowds[-1].arrives("Adaline", kind)

    yield open_page
    for crowd in crowds:
        crowd.close()


@pytest.mark.namespaces
@BOTH
def test_where_udp_is_blocked_media_takes_tcp(island: Island, beyond: Callable[..., Call], kind: str) -> None:
    island.block("udp")

    test = ConnectionTest(beyond(kind)).runs()

    test.says(rf"^Usable\. .*UDP port {MEDIA_PORT}")
    assert test.figure("Path") == "TCP, IPv4"


@pytest.mark.namespaces
@BOTH
def test_media_comes_back_over_ipv6(beyond: Callable[..., Call], kind: str) -> None:
    test = ConnectionTest(beyond(kind, announced=ADDRESS_6)).runs()

    assert test.figure("Path") == "UDP, IPv6"


@pytest.mark.namespaces
def test_where_everything_is_blocked_it_says_so(island: Island, beyond: Callable[..., Call]) -> None:
    island.block("udp", "tcp")

    test = ConnectionTest(beyond("chromium"))

    test.says(r"^Bad\. No media gets through", 40)


@pytest.mark.namespaces
@BOTH
def test_both_connections_are_mended_by_ice_restarts(island: Island, beyond: Callable[..., Call], kind: str) -> None:
    person = beyond(kind)
    test = ConnectionTest(person).runs()
    before = {link["fragment"] for link in person.links()}

    island.block("udp", "tcp")
    test.says(r"^Bad\. The connection to the server broke", 40)
    eventually(lambda: len({link["fragment"] for link in person.links()} - before) == 2, "both connections restart", 30)
    island.block()

    test.runs()
    assert len(person.links()) == 2


def test_clients_are_given_this_server_for_stun(start_server: Callable[..., Server]) -> None:
    port = free_port()
    server = start_server({"SFU_PORT": str(port), "SFU_ANNOUNCED_IP": "127.0.0.1,::1"})
    with member(server, "stun", "Adaline") as person:
        assert person.joined["iceServers"] == [{"urls": [f"stun:127.0.0.1:{port}"]}, {"urls": [f"stun:[::1]:{port}"]}]

    transaction = secrets.token_bytes(12)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(5)
        asking.sendto(struct.pack("!HHI", 0x0001, 0, 0x2112A442) + transaction, ("127.0.0.1", port))
        answer = asking.recv(2048)
    assert struct.unpack("!H", answer[:2])[0] == 0x0101 and answer[8:20] == transaction


def test_a_taken_media_port_stops_the_start(start_server: Callable[..., Server]) -> None:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as taken:
        taken.bind(("::", 0))
        with pytest.raises(AssertionError, match=r"SFU_PORT=\d+ cannot be used.*Address already in use"):
            start_server({"SFU_PORT": str(taken.getsockname()[1])})


def test_only_private_addresses_beside_a_public_name_are_warned_of(start_server: Callable[..., Server]) -> None:
    server = start_server({"SERVER_HOST_URL": "http://203.0.113.80", "SFU_ANNOUNCED_IP": "10.0.0.7"})

    assert any("SFU_ANNOUNCED_IP" in line and "10.0.0.7" in line for line in server.log), server.tail()
